"""The manifest of a fact store: which files hold the facts, in the order they were read."""

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tierwise.facts.problems import InputError, Problem

_FORMAT = 1
_NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class StoredTable:
    """The rows of one table in one batch; paths are relative to the store.

    `own_path` holds what was read, `path` the rows of it that no later batch has again.
    `settled_with` are the later batches this was compared with, `hidden_by` those with such rows.
    """

    path: str
    own_path: str
    rows: int
    sha: str
    first_day: int | None
    last_day: int | None
    settled_with: tuple[int, ...] = ()
    hidden_by: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """One file that was read. `number` grows with every reading; instants are UTC seconds."""

    number: int
    source: str
    reader: str
    file: str
    file_sha: str
    read_at: int
    tables: dict[str, StoredTable]
    problems: int
    problems_path: str | None
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """The batches that count, oldest first, and how often the store was changed."""

    changes: int = 0
    batches: tuple[Batch, ...] = ()


def load(folder: Path) -> Manifest:
    """The manifest of a store; an empty one if nothing was read yet."""
    path = folder / _NAME
    if not path.exists():
        return Manifest()
    content = json.loads(path.read_text("utf-8"))
    if content["format"] != _FORMAT:
        step = "update Tierwise, or read the sources again into a new project"
        found = f"format {content['format']}"
        raise InputError((Problem(str(path), None, None, f"format {_FORMAT}", found, step),))
    return Manifest(content["changes"], tuple(_batch(entry) for entry in content["batches"]))


def save(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest in one step: a reader sees the old one or the new one."""
    content = {"format": _FORMAT, **asdict(manifest)}
    fresh = folder / (_NAME + ".new")
    fresh.write_text(json.dumps(content, indent=1), "utf-8")
    sync(fresh)
    os.replace(fresh, folder / _NAME)
    sync(folder)


def facts_id(batches: Iterable[Batch]) -> str:
    """What the facts are, as a hash: the same files read again give the same one."""
    content = sorted(
        (batch.source, table, stored.sha)
        for batch in batches
        for table, stored in batch.tables.items()
    )
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def sync(path: Path) -> None:
    """Make sure a file or folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha_of(path: Path) -> str:
    """The SHA-256 of a file's content."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _batch(entry: dict[str, Any]) -> Batch:
    tables = {name: StoredTable(**_tuples(stored)) for name, stored in entry["tables"].items()}
    return Batch(**_tuples(entry | {"tables": tables}))


def _tuples(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(v) if isinstance(v, list) else v for key, v in entry.items()}
