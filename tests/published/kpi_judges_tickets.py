"""What our KPIs of tickets, messages and clocks say of published cases.

Tickets are told as facts, go through the models and are counted by the catalogue; clocks run
through the replay of promises. Inputs may miss or come under other names.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache

import pyarrow as pa

from tests.metrics.counting import figure, of_catalogue, with_promises
from tests.metrics.measured import Row, desk, rows, ticket
from tests.promises.replayed import Ticket, events_table, tickets_table
from tests.published.kpi_judges_workload import ends, told
from tests.published.kpi_judging import Inputs, Judge, Said
from tests.published.sla_histories import ALWAYS
from tests.published.test_business_time_cases import calendar_of, seconds, table_of
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.time import DAY_S
from tierwise.levels.policy_promise import Changes as PolicyChanges
from tierwise.levels.policy_text import read_policy
from tierwise.metrics.attainment_counts import CYCLE_OUTCOMES, counts_model, counts_of
from tierwise.metrics.catalogue import CATALOGUE
from tierwise.metrics.desk_tables import TICKET_MEASURES, WAITING_SPELLS
from tierwise.metrics.figures import Figure
from tierwise.metrics.first_contact import first_contact
from tierwise.metrics.kinds import Ratio, Share, rows_of
from tierwise.metrics.kpis_quality import first_contact as first_contact_kpi
from tierwise.metrics.talk_tables import TICKET_TALK
from tierwise.metrics.windows import FIRST_CONTACT_S
from tierwise.promises.calendar_table import OpenTable
from tierwise.promises.clock_kinds import FIRST_RESPONSE, KINDS, ClockKind
from tierwise.promises.clock_terms import Changes, Circumstances
from tierwise.promises.replay import Replay, replay
from tierwise.promises.ticket_story import Name, TicketEvent

HOUR_S, MINUTE_S = 3_600, 60
NO_GRACE = Changes()
TARGET = "priority"  # what a clock of a case is promised, in minutes, is its priority
SAID_AS = {
    ("customer", True): "customer_message",
    ("agent", True): "public_reply",
    ("agent", False): "private_note",
    ("bot", True): "public_reply",
    ("bot", False): "private_note",
    ("automation", True): "public_reply",
    ("automation", False): "private_note",
}
BY = {"human": "agent", "system": "automation", "end_user": "customer", "requester": "customer"}


def moment(text: str) -> int:
    """An instant; a date alone is its midnight, and without an offset it is UTC."""
    at = datetime.fromisoformat(text)
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())


# --- messages ---


def of_messages(inputs: Inputs) -> Said:
    """One ticket, opened with its first message; minutes."""
    messages = inputs["messages"]
    times = [moment(one["at"]) for one in messages]
    begins = min(times) // DAY_S * DAY_S
    as_of_s = moment(told(inputs, "as_of", "now", default=messages[-1]["at"])) - begins
    lines = list(_lines(inputs, [at - begins for at in times]))
    engine = desk([ticket("t", "; ".join(lines))], as_of=f"{as_of_s}s")
    waits = rows(engine, WAITING_SPELLS)
    answered = figure(engine, _all_waits(), as_of_s=as_of_s)
    return {
        **_first_responses(engine, rows(engine, TICKET_MEASURES)[0]),
        "next_reply_min": _answered([one for one in waits if one["number"] > 1]),
        **_open_waits(waits, as_of_s, (answered.value or 0.0) * answered.n),
        "avg_response_min": None if answered.value is None else answered.value / MINUTE_S,
    }


def _all_waits() -> Ratio:
    """The mean that `t.avg` shows: there one wait is too few to show."""
    how = CATALOGUE["t.avg"].how
    waits = rows_of(how)
    assert waits is not None
    return Ratio(waits, how.of, "1")  # type: ignore[union-attr]


def _lines(inputs: Inputs, times: Sequence[int]) -> Iterator[str]:
    """The story as `measured.ticket` takes it; who opens it says so with the first message."""
    for place, (at_s, one) in enumerate(zip(times, inputs["messages"], strict=True)):
        by = BY.get(one["by"], one["by"])
        if not place:
            yield f"{at_s}s created {by}"
        if place or by != "customer":
            yield f"{at_s}s {SAID_AS[by, one.get('public', True)]} {by}"
    if "solved_at" in inputs and inputs["solved_at"] is not None:
        day = min(moment(one["at"]) for one in inputs["messages"]) // DAY_S * DAY_S
        yield f"{moment(inputs['solved_at']) - day}s status agent solved"


def _first_responses(engine: DuckDBEngine, measured: Row) -> Said:
    ends_s = [measured["human_s"], measured["any_s"]]
    text = f"SELECT MIN(at_s) FROM {TICKET_TALK.name} WHERE kind = 'automation' AND at_s >= ?"
    asked_s = measured["asked_s"]
    ((automated_s,),) = engine.rows(text, [asked_s])
    told_s = [at for at in (measured["any_s"], automated_s) if at is not None]
    names = ("frt_human_min", "frt_any_public_min", "frt_incl_automation_min")
    ends_s.append(min(told_s, default=None))
    return {name: _minutes(asked_s, at) for name, at in zip(names, ends_s, strict=True)}


def _minutes(since: int | None, until: int | None) -> float | None:
    return None if since is None or until is None else (until - since) / MINUTE_S


def _answered(waits: Sequence[Row]) -> list[float]:
    ended = [one for one in waits if one["answered_s"] is not None]
    return [(one["answered_s"] - one["asked_s"]) / MINUTE_S for one in ended]


def _open_waits(waits: Sequence[Row], as_of_s: int, answered_s: float) -> Said:
    open_s = [
        as_of_s - one["asked_s"]
        for one in waits
        if one["answered_s"] is None and one["dropped_s"] is None
    ]
    return {
        "open_wait_min": open_s[0] / MINUTE_S if open_s else None,
        "total_answered_wait_min": answered_s / MINUTE_S,
        "requester_wait_total_min": (answered_s + sum(open_s)) / MINUTE_S,
    }


# --- tickets ---


def of_first_contacts(inputs: Inputs) -> Said:
    """Tickets by the number of answers, reopenings, and when their customer came again."""
    window_s = int(told(inputs, "window_days", default=FIRST_CONTACT_S / DAY_S) * DAY_S)
    given = inputs["tickets"]
    solved = [moment(one["solved_at"]) for one in given if one.get("solved_at")]
    as_of = told(inputs, "as_of", "now")
    ends_s = moment(as_of) if as_of else max(solved, default=DAY_S) + window_s + DAY_S
    begins = min([*solved, ends_s]) // DAY_S * DAY_S - DAY_S
    stories = [one for row in given for one in _tickets(row, begins, ends_s - begins)]
    as_of_s = ends_s - begins
    counted = [_counted(stories, at, window_s) for at in (as_of_s, as_of_s + window_s)]
    (issues, one_touch), (later, _) = counted
    return {
        "fcr": issues.value,
        "ci95": ends(issues),
        "numerator": round((issues.value or 0.0) * issues.n),
        "denominator": issues.n,
        "pending_window": later.n - issues.n,
        "one_touch_rate_zendesk_like": one_touch.value,
        "window_days": window_s / DAY_S,
    }


def _counted(stories: Sequence[Row], as_of_s: int, window_s: int) -> tuple[Figure, Figure]:
    """First contact resolution and one-touch tickets, as known at an instant."""
    engine = desk(stories, as_of=f"{as_of_s}s")
    found = figure(engine, first_contact_kpi(window_s), as_of_s=as_of_s)
    return found, of_catalogue(engine, "q.onetouch", as_of_s=as_of_s)


def _tickets(given: Row, begins: int, as_of_s: int) -> Iterator[Row]:
    """A ticket, and the one with which its customer came again about the same, if they did."""
    name = str(given["id"])
    own = {"customer_id": f"c{name}", "category": "parcel"}
    if not given.get("solved_at"):
        yield ticket(name, _asked(as_of_s - HOUR_S, given.get("agent_touches", 0)), **own)
        return
    solved_s = moment(given["solved_at"]) - begins
    lines = [_asked(solved_s - DAY_S, given.get("agent_touches", 1))]
    lines.append(f"{solved_s}s status agent solved")
    if given.get("reopened"):
        lines.append(f"{solved_s + MINUTE_S}s customer_message customer")
        lines.append(f"{solved_s + MINUTE_S}s status customer open")
    yield ticket(name, "; ".join(lines), **own)
    if given.get("recontact_days") is not None:
        again_s = solved_s + int(given["recontact_days"] * DAY_S)
        yield ticket(f"{name} again", f"{again_s}s created customer", **own)


def _asked(at_s: int, touches: int) -> str:
    """A ticket with so many answers, each to a question."""
    lines = [f"{at_s}s created customer"]
    for place in range(touches):
        if place:
            lines.append(f"{at_s + 20 * place}s customer_message customer")
        lines.append(f"{at_s + 20 * place + 10}s public_reply agent:ann")
    return "; ".join(lines)


def of_reopenings(inputs: Inputs) -> Said:
    """So many solved tickets of which so many were reopened, some more than once."""
    solved, reopened = inputs["solved"], told(inputs, "reopened_tickets", "reopened", default=0)
    events = told(inputs, "reopen_events", default=reopened)
    courtesies = inputs.get("courtesy_reopens", 0)
    own = [1 + (events - reopened if place == 0 else 0) for place in range(reopened)]
    times = [*own, *[0] * (solved - reopened)]
    thanked = [1 if reopened <= place < reopened + courtesies else 0 for place in range(solved)]
    stories = [_reopened(str(place), times[place], thanked[place]) for place in range(solved)]
    as_of_s = 30 * DAY_S
    engine = desk(stories, as_of=f"{as_of_s}s")
    judged = rows_of(CATALOGUE["q.reopen"].how)
    assert judged is not None
    rate = of_catalogue(engine, "q.reopen", as_of_s=as_of_s)
    every = figure(engine, Share(judged, "reopens + courtesy_reopens > 0"), as_of_s=as_of_s)
    each = figure(engine, Ratio(judged, "reopens", "1"), as_of_s=as_of_s)
    return {
        "reopen_rate": rate.value,
        "reopen_rate_incl_courtesy": every.value,
        "reopens_per_solved": each.value,
        "ci95": ends(rate),
        "n": rate.n,
    }


def _reopened(name: str, times: int, thanked: int) -> Row:
    """A ticket solved on the first day, reopened so often, each time solved within two hours."""
    lines = ["0 created customer", "1h public_reply agent:ann", "2h status agent solved"]
    for place in range(times + thanked):
        at_s = DAY_S + place * 6 * HOUR_S
        lines.append(f"{at_s}s customer_message customer")
        lines.append(f"{at_s}s status customer open")
        if place < times:
            lines.append(f"{at_s + HOUR_S}s public_reply agent:ann")
        lines.append(f"{at_s + 2 * HOUR_S}s status agent solved")
    return ticket(name, "; ".join(lines), customer_id=f"c{name}")


def of_first_contact_counts(inputs: Inputs) -> Said:
    """Counts alone, so there is nothing that models could read."""
    resolved = told(inputs, "resolved_first", "resolved", "k")
    inquiries = told(inputs, "inquiries", "total", "n")
    left_out = told(inputs, "not_resolvable_first", "not_resolvable", default=0)
    found = first_contact(resolved, inquiries, left_out)
    return {
        **dict.fromkeys(("fcr", "gross"), found.gross.value),
        "net": found.net.value,
        "excluded_share": found.left_out.value,
        "n": found.gross.n,
        **dict.fromkeys(("ci95", "gross_ci95"), ends(found.gross)),
        "net_ci95": ends(found.net),
    }


# --- clocks ---


@cache
def always() -> OpenTable:
    return table_of(json.dumps(calendar_of({**ALWAYS}), sort_keys=True), -400, 4_000)


def in_replay(
    tickets: Sequence[Ticket],
    now_s: int,
    *,
    kind: ClockKind = FIRST_RESPONSE,
    changes: Changes = NO_GRACE,
) -> pa.Table:
    """The cycles of tickets that are promised as many minutes as their priority says."""

    def promise_of(_: str, now: Circumstances) -> tuple[int | None, str]:
        return seconds(float(now[TARGET] or 0)), "always"

    how = Replay((kind,), promise_of, {"always": always()}, changes)
    return replay(tickets_table(tickets), events_table(tickets), how, now_s)


def event(at_min: float, name: str, actor: str = "agent", value: str | None = None) -> TicketEvent:
    at_s = seconds(at_min)
    return TicketEvent(at_s, f"{at_s:012} {name}", name, actor, value)


def a_clock(name: str, target: float, *events: TicketEvent) -> Ticket:
    return Ticket(name, events, {TARGET: f"{target}"})


def of_clocks(inputs: Inputs) -> Said:
    """Clocks by when they are due, in minutes after their start, and what ended them."""
    given = inputs["clocks"]
    now_min = max([_age(one) for one in given], default=0) + 1
    stories = [_clock(str(place), one, now_min) for place, one in enumerate(given)]
    now_s = seconds(now_min)
    engine = with_promises(in_replay(stories, now_s), as_of_s=now_s)
    rate = of_catalogue(engine, "s.attain", as_of_s=now_s)
    model = counts_model((), CYCLE_OUTCOMES)
    engine.materialise(model, {"from_s": -DAY_S, "to_s": now_s})
    counts = counts_of(engine.query(f"FROM {model.name}").to_pylist()[0])
    closed, running = counts.met + counts.late, counts.not_due
    return {
        **dict.fromkeys(("attainment", "sla_attainment"), rate.value),
        "ci95": ends(rate),
        "met": counts.met,
        "breached": counts.late + counts.open_late,
        "active": counts.not_due,
        "cancelled": counts.not_counted,
        "n": rate.n,
        # What others show instead.
        "chatwoot_like_hit_rate": _share(counts.met + running, counts.decided + running),
        "completed_only": _share(counts.met, closed),
    }


def _share(hits: int, size: int) -> float | None:
    return hits / size if size else None


def _age(given: Row) -> float:
    """Minutes since it began; one that was ended is as old as it must be to be judged."""
    if given.get("fulfilled") is not None:
        return float(max(given["due"], given["fulfilled"]))
    return float(given.get("age", 0))


def _clock(name: str, given: Row, now_min: float) -> Ticket:
    begins = now_min - _age(given) - (1 if given.get("fulfilled") is not None else 0)
    events = [event(begins, Name.CREATED, "customer")]
    if given.get("fulfilled") is not None:
        events.append(event(begins + given["fulfilled"], Name.PUBLIC_REPLY))
    if given.get("cancelled"):
        events.append(event(now_min, Name.SPAM))
    return a_clock(name, given["due"], *events)


def of_pauses(inputs: Inputs) -> Said:
    """One clock through the statuses of its ticket, by default that of the requester's wait."""
    kind = KINDS[told(inputs, "clock", "kind", default="requester_wait")]
    spans = inputs["status"]
    events = [event(spans[0][1], Name.CREATED, "customer", spans[0][0])]
    events += [event(since, Name.STATUS, "agent", status) for status, since, _ in spans[1:]]
    last = max(at for _, since, until in spans for at in (since, until) if at is not None)
    now_s = seconds(told(inputs, "as_of", "now", default=last))
    story = a_clock("t", inputs["target"], *events)
    (cycle,) = in_replay([story], now_s, kind=kind).to_pylist()
    is_late = cycle["state"] == "breached"
    return {
        "elapsed": cycle["elapsed_s"] / MINUTE_S,
        "remaining": inputs["target"] - cycle["elapsed_s"] / MINUTE_S,
        "breached": is_late,
        "breach_at": cycle["due_s"] / MINUTE_S if is_late else None,
        "state": cycle["state"],
    }


def of_changed_targets(inputs: Inputs) -> Said:
    """A promise that becomes another one while the clock runs, in minutes."""
    old, new, since = inputs["old_target"], inputs["new_target"], inputs["changed_at"]
    begins = inputs.get("start", 0)
    story = a_clock(
        "t",
        old,
        event(begins, Name.CREATED, "customer"),
        event(since, Name.PRIORITY, "automation", f"{new}"),
    )
    usual = PolicyChanges().grace_s(seconds(new))
    grace_s = seconds(inputs["grace"]) if "grace" in inputs else usual
    changes = Changes(grace_s=grace_s)
    (cycle,) = in_replay([story], seconds(since), changes=changes).to_pylist()
    return {
        "due": cycle["due_s"] / MINUTE_S,
        "breached": cycle["state"] == "breached",
        "state": cycle["state"],
    }


def of_one_answer(inputs: Inputs) -> Said:
    """The same answer under the promises of several levels."""
    after, targets = inputs["answered_after_min"], inputs["targets"]
    stories = [
        a_clock(level, target, event(0, Name.CREATED, "customer"), event(after, Name.PUBLIC_REPLY))
        for level, target in targets.items()
        if target is not None
    ]
    cycles = {one["ticket_id"]: one for one in in_replay(stories, seconds(after)).to_pylist()}
    late_s = {name: max(0, one["elapsed_s"] - one["target_s"]) for name, one in cycles.items()}
    return {
        "met": {
            name: cycles[name]["state"] == "met" if name in cycles else None for name in targets
        },
        "late_by_min": {name: late_s[name] / MINUTE_S for name in cycles},
    }


# --- a table of promises ---

POLICY = """
currency: EUR
levels:
  one:
    who: everyone
    promises:
      first_response: {within: "%s"}
"""


def of_table(inputs: Inputs) -> Said:
    """The promises of a brief in words; the longest time of a range is what can be promised."""
    minutes = {level: _promised_minutes(words) for level, words in inputs["table"].items()}
    return {"target_minutes": minutes}


def _promised_minutes(words: str | None) -> float | None:
    """Minutes as our policy reads them; None where it refuses the words, so they must be set."""
    policy, _ = read_policy(POLICY % in_policy(words or ""))
    if policy is None:
        return None
    return policy.levels["one"].promises["first_response"].within / MINUTE_S


def in_policy(words: str) -> str:
    """`24-48 Hours` as a policy would promise it: `48h`."""
    found = re.search(r"(\d+)\s*([dhms])[a-z]*$", words.strip().lower())
    return "".join(found.groups()) if found else words


JUDGES: Mapping[str, Judge] = {
    "response_times": of_messages,
    "fcr_event_based": of_first_contacts,
    "reopen_rate": of_reopenings,
    **dict.fromkeys(("fcr", "fcr_net", "first_contact_resolution"), of_first_contact_counts),
    **dict.fromkeys(("sla_attainment", "attainment"), of_clocks),
    "sla_pause": of_pauses,
    "sla_target_change": of_changed_targets,
    "tier_response_48h_v_2h": of_one_answer,
    "tier_response_table": of_table,
}
