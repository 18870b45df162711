"""The calendars of a policy, with the holidays and iCal files they name, ready to count in."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tierwise.facts.problems import Expected, Problem
from tierwise.facts.promises_kept import ClosedDays
from tierwise.facts.time import date_of
from tierwise.levels import policy_tree
from tierwise.levels.policy import Policy
from tierwise.promises.calendar_table import OpenTable, never_open, open_table
from tierwise.promises.policy_calendars import (
    TakenDays,
    WantedDays,
    calendar_values_of,
    calendars_of,
    wanted_days,
)

from . import wiring


@dataclass(frozen=True, slots=True)
class Resolved:
    """The calendars of a policy as plain values, which JSON can hold, and where days come from.

    `taken` is the part that came from outside: keep it with the policy version and hand it in
    again, and promises of the past are counted as they were then.
    """

    values: Mapping[str, Any]
    taken: tuple[TakenDays, ...]
    problems: tuple[Problem, ...]

    @property
    def source(self) -> str:
        """Who gave holidays and closed days: `holidays 0.109, closed.ics`; empty if nobody."""
        return sources_of(self.taken)


def resolved(
    policy: Policy, folder: Path, years: Sequence[int], kept: Iterable[TakenDays] = ()
) -> Resolved:
    """The calendars of a policy with what they take from outside in some years.

    iCal files lie in `folder`. What is `kept` of a calendar and year is not asked for again.
    """
    known = {(one.calendar, one.year): one for one in kept}
    taken: list[TakenDays] = []
    problems: list[Problem] = []
    for wanted in wanted_days(policy):
        missing = [year for year in years if (wanted.calendar, year) not in known]
        found = _asked(wanted, folder, missing, problems) if missing else []
        taken += (known[wanted.calendar, y] for y in years if y not in missing)
        taken += found
    values = calendar_values_of(policy, taken)
    _, wrong = calendars_of(values)
    return Resolved(values, tuple(taken), (*problems, *wrong))


def compiled(
    calendars: Resolved, from_day: int, to_day: int
) -> tuple[dict[str, OpenTable], tuple[Problem, ...]]:
    """Every calendar compiled for some days, `24x7` among them; never open ones are left out."""
    known, _ = calendars_of(calendars.values)
    tables = {name: open_table(one, from_day, to_day) for name, one in known.items()}
    never = [
        replace(problem, column=f"calendars.{name}")
        for name, table in tables.items()
        for problem in never_open(table, "policy")
    ]
    return {name: table for name, table in tables.items() if table.total_s}, tuple(never)


def closed_days(taken: Iterable[TakenDays], policy_version: int) -> tuple[ClosedDays, ...]:
    """Days from outside as the book keeps them; keep none while calendars have problems."""
    return tuple(
        ClosedDays(policy_version, one.calendar, one.year, _as_json(one), one.source)
        for one in taken
    )


def taken_days(kept: Iterable[ClosedDays]) -> tuple[TakenDays, ...]:
    """Days from outside as they were when the book was given them."""
    return tuple(
        TakenDays(one.calendar, one.year, **json.loads(one.days), source=one.source) for one in kept
    )


def sources_of(taken: Iterable[TakenDays]) -> str:
    """Who gave some days, each once."""
    return ", ".join(dict.fromkeys(part for one in taken for part in one.source.split(", ")))


def years_of(from_day: int, to_day: int) -> range:
    """The years some days lie in."""
    return range(date_of(from_day).year, date_of(to_day).year + 1)


def placed(problems: Iterable[Problem], text: str, file: str) -> tuple[Problem, ...]:
    """Problems of calendars with their lines in the text of the policy, in that order."""
    tree = policy_tree.read_tree(text, file)
    told = (
        replace(one, source=file, line=tree.line(_path(one.column)))
        if one.line is None and (one.column or "").startswith("calendars.")
        else one
        for one in problems
    )
    return tuple(sorted(told, key=lambda one: one.line or 0))


def _path(column: str | None) -> policy_tree.Path:
    """Where a problem's column leads in a policy; versions are named by number alone."""
    parts: list[str | int] = [int(p) if p.isdigit() else p for p in (column or "").split(".")]
    if len(parts) > 2 and isinstance(parts[2], int):
        parts.insert(2, "versions")
    return tuple(parts)


def _asked(
    wanted: WantedDays, folder: Path, years: Sequence[int], problems: list[Problem]
) -> list[TakenDays]:
    """What the libraries and files say of one calendar, a record for each year."""
    closed: dict[str, str] = {}
    breaks: dict[str, list[dict[str, Any]]] = {}
    for country in wanted.holidays:
        found = wiring.public_holidays(country, years)
        if isinstance(found, Expected):
            problems.append(_unknown(wanted, country, found))
        else:
            closed |= {day.isoformat(): name for day, name in found.items()}
    for file in wanted.ical:
        days, wrong = wiring.ical_days(folder / file, ZoneInfo(wanted.zone), years)
        problems += wrong
        closed |= {day.isoformat(): name for day, name in days.days.items()}
        for one in days.hours:
            occasion = {"hours": [one.hours], "name": one.name}
            breaks.setdefault(one.day.isoformat(), []).append(occasion)
    source = ", ".join(_sources(wanted))
    return [
        TakenDays(wanted.calendar, y, _within(closed, y), _within(breaks, y), source) for y in years
    ]


def _as_json(one: TakenDays) -> str:
    days = {"closed": one.closed, "breaks": one.breaks}
    return json.dumps(days, ensure_ascii=False, sort_keys=True)


def _sources(wanted: WantedDays) -> Iterator[str]:
    if wanted.holidays:
        yield wiring.holidays_source()
    yield from wanted.ical


def _within(days: Mapping[str, Any], year: int) -> dict[str, Any]:
    return {day: told for day, told in days.items() if day.startswith(f"{year:04}-")}


def _unknown(wanted: WantedDays, country: str, expected: Expected) -> Problem:
    key = f"{wanted.key}.holidays"
    return Problem("policy", None, key, expected.what, f"`{country}`", expected.next_step)
