"""Pages of the stand-in for people: tickets, customers with their level, and the settings."""

from html import escape
from itertools import islice

from .standin_calls import Call, RefusalError, Reply, Route, Row, in_text, not_found
from .standin_config import POLICIES, TRIGGERS, VIEWS
from .standin_look import frame, link, pairs, part, rows, tags, word
from .standin_made import FIRST_USER
from .standin_sla import breach_at, clocks_of, metric_of, policy_of, settle_breaches
from .standin_state import State

SHOWN = 100
TICKETS = ("Ticket", "Subject", "Customer", "Level", "Priority", "Status", "SLA policy")


def home(state: State, call: Call) -> Reply:
    """The newest tickets."""
    held = [one for one in reversed(state.tickets.values()) if one["status"] != "deleted"]
    made = (state.made.ticket(number) for number in range(state.made.tickets, 0, -1))
    some = [*islice(held, SHOWN), *islice((one for one in made if one), SHOWN - len(held[:SHOWN]))]
    table = rows(TICKETS, (_ticket_line(state, one) for one in some), "No tickets yet.")
    count = len(held) + state.made.tickets
    return _page(f"{count:,} tickets", "/agent/", f'<section class="wide">{table}</section>')


def customers(state: State, call: Call) -> Reply:
    """People, those at the desk first; `?q=` looks for a name, an address or a number."""
    asked = call.one("q").lower()
    held = [one for one in state.users.values() if one["active"] and asked in _words(one)]
    most = 0 if asked else min(state.made.users, SHOWN - len(held[:SHOWN]))
    made = (state.made.user(FIRST_USER + place) for place in range(1, most + 1))
    some = [*held[:SHOWN], *(one for one in made if one)]
    lines = (
        (
            link(f"/agent/users/{one['id']}", one["name"]),
            level_of(state, one),
            word(one["email"]),
            word(one["external_id"]),
            word(one["role"]),
        )
        for one in some
    )
    table = rows(("Name", "Level", "E-mail", "Shop number", "Role"), lines, "Nobody fits.")
    form = (
        '<form><label>Look for <input name="q" value="'
        f'{escape(call.one("q"))}"></label> <button>Look</button></form>'
    )
    content = f'<section class="wide">{form}{table}</section>'
    return _page(f"{len(held) + state.made.users:,} people", "/agent/users", content)


def customer(state: State, call: Call) -> Reply:
    """One person: who they are, what level they have, and their tickets."""
    user = state.user(call.id())
    if user is None:
        raise not_found()
    theirs = [one for one in state.tickets.values() if one["requester_id"] == user["id"]]
    lines = (_ticket_line(state, one) for one in reversed(theirs))
    table = rows(TICKETS, lines, "No tickets of theirs.")
    content = f'<div class="cols">{_profile(state, user)}<div>{part("Tickets", table)}</div></div>'
    return _page(user["name"], "/agent/users", content)


def ticket(state: State, call: Call) -> Reply:
    """One ticket: whose it is, what was said, which SLA policy applies and where it stands."""
    one = state.ticket(call.id())
    if one is None:
        raise not_found()
    user = state.user(one["requester_id"]) or {"name": "?", "id": 0}
    said = "".join(_comment(state, one, comment) for comment in state.comments[one["id"]])
    talk = part("Conversation", said or f'<p class="muted">{word(one["description"])}</p>')
    group = state.groups.get(one["group_id"] or 0, {}).get("name")
    facts = pairs(
        (
            ("Status", word(one["status"])),
            ("Priority", word(one["priority"])),
            ("Group", word(group)),
            ("Tags", tags(one["tags"])),
        )
    )
    whole = f"{talk}{part('SLA', _sla(state, one))}{part('Ticket', facts)}"
    profile = _profile(state, user) if user["id"] else ""
    content = f'<div class="cols">{profile}<div>{whole}</div></div>'
    return _page(f"#{one['id']} {one['subject']}", "/agent/", content)


def settings(state: State, call: Call) -> Reply:
    """Fields, SLA policies, schedules, triggers, views and groups, in their order."""
    fields = (
        (word(one["title"]), word(one["key"]), tags(_options(one)))
        for one in state.user_fields.values()
    )
    policies = (
        (word(one["title"]), _conditions(one["filter"]), _targets(one))
        for one in POLICIES.rows(state)
    )
    triggers = (
        (word(one["title"]), _conditions(one["conditions"]), _actions(one))
        for one in TRIGGERS.rows(state)
    )
    hours = (
        (word(one["name"]), word(one["time_zone"]), f"{len(one['intervals'])} spans a week")
        for one in state.schedules.values()
    )
    views = ((word(one["title"]), _conditions(one["conditions"])) for one in VIEWS.rows(state))
    groups = ((word(one["name"]), word(one["description"])) for one in state.groups.values())
    tables = (
        ("Fields of people", ("Title", "Key", "Options"), fields),
        ("SLA policies", ("Title", "For tickets where", "Targets"), policies),
        ("Schedules", ("Name", "Time zone", "Week"), hours),
        ("Triggers", ("Title", "When", "Do"), triggers),
        ("Views", ("Title", "Tickets where"), views),
        ("Groups", ("Name", "Description"), groups),
    )
    content = "".join(part(title, rows(heads, some, "None.")) for title, heads, some in tables)
    return _page("Settings", "/agent/settings", content)


def level_of(state: State, user: Row) -> str:
    """The service level of a person as the drop-down names it; the first drop-down there is."""
    for field in state.user_fields.values():
        value = user["user_fields"].get(field["key"])
        names = {one["value"]: one["name"] for one in field.get("custom_field_options") or []}
        if value:
            return f'<span class="level">{word(names.get(value, value))}</span>'
    return "–"


def _page(title: str, here: str, content: str) -> Reply:
    return Reply(page=frame(title, here, content))


def _words(user: Row) -> str:
    return f"{user['name']} {user['email']} {user['external_id']}".lower()


def _profile(state: State, user: Row) -> str:
    fields = ((one["title"], _value(user, one)) for one in state.user_fields.values())
    told = (
        ("Name", link(f"/agent/users/{user['id']}", user["name"])),
        *fields,
        ("E-mail", word(user["email"])),
        ("Shop number", word(user["external_id"])),
        ("Tags", tags(user["tags"])),
        ("Active", "yes" if user["active"] else '<span class="late">deleted</span>'),
    )
    return f"<div>{part('Customer', pairs(told))}</div>"


def _value(user: Row, field: Row) -> str:
    value = user["user_fields"].get(field["key"])
    names = {one["value"]: one["name"] for one in field.get("custom_field_options") or []}
    return f'<span class="level">{word(names.get(value, value))}</span>'


def _ticket_line(state: State, one: Row) -> tuple[str, ...]:
    user = state.user(one["requester_id"])
    policy = policy_of(state, one)
    return (
        link(f"/agent/tickets/{one['id']}", f"#{one['id']}"),
        word(one["subject"]),
        link(f"/agent/users/{user['id']}", user["name"]) if user else "–",
        level_of(state, user) if user else "–",
        word(one["priority"]),
        word(one["status"]),
        word(policy["title"] if policy else None),
    )


def _comment(state: State, one: Row, comment: Row) -> str:
    author = state.user(comment["author_id"]) or {"name": "?"}
    ours = "" if comment["author_id"] == one["requester_id"] else ' class="ours"'
    seen = "" if comment["public"] else " · internal"
    head = f"<b>{word(author['name'])}</b> <small>{comment['created_at']}{seen}</small>"
    return f"<article{ours}>{head}<p>{word(comment['body'])}</p></article>"


def _sla(state: State, one: Row) -> str:
    settle_breaches(state, one["id"])
    policy = policy_of(state, one)
    lines = (_clock(state, one, clock) for clock in clocks_of(state, one["id"]) if clock["target"])
    table = rows(("Metric", "Target", "Due", "State"), lines, "No target runs.")
    title = word(policy["title"]) if policy else "none applies"
    return f'<p>Policy: <span class="level">{title}</span></p>{table}'


def _clock(state: State, one: Row, clock: Row) -> tuple[str, ...]:
    due = breach_at(state, one["id"], clock)
    late = '<span class="late">breached</span>' if clock["breach"] else None
    stands = "done" if clock["done"] else "running" if due else "paused"
    hours = "business hours" if clock["business"] else "all hours"
    target = f"{clock['target'] // 60} min, {hours}"
    name = metric_of(clock).replace("_", " ")
    return name, target, in_text(due) if due else "–", late or stands


def _options(field: Row) -> list[str]:
    return [f"{one['name']} ({one['value']})" for one in field.get("custom_field_options") or []]


def _conditions(told: Row) -> str:
    some = [_condition(one) for one in told["all"]]
    either = " or ".join(_condition(one) for one in told["any"])
    return word("; ".join([*some, *([f"any of: {either}"] if either else [])]))


def _condition(one: Row) -> str:
    return f"{one['field']} {one['operator']} {one['value']}"


def _targets(policy: Row) -> str:
    return tags(
        f"{one['priority']}: {one['metric'].replace('_', ' ')} {one['target']} min"
        for one in policy["policy_metrics"]
    )


def _actions(trigger: Row) -> str:
    return word("; ".join(f"{one['field']} = {one['value']}" for one in trigger["actions"]))


def start(state: State, call: Call) -> Reply:
    raise RefusalError(302, {}, {"location": "/agent/"})


ROUTES = (
    Route("GET", "/", start, "nobody"),
    Route("GET", "/agent", start, "nobody"),
    Route("GET", "/agent/", home, "nobody"),
    Route("GET", "/agent/users", customers, "nobody"),
    Route("GET", "/agent/users/{id}", customer, "nobody"),
    Route("GET", "/agent/tickets/{id}", ticket, "nobody"),
    Route("GET", "/agent/settings", settings, "nobody"),
)
