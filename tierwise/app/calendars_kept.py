"""Calendars of policies in force, with the days from outside as the book keeps them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tierwise.facts.problems import InputError
from tierwise.facts.promises_kept import ClosedDays
from tierwise.facts.time import DAY_S, date_of
from tierwise.promises.calendar_table import OpenTable

from .calendars import closed_days, compiled, resolved, taken_days, years_of
from .policies_in_force import DatedPolicy, PoliciesInForce
from .ports import Book


@dataclass(frozen=True, slots=True)
class CalendarPlace:
    """Where calendars come from: the folder of iCal files, the book, and the time of asking."""

    folder: Path
    book: Book
    now: int


def calendars_in_force(
    place: CalendarPlace, policies: PoliciesInForce, days: tuple[int, int]
) -> dict[str, Mapping[str, OpenTable]]:
    """The calendars of each policy compiled for some days, by the policy's key.

    Days from outside are kept with the policy version, so that past promises are counted as they
    were; only the newest policy asks again, for the years that are not over. InputError when a
    calendar cannot be made.
    """
    this_year = date_of(place.now // DAY_S).year
    found: dict[str, Mapping[str, OpenTable]] = {}
    for one in policies.dated:
        known = () if one.version is None else place.book.closed_days(one.version)
        is_newest = one is policies.newest
        kept = tuple(day for day in known if not is_newest or day.year < this_year)
        found[one.key] = _compiled(place, one, kept, days)
    return found


def _compiled(
    place: CalendarPlace, dated: DatedPolicy, kept: Iterable[ClosedDays], days: tuple[int, int]
) -> Mapping[str, OpenTable]:
    known = set(kept)
    found = resolved(dated.policy, place.folder, years_of(*days), taken_days(known))
    tables, never = compiled(found, *days)
    if found.problems or never:
        raise InputError((*found.problems, *never))
    if dated.version is not None:
        fresh = set(closed_days(found.taken, dated.version)) - known
        place.book.keep_closed_days(fresh, at=place.now)
    return tables
