"""SLA clocks of the stand-in: which policy applies, what runs, what was kept and what was not.

A clock is a dict: metric, instance, spans ([from, to or None]), target (seconds or None),
business, policy, breach (number of its event), done.
"""

from .standin_calls import Row, in_text
from .standin_conditions import holds
from .standin_hours import due_at, open_seconds, schedule_of
from .standin_state import State

RUNS_IN = {
    "resolution_time": ("new", "open", "pending", "hold"),
    "requester_wait_time": ("new", "open", "hold"),
    "agent_work_time": ("new", "open"),
}
OF_POLICY = {
    "resolution_time": "total_resolution_time",
    "requester_wait_time": "requester_wait_time",
    "agent_work_time": "agent_work_time",
}
OVER = ("solved", "closed", "deleted")


def clocks_of(state: State, ticket_id: int) -> list[Row]:
    """The clocks of a ticket, oldest first."""
    held: list[Row] = state.ticket_slas.setdefault(ticket_id, {"clocks": []})["clocks"]
    return held


def start_clocks(state: State, ticket: Row, *, by_customer: bool) -> None:
    """A ticket was made: its clocks start; nobody waits for a reply to what staff wrote."""
    if by_customer:
        _start(state, ticket, "reply_time")
    for metric in RUNS_IN:
        _start(state, ticket, metric)
    set_targets(state, ticket)


def customer_wrote(state: State, ticket: Row) -> None:
    """A next reply is awaited, unless one is awaited already."""
    replies = [one for one in clocks_of(state, ticket["id"]) if one["metric"] == "reply_time"]
    if not any(not one["done"] for one in replies):
        _start(state, ticket, "reply_time")
        set_targets(state, ticket)


def agent_replied(state: State, ticket: Row) -> None:
    for clock in clocks_of(state, ticket["id"]):
        if clock["metric"] == "reply_time" and not clock["done"]:
            _fulfil(state, ticket, clock)


def status_changed(state: State, ticket: Row) -> None:
    """Clocks pause, go on, or end with the status of the ticket."""
    for clock in clocks_of(state, ticket["id"]):
        if clock["metric"] == "reply_time":
            continue
        runs = ticket["status"] in RUNS_IN[clock["metric"]]
        is_running = clock["spans"][-1][1] is None
        if ticket["status"] in OVER and not clock["done"]:
            _fulfil(state, ticket, clock)
        elif runs and not is_running:
            clock["done"] = False
            clock["spans"].append([state.now, None])
            _event(state, ticket["id"], clock, "activate")
        elif is_running and not runs and not clock["done"]:
            clock["spans"][-1][1] = state.now
            _event(state, ticket["id"], clock, "pause")


def set_targets(state: State, ticket: Row) -> None:
    """Give running clocks the targets of the first policy that fits; without one, none."""
    settle_breaches(state, ticket["id"])
    policy = policy_of(state, ticket)
    for clock in clocks_of(state, ticket["id"]):
        if clock["done"]:
            continue
        row = _target_row(policy, ticket, clock)
        target = row["target_in_seconds"] if row else None
        same = (policy or {}).get("id"), target, bool(row and row["business_hours"])
        if same == (clock["policy"], clock["target"], clock["business"]):
            continue
        clock["policy"], clock["target"], clock["business"] = same
        if row and policy:
            told = {"target": row["target"], "target_in_seconds": target}
            told |= {"business_hours": same[2], "policy": _short(policy)}
            _event(state, ticket["id"], clock, "apply_sla", sla=told)
        _take_back(state, ticket["id"], clock)


def policy_of(state: State, ticket: Row) -> Row | None:
    """The first policy whose filter fits the ticket."""
    ordered = sorted(state.sla_policies.values(), key=lambda one: one["position"])
    return next((one for one in ordered if holds(one["filter"], state, ticket, {})), None)


def settle_breaches(state: State, ticket_id: int | None = None) -> None:
    """Note every target that was passed by now."""
    numbers = [ticket_id] if ticket_id is not None else list(state.ticket_slas)
    running = [
        (number, clock)
        for number in numbers
        for clock in clocks_of(state, number)
        if clock["target"] is not None and clock["breach"] is None and not clock["done"]
    ]
    for number, clock in running:
        due = breach_at(state, number, clock)
        if due is not None and due <= state.now:
            clock["breach"] = _event(state, number, clock, "breach", at=due)


def breach_at(state: State, ticket_id: int, clock: Row) -> int | None:
    """When a running clock reaches its target; None when it stands still or has none."""
    if clock["target"] is None or clock["spans"][-1][1] is not None:
        return None
    schedule = schedule_of(state, ticket_id) if clock["business"] else None
    passed = sum(open_seconds(state, schedule, a, b) for a, b in clock["spans"][:-1])
    start = clock["spans"][-1][0]
    return due_at(state, schedule, start, max(clock["target"] - passed, 0))


def live_slas(state: State, ticket: Row) -> Row:
    """The sideload `slas`: where each clock with a target stands."""
    settle_breaches(state, ticket["id"])
    shown = []
    for clock in clocks_of(state, ticket["id"]):
        if clock["target"] is None:
            continue
        due = breach_at(state, ticket["id"], clock)
        stage = "achieved" if clock["done"] else "active" if due else "paused"
        told = {"metric": metric_of(clock), "stage": stage}
        shown.append({**told, "breach_at": in_text(due) if due else None})
    return {"policy_metrics": shown}


def minutes_of(state: State, ticket_id: int, metric: str) -> dict[str, int | None]:
    """Calendar and business minutes of the first clock of a metric, once it is done."""
    first = next((one for one in clocks_of(state, ticket_id) if one["metric"] == metric), None)
    if first is None or not first["done"]:
        return {"calendar": None, "business": None}
    return _spent(state, ticket_id, first)


def metric_of(clock: Row) -> str:
    """What a policy calls the metric of a clock."""
    if clock["metric"] == "reply_time":
        return "first_reply_time" if clock["instance"] == 1 else "next_reply_time"
    return OF_POLICY[clock["metric"]]


def _start(state: State, ticket: Row, metric: str) -> None:
    held = clocks_of(state, ticket["id"])
    instance = sum(one["metric"] == metric for one in held) + 1
    clock = {"metric": metric, "instance": instance, "spans": [[state.now, None]]}
    clock |= {"target": None, "business": False, "policy": None, "breach": None, "done": False}
    held.append(clock)
    _event(state, ticket["id"], clock, "activate")


def _fulfil(state: State, ticket: Row, clock: Row) -> None:
    settle_breaches(state, ticket["id"])
    clock["done"] = True
    if clock["spans"][-1][1] is None:
        clock["spans"][-1][1] = state.now
    _event(state, ticket["id"], clock, "fulfill")
    spent = _spent(state, ticket["id"], clock)
    _event(state, ticket["id"], clock, "update_status", status=spent)


def _spent(state: State, ticket_id: int, clock: Row) -> dict[str, int | None]:
    spans = [(start, state.now if end is None else end) for start, end in clock["spans"]]
    schedule = schedule_of(state, ticket_id)
    return {
        "calendar": sum(end - start for start, end in spans) // 60,
        "business": sum(open_seconds(state, schedule, a, b) for a, b in spans) // 60,
    }


def _target_row(policy: Row | None, ticket: Row, clock: Row) -> Row | None:
    wanted = (ticket["priority"], metric_of(clock))
    rows = policy["policy_metrics"] if policy else []
    return next((one for one in rows if (one["priority"], one["metric"]) == wanted), None)


def _take_back(state: State, ticket_id: int, clock: Row) -> None:
    """A breach of a target that is not in force any more is marked as deleted."""
    due = breach_at(state, ticket_id, clock)
    if clock["breach"] is not None and (due is None or due > state.now):
        state.metric_events[clock["breach"]]["deleted"] = True
        state.touch("metric_events", clock["breach"])
        clock["breach"] = None


def _short(policy: Row) -> Row:
    return {name: policy[name] for name in ("id", "title", "description")}


def _event(
    state: State, ticket_id: int, clock: Row, kind: str, *, at: int | None = None, **more: Row
) -> int:
    number = state.new_id()
    state.metric_events[number] = {
        "id": number,
        "ticket_id": ticket_id,
        "metric": clock["metric"],
        "instance_id": clock["instance"],
        "type": kind,
        "time": in_text(state.now if at is None else at),
        **more,
    }
    state.touch("metric_events", number)
    return number
