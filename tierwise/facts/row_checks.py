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


def _answered_after_its_offer(answered_at: int | None, offered_at: int) -> Expected | None:
    if answered_at is None or answered_at >= offered_at:
        return None
    return Expected("an answer at its offer or after it", "check which of the two times is which")


def _answered_at_some_time(answered_at: int | None, score: float | None) -> Expected | None:
    if score is None or answered_at is not None:
        return None
    step = "where the source tells one time alone, say it for `offered_at` and `answered_at`"
    return Expected("when the score was given", step)


def _resolved_or_not(
    score: float | None, low: float, high: float, question: str
) -> Expected | None:
    is_on_scale = (low, high) == (0, 1) and score in {None, 0, 1}
    if question != "fcr" or is_on_scale:
        return None
    step = "say in the mapping `values: {yes: 1, no: 0}`, and 0 and 1 for the scale"
    return Expected("1 for resolved or 0 for not, on a scale from 0 to 1", step)


def _answered_after_it_came(answered_at: int | None, offered_at: int) -> Expected | None:
    if answered_at is None or answered_at >= offered_at:
        return None
    return Expected("an answer after the contact came", "check which of the two times is which")


def _over_after_it_came(
    ended_at: int | None, offered_at: int, answered_at: int | None
) -> Expected | None:
    if ended_at is None or ended_at >= max(offered_at, answered_at or offered_at):
        return None
    return Expected("an end after the contact came and was answered")


ROW_CHECKS: dict[str, tuple[RowCheck, ...]] = {
    "orders": (
        RowCheck(("total_minor", "kind"), _no_negative_purchase),
        RowCheck(("total_minor", "kind"), _refund_charges_nothing),
    ),
    "agent_states": (RowCheck(("ended_at", "began_at"), _ends_after_it_began),),
    "surveys": (
        RowCheck(("answered_at", "offered_at"), _answered_after_its_offer),
        RowCheck(("answered_at", "score"), _answered_at_some_time),
        RowCheck(("score", "scale_low", "scale_high"), _score_on_its_scale),
        RowCheck(("score", "scale_low", "scale_high", "question"), _resolved_or_not),
    ),
    "live_contacts": (
        RowCheck(("answered_at", "offered_at"), _answered_after_it_came),
        RowCheck(("ended_at", "offered_at", "answered_at"), _over_after_it_came),
    ),
    "subscriptions": (RowCheck(("ended_day", "started_day"), _not_ended_before_it_started),),
}
