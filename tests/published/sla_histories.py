"""Histories of tickets as other help desks tell them, read into our clocks and promises."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tests.published.test_business_time_cases import (
    HORIZONS,
    WEEK,
    Case,
    around,
    calendar_of,
    instant,
    seconds,
    table_of,
)
from tierwise.facts.time import DAY_S
from tierwise.promises.calendar_table import HorizonError, OpenTable
from tierwise.promises.clock_kinds import KINDS, Action, ClockKind, Move, Phase, Trigger
from tierwise.promises.clock_readings import read_clock
from tierwise.promises.clock_terms import (
    CHANGES_TERMS,
    Changes,
    Circumstances,
    Mode,
    Promised,
    terms_over,
)
from tierwise.promises.clocks import Clock, clock_of
from tierwise.promises.ticket_story import Name, Story, TicketEvent, story, up_to

HORIZON_DAYS = 400

OUR_CLOCKS = {
    "next_reply": "next_response",
    "keep_in_loop": "periodic_update",
    "requester_wait_time": "requester_wait",
    "agent_work_time": "agent_work",
    "total_resolution_time": "resolution",
    "group_ownership_time": "team_ownership",
}
CLOCKS = KINDS.keys() | OUR_CLOCKS.keys()
OUR_NAMES = {
    "created": Name.CREATED,
    "customer_message": Name.CUSTOMER_MESSAGE,
    "agent_reply": Name.PUBLIC_REPLY,
    "internal_note": Name.PRIVATE_NOTE,
    "status": Name.STATUS,
    "priority": Name.PRIORITY,
    "policy": Name.POLICY,
    "calendar": Name.CALENDAR,
    "channel": Name.CHANNEL,
    "level": Name.LEVEL,
    "tier": Name.LEVEL,
    "team": Name.TEAM,
    "group": Name.TEAM,
    "assigned": Name.ASSIGNED,
    "thanks": Name.THANKS,
    "handed_over": Name.HANDED_OVER,
    "merged": Name.MERGED,
    "split": Name.SPLIT,
    "spam": Name.SPAM,
    "deleted": Name.DELETED,
}
# Who writes where nobody is named.
OUR_ACTORS = {"created": "customer", "customer_message": "customer", "thanks": "customer"}
NO_CLOCK = "none of them"  # what a reply concerns that answers nothing
ACTORS = {"customer", "agent", "team", "bot", "automation"}
# What a case says of a change, by the first of these words in it.
OUR_MODES = {
    "kept": Mode.KEEP_ELAPSED,
    "cumulative": Mode.KEEP_ELAPSED,
    "each": Mode.KEEP_ELAPSED,
    "frozen": Mode.FROZEN,
    "fixed": Mode.FROZEN,
    "forward": Mode.FORWARD_ONLY,
    "only new": Mode.FORWARD_ONLY,
    "start": Mode.FROM_START,
    "retroactive": Mode.FROM_START,
    "creation": Mode.FROM_START,
    "recomputed": Mode.FROM_START,
    "recalculated": Mode.FROM_START,
    "last": Mode.FROM_START,
}
REACHED_BY = {
    "target_change": {Name.PRIORITY, Name.POLICY, Name.LEVEL, Name.CHANNEL},
    "calendar_change": {Name.CALENDAR},
}
# Some peers only hide the deadline in a pause: by the words of a key, if it holds, time counts.
OF_PAUSES = ("pause", "status", "time", "due", "deadline")
COUNTS_IF = {"exclude": False, "shift": False, "extend": False, "count": True, "hide": True}

ALWAYS = {"weekly_hours": {day: [["00:00", "24:00"]] for day in sorted(WEEK)}}


def ours(clock: str) -> str:
    return OUR_CLOCKS.get(clock, clock)


def kind_of(case: Case, clock: str) -> ClockKind:
    """Our kind of clock, set as the semantics of the case say."""
    says = case.get("semantics", {})
    kind = KINDS[ours(clock)]
    rows = dict(kind.moves) | dict(changed_rows(says, clock))
    first = Phase.READY if starts_at_once(says, clock) else kind.first
    stops = frozenset() if time_counts(says) else pauses(says, clock)
    return replace(kind, moves=rows, first=first, pauses=stops, done=done(says, clock))


def changed_rows(
    says: Mapping[str, Any], clock: str
) -> Iterator[tuple[tuple[Phase, Trigger], Move]]:
    stays = Move(Action.WAIT, Phase.RUNNING)
    on_done = (Phase.RUNNING, Trigger.DONE)
    stops = says.get("close_stops_next_reply", False)
    answers = stops or says.get("close_is_first_response", False)
    if clock == "next_reply" and not stops:
        yield on_done, stays
    if clock == "next_reply" and not answers:
        yield (Phase.OWED, Trigger.DONE), Move(Action.WAIT, Phase.OWED)
    if clock == "first_response" and not answers:
        yield on_done, stays
    if clock == "keep_in_loop":
        yield (Phase.RUNNING, Trigger.ASKED), Move(Action.CANCEL, Phase.READY)


def starts_at_once(says: Mapping[str, Any], clock: str) -> bool:
    return clock == "next_reply" and says.get("opening_message_starts_next_reply", False)


def done(says: Mapping[str, Any], clock: str) -> frozenset[str]:
    """The statuses in which a ticket is done, and those that count as a first response too."""
    statuses = frozenset(says.get("done_statuses", KINDS[ours(clock)].done | {"resolved"}))
    if clock == "first_response" and says.get("close_is_first_response", False):
        # Where a status answers, the one in which we wait for the customer does as well.
        return statuses | pauses(says, "resolution")
    return statuses


def pauses(says: Mapping[str, Any], clock: str) -> frozenset[str]:
    """The statuses in which a clock is shown as paused."""
    if "pause" not in says:
        return KINDS[ours(clock)].pauses
    statuses = says["pause"].get("statuses", ())
    if isinstance(statuses, Mapping):
        return frozenset(statuses.get(clock, KINDS[ours(clock)].pauses))
    return frozenset(statuses if clock in says["pause"].get("clocks", [clock]) else ())


def time_counts(says: Mapping[str, Any]) -> bool:
    """Whether a pause hides the deadline and does not move it."""
    told = dict(says) | dict(says.get("pause", {}))
    return any(value is COUNTS_IF[word] for key, value in told.items() for word in pause_words(key))


def pause_words(key: str) -> list[str]:
    """The words of a key that tell whether paused time counts."""
    is_of_pauses = any(word in key for word in OF_PAUSES)
    return [word for word in COUNTS_IF if is_of_pauses and word in key]


def events_of(case: Case) -> Iterator[TicketEvent]:
    """The events of a case and, at its creation, what it was created with."""
    created = next((one for one in case["events"] if one["type"] == "created"), case["events"][0])
    given = {Name.POLICY: case.get("policy"), Name.CALENDAR: case.get("calendar", ALWAYS)}
    given |= {Name.PRIORITY: created[Name.PRIORITY]} if Name.PRIORITY in created else {}
    for name, value in given.items():
        yield TicketEvent(instant(created["at"]), f"given {name}", name, value=json.dumps(value))
    for number, event in enumerate(case["events"]):
        yield told(event, f"then {number}")


def told(event: Mapping[str, Any], event_id: str) -> TicketEvent:
    kind = event["type"]
    name = OUR_NAMES[kind]
    actor = event.get("actor", OUR_ACTORS.get(kind, "agent"))
    assert actor in ACTORS, f"expected one of {sorted(ACTORS)}, found {actor}"
    concerns = tuple(ours(clock) for clock in event.get("answers", ()))
    if "answers" in event and not concerns:
        concerns = (NO_CLOCK,)
    value = event.get("to", event.get(kind, event.get("status")))
    written = json.dumps(value) if name in CHANGES_TERMS - {Name.TEAM} else value
    return TicketEvent(instant(event["at"]), event_id, name, actor, written, concerns)


def promised(case: Case, clock: str, history: Story, horizon: int = HORIZON_DAYS) -> Promised:
    terms = terms_over(history, lambda now: promise_of(now, clock))
    days = [instant(one["at"]) // DAY_S for one in [*case["events"], *case["checks"]]]
    span = around(min(days), max(days), horizon)
    tables = {one.calendar: table(one.calendar, *span) for one in terms}
    return Promised(terms, tables, changes_of(case))


def changes_of(case: Case) -> Changes:
    """How what changes in the case reaches a clock; words about what does not are not read."""
    changed = {OUR_NAMES[event["type"]] for event in case["events"]}
    says = case.get("semantics", {})
    texts = {what: says.get(what, "") for what in REACHED_BY if changed & REACHED_BY[what]}
    modes = {what: mode(text) for what, text in texts.items()}
    kept = Mode.KEEP_ELAPSED
    return Changes(modes.get("target_change", kept), modes.get("calendar_change", kept))


def promise_of(now: Circumstances, clock: str) -> tuple[int | None, str]:
    policy, priority = (json.loads(now.get(name) or "null") for name in ("policy", "priority"))
    targets = (policy or {}).get(str(priority), policy) or {}
    minutes = targets.get(clock)
    return None if minutes is None else seconds(minutes), now[Name.CALENDAR] or ""


def table(calendar: str, first: int, last: int) -> OpenTable:
    return table_of(json.dumps(calendar_of(json.loads(calendar)), sort_keys=True), first, last)


def mode(text: str) -> Mode:
    found = [mode for word, mode in OUR_MODES.items() if word in text]
    assert found or not text, f"expected one of {sorted(OUR_MODES)} in the words `{text}`"
    return found[0] if found else Mode.KEEP_ELAPSED


def found(case: Case, clock: str, now_s: int) -> tuple[Clock, Promised]:
    """The clock at an instant, and what is promised for as long as it takes to tell its end."""
    history = story(events_of(case))
    clock_now = clock_of(kind_of(case, clock), up_to(history, now_s))
    for days in HORIZONS[1:]:
        terms = promised(case, clock, history, days)
        try:
            read_clock(clock_now, terms, now_s)
        except HorizonError:
            continue
        return clock_now, terms
    raise AssertionError("not answered within 50 years")
