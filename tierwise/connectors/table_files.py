"""Table files: CSV or Parquet, whichever it is, as a stream of text rows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tierwise.facts.problems import Expected

from .headers import Wanted, places_of
from .reading import CHUNK_ROWS, Problems, ReadOptions, TextRows, unusable
from .text_files import read_header, read_text_rows

_MAGIC = b"PAR1"
_FLOAT_DECIMALS = 6


def read_table_rows(
    path: Path, wanted: Wanted, options: ReadOptions
) -> Iterator[TextRows | Problems]:
    """The wanted columns of a CSV or Parquet file, and the rows that cannot be read.

    InputError when nothing can be read.
    """
    refuse_unless_file(path)
    reader = _read_parquet_rows if is_parquet(path) else read_text_rows
    yield from reader(path, wanted, options)


def columns_of(path: Path, options: ReadOptions) -> tuple[str, ...]:
    """The column names of a CSV or Parquet file."""
    refuse_unless_file(path)
    if not is_parquet(path):
        return read_header(path, options)
    return tuple(_opened(path).schema_arrow.names)


def is_parquet(path: Path) -> bool:
    """Whether the file begins as Parquet files do, whatever its name."""
    with path.open("rb") as stream:
        return stream.read(len(_MAGIC)) == _MAGIC


def refuse_unless_file(path: Path) -> None:
    """InputError unless there is a file at `path`."""
    if not path.is_file():
        found = "a folder" if path.is_dir() else "nothing there"
        raise unusable(str(path), Expected("a file", "check the path"), found)


def _read_parquet_rows(
    path: Path, wanted: Wanted, options: ReadOptions
) -> Iterator[TextRows | Problems]:
    file = _opened(path)
    places = places_of(wanted, file.schema_arrow.names, path.name)
    if not file.metadata.num_rows:
        raise unusable(path.name, Expected("rows", "export the file again"), "no rows")
    names = {name: file.schema_arrow.names[place] for name, place in places.items()}
    missing = tuple(name for name in wanted.optional if name not in places)
    first = 1
    for batch in file.iter_batches(CHUNK_ROWS, columns=list(names.values())):
        texts = {name: _texts(batch.column(theirs)) for name, theirs in names.items()}
        lines = range(first, first + batch.num_rows)
        yield TextRows(lines, texts | dict.fromkeys(missing, [""] * batch.num_rows))
        first += batch.num_rows
        if options.progress:
            options.progress(first - 1, file.metadata.num_rows)


def _opened(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        expected = Expected("a whole Parquet file", "export the file again")
        raise unusable(path.name, expected, str(error).splitlines()[0]) from None


def _texts(column: "pa.Array[Any]") -> list[str]:
    # A sum of cents in binary is 0.30000000000000004; no currency has more than four decimals.
    exact = pc.round(column, _FLOAT_DECIMALS) if pa.types.is_floating(column.type) else column
    return [text or "" for text in exact.cast(pa.string()).to_pylist()]
