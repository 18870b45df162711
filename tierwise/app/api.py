"""The answers as JSON under /api/v1, for programs; described at /api/openapi.json.

Days and instants are ISO text, as `--json` of the command line writes them: one JSON for both.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from pydantic import AfterValidator, BaseModel, Field, FiniteFloat
from starlette.responses import JSONResponse

from tierwise.facts.decisions import Applied, Change, Override
from tierwise.facts.time import day_number

from .answers import (
    BorderMove,
    Concentration,
    CustomerRow,
    DataState,
    Explanation,
    LevelCount,
    Past,
    PlanAnswer,
    PlanRow,
    Segments,
)
from .plain import format_of, plain
from .questions import Answers

LONGEST_PAGE = 1000
Answer = TypeVar("Answer")
Sort = Literal["value", "recent", "orders", "name"]
# A border as a policy can hold it: a number with an end, and no dust of binary fractions.
BorderValue = Annotated[FiniteFloat, AfterValidator(lambda number: round(number, 6))]


@dataclass(frozen=True, slots=True)
class LevelName:
    """A level and the label people see; best first."""

    level: str
    label: str


@dataclass(frozen=True, slots=True)
class BorderNow:
    """A border that can be moved, in the unit of its standing column."""

    level: str
    column: str
    value: float


@dataclass(frozen=True, slots=True)
class Shop:
    """What the shop is called, its currency, levels and borders."""

    name: str
    currency: str
    levels: tuple[LevelName, ...]
    borders: tuple[BorderNow, ...]


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """A page of the customer list; `total` counts all that match."""

    rows: tuple[CustomerRow, ...]
    total: int
    offset: int


@dataclass(frozen=True, slots=True)
class PlanPage:
    """A page of a plan's changes; `total` counts all that match."""

    rows: tuple[PlanRow, ...]
    total: int
    offset: int


class CustomersWanted(BaseModel):
    """Which customers to list, and in which order."""

    search: str = ""
    level: str | None = None
    group: str | None = None
    sort: Sort = "value"
    offset: int = Field(0, ge=0)
    limit: int = Field(50, ge=1, le=LONGEST_PAGE)


@dataclass(frozen=True, slots=True)
class PolicyText:
    """The policy as it was written."""

    text: str


@dataclass(frozen=True, slots=True)
class BorderWanted:
    """Where a border should be."""

    value: BorderValue


@dataclass(frozen=True, slots=True)
class OverrideWanted:
    """A level to set by hand; `until_day` is the last day it holds."""

    level: str
    reason: str
    until_day: date


class PlainJSON(JSONResponse):
    """JSON with days and instants as ISO text."""

    def render(self, content: object) -> bytes:
        return super().render(plain(content))


def shop_of(request: Request) -> Answers:
    """The shop this application shows."""
    answers: Answers = request.app.state.answers
    return answers


def who_asks(request: Request) -> str:
    """The name that stands in the book beside what is done."""
    return str(request.state.session.who)


Asks = Annotated[Answers, Depends(shop_of)]
Who = Annotated[str, Depends(who_asks)]
Offset = Annotated[int, Query(ge=0)]
Limit = Annotated[int, Query(ge=1, le=LONGEST_PAGE)]
router = APIRouter(prefix="/api/v1", default_response_class=PlainJSON)


@router.get("/shop")
def shop(answers: Asks) -> Shop:
    """Name, currency, levels and borders."""
    levels = tuple(LevelName(*pair) for pair in answers.levels())
    borders = tuple(BorderNow(*border) for border in answers.borders())
    return Shop(answers.shop_name(), answers.currency(), levels, borders)


@router.get("/concentration")
def concentration(answers: Asks) -> Concentration:
    """How unequally revenue is spread over buyers."""
    return answers.concentration()


@router.get("/levels")
def level_counts(answers: Asks) -> tuple[LevelCount, ...]:
    """Every level now."""
    return answers.level_counts()


@router.get("/borders/{level}")
def move_border(answers: Asks, level: str, value: BorderValue) -> BorderMove:
    """What would change if the border of a level moved; nothing is written."""
    _known_border(answers, level)
    return answers.move_border(level, value)


@router.post("/borders/{level}/plan", status_code=201)
def save_border(answers: Asks, who: Who, level: str, wanted: BorderWanted) -> PlanAnswer:
    """A plan under the policy with the moved border."""
    _known_border(answers, level)
    return answers.save_border(level, wanted.value, who)


@router.get("/segments")
def segments(answers: Asks, from_day: date | None = None) -> Segments:
    """RFM groups, their grid, and who moved since a day."""
    return answers.segments(None if from_day is None else day_number(from_day))


@router.get("/data")
def data_state(answers: Asks) -> DataState:
    """Sources, their age and problems."""
    return answers.data_state()


@router.get("/policy")
def policy(answers: Asks) -> PolicyText:
    """The policy as it was written."""
    return PolicyText(answers.policy_text())


@router.get("/customers")
def customers(answers: Asks, wanted: Annotated[CustomersWanted, Query()]) -> CustomerPage:
    """A page of the customer list."""
    rows, total = answers.customers(**wanted.model_dump())
    return CustomerPage(rows, total, wanted.offset)


# Identifiers may hold slashes, so the longer addresses come first.
@router.post("/customers/{customer_id:path}/override", status_code=201)
def set_override(answers: Asks, who: Who, customer_id: str, wanted: OverrideWanted) -> Override:
    """Set a level by hand, with a reason and a last day."""
    found_or_404(answers.explain(customer_id), f"customer `{customer_id}`")
    until_day = day_number(wanted.until_day)
    return answers.set_override(
        customer_id, wanted.level, reason=wanted.reason, until_day=until_day, by=who
    )


@router.delete("/customers/{customer_id:path}/override", status_code=204)
def end_override(answers: Asks, who: Who, customer_id: str) -> None:
    """Give the customer back to the rules."""
    found_or_404(answers.explain(customer_id), f"customer `{customer_id}`")
    answers.end_override(customer_id, who)


@router.get("/customers/{customer_id:path}")
def explain(answers: Asks, customer_id: str) -> Explanation:
    """Everything behind one customer's level."""
    return found_or_404(answers.explain(customer_id), f"customer `{customer_id}`")


@router.get("/past")
def past(answers: Asks) -> Past:
    """Plans, applies and undos, newest first."""
    return answers.past()


@router.post("/plans", status_code=201)
def make_plan(answers: Asks, who: Who) -> PlanAnswer:
    """A plan under the policy as it is."""
    return answers.make_plan(who)


@router.get("/plans/{plan_id}")
def plan(answers: Asks, plan_id: str) -> PlanAnswer:
    """A saved plan."""
    return found_or_404(answers.plan(plan_id), f"plan `{plan_id}`")


@router.get("/plans/{plan_id}/rows")
def plan_rows(
    *,
    answers: Asks,
    plan_id: str,
    change: Change | None = None,
    offset: Offset = 0,
    limit: Limit = 50,
) -> PlanPage:
    """A page of a plan's changes."""
    found_or_404(answers.plan(plan_id), f"plan `{plan_id}`")
    rows, total = answers.plan_rows(plan_id, change, offset=offset, limit=limit)
    return PlanPage(rows, total, offset)


@router.post("/plans/{plan_id}/apply")
def apply(answers: Asks, who: Who, plan_id: str) -> Applied:
    """Carry a plan out."""
    found_or_404(answers.plan(plan_id), f"plan `{plan_id}`")
    return answers.apply(plan_id, who)


@router.post("/applies/{apply_id}/undo")
def undo(answers: Asks, who: Who, apply_id: str) -> Applied:
    """Take an apply back."""
    return answers.undo(apply_id, who)


def describe_moments(schema: dict[str, Any]) -> dict[str, Any]:
    """The description of the API with days and instants as the text that they are."""
    records = schema["components"]["schemas"].values()
    named = [pair for record in records for pair in record.get("properties", {}).items()]
    kinds = [(name, kind) for name, field in named for kind in (field, *field.get("anyOf", ()))]
    for name, kind in kinds:
        if kind.get("type") == "integer" and format_of(name):
            kind.update(type="string", format=format_of(name))
    return schema


def _known_border(answers: Answers, level: str) -> None:
    if level not in (known for known, _, _ in answers.borders()):
        raise HTTPException(404, f"There is no border of `{level}` that can be moved.")


def found_or_404(answer: Answer | None, name: str) -> Answer:
    """The answer; without one, 404 with what there is none of."""
    if answer is None:
        raise HTTPException(404, f"There is no {name}.")
    return answer
