"""How an account of a help desk stands, from the book and from what was read; no desk is asked."""

from contextlib import closing

from tierwise.facts.desk_config import DeskPlan
from tierwise.facts.desk_people import WriteState
from tierwise.facts.desks import DeskAccount

from .basis import Basis
from .desk_answers import DeskStanding, PeopleInStep
from .desk_levels import hold_open_tickets
from .desk_previews import people_in_step
from .desk_tables import read_landed_tickets
from .desk_wanted import hold_desk
from .ports import DeskBook, Landing
from .project import Project
from .wiring import make_engine

SHOWN = 10
_TARGETS = ("sla", "trigger", "schedule")
_MOST_HINTS = 10_000
_LEVELS = """
SELECT value, COUNT(*) FROM desk_wanted w
WHERE value IS NOT NULL AND found IS NOT DISTINCT FROM value
GROUP BY value, place ORDER BY place, value
"""


def standing_of(
    basis: Basis | str, book: DeskBook, account: DeskAccount, landing: Landing
) -> DeskStanding:
    """People in step, plans, pushes, streams and limits of one account.

    Without a basis it is told why there is none, and people and levels are nobody's.
    """
    people, levels = _people(basis, book, account, landing)
    number = account.account_id
    pushes = book.pushes(number, 1)
    plans = [one for one in book.desk_plans() if one.account_id == number]
    newest = plans[0] if plans else None
    return DeskStanding(
        account=account,
        people=people,
        last_push=pushes[0] if pushes else None,
        running=_running(book, number, newest),
        open_plan=newest if newest and newest.state == "open" else None,
        last_plan=next((one for one in plans if one.state == "applied"), None),
        owned=len(book.owned(number)),
        drifted=None if newest is None else _drifted(newest),
        streams=book.streams(number),
        hints_waiting=len(book.hints(number, _MOST_HINTS)),
        limits=book.limits(number),
        kept=book.written_where(number, WriteState.KEPT, SHOWN),
        refused=book.written_where(number, WriteState.REFUSED, SHOWN),
        levels=levels,
        no_levels=basis if isinstance(basis, str) else "",
    )


def _people(
    basis: Basis | str, book: DeskBook, account: DeskAccount, landing: Landing
) -> tuple[PeopleInStep, tuple[tuple[str, int], ...]]:
    if isinstance(basis, str):
        return PeopleInStep(0, 0, 0, 0, 0, 0), ()
    hold_desk(basis, book, account, landing)
    rows = basis.engine.rows(_LEVELS)
    return people_in_step(basis.engine), tuple((str(value), int(n)) for value, n in rows)


def _running(book: DeskBook, account_id: str, plan: DeskPlan | None) -> str | None:
    push = book.open_push(account_id)
    if push is not None:
        return f"push {push.push_id}"
    return f"plan {plan.plan_id}" if plan is not None and plan.state == "begun" else None


def _drifted(plan: DeskPlan) -> tuple[str, ...]:
    """What somebody had changed at the desk when the plan was made, unless it was applied."""
    if plan.state == "applied":
        return ()
    return tuple(op.logical_id for op in plan.ops if op.drifted)


def open_tickets_hit(project: Project, landing: Landing, plan: DeskPlan) -> int | None:
    """How many open tickets a plan may give other targets; None when none were read."""
    if not landing.parts("ticket") or not any(op.kind in _TARGETS for op in plan.ops):
        return None
    with closing(make_engine(project)) as engine:
        read_landed_tickets(engine, landing)
        hold_open_tickets(engine)
        ((tickets,),) = engine.rows("SELECT COUNT(*) FROM open_tickets")
    return int(tickets)
