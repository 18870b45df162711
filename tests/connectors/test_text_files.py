import csv
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.connectors.headers import Wanted
from tierwise.connectors.reading import Problems, TextRows
from tierwise.connectors.table_files import read_table_rows
from tierwise.facts.problems import InputError, Problem

from .files import OPTIONS, written

WANTED = Wanted(("id", "name"), ("note",))


def read(path: Path, **options: Any) -> tuple[list[tuple[int, str, str, str]], list[Problem]]:
    rows: list[tuple[int, str, str, str]] = []
    problems: list[Problem] = []
    for part in read_table_rows(path, WANTED, replace(OPTIONS, **options)):
        if isinstance(part, Problems):
            problems += part.problems
            continue
        columns = (part.columns[name] for name in ("id", "name", "note"))
        rows += zip(part.lines, *columns, strict=True)
    return rows, problems


def test_rows_know_their_physical_line(tmp_path: Path) -> None:
    path = written(tmp_path, 'id,x,name\n1,,Ada\n\n2,,"Bob\nthe\nBuilder"\r\n3,,Cy\n')
    rows, problems = read(path)
    assert rows == [(2, "1", "Ada", ""), (4, "2", "Bob\nthe\nBuilder", ""), (7, "3", "Cy", "")]
    assert not problems


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""])
def test_a_byte_order_mark_is_no_part_of_the_header(tmp_path: Path, mark: bytes) -> None:
    rows, _ = read(written(tmp_path, mark + "id;NAME\n1;Müller\n".encode()), delimiter=";")
    assert rows == [(2, "1", "Müller", "")]


def test_a_wrong_encoding_names_line_column_bytes_and_next_step(tmp_path: Path) -> None:
    path = written(tmp_path, "id,name\n1,Ada\n2,Müller\n".encode("latin-1"))
    rows, (problem,) = read(path)
    assert rows == [(2, "1", "Ada", "")]
    assert str(problem) == (
        "orders.csv:3, column `name`: expected utf-8 text, found the bytes FC in `M\ufffdller`; "
        "the file has another encoding: say e.g. `--encoding latin-1`"
    )
    assert read(path, encoding="latin-1")[0][1] == (3, "2", "Müller", "")


def test_bytes_in_a_column_nobody_reads_do_no_harm(tmp_path: Path) -> None:
    rows, problems = read(written(tmp_path, b"id,name,other\n1,Ada,\xfc\n"))
    assert (len(rows), problems) == (1, [])


def test_windows_quotes_are_recognised(tmp_path: Path) -> None:
    _, (problem,) = read(written(tmp_path, b"id,name\n1,\x93Ada\x94\n"))
    assert "windows-1252" in problem.next_step


def test_half_a_row_and_a_row_too_long_are_problems(tmp_path: Path) -> None:
    rows, problems = read(written(tmp_path, "id,name,note\n1,Ada,x\n2,Bob,x,y\n3,C"))
    assert [row[0] for row in rows] == [2]
    assert [(p.line, p.expected, p.found) for p in problems] == [
        (3, "3 cells as in the header", "4: `2, Bob, x, y`"),
        (4, "3 cells as in the header", "2: `3, C`"),
    ]
    assert problems[1].next_step == "half a row: export the file again"


def test_a_broken_quote_costs_its_own_lines_only(tmp_path: Path) -> None:
    rows, problems = read(written(tmp_path, 'id,name\n1,"Ada"x\n2,Bob\n3,"Cy\n'))
    assert [row[1] for row in rows] == ["2"]
    assert [p.line for p in problems] == [2, 4]


def test_a_line_without_end_is_read_in_pieces(tmp_path: Path) -> None:
    rows, problems = read(written(tmp_path, "id,name\n1,Ada\n" + "x" * 3_000_000))
    assert len(rows) == 1
    assert 1 <= len(problems) <= 4


UNUSABLE = [
    (b"", {}, "expected a header and rows, found an empty file"),
    (b"id,name\n", {}, "expected a row below the header, found only a header"),
    (b"id,nmae\n1,x\n", {}, "column `name`: expected this column, found `id, nmae`; did you mean"),
    (b"id;name\n1;x\n", {}, "separated by a semicolon: say `--delimiter ';'`"),
    (b"id,name,name\n1,x,y\n", {}, "expected one column, found two of that name"),
    ("id,name\n1,x\n".encode("utf-16"), {}, "say `--encoding utf-16`"),
    (b"id,name\n1,x\n", {"encoding": "utf-9"}, "expected an encoding, found utf-9"),
    (b"id,name\n1,x\n", {"encoding": "utf-16"}, "the file has another encoding"),
    (b"id,name\n1,x\n", {"delimiter": ";;"}, "expected one character as delimiter"),
    (b"PAR1 but no more", {}, "expected a whole Parquet file"),
]


@pytest.mark.parametrize(("content", "options", "message"), UNUSABLE)
def test_a_file_that_cannot_be_read_says_why_once(
    tmp_path: Path, content: bytes, options: dict[str, str], message: str
) -> None:
    with pytest.raises(InputError) as caught:
        read(written(tmp_path, content), **options)
    assert message in str(caught.value)


def test_no_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="found nothing there"):
        read(tmp_path / "orders.csv")
    with pytest.raises(InputError, match="found a folder"):
        read(tmp_path)


def test_progress_is_told_up_to_the_end(tmp_path: Path) -> None:
    path = written(tmp_path, "id,name\n" + "1,Ada\n" * 60_000)
    told: list[tuple[int, int]] = []
    options = replace(OPTIONS, progress=lambda done, total: told.append((done, total)))
    chunks = list(read_table_rows(path, WANTED, options))
    assert [len(chunk.lines) for chunk in chunks if isinstance(chunk, TextRows)] == [20_000] * 3
    assert told[-1] == (path.stat().st_size, path.stat().st_size)
    assert told == sorted(told)


CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(
    st.lists(st.tuples(CELLS.filter(str.strip), CELLS, CELLS), min_size=1, max_size=6),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(",;\t|"),
)
def test_any_cells_written_by_another_program_are_read_back(
    rows: list[tuple[str, str, str]], end: str, delimiter: str
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "orders.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            style: dict[str, Any] = {
                "delimiter": delimiter,
                "lineterminator": end,
                "quoting": csv.QUOTE_ALL,
            }
            csv.writer(stream, **style).writerows([("id", "name", "note"), *rows])
        found, problems = read(path, delimiter=delimiter)
    assert ([cells for _, *cells in found], problems) == ([list(row) for row in rows], [])


def test_parquet_gives_the_same_texts(tmp_path: Path) -> None:
    path = tmp_path / "orders.bin"
    names = pa.array([0.1 + 0.2, None, 12.0])
    pq.write_table(pa.table({"id": pa.array([1, 2, 3]), "name": names}), path)
    assert read(path)[0] == [(1, "1", "0.3", ""), (2, "2", "", ""), (3, "3", "12", "")]


def test_parquet_without_rows_or_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    pq.write_table(
        pa.table({"id": pa.array([], pa.int64()), "name": pa.array([], pa.string())}), path
    )
    with pytest.raises(InputError, match="found no rows"):
        read(path)
    pq.write_table(pa.table({"id": [1], "naem": ["x"]}), path)
    with pytest.raises(InputError, match="did you mean `naem`"):
        read(path)
