"""The sliders of the Levels page: one per border, in the unit people think in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from tierwise.facts.columns import Column, Kind
from tierwise.facts.money import exponent_of
from tierwise.value.standing import STANDING

from . import words
from .looks import Look

MEANING = {
    "orders": "paid orders",
    "occasions": "days with an order",
    "orders_90d": "orders in the last 90 days",
    "ltv_minor": "lifetime value",
    "clv_minor": "customer value",
    "predicted_minor": "predicted value",
    "ltv_365d_minor": "value of the last 365 days",
    "recency_days": "days since the last order",
    "tenure_days": "days since the first order",
}

_COLUMNS = {one.name: one for one in STANDING.columns}


@dataclass(frozen=True, slots=True)
class Dial:
    """One border to turn. `now`, `low`, `high` and `step` are in the unit that is shown."""

    PERCENTILES: ClassVar[Mapping[str, str]] = {
        "clv_percentile": "% by customer value",
        "ltv_percentile": "% by lifetime value",
    }
    EXACT: ClassVar[int] = 6  # decimals; what comes after them is dust of binary fractions

    level: str
    look: Look
    column: str
    now: float
    low: float
    high: float
    step: float
    before: str  # the words before the number, and after it
    after: str
    factor: int | None = None  # minor units in one that is shown; only money has them

    @property
    def is_percentile(self) -> bool:
        return self.column in self.PERCENTILES

    def to_border(self, shown: float) -> float:
        """The border of the rule: the top 10 % begin at percentile 90, £1 is 100 minor units."""
        if self.is_percentile:
            return round(100 - shown, self.EXACT)
        return float(round(shown * self.factor)) if self.factor else round(shown, self.EXACT)

    def read(self, text: str) -> float | None:
        """The number a form field holds; None if it is none, or out of reach."""
        try:
            shown = float(text)
        except ValueError:
            return None
        return shown if self.low <= shown <= self.high else None

    def written(self, shown: float) -> str:
        """The border in words: `top 10%`."""
        if self.is_percentile:
            return words.top(shown)
        return words.decimal(shown, digits=4)

    @classmethod
    def plain(cls, shown: float) -> str:
        """A number as a form field wants it."""
        return f"{shown:.{cls.EXACT}f}".rstrip("0").rstrip(".")


def dials(
    borders: Sequence[tuple[str, str, float]], look: Mapping[str, Look], currency: str
) -> tuple[Dial, ...]:
    """A dial for every border, best level first."""
    return tuple(
        _dial(level, look[level], (column, value), currency)
        for level, column, value in borders
        if level in look
    )


def dial_for(found: Sequence[Dial], level: str | None) -> Dial | None:
    """The dial of a level, the first one if the level has none."""
    named = [dial for dial in found if dial.level == level] or list(found)
    return named[0] if named else None


def _dial(level: str, look: Look, border: tuple[str, float], currency: str) -> Dial:
    column, value = border
    if column in Dial.PERCENTILES:
        now = round(100 - value, Dial.EXACT)
        reach = (now, min(0.5, now), max(80, now), 0.5)
        return Dial(level, look, column, *reach, "begins at the top", Dial.PERCENTILES[column])
    factor = 10 ** exponent_of(currency) if _is_money(column) else None
    now = round(value / (factor or 1), Dial.EXACT)
    meaning = MEANING.get(column, column.replace("_", " "))
    before = f"begins at {words.SYMBOLS.get(currency, currency) if factor else ''}"
    reach = (now, *_reach(_COLUMNS.get(column), now), 1)
    return Dial(level, look, column, *reach, before.strip(), meaning, factor)


def _reach(column: Column | None, now: float) -> tuple[float, float]:
    """How far a dial turns: not past the column's own ends, and never short of where it stands."""
    low = min(0, now) if column is None or column.low is None else column.low
    high = max(10, now * 3)
    if column is not None and column.high is not None:
        high = min(high, column.high)
    return min(low, now), max(high, now)


def _is_money(column: str) -> bool:
    return column in _COLUMNS and _COLUMNS[column].kind is Kind.MONEY
