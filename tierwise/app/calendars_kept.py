"""Calendars of policies in force, with the days from outside as the book keeps them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tierwise.facts.problems import InputError
from tierwise.facts.promises_kept import ClosedDays
from tierwise.promises.calendar_table import OpenTable
from tierwise.promises.policy_calendars import TakenDays

from .calendars import compiled, resolved, years_of
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

    Holidays are asked for once and then kept with the policy version, so that past promises are
    counted as they were. InputError when a calendar cannot be made.
    """
    return {one.key: _compiled(place, one, days) for one in policies.dated}


def _compiled(
    place: CalendarPlace, dated: DatedPolicy, days: tuple[int, int]
) -> Mapping[str, OpenTable]:
    kept = () if dated.version is None else place.book.closed_days(dated.version)
    found = resolved(dated.policy, place.folder, years_of(*days), map(_taken, kept))
    tables, never = compiled(found, *days)
    problems = (*found.problems, *never)
    if problems:
        raise InputError(problems)
    if dated.version is not None and len(found.taken) > len(kept):
        fresh = (_closed(one, dated.version) for one in found.taken)
        place.book.keep_closed_days(fresh, at=place.now)
    return tables


def _taken(one: ClosedDays) -> TakenDays:
    return TakenDays(one.calendar, one.year, **json.loads(one.days), source=one.source)


def _closed(one: TakenDays, version: int) -> ClosedDays:
    days = json.dumps({"closed": dict(one.closed), "breaks": dict(one.breaks)})
    return ClosedDays(version, one.calendar, one.year, days, one.source)
