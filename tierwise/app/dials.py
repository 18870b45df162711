"""The sliders of the Levels page: one per border, in the unit people think in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from tierwise.facts.columns import Kind
from tierwise.value.standing import STANDING

from . import words
from .looks import Look

MEANING = {
    "orders": "paid orders",
    "occasions": "days with an order",
    "orders_90d": "orders in the last 90 days",
    "ltv_minor": "lifetime value",
    "ltv_365d_minor": "value of the last 365 days",
    "recency_days": "days since the last order",
    "tenure_days": "days since the first order",
}


@dataclass(frozen=True, slots=True)
class Dial:
    """One border to turn. `now`, `low`, `high` and `step` are in the unit that is shown."""

    PERCENTILE: ClassVar[str] = "ltv_percentile"

    level: str
    look: Look
    column: str
    now: float
    low: float
    high: float
    step: float
    before: str  # the words before the number, and after it
    after: str

    @property
    def is_percentile(self) -> bool:
        return self.column == self.PERCENTILE

    def to_border(self, shown: float) -> float:
        """The border of the rule: the top 10 % begin at percentile 90, £1 is 100 minor units."""
        if self.is_percentile:
            return 100 - shown
        return shown * 100 if _is_money(self.column) else shown

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
        return words.decimal(shown, digits=2)

    @staticmethod
    def plain(shown: float) -> str:
        """A number as a form field wants it."""
        return f"{shown:.4f}".rstrip("0").rstrip(".")


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
    if column == Dial.PERCENTILE:
        words_of_it = ("begins at the top", "% by lifetime value")
        return Dial(level, look, column, 100 - value, 0.5, 80, 0.5, *words_of_it)
    now = value / 100 if _is_money(column) else value
    meaning = MEANING.get(column, column.replace("_", " "))
    before = f"begins at {words.SYMBOLS.get(currency, currency) if _is_money(column) else ''}"
    return Dial(level, look, column, now, 0, max(10, now * 3), 1, before.strip(), meaning)


def _is_money(column: str) -> bool:
    kinds = {one.name: one.kind for one in STANDING.columns}
    return kinds.get(column) is Kind.MONEY
