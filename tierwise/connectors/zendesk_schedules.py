"""Business hours in Zendesk: schedules, their week and their holidays."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from tierwise.facts.desk_config import DeskObject, DeskWish, WishedHours
from tierwise.facts.desks import Json
from tierwise.facts.findings import Finding
from tierwise.facts.time import date_of, iso_day

from .desk_http import Asks
from .zendesk_canonical import DAY_MINUTES, canonical, holiday_of, holiday_text, interval_of
from .zendesk_slas import OURS, promises_of
from .zendesk_zones import zone_name

SCHEDULES = "/api/v2/business_hours/schedules"
ZONES = "/api/v2/time_zones"
_CLOSED = "Closed"
_WEEK_DAYS = 7


def hours_of_levels(wish: DeskWish) -> tuple[dict[str, str], tuple[Finding, ...]]:
    """The schedule of each level that has one, and what of its promises counts in others.

    A ticket has one schedule at Zendesk, whatever its promises say.
    """
    chosen: dict[str, str] = {}
    findings: list[Finding] = []
    for level in promises_of(wish):
        asked = [one for way in (None, *level.channels) for _, one in level.given(way)]
        named = list(dict.fromkeys(one.hours for one in asked if one.hours is not None))
        if not named:
            continue
        chosen[level.level.name] = named[0]
        for other in named[1:]:
            clocks = dict.fromkeys(one.clock for one in asked if one.hours == other)
            text = f"{', '.join(clocks)} count in `{other}`, but a ticket has one schedule"
            step = f"at the desk they count in `{named[0]}`; {OURS}"
            findings.append(Finding("warn", level.part, text, step))
    return chosen, tuple(findings)


def schedule_objects(
    wish: DeskWish, names: Iterable[str], zones: Sequence[Json], held: Mapping[str, Json]
) -> Iterator[DeskObject | Finding]:
    """The schedules of some calendars; `held` are those of the desk by name, with holidays."""
    calendars = {one.name: one for one in wish.hours}
    for hours in (calendars[name] for name in names):
        part = f"schedule/{hours.name}"
        zone = zone_name(hours.zone, zones, wish.today)
        for what in hours.unsayable:
            step = f"there it counts the usual week; {OURS}"
            yield Finding("warn", part, f"the desk cannot be told {what}", step)
        if zone is None:
            step = "give the calendar a zone the desk knows, such as Europe/Berlin"
            yield Finding("fail", part, f"the desk knows no time zone like `{hours.zone}`", step)
            continue
        raw = {
            "name": hours.name,
            "time_zone": zone,
            "intervals": [_interval(*span) for span in hours.spans],
            "holidays": [*_over(held.get(hours.name), wish.today), *_holidays(hours)],
        }
        yield DeskObject(part, "schedule", hours.name, canonical("schedule", raw))


def with_holidays(asks: Asks, schedule: Json) -> Json:
    """A schedule with its holidays, which have a page of their own."""
    return {**schedule, "holidays": list(_listed(asks, schedule["id"]))}


def make_schedule(asks: Asks, body: Json) -> str:
    """A new schedule; its week and its holidays are told after it is made."""
    told = {"name": body["name"], "time_zone": body["time_zone"]}
    number = str(asks.post(SCHEDULES, {"schedule": told})["schedule"]["id"])
    _tell(asks, number, body)
    return number


def change_schedule(asks: Asks, number: str, body: Json) -> None:
    """Make a schedule what the body says; done twice it changes nothing more."""
    told = {"name": body["name"], "time_zone": body["time_zone"]}
    asks.put(f"{SCHEDULES}/{number}", {"schedule": told})
    _tell(asks, number, body)


def _tell(asks: Asks, number: str, body: Json) -> None:
    week = [_as_interval(*interval_of(text)) for text in body["intervals"]]
    asks.put(f"{SCHEDULES}/{number}/workweek", {"workweek": {"intervals": week}})
    path = f"{SCHEDULES}/{number}/holidays"
    wanted = set(body["holidays"])
    for one in _listed(asks, number):
        text = holiday_text(one)
        if text not in wanted:
            asks.delete(f"{path}/{one['id']}")
        wanted.discard(text)
    for text in sorted(wanted):
        asks.post(path, {"holiday": holiday_of(text)})


def _listed(asks: Asks, number: object) -> Iterator[Json]:
    yield from asks.get(f"{SCHEDULES}/{number}/holidays").get("holidays") or ()


def _as_interval(start: int, end: int) -> dict[str, int]:
    return {"start_time": start, "end_time": end}


def _interval(weekday: int, start: int, end: int) -> dict[str, int]:
    """Minutes since Sunday 00:00 of a weekday that counts from Monday."""
    midnight = (weekday + 1) % _WEEK_DAYS * DAY_MINUTES
    return _as_interval(midnight + start, midnight + end)


def _holidays(hours: WishedHours) -> Iterator[dict[str, str]]:
    for first, last, name in hours.closed:
        dates = {"start_date": iso_day(first), "end_date": iso_day(last)}
        yield {"name": name or _CLOSED, **dates}


def _over(held: Json | None, today: int) -> Iterator[Json]:
    """Holidays of past years: tickets that were open then were counted with them."""
    new_year = date(date_of(today).year, 1, 1).isoformat()
    for one in (held or {}).get("holidays") or ():
        if str(one.get("end_date")) < new_year:
            yield one
