"""What the pages do at help desks: make a plan, carry it out, push levels.

What writes to a desk asks for the account's name first; what takes long goes on by itself.
"""

from functools import partial

from starlette.responses import Response

from tierwise.facts.desks import DeskAccount

from .deeds import go, part
from .desk_page import (
    apply_work,
    find_account,
    find_desk_plan,
    push_work,
    write_desk_plan,
    write_push,
)
from .site import Asked, Site


def make_desk_plan(site: Site, asked: Asked) -> Response:
    """Look at the desk and save what would change there."""
    account = find_account(site, asked.form.get("account", ""))
    found = site.answers.make_desk_plan(account.account_id, asked.session.who)
    return go(f"/desk/plans/{part(found.plan.plan_id)}")


def apply_desk_plan(site: Site, asked: Asked) -> Response:
    """Carry the plan out, or go on with it, once the account's name was typed."""
    found = find_desk_plan(site, asked)
    misread = _misread(found.account, asked)
    if misread:
        said = f"Nothing was changed. {misread}"
        return write_desk_plan(site, asked, found, misread=said, status=422)
    plan_id = found.plan.plan_id
    does = partial(site.answers.apply_desk_plan, plan_id, asked.session.who)
    site.work.begin(apply_work(plan_id), does)
    return go(f"/desk/plans/{part(plan_id)}")


def push_levels(site: Site, asked: Asked) -> Response:
    """Write levels to the desk, or go on with it, once the account's name was typed."""
    account = find_account(site, asked.form.get("account", ""))
    misread = _misread(account, asked)
    if misread:
        said = f"Nothing was written. {misread}"
        return write_push(site, asked, account, misread=said, status=422)
    does = partial(site.answers.push, account.account_id, asked.session.who)
    site.work.begin(push_work(account.account_id), does)
    return go("/desk")


def _misread(account: DeskAccount, asked: Asked) -> str:
    typed = asked.form.get("name", "").strip()
    if typed == account.name:
        return ""
    found = f"`{typed}` is" if typed else "That is"
    return f"{found} not the name of the account: type `{account.name}`."
