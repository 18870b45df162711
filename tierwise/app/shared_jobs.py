"""The jobs of a process: opened by the first who uses them, closed by the last."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .jobs import Jobs


class SharedJobs:
    """Jobs that any number of threads may use at once."""

    def __init__(self, opened: "Callable[[], Jobs]") -> None:
        self._opened, self._turn = opened, Lock()
        self._jobs: Jobs | None = None
        self._users = 0

    @contextmanager
    def used(self) -> "Iterator[Jobs]":
        """Open jobs, as long as this is used."""
        jobs = self._taken()
        try:
            yield jobs
        finally:
            self._left(jobs)

    def _taken(self) -> "Jobs":
        with self._turn:
            self._jobs = self._jobs or self._opened()
            self._users += 1
            return self._jobs

    def _left(self, jobs: "Jobs") -> None:
        with self._turn:
            self._users -= 1
            if not self._users:
                self._jobs = None
                jobs.close()
