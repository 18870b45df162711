"""What is wrong with the calendars of a policy as a whole: names, circles, zones, order."""

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from itertools import pairwise

from .policy import Policy
from .policy_calendar import ALL_DAY, Calendar
from .policy_finding import Finding, placed_promises
from .policy_tree import Path
from .rule_values import did_you_mean


def calendars(policy: Policy) -> Iterator[Finding]:
    """Calendars nobody knows, made of themselves, or with versions in the wrong order."""
    known = (*policy.calendars, ALL_DAY)
    for path, name in _named(policy):
        if name not in known:
            step = did_you_mean(name, known)
            yield Finding(path, "a calendar of this policy", f"`{name}`", step)
    for name, calendar in policy.calendars.items():
        yield from _circle(policy, name)
        yield from _order(name, calendar)


def _named(policy: Policy) -> Iterator[tuple[Path, str]]:
    """Every place where the policy names a calendar."""
    for path, promise in placed_promises(policy):
        yield (*path, "calendar"), promise.calendar
        cases = [(*path, "where", number, "calendar") for number in range(len(promise.where))]
        named = zip(cases, promise.where, strict=True)
        yield from ((at, case.calendar) for at, case in named if case.calendar is not None)
    for name, calendar in policy.calendars.items():
        for key in ("any_of", "all_of"):
            parts: tuple[str, ...] = getattr(calendar, key)
            yield from ((("calendars", name, key, n), part) for n, part in enumerate(parts))
    if policy.warnings.quiet is not None:
        yield ("warnings", "quiet"), policy.warnings.quiet


def _circle(policy: Policy, name: str) -> Iterator[Finding]:
    way = _way_back(policy, name)
    if way:
        key = "any_of" if policy.calendars[name].any_of else "all_of"
        found = " of ".join(f"`{one}`" for one in way)
        step = "a calendar cannot be made of itself: take one of them out"
        yield Finding(("calendars", name, key), "calendars made of others", found, step)


def _way_back(policy: Policy, name: str) -> tuple[str, ...]:
    """The names on the way from a calendar through its parts to itself; empty if there is none."""
    ways: list[tuple[str, ...]] = [(name,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        parts = _parts(policy, way[-1])
        if name in parts:
            return (*way, name)
        ways += ((*way, part) for part in parts if part not in seen)
        seen.update(parts)
    return ()


def _parts(policy: Policy, name: str) -> tuple[str, ...]:
    calendar = policy.calendars.get(name)
    return (*calendar.any_of, *calendar.all_of) if calendar else ()


def _order(name: str, calendar: Calendar) -> Iterator[Finding]:
    for number, (older, newer) in enumerate(pairwise(calendar.versions), 1):
        path: Path = ("calendars", name, "versions", number, "valid_from")
        if newer.valid_from is None:
            step = "only the first version may omit it"
            yield Finding(path, "the day from which the version holds", "none", step)
        elif older.valid_from is not None and newer.valid_from <= older.valid_from:
            step = "list the versions oldest first"
            expected = f"a day after {older.valid_from}"
            yield Finding(path, expected, f"`{newer.valid_from}`", step)


def unknown_zones(policy: Policy, known: Collection[str]) -> Iterator[Finding]:
    """Time zones that are not among the known ones."""
    for path, zone in _zones(policy):
        if zone is not None and zone not in known:
            near = get_close_matches(zone, known, n=1)
            step = f"did you mean `{near[0]}`?" if near else "look it up in the IANA list"
            yield Finding(path, "an IANA time zone", f"`{zone}`", step)


def _zones(policy: Policy) -> Iterator[tuple[Path, str | None]]:
    yield ("zone",), policy.zone
    for name, calendar in policy.calendars.items():
        yield ("calendars", name, "zone"), calendar.zone
        for number, version in enumerate(calendar.versions):
            yield ("calendars", name, "versions", number, "zone"), version.zone
