"""A book that is open: its engine, and how it is closed."""

from types import TracebackType
from typing import Self

from sqlalchemy import Engine


class OpenedBook:
    """One part of a book, on SQLite or PostgreSQL. Every method of it is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def close(self) -> None:
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
