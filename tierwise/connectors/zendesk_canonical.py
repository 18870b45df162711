"""One way of writing what Zendesk writes in several: what it computes itself is left out.

Zendesk rewrites what it is given: `type is incident` comes back as `ticket_type_id is 2`, numbers
as text, lists in another order. Two bodies that mean the same are equal when written this way.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from tierwise.facts.desk_config import REF
from tierwise.facts.desks import Json

PRIORITIES = ("low", "normal", "high", "urgent")
DAY_MINUTES, WEEK_MINUTES = 1_440, 10_080
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")

_TICKET_TYPES = {"question": "1", "incident": "2", "problem": "3", "task": "4"}
_OPERATORS = {"value": "is", "not_value": "is_not"}
_TAGS = "current_tags"  # words in one text, in any order
_ACTIVE = "active"
_DATE, _TO = len("2026-01-01"), "to "


def canonical(kind: str, raw: Json) -> dict[str, Any]:
    """An object of Zendesk, or a body of ours, in our one way of writing its kind."""
    return {name: told(raw) for name, told in _BODIES[kind].items()}


def conditions(raw: object) -> dict[str, list[dict[str, Any]]]:
    """`all` and `any`, each in a fixed order; missing ones are empty."""
    given = raw if isinstance(raw, Mapping) else {}
    return {part: _in_order(map(_condition, given.get(part) or ())) for part in ("all", "any")}


def week_of(intervals: Iterable[tuple[int, int]]) -> list[str]:
    """Opening hours from minutes since Sunday 00:00: cut at midnight, joined within a day.

    >>> week_of([(3300, 4500), (1980, 2520)])
    ['mon 09:00-18:00', 'tue 07:00-24:00', 'wed 00:00-03:00']
    """
    joined: list[tuple[int, int]] = []
    for start, end in sorted(part for one in intervals for part in _days(*one)):
        is_day_on = joined and start // DAY_MINUTES == joined[-1][0] // DAY_MINUTES
        if is_day_on and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return [_hours_text(*one) for one in joined]


def interval_of(text: str) -> tuple[int, int]:
    """Minutes since Sunday 00:00 of a line of `week_of`.

    >>> interval_of("mon 09:00-18:00")
    (1980, 2520)
    """
    day, start, end = text[:3], text[4:9], text[10:]
    midnight = WEEKDAYS.index(day) * DAY_MINUTES
    opens, closes = (int(told[:2]) * 60 + int(told[3:]) for told in (start, end))
    return midnight + opens, midnight + closes


def holiday_text(raw: Json) -> str:
    """A closed day, or several in a row, in one line.

    >>> holiday_text({"name": "Easter", "start_date": "2026-04-05", "end_date": "2026-04-06"})
    '2026-04-05 to 2026-04-06 Easter'
    """
    first, last = _word(raw.get("start_date")), _word(raw.get("end_date"))
    days = first if last in {first, ""} else f"{first} to {last}"
    return f"{days} {_word(raw.get('name'))}"


def holiday_of(text: str) -> dict[str, str]:
    """A line of `holiday_text` as Zendesk writes it."""
    first, rest = text[:_DATE], text[_DATE + 1 :]
    last = first
    if rest.startswith(_TO):
        last, rest = rest[len(_TO) :][:_DATE], rest[len(_TO) + _DATE + 1 :]
    return {"name": rest, "start_date": first, "end_date": last}


def _hours_text(start: int, end: int) -> str:
    day, opens = divmod(start, DAY_MINUTES)
    closes = end - day * DAY_MINUTES
    times = f"{opens // 60:02}:{opens % 60:02}-{closes // 60:02}:{closes % 60:02}"
    return f"{WEEKDAYS[day]} {times}"


def _intervals(raw: Json) -> list[str]:
    return week_of(
        interval_of(one) if isinstance(one, str) else (int(one["start_time"]), int(one["end_time"]))
        for one in raw.get("intervals") or ()
    )


def _holidays(raw: Json) -> list[str]:
    rows = raw.get("holidays") or ()
    return sorted({one if isinstance(one, str) else holiday_text(one) for one in rows})


def _condition(raw: Json) -> dict[str, Any]:
    field, value = _word(raw.get("field")), _value(raw.get("value"))
    if field == "type":
        field, value = "ticket_type_id", _TICKET_TYPES.get(str(value), value)
    if field == _TAGS:
        value = " ".join(sorted(set(_words(value))))
    operator = _word(raw.get("operator"))
    return {"field": field, "operator": _OPERATORS.get(operator, operator), "value": value}


def _value(raw: object) -> str | list[str]:
    """Text; a list of one is that one, and of several in a fixed order."""
    if not isinstance(raw, list | tuple):
        return _word(raw)
    several = sorted({_word(part) for part in raw})
    return several[0] if len(several) == 1 else several


def _words(value: str | list[str]) -> Iterator[str]:
    for text in [value] if isinstance(value, str) else value:
        yield from text.split()


def _in_order(told: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    found = {(one["field"], one["operator"], str(one["value"])): one for one in told}
    return [found[key] for key in sorted(found)]


def _actions(raw: Json) -> list[dict[str, Any]]:
    """Actions work one after the other, so that their order stays."""
    return [
        {"field": _word(one.get("field")), "value": _acted(one.get("value"))}
        for one in raw.get("actions") or ()
    ]


def _acted(raw: object) -> object:
    """The value of an action; references stay, and so do the parts of a list."""
    if isinstance(raw, Mapping) and REF in raw:
        return {REF: str(raw[REF])}
    if isinstance(raw, list | tuple):
        return [_acted(part) for part in raw]
    return _word(raw)


def _metrics(raw: Json) -> list[dict[str, Any]]:
    told = [_metric(one) for one in raw.get("policy_metrics") or ()]
    return sorted(told, key=lambda one: (one["metric"], _rank(one["priority"]), one["priority"]))


def _metric(raw: Json) -> dict[str, Any]:
    """Minutes and seconds come beside each other."""
    seconds = raw.get("target_in_seconds")
    return {
        "priority": _word(raw.get("priority")).lower(),
        "metric": _word(raw.get("metric")),
        "target_in_seconds": 60 * int(raw.get("target") or 0) if seconds is None else int(seconds),
        "business_hours": bool(raw.get("business_hours")),
    }


def _rank(priority: str) -> int:
    return PRIORITIES.index(priority) if priority in PRIORITIES else len(PRIORITIES)


def _options(raw: Json) -> list[dict[str, str]]:
    """Options as people see them, one below the other."""
    return [
        {"name": _word(one.get("name")), "value": _word(one.get("value"))}
        for one in raw.get("custom_field_options") or ()
    ]


def _days(start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < min(end, WEEK_MINUTES):
        until = min(end, (start // DAY_MINUTES + 1) * DAY_MINUTES)
        yield start, until
        start = until


def _word(raw: object) -> str:
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return "" if raw is None else str(raw)


def _is_active(raw: Json) -> bool:
    return raw.get(_ACTIVE) is not False


def _named(name: str) -> Callable[[Json], str]:
    return lambda raw: _word(raw.get(name))


def _subscriptions(raw: Json) -> list[str]:
    return sorted(map(str, raw.get("subscriptions") or ()))


_BODIES: Mapping[str, Mapping[str, Callable[[Json], Any]]] = {
    "user_field": {
        "key": _named("key"),
        "type": _named("type"),
        "title": _named("title"),
        _ACTIVE: _is_active,
        "custom_field_options": _options,
    },
    "group": {"name": _named("name")},
    "schedule": {
        "name": _named("name"),
        "time_zone": _named("time_zone"),
        "intervals": _intervals,
        "holidays": _holidays,
    },
    "webhook": {
        "name": _named("name"),
        "endpoint": _named("endpoint"),
        "http_method": _named("http_method"),
        "request_format": _named("request_format"),
        "status": _named("status"),
        "subscriptions": _subscriptions,
    },
    "sla_policy": {
        "title": _named("title"),
        "filter": lambda raw: conditions(raw.get("filter")),
        "policy_metrics": _metrics,
    },
    "trigger": {
        "title": _named("title"),
        _ACTIVE: _is_active,
        "conditions": lambda raw: conditions(raw.get("conditions")),
        "actions": _actions,
    },
    "view": {
        "title": _named("title"),
        _ACTIVE: _is_active,
        "conditions": lambda raw: conditions(raw.get("conditions")),
    },
}
