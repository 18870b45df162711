"""Open seconds of a million ticket-like pairs in five calendars, beside plain `searchsorted`.

`python -m bench.business_time`. To measure `businesstimedelta`, `business_duration` and pandas on
the same pairs in the same run, name a Python that has them in TIERWISE_BUSINESS_TIME_PYTHON.
"""

import json
import os
import subprocess
from collections.abc import Callable
from datetime import date
from time import perf_counter
from typing import Any

import numpy as np

from bench.measured import against
from tierwise.facts.time import DAY_S, day_number
from tierwise.promises.business_time import deadline
from tierwise.promises.calendar_arrays import Seconds, deadlines, elapsed_seconds, side_by_side
from tierwise.promises.calendar_table import OpenTable, open_table
from tierwise.promises.calendar_values import read_calendar

PAIRS, ASKED_OF_RIVALS, ROUNDS = 1_000_000, 300, 5
FIRST, LAST = day_number(date(2023, 1, 1)), day_number(date(2025, 12, 31))
DATES = ("01-01", "05-01", "07-04", "12-25", "12-26")
HOLIDAYS = [f"{year}-{day}" for year in range(2022, 2031) for day in DATES]
NINE_TO_SIX = {"mon-fri": ["09:00-18:00"]}
TWO = {"mon-fri": ["09:00-12:00", "13:00-18:00"], "sat": ["10:00-14:00"]}
CALENDARS: dict[str, tuple[str, dict[str, list[str]], list[str]]] = {
    "UTC 9-17": ("UTC", {"mon-fri": ["09:00-17:00"]}, []),
    "New York 9-18, holidays": ("America/New_York", NINE_TO_SIX, HOLIDAYS),
    "Berlin 9-12, 13-18, Saturday, holidays": ("Europe/Berlin", TWO, HOLIDAYS),
    "New York 22-06": ("America/New_York", {"mon-fri": ["22:00-06:00"]}, []),
    "New York 24/7, holidays": ("America/New_York", {"mon-sun": ["00:00-24:00"]}, HOLIDAYS),
}
# What others can be told: days, opening, closing; each is one rule.
SHIFTS = {
    "UTC 9-17": [("01234", "09:00", "17:00")],
    "New York 9-18, holidays": [("01234", "09:00", "18:00")],
    "Berlin 9-12, 13-18, Saturday, holidays": [
        ("01234", "09:00", "12:00"),
        ("01234", "13:00", "18:00"),
        ("5", "10:00", "14:00"),
    ],
    "New York 22-06": [("01234", "22:00", "06:00")],
    "New York 24/7, holidays": [("0123456", "00:00", "23:59:59")],
}

# Runs in the Python that has them: each as its manual says, one pair at a time, in seconds.
_RIVALS = """
import json, sys, time, warnings
from datetime import date, datetime, time as clock
warnings.filterwarnings("ignore")
import businesstimedelta as btd, pandas as pd, pytz
from business_duration import businessDuration
asked = json.load(sys.stdin)
zone, tz = asked["zone"], pytz.timezone(asked["zone"])
off = [date.fromisoformat(day) for day in asked["holidays"]]
shifts = [([int(d) for d in days], clock.fromisoformat(a), clock.fromisoformat(b))
          for days, a, b in asked["shifts"]]
rules = [btd.WorkDayRule(a, b, days, tz=tz) for days, a, b in shifts]
rules = btd.Rules(rules + ([btd.HolidayRule(off, tz=tz)] if off else []))
days, opens, closes = shifts[0]
def by_timedelta(start, end):
    return rules.difference(start, end).timedelta.total_seconds()
def by_duration(start, end):
    rest = [d for d in range(7) if d not in days]
    return businessDuration(start, end, opens, closes, rest, off, unit="sec")
def by_pandas(start, end):
    return 3600 * len(pd.date_range(start, end, freq=hours, inclusive="left"))
local = [[pd.Timestamp(t, unit="s", tz="UTC").tz_convert(zone) for t in p] for p in asked["pairs"]]
aware = [[t.to_pydatetime() for t in pair] for pair in local]
naive = [[t.tz_localize(None).to_pydatetime() for t in pair] for pair in local]
who = {"businesstimedelta": (by_timedelta, aware)}
if len(shifts) == 1:
    who["business_duration"] = (by_duration, naive)
    if not closes.second:
        mask = " ".join("Mon Tue Wed Thu Fri Sat Sun".split()[d] for d in days)
        span = {"start": opens.strftime("%H:%M"), "end": closes.strftime("%H:%M")}
        hours = pd.offsets.CustomBusinessHour(**span, weekmask=mask, holidays=off)
        who["pandas, whole hours"] = (by_pandas, local)
answers = {}
for name, (count, pairs) in who.items():
    found, begun = [], time.perf_counter()
    for start, end in pairs:
        try:
            found.append(float(count(start, end)))
        except Exception:
            found.append(None)
    answers[name] = {"ns": (time.perf_counter() - begun) / len(pairs) * 1e9, "found": found}
print(json.dumps(answers))
"""


def table_of(name: str) -> OpenTable:
    zone, week, holidays = CALENDARS[name]
    read, problems = read_calendar(name, {"zone": zone, "week": week, "holidays": holidays})
    if read is None:
        raise SystemExit(str(problems))
    return open_table(read, FIRST, LAST)


def ticket_like(seed: int = 1) -> tuple[Seconds, Seconds]:
    """Starts in two years and ends a lognormal time later, 8 hours in the middle."""
    chance = np.random.default_rng(seed)
    starts = FIRST * DAY_S + chance.integers(0, 730 * DAY_S, PAIRS)
    lengths = np.minimum(chance.lognormal(np.log(8 * 3_600), 1.5, PAIRS), 300 * DAY_S)
    return starts, starts + lengths.astype(np.int64)


def best_ns(task: Callable[[], object], items: int) -> float:
    """The best of some rounds, because the machine has other things to do."""
    took = []
    for _ in range(ROUNDS):
        begun = perf_counter()
        task()
        took.append(perf_counter() - begun)
    return min(took) / items * 1e9


def measured(name: str, starts: Seconds, ends: Seconds) -> None:
    """Print what one calendar takes, beside its limits and its rivals."""
    table = table_of(name)
    tables, edges = side_by_side([table]), np.array(table.opens)
    few, targets = starts[:20_000].tolist(), np.full(PAIRS, 4 * 3_600)

    def plain() -> None:
        np.searchsorted(edges, starts, side="right")
        np.searchsorted(edges, ends, side="right")

    ours = best_ns(lambda: elapsed_seconds(tables, starts, ends), PAIRS)
    limit = best_ns(plain, PAIRS)
    due = best_ns(lambda: deadlines(tables, starts, targets), PAIRS)
    one = best_ns(lambda: [deadline(table, start, 4 * 3_600) for start in few], len(few))
    print(f"{name} ({len(table.opens)} spans; deadlines {due:.0f} ns)")
    print(" ", against("elapsed", ours, 250, "ns a pair"))
    print(" ", against("elapsed by plain searchsorted", ours / limit, 4, "times"))
    print(" ", against("one deadline", one / 1_000, 5, "µs"))
    python = os.environ.get("TIERWISE_BUSINESS_TIME_PYTHON")
    if python:
        right = elapsed_seconds(tables, starts[:ASKED_OF_RIVALS], ends[:ASKED_OF_RIVALS])
        pairs = np.stack([starts, ends], axis=1)[:ASKED_OF_RIVALS].tolist()
        rivals(python, {"name": name, "pairs": pairs}, right, ours)


def measured_together(starts: Seconds, ends: Seconds) -> None:
    """Print what it takes when every ticket has one of the calendars, in no order."""
    tables = side_by_side([table_of(name) for name in CALENDARS])
    which = np.random.default_rng(2).integers(0, len(CALENDARS), PAIRS)
    took = best_ns(lambda: elapsed_seconds(tables, starts, ends, which), PAIRS)
    print("All five at once, tickets in no order")
    print(" ", against("elapsed", took, 250, "ns a pair"))


def rivals(python: str, asked: dict[str, Any], right: Seconds, ours_ns: float) -> None:
    """Print the rivals' times, and of how many pairs they have our answer."""
    zone, _, holidays = CALENDARS[asked["name"]]
    told = asked | {"zone": zone, "holidays": holidays, "shifts": SHIFTS[asked["name"]]}
    words = [python, "-c", _RIVALS]
    done = subprocess.run(
        words, input=json.dumps(told), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        print("  rivals: did not run:", done.stderr.strip().splitlines()[-1])
        return
    answers = json.loads(done.stdout.splitlines()[-1])
    for name, answer in answers.items():
        step = 3_600 if "hours" in name else 1
        pairs = zip(answer["found"], right.tolist(), strict=True)
        same = sum(one is not None and abs(one - true) <= step for one, true in pairs)
        print(f"  {name}: {answer['ns']:,.0f} ns, {same} of {len(right)} right to {step} s")
    quickest = min(answer["ns"] for answer in answers.values())
    print(" ", against("our share of the quickest rival", ours_ns / quickest, 1 / 30, "of it"))


def main() -> None:
    if not os.environ.get("TIERWISE_BUSINESS_TIME_PYTHON"):
        print("rivals: not measured; TIERWISE_BUSINESS_TIME_PYTHON names no Python that has them")
    starts, ends = ticket_like()
    for name in CALENDARS:
        measured(name, starts, ends)
    measured_together(starts, ends)


if __name__ == "__main__":
    main()
