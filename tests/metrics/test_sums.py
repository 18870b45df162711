"""Sums behind figures, as an engine adds them up and as a plain loop does."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from math import log
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics.counting import Row, asked_of, things
from tierwise.facts.columns import Kind
from tierwise.facts.time import DAY_S
from tierwise.metrics.kinds import (
    Count,
    MeanLength,
    Net,
    Ratio,
    Recent,
    Rows,
    Score,
    Share,
    Summed,
    Total,
)
from tierwise.metrics.periods import Periods
from tierwise.metrics.sums import Asked, sums_model

AS_OF_S = 100 * DAY_S
GOOD = Rows("things", "at_s", "kind = 'good'")
ALL = Rows("things", "at_s")
TIMED = Rows("things", "at_s", "kind = 'good' AND seconds IS NOT NULL")
HOWS: tuple[Summed, ...] = (
    Count(ALL),
    Share(GOOD, "score >= 4"),
    Net(ALL, "score = 5", "score <= 2"),
    Ratio(TIMED, "seconds", "score", per=100, n="score"),
    Score(ALL, "score"),
    MeanLength(GOOD, "seconds"),
    Total(TIMED, "seconds"),
    Recent(ALL, "score >= 4", 7 * DAY_S),
)


def sums(rows: Sequence[Row], asked: Asked, *hows: Summed) -> dict[tuple[Any, ...], Row]:
    """The sums by slices and period."""
    engine = things(rows)
    model = sums_model("summed", hows, asked)
    engine.materialise(model, {"as_of_s": AS_OF_S})
    found = engine.query("FROM summed")
    assert tuple(found.column_names) == model.output.names
    for column in model.output.columns:
        is_whole = str(found.schema.field(column.name).type) == "int64"
        assert column.kind is not Kind.COUNT or is_whole, column.name
    keys = (*asked.by, "period")
    return {tuple(row[name] for name in keys): row for row in found.to_pylist()}


Part = Callable[[Row], float]


def over_customers(rows: Sequence[Row], counts: Part, below: Part, above: Part) -> dict[str, float]:
    """A share, mean or ratio as a loop adds it up: first by customer, then squared."""
    by_customer: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for row in rows:
        for place, part in enumerate((counts, below, above)):
            by_customer[row["customer"]][place] += part(row) if counts(row) else 0
    sizes = list(by_customer.values())
    return {
        "n": sum(n for n, _, _ in sizes),
        "bottom": sum(b for _, b, _ in sizes),
        "top": sum(t for _, _, t in sizes),
        "clusters": sum(1 for n, _, _ in sizes if n),
        "bottom_squares": sum(b * b for _, b, _ in sizes),
        "cross": sum(b * t for _, b, t in sizes),
        "top_squares": sum(t * t for _, _, t in sizes),
    }


def over_rows(rows: Sequence[Row]) -> Mapping[str, float]:
    """Durations of good rows that have one, as a loop adds them up."""
    known = [
        (row["customer"], float(row["seconds"]))
        for row in rows
        if row["kind"] == "good" and row["seconds"] is not None
    ]
    lengths = [x for _, x in known]
    logs = [log(x) for x in lengths if x > 0]
    by_customer: dict[str, list[float]] = defaultdict(list)
    for customer, x in known:
        by_customer[customer].append(x)
    own = [(len(some), sum(some)) for some in by_customer.values()]
    return {
        "n": len(lengths),
        **powers(("total", "squares", "cubes"), lengths),
        "log_n": len(logs),
        **powers(("logs", "log_squares", "log_cubes", "log_fourths"), logs),
        "clusters": len(own),
        "sizes_squared": sum(n * n for n, _ in own),
        "sizes_by_totals": sum(n * total for n, total in own),
        "totals_squared": sum(total * total for _, total in own),
    }


def powers(names: Sequence[str], values: Sequence[float]) -> Mapping[str, float]:
    return {name: sum(x**power for x in values) for power, name in enumerate(names, 1)}


def expected(rows: Sequence[Row]) -> list[Mapping[str, float]]:
    """The sums of every kind in HOWS."""

    def is_good(row: Row) -> float:
        return float(row["kind"] == "good")

    def one(_: Row) -> float:
        return 1.0

    def is_timed(row: Row) -> float:
        return float(row["kind"] == "good" and row["seconds"] is not None)

    def length(row: Row) -> float:
        return float(row["seconds"])

    def weight(row: Row) -> float:
        return float(2.0 ** (row["at_s"] // DAY_S / 7))

    up = over_customers(rows, one, one, lambda row: row["score"] == 5)
    down = over_customers(rows, one, one, lambda row: row["score"] <= 2)
    return [
        {"n": len(rows)},
        over_customers(rows, is_good, one, lambda row: row["score"] >= 4),
        {f"up_{name}": x for name, x in up.items()} | {f"down_{n}": x for n, x in down.items()},
        over_customers(rows, is_timed, lambda row: row["score"], length)
        | {"n": sum(row["score"] for row in rows if is_timed(row))},
        over_customers(rows, one, one, lambda row: row["score"]),
        over_rows(rows),
        over_customers(rows, is_timed, one, length),
        over_customers(rows, one, weight, lambda row: weight(row) if row["score"] >= 4 else 0.0),
    ]


ROWS = st.fixed_dictionaries(
    {
        "customer": st.sampled_from(["ann", "bob", "cem", "dan"]),
        "level": st.sampled_from(["vip", "plus", None]),
        "at_s": st.integers(0, 21 * DAY_S - 1),
        "kind": st.sampled_from(["good", "other"]),
        "score": st.integers(1, 5),
        "seconds": st.none() | st.integers(0, 5_000),
    }
)


@settings(max_examples=25)
@given(st.lists(ROWS, min_size=1, max_size=14))
def test_an_engine_adds_up_what_a_loop_does(rows: list[Row]) -> None:
    found = sums(rows, asked_of("level", periods=Periods(0, 7, 3), as_of_s=AS_OF_S), *HOWS)
    apart: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        apart[row["level"], row["at_s"] // (7 * DAY_S) * 7].append(row)
    assert found.keys() == apart.keys()
    for key, own in apart.items():
        for place, right in enumerate(expected(own)):
            said = {name: found[key][f"m{place}_{name}"] for name in right}
            assert said == pytest.approx(right, rel=1e-9), (key, HOWS[place])


def test_rows_of_nobody_in_particular_are_told_apart_by_who_they_are() -> None:
    rows = [{"customer": f"ticket {one}", "at_s": 0, "score": one} for one in range(3)]
    ((_, row),) = sums(rows, asked_of(as_of_s=AS_OF_S), Share(ALL, "score > 0")).items()
    assert (row["m0_n"], row["m0_top"], row["m0_clusters"], row["m0_cross"]) == (3, 2, 3, 2)


def test_whatever_cannot_be_told_is_no_hit() -> None:
    rows = [{"customer": "ann", "at_s": 0, "score": one} for one in (None, 5, 1)]
    ((_, row),) = sums(rows, asked_of(as_of_s=AS_OF_S), Share(ALL, "score >= 4")).items()
    assert (row["m0_n"], row["m0_top"]) == (3, 1)


def test_a_slice_of_which_nothing_is_said_is_one_of_its_own() -> None:
    rows = [
        {"customer": "ann", "at_s": 0, "level": "vip", "channel": None},
        {"customer": "ann", "at_s": 0, "level": "vip", "channel": "chat"},
        {"customer": "bob", "at_s": 0, "level": None, "channel": "chat"},
    ]
    asked = asked_of("level", "channel", as_of_s=AS_OF_S)
    found = sums(rows, asked, Count(ALL))
    assert found.keys() == {("vip", None, 0), ("vip", "chat", 0), (None, "chat", 0)}


def test_days_need_no_instant() -> None:
    rows = [{"customer": "ann", "day": day, "score": 1} for day in (6, 7, 13, 14, None)]
    asked = asked_of(periods=Periods(7, 7), as_of_s=AS_OF_S)
    ((key, row),) = sums(rows, asked, Total(Rows("things", "day"), "score")).items()
    assert (key, row["m0_n"], row["m0_top"]) == ((7,), 2, 2.0)
