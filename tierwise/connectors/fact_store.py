"""The fact store: a folder of Parquet files and a manifest that says which of them count."""

import fcntl
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tierwise.facts.problems import InputError, Problem, RefusedError

from . import fact_manifest
from .fact_files import Staged, close_problems, problems_in, staging, write_parts
from .fact_manifest import Batch, Manifest, sync
from .fact_overlaps import Overlaps
from .fact_settling import Change, finished, overlap_with, settle_twins, settled, tell_whole
from .reading import Part

_BATCHES, _SPILL, _LOCK = "batches", "spill", "lock"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Origin:
    """Where rows come from. `read_at` is UTC epoch seconds."""

    source: str
    reader: str
    file: str
    file_sha: str
    read_at: int


@dataclass(frozen=True, slots=True)
class ReadReport:
    """What one reading did.

    `merged` rows stood twice in the file, `repeated` rows stood in an older file in the same
    words, `updated` rows in other words: the newer ones count.
    """

    batch: Batch
    facts_id: str
    merged: int
    repeated: int
    updated: int
    first_problems: tuple[Problem, ...]

    @property
    def rows(self) -> dict[str, int]:
        return {name: stored.rows for name, stored in self.batch.tables.items()}


class FactStore:
    """All facts of a company, one batch of files for each source.

    `add` leaves the old or the new state whenever it is stopped; readers need no lock.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, origin: Origin, parts: Iterable[Part]) -> ReadReport:
        """Store what a reader gives; it replaces what the same source gave before.

        InputError when there is nothing but problems, RefusedError when another read is running.
        """
        with self._changing() as change, staging(self._folder_of(change)) as staged:
            write_parts(staged, parts)
            merged = settle_twins(change, staged, origin.file)
            tell_whole(change, staged, origin.file)
            close_problems(staged)
            if not staged.tables:
                raise InputError(_nothing_read(origin.file, staged))
            batch = _batch(origin, change, staged)
            kept = tuple(other for other in self.sources() if not _replaces(batch, other))
            overlap = overlap_with(change, kept, batch)
            self._save(change, (*kept, batch))
        return ReadReport(
            batch,
            self.facts_id,
            merged,
            overlap.repeated,
            overlap.updated,
            tuple(staged.first_problems),
        )

    def sources(self) -> tuple[Batch, ...]:
        """The batches that count, oldest first."""
        return fact_manifest.load(self._folder).batches

    def files(self, table: str) -> list[Path]:
        """The Parquet files of a table; together they hold each key once."""
        return [
            self._folder / batch.tables[table].path
            for batch in self.sources()
            if table in batch.tables
        ]

    @property
    def facts_id(self) -> str:
        return fact_manifest.facts_id(self.sources())

    @property
    def problem_count(self) -> int:
        return sum(batch.problems for batch in self.sources())

    def problems(self, limit: int) -> tuple[Problem, ...]:
        """The first problems, newest source first."""
        found: list[Problem] = []
        for batch in reversed(self.sources()):
            if batch.problems_path and len(found) < limit:
                found += problems_in(self._folder / batch.problems_path, limit - len(found))
        return tuple(found)

    def _folder_of(self, change: Change) -> Path:
        return self._folder / _BATCHES / f"{change.number:06d}"

    def _save(self, change: Change, batches: tuple[Batch, ...]) -> None:
        """Make the batches the facts; up to the manifest nothing has changed for any reader."""
        now = settled(change, batches)
        folder = self._folder / _BATCHES
        for path in (*folder.glob(f"{change.number:06d}/*"), *folder.iterdir(), folder):
            sync(path)
        fact_manifest.save(self._folder, Manifest(change.number, now))

    @contextmanager
    def _changing(self) -> Iterator[Change]:
        """One change at a time; files of the state before stay until the next change begins."""
        with self._alone():
            old = fact_manifest.load(self._folder)
            self._sweep(old.batches)
            overlaps = Overlaps(self._folder / _SPILL)
            try:
                yield Change(self._folder, old.changes + 1, overlaps)
            finally:
                overlaps.close()
                self._sweep((*old.batches, *self.sources()))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / _LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise RefusedError("another read is running; start again when it is done") from None
            yield

    def _sweep(self, batches: tuple[Batch, ...]) -> None:
        """Remove files that no manifest names: what a stopped read or an old state left."""
        shutil.rmtree(self._folder / _SPILL, ignore_errors=True)
        named = {self._folder / path for batch in batches for path in _paths(batch)}
        for folder in sorted((self._folder / _BATCHES).glob("*")):
            for path in set(folder.iterdir()) - named:
                path.unlink()
            if not any(folder.iterdir()):
                folder.rmdir()


def _batch(origin: Origin, change: Change, staged: Staged) -> Batch:
    return Batch(
        number=change.number,
        source=origin.source,
        reader=origin.reader,
        file=origin.file,
        file_sha=origin.file_sha,
        read_at=origin.read_at,
        tables=finished(change, staged),
        problems=staged.problem_count,
        problems_path=change.named(staged.problems.path) if staged.problems else None,
        remarks=tuple(staged.remarks),
    )


def _replaces(new: Batch, old: Batch) -> bool:
    """A source may come in several files, as orders and customers; each replaces its own kind."""
    return new.source == old.source and not new.tables.keys().isdisjoint(old.tables)


def _paths(batch: Batch) -> Iterator[str]:
    for stored in batch.tables.values():
        yield stored.path
        yield stored.own_path
    if batch.problems_path:
        yield batch.problems_path


def _nothing_read(file: str, staged: Staged) -> tuple[Problem, ...]:
    step = "mend the file and read it again; nothing was stored"
    found = f"{staged.problem_count:,} problems and no row"
    whole = Problem(file, None, None, "rows that can be read", found, step)
    return (whole, *staged.first_problems[:_SHOWN])
