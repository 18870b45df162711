"""The kinds of KPI: over which rows each is counted, by expressions that every engine understands.

A kind says what is counted; `cells` asks for it, `counted` makes its figure and interval from sums,
durations or stocks, and `derived` makes figures of other figures.
"""

from dataclasses import dataclass, replace
from typing import TypeAlias

EVERY = "TRUE"


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a measure table that belong to a moment: `at` is an instant, or `day` a day.

    A row does not count if the instant `unless` comes within the same period.
    """

    table: str
    at: str
    where: str = EVERY
    unless: str = ""

    @property
    def is_dated(self) -> bool:
        """Whether the rows know their day already."""
        return self.at == "day"


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows; Garwood's interval."""

    rows: Rows


@dataclass(frozen=True, slots=True)
class Share:
    """The share of rows for which `hits` holds; Wilson on the effective sample of customers."""

    rows: Rows
    hits: str


@dataclass(frozen=True, slots=True)
class Recent:
    """A share in which a row weighs half as much for every `half_life_s` it is older."""

    rows: Rows
    hits: str
    half_life_s: int


@dataclass(frozen=True, slots=True)
class Score:
    """The mean of `of`; a t interval over customers."""

    rows: Rows
    of: str


@dataclass(frozen=True, slots=True)
class Net:
    """100 × (share of `up` less share of `down`): NPS, with the adjusted interval."""

    rows: Rows
    up: str
    down: str


@dataclass(frozen=True, slots=True)
class Ratio:
    """`per` × sum of `top` over sum of `bottom`, with the spread between clusters.

    A `census` counts all there is, so nothing about it is uncertain. `n` is how many a row stands
    for in the size of the figure.
    """

    rows: Rows
    top: str
    bottom: str
    per: int = 1
    census: bool = False
    n: str = "1"


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of `of`; all there is, so nothing about it is uncertain."""

    rows: Rows
    of: str


@dataclass(frozen=True, slots=True)
class MeanLength:
    """The mean of durations `of`, which are skewed: never by t."""

    rows: Rows
    of: str


@dataclass(frozen=True, slots=True)
class Wait:
    """A quantile of the time from `since` until `ended`; what goes on is not left out.

    Rows that ended with `dropped` never end; open ones count as far as they are known. Without a
    `quantile` it is the mean within the first `within_s`, which is `windows.RESTRICTED_S`.
    """

    rows: Rows
    since: str
    ended: str
    dropped: str = "NULL"
    quantile: float | None = 0.5
    within_s: int = 0


@dataclass(frozen=True, slots=True)
class Length:
    """A quantile of durations that are known; `is_open` says which of them still grow."""

    rows: Rows
    of: str
    is_open: str
    quantile: float = 0.5


@dataclass(frozen=True, slots=True)
class Stock:
    """How many spans lasted at the end of a period: all of them are counted."""

    table: str
    where: str = EVERY


@dataclass(frozen=True, slots=True)
class Age:
    """A quantile of the age of what a stock holds at the end of a period."""

    table: str
    since: str
    quantile: float


@dataclass(frozen=True, slots=True)
class Per:
    """A count or total over a stock, `per` so many: contacts by a thousand active customers."""

    top: str
    stock: str
    per: int = 1


@dataclass(frozen=True, slots=True)
class Against:
    """A count for each one of another count; Wilson on the share of the first in both."""

    top: str
    bottom: str


@dataclass(frozen=True, slots=True)
class Flow:
    """Counts added up less others."""

    plus: tuple[str, ...]
    minus: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Adjusted:
    """The share of rows with `hits` among those `answered`, weighted to all rows by strata.

    With `by_chance` each answer weighs as the chance to get it says, by a logistic model of them.
    """

    rows: Rows
    answered: str
    hits: str
    strata: tuple[str, ...]
    by_chance: bool = False


Summed: TypeAlias = Count | Share | Recent | Score | Net | Ratio | Total | MeanLength
Timed: TypeAlias = Wait | Length
Held: TypeAlias = Stock | Age
Derived: TypeAlias = Per | Against | Flow
How: TypeAlias = Summed | Timed | Held | Derived | Adjusted


def same_times(how: Timed) -> Timed:
    """The durations alone: kinds that differ in what is made of them count the same ones."""
    if isinstance(how, Length):
        return replace(how, quantile=0.5)
    return replace(how, quantile=0.5, within_s=0)


def rows_of(how: How) -> Rows | None:
    """The rows that a kind counts; None for stocks and for what is made of other figures."""
    found: Rows | None = getattr(how, "rows", None)
    return found
