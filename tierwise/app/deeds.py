"""What the pages do: save, apply, undo, set a level by hand, sign in."""

from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tierwise.facts.time import DAY_S

from . import words
from .answers import Explanation
from .dials import dial_for, dials
from .door import own_address, sign_in
from .looks import looks
from .pages import find_plan, write_customer
from .site import THEMES, Asked, Site, write_page

YEAR_S = 365 * DAY_S
LONGEST_REASON = 500


def save_border(site: Site, asked: Asked) -> Response:
    """Save as plan: the policy with the moved border."""
    found = dials(site.answers.borders(), looks(site.answers.levels()), site.answers.currency())
    level = asked.form.get("level")
    dial = dial_for(found, level)
    at = dial.read(asked.form.get("at", "")) if dial else None
    # Without its border, the level would be given the dial of another one.
    if dial is None or dial.level != level or at is None:
        raise HTTPException(400, "The form names no border that can be moved.")
    plan = site.answers.save_border(dial.level, dial.to_border(at), asked.session.who).plan
    return go(f"/plans/{part(plan.plan_id)}")


def make_plan(site: Site, asked: Asked) -> Response:
    """A plan under the policy as it is."""
    return go(f"/plans/{part(site.answers.make_plan(asked.session.who).plan.plan_id)}")


def ask_to_apply(site: Site, asked: Asked) -> Response:
    """What applying would do, and the button that does it."""
    return write_page(site, asked, "confirm_apply.html", found=find_plan(site, asked))


def apply_plan(site: Site, asked: Asked) -> Response:
    """Carry the plan out."""
    site.answers.apply(asked.parts["plan_id"], asked.session.who)
    return go(f"/plans/{part(asked.parts['plan_id'])}")


def ask_to_undo(site: Site, asked: Asked) -> Response:
    """What an undo takes back, and the button that does it."""
    named = [one for one in site.answers.past().applied if one.apply_id == asked.parts["apply_id"]]
    if not named:
        raise HTTPException(404, f"There is no apply `{asked.parts['apply_id']}`.")
    return write_page(site, asked, "confirm_undo.html", applied=named[0])


def undo_apply(site: Site, asked: Asked) -> Response:
    """Take an apply back."""
    site.answers.undo(asked.parts["apply_id"], asked.session.who)
    return go("/plans")


def set_override(site: Site, asked: Asked) -> Response:
    """Set a level by hand, with a reason and a last day."""
    found = find_customer(site, asked)
    level, reason = asked.form.get("level", ""), asked.form.get("reason", "").strip()
    until_day = words.read_day(asked.form.get("until", ""))
    today = site.answers.data_state().as_of_day or 0
    misread = _misread(site, level, reason, until_day, today=today)
    if misread or until_day is None:
        said = f"The level was not set. {misread}"
        return write_customer(site, asked, found, misread=said, status=422)
    site.answers.set_override(
        found.customer_id, level, reason=reason, until_day=until_day, by=asked.session.who
    )
    return go(f"/customers/{part(found.customer_id)}")


def _misread(site: Site, level: str, reason: str, until_day: int | None, *, today: int) -> str:
    if level not in dict(site.answers.levels()):
        return "Choose a level."
    if not reason:
        return "Give a reason, so that the next person knows why."
    if len(reason) > LONGEST_REASON:
        return f"Keep the reason under {LONGEST_REASON} characters."
    if until_day is None or until_day < today:
        return f"Choose a last day that is not before {words.day(today)}."
    return ""


def end_override(site: Site, asked: Asked) -> Response:
    """Give the customer back to the rules."""
    found = find_customer(site, asked)
    site.answers.end_override(found.customer_id, asked.session.who)
    return go(f"/customers/{part(found.customer_id)}")


def find_customer(site: Site, asked: Asked) -> Explanation:
    """The customer an address names; 404 if there is none."""
    found = site.answers.explain(asked.parts["customer_id"])
    if found is None:
        raise HTTPException(404, f"There is no customer `{asked.parts['customer_id']}`.")
    return found


def choose_theme(site: Site, asked: Asked) -> Response:
    """Light or dark from now on, and back to the page."""
    theme = asked.form.get("theme", "")
    response = go(own_address(asked.form.get("then", "/")))
    if theme in THEMES:
        response.set_cookie("tierwise_theme", theme, max_age=YEAR_S, httponly=True, samesite="lax")
    return response


def sign_in_page(site: Site, request: Request) -> Response:
    """The form for the owner's token; shows nothing of the shop."""
    wrong = "wrong" in request.query_params
    html = site.templates.get_template("sign_in.html").render(
        theme="", wrong=wrong, then=own_address(request.query_params.get("then", "/"))
    )
    return Response(html, status_code=401 if wrong else 200, media_type="text/html")


def sign_in_form(site: Site, form: dict[str, str]) -> Response:
    """The token as it was typed."""
    return sign_in(site, form.get("token", "").strip(), form.get("then", "/"))


def go(address: str) -> Response:
    """On to another page after a deed."""
    return RedirectResponse(address, status_code=303)


def part(name: str) -> str:
    """A name as one part of an address."""
    return quote(name, safe="")
