"""What a column and a table are: names, units and meaning, stated once."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The unit of a column; each has one storage type on every engine."""

    TEXT = "text"
    FLAG = "flag"
    COUNT = "count"
    NUMBER = "number"
    MONEY = "money in minor units"
    INSTANT = "instant, UTC epoch seconds"
    DAY = "day, days since 1970-01-01 in the shop's zone"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `choices` lists the only texts allowed; `low` and `high` bound a number.

    What happened lies in the past; only a day that was agreed on `may_be_future`.
    """

    name: str
    kind: Kind
    meaning: str
    nullable: bool = False
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    may_be_future: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one kind; `key` names the columns that identify a row."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """The column called `name`; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)
