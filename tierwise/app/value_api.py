"""Value as JSON under /api/v1: the hold-out, the choice, stability, forecasts and types."""

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter

from tierwise.facts.corrections import TypeCorrection
from tierwise.facts.time import date_of
from tierwise.value.customer_value import Use

from .answers import PlanAnswer
from .api import Asks, PlainJSON, Who, found_or_404
from .forecast_records import Flipped, Flips, ForecastRow, TypeRow, ValueChoice
from .questions import Answers
from .value_report import ValueReport

value_router = APIRouter(prefix="/api/v1", default_response_class=PlainJSON)


@dataclass(frozen=True, slots=True)
class Refits:
    """Who came into the top and left it over the last refits; the oldest day first."""

    days: tuple[date, ...]
    every_days: int
    top_percent: float
    flips: tuple[Flips, ...]
    flipped: tuple[Flipped, ...]
    flipped_count: int


@dataclass(frozen=True, slots=True)
class UseWanted:
    """Which value levels should follow."""

    use: Use


@dataclass(frozen=True, slots=True)
class CorrectionWanted:
    """Whether the customer is of the type, and how you know."""

    holds: bool
    reason: str


@value_router.get("/value")
def value_report(answers: Asks) -> ValueReport:
    """What was fitted for the day, and how well it would have done."""
    return answers.value_report()


@value_router.get("/value/choice")
def value_choice(answers: Asks) -> ValueChoice:
    """The values levels could follow, and whom each would move."""
    return answers.value_choice()


@value_router.get("/value/stability")
def stability(answers: Asks) -> Refits:
    """Who came into the top and left it over the last refits; slow the first time."""
    found = answers.stability()
    return Refits(
        tuple(date_of(day) for day in found.days),
        found.every_days,
        found.top_percent,
        found.flips,
        found.flipped,
        found.flipped_count,
    )


@value_router.post("/value/plan", status_code=201)
def plan_with_use(answers: Asks, who: Who, wanted: UseWanted) -> PlanAnswer:
    """A plan under the policy with another value to follow."""
    return answers.plan_with_use(wanted.use, who)


@value_router.get("/customers/{customer_id:path}/forecast")
def forecast(answers: Asks, customer_id: str) -> ForecastRow:
    """What one customer will bring, with its intervals; of the account that covers a person."""
    valued = _valued(answers, customer_id)
    return found_or_404(answers.forecast(valued), f"forecast of `{customer_id}`")


@value_router.get("/customers/{customer_id:path}/types")
def types(answers: Asks, customer_id: str) -> tuple[TypeRow, ...]:
    """What is believed about one customer, with the evidence."""
    return answers.types(_valued(answers, customer_id))


@value_router.post("/customers/{customer_id:path}/types/{type_name}", status_code=201)
def correct_type(
    *, answers: Asks, who: Who, customer_id: str, type_name: str, wanted: CorrectionWanted
) -> TypeCorrection:
    """Correct what is believed, with the reason."""
    valued = _valued(answers, customer_id)
    reason = wanted.reason.strip()
    return answers.correct_type(valued, type_name, holds=wanted.holds, reason=reason, by=who)


@value_router.delete("/customers/{customer_id:path}/types/{type_name}")
def withdraw_correction(
    answers: Asks, who: Who, customer_id: str, type_name: str
) -> TypeCorrection:
    """Go by the facts again."""
    return answers.withdraw_correction(_valued(answers, customer_id), type_name, who)


def _valued(answers: Answers, customer_id: str) -> str:
    """The customer whose value and types count: the account, where one covers them."""
    found = found_or_404(answers.explain(customer_id), f"customer `{customer_id}`")
    return found.covered_by or found.customer_id
