"""Settling a fact store: each key stands once, and of two files the one read last counts."""

from dataclasses import dataclass, replace
from pathlib import Path

from tierwise.facts.columns import Table
from tierwise.facts.tables import SURVEYS, TABLES

from .fact_files import Staged, add_problems
from .fact_manifest import Batch, StoredTable, sha_of, sync
from .fact_overlaps import Overlap, Overlaps, is_by_customer
from .survey_scales import EFFORT_COLUMNS, IS_EFFORT_ANSWER, effort_problems

_TABLES = {table.name: table for table in TABLES}


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the store under way; `number` is that of the batch it makes."""

    folder: Path
    number: int
    overlaps: Overlaps

    def at(self, path: str) -> Path:
        return self.folder / path

    def named(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()


def settle_twins(change: Change, staged: Staged, file: str) -> int:
    """Leave each key once in what was read; the number of rows that only said the same again."""
    return sum(
        _settle_twins(change, staged, _TABLES[name], file)
        for name, table in staged.tables.items()
        if change.overlaps.has_twins(_TABLES[name], table.rows.path)
    )


def tell_whole(change: Change, staged: Staged, file: str) -> None:
    """Add the problems that only all rows of a reading together show."""
    asked = staged.tables.get(SURVEYS.name)
    if asked is not None:
        kinds = change.overlaps.kinds(
            asked.rows.path, asked.lines.path, EFFORT_COLUMNS, IS_EFFORT_ANSWER
        )
        found = tuple(effort_problems(kinds, file))
        if found:
            add_problems(staged, found)


def finished(change: Change, staged: Staged) -> dict[str, StoredTable]:
    """The tables of what was read, as the manifest names them.

    Rows of one customer stand side by side: one customer is found at once, and histories of
    many are counted in little memory.
    """
    for name, table in staged.tables.items():
        if is_by_customer(_TABLES[name]):
            _put_in_order(change, _TABLES[name], table.rows.path)
    return {
        name: _measured(change, _TABLES[name], table.rows.path)
        for name, table in staged.tables.items()
    }


def overlap_with(change: Change, older: tuple[Batch, ...], batch: Batch) -> Overlap:
    """How many rows of the new batch stand in older ones."""
    found = [
        change.overlaps.overlap(_TABLES[name], change.at(own.path), change.at(new.path))
        for name, new in batch.tables.items()
        for own in (other.tables[name] for other in older if name in other.tables)
    ]
    return Overlap(sum(one.repeated for one in found), sum(one.updated for one in found))


def settled(change: Change, batches: tuple[Batch, ...]) -> tuple[Batch, ...]:
    """Every batch without the rows that a later one has again."""
    return tuple(
        replace(
            batch,
            tables={
                name: _unhidden(change, _TABLES[name], stored, _later(batches[place + 1 :], name))
                for name, stored in batch.tables.items()
            },
        )
        for place, batch in enumerate(batches)
    )


def _settle_twins(change: Change, staged: Staged, table: Table, file: str) -> int:
    found = staged.tables[table.name]
    same = change.overlaps.note_twins(table, found.rows.path, found.lines.path)
    for problems in change.overlaps.twin_problems(table, file):
        add_problems(staged, problems)
    path = found.rows.path
    single = path.with_name(f"{table.name}.single.parquet")
    change.overlaps.write_without_twins(table, path, single)
    single.replace(path)
    return same


def _put_in_order(change: Change, table: Table, path: Path) -> None:
    ordered = path.with_name(f"{table.name}.ordered.parquet")
    change.overlaps.write_by_customer(table, path, ordered)
    ordered.replace(path)


def _measured(change: Change, table: Table, path: Path) -> StoredTable:
    sync(path)
    first, last = change.overlaps.days(table, path)
    own = change.named(path)
    return StoredTable(own, own, change.overlaps.count(path), sha_of(path), first, last)


def _later(batches: tuple[Batch, ...], name: str) -> dict[int, StoredTable]:
    return {batch.number: batch.tables[name] for batch in batches if name in batch.tables}


def _unhidden(
    change: Change, table: Table, stored: StoredTable, later: dict[int, StoredTable]
) -> StoredTable:
    hiding = tuple(
        number for number, other in later.items() if _hides(change, table, stored, (number, other))
    )
    if hiding == stored.hidden_by:
        return replace(stored, settled_with=tuple(later))
    own = change.at(stored.own_path)
    target = own.with_name(f"{table.name}.{change.number:06d}.parquet") if hiding else own
    if hiding:
        newer = [change.at(later[number].own_path) for number in hiding]
        change.overlaps.write_unhidden(table, own, newer, target)
    shown = _measured(change, table, target)
    return replace(shown, own_path=stored.own_path, settled_with=tuple(later), hidden_by=hiding)


def _hides(
    change: Change, table: Table, stored: StoredTable, newer: tuple[int, StoredTable]
) -> bool:
    """Whether a newer batch has rows of this one; looked up where it was found out before."""
    number, other = newer
    if number in stored.settled_with:
        return number in stored.hidden_by
    own = change.at(stored.own_path)
    return change.overlaps.share_keys(table, own, change.at(other.own_path))
