"""Help desks as JSON under /api/v1: how they stand, plans, and what a push would write.

Nothing here writes to a desk: that asks for a person who sees the account's name.
"""

from dataclasses import dataclass

from fastapi import APIRouter

from tierwise.facts.desk_config import DeskPlan
from tierwise.facts.desk_people import Push

from .api import Asks, PlainJSON, found_or_404
from .desk_answers import DeskPlanAnswer, DeskStanding, PushPreview

desk_router = APIRouter(prefix="/api/v1", default_response_class=PlainJSON)


@dataclass(frozen=True, slots=True)
class DeskPast:
    """Plans of configuration and pushes of levels, the newest first."""

    plans: tuple[DeskPlan, ...]
    pushes: tuple[Push, ...]


@desk_router.get("/desks")
def desks(answers: Asks) -> tuple[DeskStanding, ...]:
    """Every account we are connected to, and how it stands."""
    return answers.desks()


@desk_router.get("/desks/past")
def desk_past(answers: Asks) -> DeskPast:
    """Plans and pushes of all accounts."""
    return DeskPast(*answers.desk_past())


@desk_router.get("/desks/plans/{plan_id}")
def desk_plan(answers: Asks, plan_id: str) -> DeskPlanAnswer:
    """One plan of a desk's configuration, with its steps and findings."""
    return found_or_404(answers.desk_plan(plan_id), f"desk plan `{plan_id}`")


@desk_router.get("/desks/{account_id}/push")
def push_preview(answers: Asks, account_id: str) -> PushPreview:
    """What a push to one account would write."""
    known = {one.account_id for one in answers.desk_accounts()}
    asked = account_id if account_id in known else None
    return answers.push_preview(found_or_404(asked, f"connected account `{account_id}`"))
