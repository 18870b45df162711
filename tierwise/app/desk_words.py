"""Help desks in words: how an account stands, how a plan comes along, what was done."""

from collections.abc import Iterable
from dataclasses import dataclass

from tierwise.facts.desk_config import Deed, DeskPlan, StepState
from tierwise.facts.desk_people import VALUE_PREFIX, Push
from tierwise.facts.desk_reads import StreamState
from tierwise.facts.desks import DeskAccount, RateLimit
from tierwise.facts.findings import Finding

from . import words
from .desk_answers import DeskPlanAnswer, DeskStanding
from .promise_words import Sign

WORKING = Sign("◐", "open", "at work")
IN_STEP = Sign("●", "ok", "in step")
WAITING = Sign("▲", "soon", "changes wait")
LOOK = Sign("■", "late", "asks to be looked at")
NOT_SET_UP = Sign("○", "open", "not set up yet")

DEEDS = {
    Deed.CREATE: ("+", "create", "to make"),
    Deed.UPDATE: ("~", "change", "to change"),
    Deed.DELETE: ("−", "remove", "to remove"),
    Deed.REORDER: ("↕", "reorder", "to put in order"),
}
STEPS = {
    StepState.WAITING: Sign("○", "open", "not yet"),
    StepState.BEGUN: Sign("◐", "soon", "begun"),
    StepState.DONE: Sign("●", "ok", "done"),
}
PLAN_STATES = {
    "open": Sign("○", "open", "open"),
    "begun": Sign("◐", "soon", "begun"),
    "applied": Sign("●", "ok", "applied"),
    "dropped": Sign("×", "open", "dropped"),
}
FINDINGS = {
    "fail": Sign("■", "late", "in the way"),
    "warn": Sign("▲", "soon", "to know"),
    "ok": Sign("●", "ok", "in order"),
}
KINDS = {
    "sla": ("SLA policy", "SLA policies"),
    "sla_policy": ("SLA policy", "SLA policies"),
    "user_field": ("user field", "user fields"),
    "schedule": ("schedule", "schedules"),
}
STREAMS = {
    "users": "People",
    "agents": "Agents",
    "groups": "Groups",
    "tickets": "Tickets",
    "ticket_events": "History of tickets",
    "metric_events": "Clocks of the desk",
    "ratings": "Ratings",
    "survey_answers": "Survey answers",
}
SANDBOX = {
    True: Sign("●", "ok", "sandbox"),
    False: Sign("▲", "soon", "PRODUCTION"),
    None: Sign("▲", "soon", "perhaps PRODUCTION"),
}


@dataclass(frozen=True, slots=True)
class DeskChange:
    """A plan or a push, as the list of what was done shows it."""

    at: int
    what: str
    link: str | None
    account: str
    comes_to: str
    by: str
    state: Sign


def level_of(value: str | None) -> str | None:
    """The level that a value of the field stands for.

    >>> level_of("sl_premium"), level_of(None)
    ('premium', None)
    """
    return value.removeprefix(VALUE_PREFIX) if value else None


def kind_name(kind: str, number: int = 1) -> str:
    """What an object of the desk is called; of several, in the plural.

    >>> kind_name("sla_policy"), kind_name("trigger", 3)
    ('SLA policy', 'triggers')
    """
    usual = kind.replace("_", " ")
    one, more = KINDS.get(kind, (usual, f"{usual}s"))
    return one if number == 1 else more


def stream_name(stream: str) -> str:
    """What is read, in words."""
    return STREAMS.get(stream, stream.replace("_", " ").capitalize())


def desk_sign(standing: DeskStanding) -> Sign:
    """How an account stands as a whole: what is worst about it."""
    if standing.running:
        return WORKING
    if is_new(standing):
        return NOT_SET_UP
    if standing.people.refused or standing.drifted or broken_streams(standing):
        return LOOK
    waits = standing.open_plan is not None and standing.open_plan.ops
    return WAITING if standing.people.waiting or waits else IN_STEP


def is_new(standing: DeskStanding) -> bool:
    """Whether nothing was planned for the account or written to it yet."""
    return not (standing.owned or standing.open_plan or standing.last_plan or standing.last_push)


def broken_streams(standing: DeskStanding) -> tuple[StreamState, ...]:
    """What could be read before and cannot any more.

    What was never read is usually not in the account's plan: nothing to worry about.
    """
    return tuple(one for one in standing.streams if one.said and one.read_at is not None)


def people_known(standing: DeskStanding) -> int:
    """The people at the desk whose level we know."""
    people = standing.people
    return people.in_step + people.waiting + people.kept + people.refused


def stream_sign(stream: StreamState) -> Sign:
    """How far a stream was read."""
    if stream.read_at is None:
        return Sign("○", "open", "not there" if stream.said else "not yet")
    if stream.said:
        return Sign("■", "late", "stopped")
    return Sign("●", "ok", "to the end") if stream.is_end else Sign("◐", "soon", "in part")


def limit_sign(limit: RateLimit) -> Sign:
    """How much of a limit is left."""
    if not limit.remaining:
        return Sign("■", "late", "used up")
    if limit.remaining * 10 < limit.total:
        return Sign("▲", "soon", "nearly used up")
    return Sign("●", "ok", "free")


def push_says(push: Push) -> str:
    """What came of a push, without what did not occur."""
    told = (
        (push.unchanged, "needed no writing"),
        (push.kept, "kept as an agent set them"),
        (push.refused, "refused by the desk"),
        (push.missing, "no longer at the desk"),
    )
    rest = [f"{words.count(number)} {what}" for number, what in told if number]
    return ", ".join([f"{words.count(push.written)} of {words.count(push.wanted)} written", *rest])


def push_state(push: Push) -> Sign:
    """Whether a push is over, and whether anything is left to look at."""
    if push.ended_at is None:
        return PLAN_STATES["begun"]
    if push.refused:
        return Sign("▲", "soon", "done, some refused")
    return Sign("●", "ok", "done")


def plan_says(plan: DeskPlan) -> str:
    """How many changes of each kind a plan holds.

    >>> from tierwise.facts.desk_config import DeskOp
    >>> op = DeskOp(1, Deed.CREATE, "view", "view/all", "All", None, None, {})
    >>> plan_says(DeskPlan("d_1", "a", "apply", 0, "ann", 1, "", (op, op), ()))
    '2 to make'
    """
    counted = deed_counts(plan)
    told = [f"{words.count(n)} {DEEDS[deed][2]}" for deed, n in counted.items() if n]
    return ", ".join(told) or "nothing to change"


def deed_counts(plan: DeskPlan) -> dict[Deed, int]:
    """The number of operations of each kind."""
    return {deed: sum(op.deed == deed for op in plan.ops) for deed in Deed}


def in_the_way(plan: DeskPlan) -> tuple[Finding, ...]:
    """What has to be mended before the plan can be applied."""
    return tuple(one for one in plan.findings if one.verdict == "fail")


def can_apply(found: DeskPlanAnswer) -> bool:
    """Whether the plan can be carried out, or gone on with."""
    plan = found.plan
    if found.stale or in_the_way(plan) or not plan.ops:
        return False
    return plan.state in {"open", "begun"}


def desk_changes(
    plans: Iterable[DeskPlan], pushes: Iterable[Push], accounts: Iterable[DeskAccount]
) -> tuple[DeskChange, ...]:
    """Plans and pushes in one list, the newest first."""
    names = {one.account_id: one.name for one in accounts}

    def name(account_id: str) -> str:
        return names.get(account_id, f"{account_id} (disconnected)")

    found = [
        *(
            DeskChange(
                plan.made_at,
                f"{'Removal' if plan.purpose == 'destroy' else 'Plan'} {plan.plan_id}",
                plan.plan_id,
                name(plan.account_id),
                plan_says(plan),
                plan.made_by,
                PLAN_STATES.get(plan.state, Sign("○", "open", plan.state)),
            )
            for plan in plans
        ),
        *(
            DeskChange(
                push.started_at,
                f"Push {push.push_id}",
                None,
                name(push.account_id),
                push_says(push),
                push.started_by,
                push_state(push),
            )
            for push in pushes
        ),
    ]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))
