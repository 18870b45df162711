"""Tables written for people and their programs: CSV or Parquet, whole or not at all."""

from pathlib import Path

from tierwise.facts.problems import UsageError

from .ports import Engine

FORMATS = {".csv": "csv", ".parquet": "parquet"}


def write_table(engine: Engine, text: str, path: Path) -> int:
    """Write the answer of a query; how many rows it has. The kind follows from the ending."""
    if path.suffix not in FORMATS:
        raise UsageError(f"`{path.name}` must end with {' or '.join(FORMATS)}")
    draft = path.with_name(f".{path.name}.new")
    engine.save(f"({text})", draft, FORMATS[path.suffix])
    draft.replace(path)
    ((rows,),) = engine.rows(f"SELECT COUNT(*) FROM ({text})")
    return int(rows)
