"""Parts of raw tables: whole or not at all, replaced, and made few."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tierwise.connectors.landing import ParquetLanding
from tierwise.connectors.zendesk_rows import group_rows
from tierwise.facts.desk_reads import DeskPage


def page(*groups: tuple[int, str]) -> DeskPage:
    rows = group_rows([{"id": number, "name": name} for number, name in groups])
    return DeskPage({"group": rows}, "", is_end=True)


def newest(landing: ParquetLanding) -> dict[str, str]:
    """Each group's name as it arrived last."""
    rows: list[dict[str, Any]] = []
    for path in landing.parts("group"):
        rows += pq.read_table(path).to_pylist()
    assert len({row["seq"] for row in rows}) == len(rows)
    return {row["id"]: row["name"] for row in sorted(rows, key=lambda row: row["seq"])}


def test_rows_count_in_the_order_of_their_arrival_whatever_stream_brought_them(
    tmp_path: Path,
) -> None:
    landing = ParquetLanding(tmp_path)
    assert landing.put("groups", 7, page((1, "first"), (2, "second"))) == 2
    assert landing.put("hints", 0, page((1, "renamed"))) == 1
    assert newest(landing) == {"1": "renamed", "2": "second"}


def test_a_part_of_the_same_number_takes_the_place_of_the_other(tmp_path: Path) -> None:
    landing = ParquetLanding(tmp_path)
    landing.put("groups", 0, page((1, "one"), (2, "two")))
    landing.put("groups", 0, page((1, "one")))
    assert newest(landing) == {"1": "one"}
    assert len(landing.parts("group")) == 1


def test_a_page_without_rows_leaves_nothing(tmp_path: Path) -> None:
    landing = ParquetLanding(tmp_path)
    assert landing.put("groups", 0, page()) == 0
    assert landing.parts("group") == []


def test_a_file_in_the_making_is_no_part(tmp_path: Path) -> None:
    landing = ParquetLanding(tmp_path)
    landing.put("groups", 0, page((1, "one")))
    left = tmp_path / "group" / ".fresh-000000009-groups-000001.parquet"
    left.write_bytes(b"PAR1")
    assert newest(landing) == {"1": "one"}
    landing.tidy()
    assert not left.exists()


def test_many_parts_become_one_with_the_newest_rows(tmp_path: Path) -> None:
    landing = ParquetLanding(tmp_path)
    for part in range(30):
        landing.put("groups", part, page((1, f"name {part}"), (part + 10, "once")))
    before = newest(landing)
    listed = landing.parts("group")
    landing.tidy()
    (whole,) = landing.parts("group")
    assert newest(landing) == before
    assert pq.read_metadata(whole).num_rows == len(before)
    # Whoever listed the parts before may still read them.
    assert all(path.exists() for path in listed)
    landing.put("groups", 30, page((1, "newest")))
    landing.tidy()
    assert newest(landing) == before | {"1": "newest"}
    assert len(list((tmp_path / "group").iterdir())) == 2


def test_clear_forgets_everything(tmp_path: Path) -> None:
    landing = ParquetLanding(tmp_path / "desk")
    landing.put("groups", 0, page((1, "one")))
    landing.clear()
    assert landing.parts("group") == []
