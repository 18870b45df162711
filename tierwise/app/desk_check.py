"""The doctor of a desk: who we are there, what it lets us do, and what is in the way."""

from collections.abc import Callable, Iterator

from tierwise.facts.desks import DeskAccount, DeskCaps, Probe
from tierwise.facts.findings import Finding
from tierwise.facts.problems import RefusedError

from . import words
from .desk_answers import DeskCheck
from .desk_room import DeskRoom
from .desk_sure import another_account

MOST_SKEW_S = 60


def check_desk(room: DeskRoom) -> DeskCheck:
    """Ask the desk who we are and what we may; nothing is written. A refusal is a finding."""
    try:
        probe = room.desk.probe(room.clock())
    except RefusedError as error:
        said, _, step = str(error).partition("; ")
        return DeskCheck(room.account, (Finding("fail", "sign-in", said, step),), ())
    return DeskCheck(
        room.account, tuple(_findings(room.account, room.desk.caps, probe)), probe.limits
    )


def _findings(account: DeskAccount, caps: DeskCaps, probe: Probe) -> Iterator[Finding]:
    yield Finding("ok", "sign-in", f"{probe.signed_in_as}, {probe.role}, at {probe.name}")
    if probe.remote_id != account.remote_id:
        text, step = another_account(account, probe.remote_id)
        yield Finding("fail", "account", text, step)
    yield from _offers(caps)
    yield Finding("ok", "plan", probe.plan or "the desk does not say which plan this is")
    yield _sandbox(probe)
    yield _skew(probe.clock_skew_s)
    for one in probe.allowances:
        verdict = "ok" if one.is_allowed else "warn"
        text = one.what if one.is_allowed else f"cannot {one.what}: {one.why}"
        yield Finding(verdict, "may", text, one.next_step)
    if not caps.create_customers:
        yield Finding("ok", "people", "levels go to people who are there; nobody is created")


# What kinds of desks differ in, as an account manager would say it.
_OFFERS: tuple[tuple[Callable[[DeskCaps], bool], str], ...] = (
    (lambda caps: caps.level_field is not None, "a field for the level"),
    (lambda caps: caps.bulk_update is not None, "many people in one job"),
    (lambda caps: caps.sla_crud and caps.sla_match_on_customer_field, "SLA policies by level"),
    (lambda caps: caps.schedules_crud, "schedules"),
    (lambda caps: caps.routing_rules_crud and caps.reorder, "triggers in order"),
    (lambda caps: caps.native_sla_clock and caps.metric_events, "SLA clocks and their history"),
    (lambda caps: caps.incremental != "none", "exports of what is new"),
    (lambda caps: caps.webhooks == "signed", "signed webhooks"),
    (lambda caps: bool(caps.csat), "customer satisfaction"),
)


def _offers(caps: DeskCaps) -> Iterator[Finding]:
    """What this kind of desk can do, and what it cannot."""
    can = [what for has, what in _OFFERS if has(caps)]
    lacks = [what for has, what in _OFFERS if not has(caps)]
    yield Finding("ok", "offers", ", ".join(can))
    if lacks:
        yield Finding("warn", "offers", f"not: {', '.join(lacks)}", "Tierwise does without")


def _sandbox(probe: Probe) -> Finding:
    if probe.is_sandbox:
        return Finding("ok", "account", "a sandbox: nothing here reaches customers")
    sure = "this is" if probe.is_sandbox is False else "this may be"
    return Finding("ok", "account", f"{sure} PRODUCTION: what is written here reaches customers")


def _skew(skew_s: int) -> Finding:
    if abs(skew_s) <= MOST_SKEW_S:
        return Finding("ok", "clock", "agrees with the desk's")
    how = "behind" if skew_s > 0 else "ahead of"
    text = f"ours is {words.count(abs(skew_s))} s {how} the desk's"
    return Finding(
        "warn", "clock", text, "set this machine's clock; webhooks are refused until then"
    )
