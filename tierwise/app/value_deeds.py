"""What the pages do about value: plan with another one, correct what is believed of a customer."""

from starlette.exceptions import HTTPException
from starlette.responses import Response

from tierwise.value.customer_value import Use

from .answers import Explanation
from .deeds import LONGEST_REASON, find_customer, go, part
from .pages import write_customer
from .site import Asked, Site

_HOLDS = {"yes": True, "no": False}


def plan_with_use(site: Site, asked: Asked) -> Response:
    """A plan under the policy with another value to follow."""
    use = asked.form.get("use", "")
    if use not in tuple(Use):
        raise HTTPException(400, "The form names no value that levels can follow.")
    plan = site.answers.plan_with_use(Use(use), asked.session.who).plan
    return go(f"/plans/{part(plan.plan_id)}")


def correct_type(site: Site, asked: Asked) -> Response:
    """Keep what a person knows of a customer's type, with how they know."""
    found = find_customer(site, asked)
    name, holds = _type(site, asked, found), _HOLDS.get(asked.form.get("holds", ""))
    reason = asked.form.get("because", "").strip()
    misread = _misread(holds=holds, reason=reason)
    if misread or holds is None:
        said = f"The correction was not kept. {misread}"
        return write_customer(site, asked, found, misread=said, status=422)
    site.answers.correct_type(
        _valued(found), name, holds=holds, reason=reason, by=asked.session.who
    )
    return _back(found)


def withdraw_correction(site: Site, asked: Asked) -> Response:
    """Go by the orders again."""
    found = find_customer(site, asked)
    name = _type(site, asked, found)
    site.answers.withdraw_correction(_valued(found), name, asked.session.who)
    return _back(found)


def _type(site: Site, asked: Asked, found: Explanation) -> str:
    name = asked.form.get("type", "")
    if name not in {row.type for row in site.answers.types(_valued(found))}:
        raise HTTPException(400, "The form names no type that is known of this customer.")
    return name


def _misread(*, holds: bool | None, reason: str) -> str:
    if holds is None:
        return "Say whether it holds."
    if not reason:
        return "Give a reason, so that the next person knows how you know."
    if len(reason) > LONGEST_REASON:
        return f"Keep the reason under {LONGEST_REASON} characters."
    return ""


def _valued(found: Explanation) -> str:
    """Types are those of the account where one covers the customer."""
    return found.covered_by or found.customer_id


def _back(found: Explanation) -> Response:
    return go(f"/customers/{part(found.customer_id)}#types")
