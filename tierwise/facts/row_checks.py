"""What must hold between the cells of one row, table by table."""

from collections.abc import Callable
from dataclasses import dataclass

from .problems import Expected


@dataclass(frozen=True, slots=True)
class RowCheck:
    """`wrong(*values of columns)` says what was expected; the problem is told at columns[0]."""

    columns: tuple[str, ...]
    wrong: Callable[..., Expected | None]


def _no_negative_purchase(total_minor: int, kind: str) -> Expected | None:
    if kind != "purchase" or total_minor >= 0:
        return None
    return Expected(
        "0 or more on a purchase",
        "credit notes are of kind `refund`; in a mapping say `negative_totals: refund`",
    )


def _refund_charges_nothing(total_minor: int, kind: str) -> Expected | None:
    if kind != "refund" or total_minor == 0:
        return None
    return Expected("0 on a refund", "what was given back belongs in `refunded_minor`")


def _ends_after_it_began(ended_at: int | None, began_at: int) -> Expected | None:
    if ended_at is None or ended_at >= began_at:
        return None
    return Expected("an end after the beginning")


def _not_ended_before_it_started(ended_day: int | None, started_day: int) -> Expected | None:
    if ended_day is None or ended_day >= started_day:
        return None
    return Expected(
        "an end on the day of the start or later",
        "mend it in the source; it stays empty while no end is known",
    )


def _score_on_its_scale(score: float | None, low: float, high: float) -> Expected | None:
    if score is None or low <= score <= high:
        return None
    return Expected(f"a score from {low:g} to {high:g}", "check `scale_low` and `scale_high`")


ROW_CHECKS: dict[str, tuple[RowCheck, ...]] = {
    "orders": (
        RowCheck(("total_minor", "kind"), _no_negative_purchase),
        RowCheck(("total_minor", "kind"), _refund_charges_nothing),
    ),
    "agent_states": (RowCheck(("ended_at", "began_at"), _ends_after_it_began),),
    "surveys": (
        RowCheck(("answered_at", "offered_at"), _ends_after_it_began),
        RowCheck(("score", "scale_low", "scale_high"), _score_on_its_scale),
    ),
    "subscriptions": (RowCheck(("ended_day", "started_day"), _not_ended_before_it_started),),
}
