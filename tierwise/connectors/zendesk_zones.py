"""Time zones by the names that Zendesk gives them, which are cities and not the usual names."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tierwise.facts.desks import Json
from tierwise.facts.time import DAY_S

COMPARED_DAYS = 731  # two years hold every change of clocks there is

# A name of Zendesk for each set of rules that offices live by; others are found by their rules.
_NAMES = {
    "UTC": "UTC",
    "Europe/London": "London",
    "Europe/Dublin": "Dublin",
    "Europe/Lisbon": "Lisbon",
    "Europe/Berlin": "Berlin",
    "Europe/Paris": "Paris",
    "Europe/Madrid": "Madrid",
    "Europe/Rome": "Rome",
    "Europe/Vienna": "Vienna",
    "Europe/Zurich": "Zurich",
    "Europe/Amsterdam": "Amsterdam",
    "Europe/Brussels": "Brussels",
    "Europe/Copenhagen": "Copenhagen",
    "Europe/Stockholm": "Stockholm",
    "Europe/Warsaw": "Warsaw",
    "Europe/Prague": "Prague",
    "Europe/Budapest": "Budapest",
    "Europe/Athens": "Athens",
    "Europe/Bucharest": "Bucharest",
    "Europe/Helsinki": "Helsinki",
    "Europe/Kiev": "Kyiv",
    "Europe/Istanbul": "Istanbul",
    "Europe/Moscow": "Moscow",
    "Africa/Cairo": "Cairo",
    "Africa/Johannesburg": "Pretoria",
    "Africa/Nairobi": "Nairobi",
    "Africa/Casablanca": "Casablanca",
    "Asia/Jerusalem": "Jerusalem",
    "Asia/Riyadh": "Riyadh",
    "Asia/Dubai": "Abu Dhabi",
    "Asia/Karachi": "Karachi",
    "Asia/Kolkata": "Mumbai",
    "Asia/Kathmandu": "Kathmandu",
    "Asia/Dhaka": "Dhaka",
    "Asia/Bangkok": "Bangkok",
    "Asia/Jakarta": "Jakarta",
    "Asia/Singapore": "Singapore",
    "Asia/Hong_Kong": "Hong Kong",
    "Asia/Shanghai": "Beijing",
    "Asia/Taipei": "Taipei",
    "Asia/Seoul": "Seoul",
    "Asia/Tokyo": "Tokyo",
    "Australia/Perth": "Perth",
    "Australia/Adelaide": "Adelaide",
    "Australia/Darwin": "Darwin",
    "Australia/Brisbane": "Brisbane",
    "Australia/Sydney": "Sydney",
    "Pacific/Auckland": "Auckland",
    "America/St_Johns": "Newfoundland",
    "America/Halifax": "Atlantic Time (Canada)",
    "America/New_York": "Eastern Time (US & Canada)",
    "America/Chicago": "Central Time (US & Canada)",
    "America/Denver": "Mountain Time (US & Canada)",
    "America/Phoenix": "Arizona",
    "America/Los_Angeles": "Pacific Time (US & Canada)",
    "America/Juneau": "Alaska",
    "Pacific/Honolulu": "Hawaii",
    "America/Mexico_City": "Mexico City",
    "America/Bogota": "Bogota",
    "America/Lima": "Lima",
    "America/Caracas": "Caracas",
    "America/Santiago": "Santiago",
    "America/Sao_Paulo": "Brasilia",
    "America/Argentina/Buenos_Aires": "Buenos Aires",
}


def zone_name(zone: str, offered: Iterable[Json], today: int) -> str | None:
    """What Zendesk calls a zone, or another whose clocks always show the same; None if nothing.

    `offered` are the rows of `/time_zones`; without any the usual names are taken.

    >>> zone_name("Europe/Vaduz", (), 20_000), zone_name("America/New_York", (), 20_000)
    ('Berlin', 'Eastern Time (US & Canada)')
    """
    known = dict(_offered(offered)) or {name: place for place, name in _NAMES.items()}
    usual = _NAMES.get(zone)
    if usual in known:
        return usual
    by_place = {place: name for name, place in reversed(known.items())}
    if zone in by_place:
        return by_place[zone]
    return next((name for name, place in known.items() if _same(zone, place, today)), None)


def _offered(rows: Iterable[Json]) -> Iterator[tuple[str, str]]:
    """Names with the places they stand for, as far as one of them is known."""
    places = {name: place for place, name in _NAMES.items()}
    for row in rows:
        name = str(row.get("name") or "")
        place = row.get("iana_name") or places.get(name)
        if name and place:
            yield name, str(place)


def _same(zone: str, other: str, today: int) -> bool:
    mine = _offsets(zone, today)
    return mine is not None and mine == _offsets(other, today)


@cache
def _offsets(zone: str, today: int) -> tuple[int, ...] | None:
    """How far its clocks are from UTC on each day, in seconds."""
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
    days = (datetime.fromtimestamp((today + n) * DAY_S, UTC) for n in range(COMPARED_DAYS))
    return tuple(
        int(offset.total_seconds())
        for day in days
        if (offset := day.astimezone(place).utcoffset()) is not None
    )
