"""What the doors answer about forecasts; money in minor units, shares and chances 0–1."""

from dataclasses import dataclass

from tierwise.facts.corrections import TypeCorrection
from tierwise.value.customer_value import Use


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """What is known and expected of one customer; None where there is nothing to go by."""

    customer_id: str
    name: str | None
    clv_minor: int | None
    clv_percentile: float | None
    historic_minor: int | None
    predicted_minor: int | None
    low_80_minor: int | None
    high_80_minor: int | None
    low_95_minor: int | None
    high_95_minor: int | None
    expected_orders: float | None
    p_alive: float | None
    p_buy: float | None
    p_top: float | None
    basis: str
    ltv_minor: int | None = None  # revenue so far, before margin and cost to serve
    orders: int = 0
    level: str | None = None  # in force; told in lists only


@dataclass(frozen=True, slots=True)
class ValueWay:
    """One value levels could follow: how well it picked the best, and how many it would move."""

    use: Use
    says: str
    hit_rate: float | None
    captured: float | None
    would_move: int  # customers with another level than under the value in use


@dataclass(frozen=True, slots=True)
class ValueChoice:
    """The values side by side; `follows` is False when no rule looks at the chosen one."""

    use: Use
    ways: tuple[ValueWay, ...]
    follows: bool


@dataclass(frozen=True, slots=True)
class Flips:
    """Of the top by one value, the mean share that the next refit put out of it.

    `with_band` counts those only who fell below a leaving border a third farther down.
    """

    use: Use
    lost: float
    lost_with_band: float


@dataclass(frozen=True, slots=True)
class Flipped:
    """A customer whom the last refit took into the top or out of it."""

    customer_id: str
    name: str | None
    came_in: bool
    percentile_before: float | None
    percentile: float


@dataclass(frozen=True, slots=True)
class Stability:
    """Who came and went over the last refits, `every_days` apart, the oldest day first."""

    days: tuple[int, ...]
    every_days: int
    top_percent: float
    flips: tuple[Flips, ...]
    flipped: tuple[Flipped, ...]
    flipped_count: int


@dataclass(frozen=True, slots=True)
class TypeRow:
    """What is believed about one customer and one type; `state` is yes, no or unknown.

    `evidence` counts what it rests on, `because` says it for an agent, `advice` what to do.
    A correction by a person stands over the rest.
    """

    type: str
    label: str
    layer: str  # life_cycle, disposition or mood
    says: str
    advice: str
    state: str
    score: float | None
    evidence: int
    least_evidence: int
    because: str
    correction: TypeCorrection | None
