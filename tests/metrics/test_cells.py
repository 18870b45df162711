"""A dozen things that happened, and what every kind of KPI comes to, by level and week."""

from collections.abc import Callable, Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.metrics.counting import Row, asked_of, cells_of, figure, metric, things
from tierwise.facts.time import DAY_S
from tierwise.metrics.catalogue import CATALOGUE
from tierwise.metrics.cells import AT_ONCE, SUMMED, TIMED, batches
from tierwise.metrics.figures import Figure, Reason
from tierwise.metrics.intervals import (
    Z_95,
    ClusterSums,
    clustered_wilson,
    garwood,
    kish_size,
    wilson,
)
from tierwise.metrics.kinds import (
    Adjusted,
    Age,
    Count,
    How,
    Length,
    MeanLength,
    Net,
    Ratio,
    Recent,
    Rows,
    Score,
    Share,
    Stock,
    Total,
    Wait,
)
from tierwise.metrics.means import (
    ClusterMoments,
    LogMoments,
    Moments,
    duration_mean_interval,
    mean_design_effect,
)
from tierwise.metrics.nps import Bands, adjusted_interval
from tierwise.metrics.periods import Periods
from tierwise.metrics.survey_weights import Stratum, inverse_weighted, post_stratified, supposed
from tierwise.metrics.survival import cumulative_incidence
from tierwise.metrics.survival_steps import State
from tierwise.metrics.windows import RESTRICTED_S

AS_OF_S = 20 * DAY_S
HOUR_S = 3_600
NAMES = ("customer", "level", "day", "score", "hours", "ended", "left")
# Whose, at which level, on which day, score, how long; whether it ended, and whether they left.
TOLD = (
    ("ann", "vip", 0, 5, 1, True, False),
    ("ann", "vip", 1, 5, 2, True, False),
    ("ann", "vip", 3, 4, 3, True, False),
    ("bob", "vip", 6, 1, 30, False, False),
    ("bob", "vip", 8, 2, 5, False, True),
    ("cem", "plus", 0, 5, 4, True, False),
    ("cem", "plus", 2, 3, 12, True, False),
    ("dan", "plus", 5, 5, 6, True, False),
    ("dan", "plus", 7, 4, 9, True, False),
    ("eve", "plus", 9, None, None, False, False),
    ("ticket 7", None, 9, 5, 2, True, False),
    ("ticket 8", None, 13, 1, 0, True, False),
)


def row_of(*told: object) -> Row:
    row = dict(zip(NAMES, told, strict=True))
    at_s = row["day"] * DAY_S + 9 * HOUR_S  # type: ignore[operator]
    hours: int | None = row["hours"]  # type: ignore[assignment]
    over_s = None if hours is None else at_s + hours * HOUR_S
    return {
        **row,
        "at_s": at_s,
        "seconds": None if hours is None else hours * HOUR_S,
        "ended_s": over_s if row["ended"] else None,
        "left_s": over_s if row["left"] else None,
        "from_s": at_s,
        "until_s": over_s,
    }


DOZEN = [row_of(*told) for told in TOLD]
RATED = Rows("things", "at_s", "score IS NOT NULL")
ALL = Rows("things", "at_s")
SCORES = [row["score"] for row in DOZEN if row["score"] is not None]
WHOSE = [row["customer"] for row in DOZEN if row["seconds"] is not None]
LENGTHS = [float(row["seconds"]) for row in DOZEN if row["seconds"] is not None]


def clusters(rows: Sequence[Row], hit: Callable[[Row], bool]) -> ClusterSums:
    pairs = [
        (len(own), sum(map(hit, own)))
        for who in {row["customer"] for row in rows}
        for own in [[row for row in rows if row["customer"] == who]]
    ]
    return ClusterSums(
        len(pairs),
        sum(n * n for n, _ in pairs),
        sum(n * k for n, k in pairs),
        sum(k * k for _, k in pairs),
    )


def test_a_count_is_how_many() -> None:
    found = figure(things(DOZEN), Count(RATED), as_of_s=AS_OF_S)
    assert (found.value, found.n, (found.low, found.high)) == (11.0, 11, garwood(11))


def test_a_share_is_as_sure_as_its_customers_are_many() -> None:
    found = figure(things(DOZEN), Share(RATED, "score >= 4"), as_of_s=AS_OF_S)
    rated = [row for row in DOZEN if row["score"] is not None]
    sums = clusters(rated, lambda row: row["score"] >= 4)
    assert (found.value, found.n) == (7 / 11, 11)
    assert (found.low, found.high) == clustered_wilson(7, 11, sums)
    assert (found.low, found.high) != wilson(7, 11)


def test_a_recent_share_weighs_by_age() -> None:
    how = Recent(RATED, "score >= 4", 2 * DAY_S)
    found = figure(things(DOZEN), how, as_of_s=AS_OF_S)
    weights = [(2 ** (row["day"] / 2), row["score"] >= 4) for row in DOZEN if row["score"]]
    whole = sum(w for w, _ in weights)
    share = sum(w for w, good in weights if good) / whole
    assert found.value == pytest.approx(share)
    by_customer: dict[str, float] = {}
    for row in DOZEN:
        if row["score"]:
            own = by_customer.get(row["customer"], 0.0)
            by_customer[row["customer"]] = own + 2 ** (row["day"] / 2)
    size = kish_size(whole, sum(w * w for w in by_customer.values()))
    assert (found.low, found.high) == pytest.approx(wilson(share * size, size))


def test_a_score_is_a_mean() -> None:
    found = figure(things(DOZEN), Score(RATED, "score"), as_of_s=AS_OF_S)
    assert found.value == pytest.approx(sum(SCORES) / 11)
    assert found.low is not None
    assert found.high is not None
    assert found.low < sum(SCORES) / 11 < found.high


def test_a_net_is_those_for_less_those_against() -> None:
    found = figure(things(DOZEN), Net(RATED, "score = 5", "score <= 2"), as_of_s=AS_OF_S)
    up, down = SCORES.count(5), SCORES.count(1) + SCORES.count(2)
    assert found.value == pytest.approx(100 * (up - down) / 11)
    assert (found.low, found.high) == adjusted_interval(Bands(up, 11 - up - down, down))


def test_a_ratio_is_a_sum_by_a_sum() -> None:
    engine = things(DOZEN)
    how = Ratio(RATED, "seconds", "score", per=60)
    found = figure(engine, how, as_of_s=AS_OF_S)
    top = sum(row["seconds"] for row in DOZEN if row["score"])
    assert found.value == pytest.approx(60 * top / sum(SCORES))
    assert found.low is not None
    census = figure(engine, Ratio(RATED, "seconds", "score", census=True), as_of_s=AS_OF_S)
    assert (census.low, census.high, census.n) == (None, None, 11)
    sized = figure(engine, Ratio(RATED, "seconds", "score", n="score"), as_of_s=AS_OF_S)
    assert sized.n == sum(SCORES)


def test_a_total_is_all_there_is() -> None:
    found = figure(things(DOZEN), Total(RATED, "seconds"), as_of_s=AS_OF_S)
    assert found == Figure(float(sum(LENGTHS)), None, None, 11)


def test_a_mean_of_durations_leaves_out_those_not_known() -> None:
    found = figure(things(DOZEN[:11]), MeanLength(ALL, "seconds"), as_of_s=AS_OF_S)
    lengths = LENGTHS[:10]
    assert found.value == pytest.approx(sum(lengths) / 10)
    sums, logs = Moments.of(lengths), LogMoments.of_durations(lengths)
    own = {who: [x for w, x in zip(WHOSE, lengths, strict=False) if w == who] for who in WHOSE}
    sizes = [(len(some), sum(some)) for some in own.values() if some]
    clusters = ClusterMoments(
        len(sizes),
        sum(n * n for n, _ in sizes),
        sum(n * x for n, x in sizes),
        sum(x * x for _, x in sizes),
    )
    effect = mean_design_effect(sums, clusters)
    right = duration_mean_interval(sums, logs, effect)
    assert (found.low, found.high) == pytest.approx(right)
    assert effect > 1


def states(rows: Sequence[Row], as_of_s: int = AS_OF_S) -> tuple[list[float], list[State]]:
    """How long each took or has taken, and how it ended."""
    lengths, ended = [], []
    for row in rows:
        over_s = row["ended_s"] or row["left_s"]
        lengths.append(float((over_s or as_of_s) - row["at_s"]))
        way = State.HAPPENED if row["ended_s"] else State.OTHER_WAY
        ended.append(way if over_s else State.OPEN)
    return lengths, ended


@pytest.mark.parametrize("q", [0.5, 0.9])
def test_a_wait_counts_who_still_waits_and_who_left(q: float) -> None:
    found = figure(things(DOZEN), Wait(ALL, "at_s", "ended_s", "left_s", q), as_of_s=AS_OF_S)
    right = cumulative_incidence(*states(DOZEN)).quantile(q)
    assert found.n == 12
    reached = right.value is not None
    assert (found.value, found.low, found.high) == (
        (right.value, right.low, right.high) if reached else (None, None, None)
    )
    assert found.reason is (None if reached else Reason.NOT_REACHED)


def test_without_a_quantile_a_wait_is_the_mean_within_two_weeks() -> None:
    rows = [{**row, "ended_s": None} if row["day"] > 9 else row for row in DOZEN]
    as_of_s = 40 * DAY_S
    how = Wait(ALL, "at_s", "ended_s", "left_s", None, RESTRICTED_S)
    found = figure(things(rows), how, as_of_s=as_of_s)
    right = cumulative_incidence(*states(rows, as_of_s)).restricted_mean(RESTRICTED_S)
    assert right.value is not None
    assert right.error is not None
    assert found.value == pytest.approx(right.value)
    assert found.high == pytest.approx(right.value + Z_95 * right.error)
    young = figure(things(rows), how, as_of_s=AS_OF_S)
    assert young.reason is Reason.WINDOW_OPEN


def test_a_wait_that_ended_both_ways_ended_with_the_first() -> None:
    rows = [
        {"customer": "ann", "at_s": 0, "ended_s": 60, "left_s": 50},
        {"customer": "bob", "at_s": 0, "ended_s": 60, "left_s": 60},
        {"customer": "cem", "at_s": 0, "ended_s": 60, "left_s": 70},
    ]
    found = figure(things(rows), Wait(ALL, "at_s", "ended_s", "left_s"), as_of_s=AS_OF_S)
    assert (found.value, found.n) == (60.0, 3)
    first = things(rows[:1])
    none = figure(first, Wait(ALL, "at_s", "ended_s", "left_s"), as_of_s=AS_OF_S)
    assert (none.reason, none.n) == (Reason.NEVER, 1)


def test_lengths_that_still_grow_are_known_as_far_as_they_go() -> None:
    rows = [
        {"customer": "ann", "at_s": 0, "length": 10, "is_open": 0},
        {"customer": "bob", "at_s": 0, "length": 20, "is_open": 1},
        {"customer": "cem", "at_s": 0, "length": 30, "is_open": 0},
        {"customer": "dan", "at_s": 0, "length": None, "is_open": 0},
    ]
    found = figure(things(rows), Length(ALL, "length", "is_open = 1"), as_of_s=AS_OF_S)
    right = cumulative_incidence(
        [10, 20, 30], [State.HAPPENED, State.OPEN, State.HAPPENED]
    ).quantile(0.5)
    assert (found.value, found.n) == (right.value, 3)


def stock_at(day: int, rows: Sequence[Row], level: str | None = None) -> int:
    end_s = min(day * DAY_S, AS_OF_S)
    return sum(
        row["from_s"] < end_s and (row["until_s"] is None or row["until_s"] >= end_s)
        for row in rows
        if level is None or row["level"] == level
    )


def test_a_stock_is_what_lasts_at_the_end_of_each_period() -> None:
    rows = [*DOZEN, *(row_of("fay", "vip", day, 1, 240, True, False) for day in (0, 1, 2))]
    periods = Periods(-5, 5, 4)
    asked = asked_of("level", periods=periods, as_of_s=AS_OF_S)
    cells = cells_of(things(rows), [metric(Stock("things"))], asked, as_of_s=AS_OF_S)
    for level in ("vip", "plus"):
        for begins, ends in periods:
            right = stock_at(ends, rows, level)
            assert cells["x", (level,), begins] == Figure(float(right), None, None, right)
    assert {figure.value for figure in cells.values()} >= {0.0, 1.0, 3.0}


def test_what_ends_at_midnight_is_there_until_then() -> None:
    rows = [{"customer": "ann", "from_s": 0, "until_s": 2 * DAY_S}]
    for days, held in ((1, 1.0), (2, 1.0), (3, 0.0)):
        asked = asked_of(periods=Periods(0, days), as_of_s=AS_OF_S)
        cells = cells_of(things(rows), [metric(Stock("things"))], asked, as_of_s=AS_OF_S)
        assert cells["x", (), 0].value == held


def test_ages_are_those_of_what_a_stock_holds() -> None:
    rows = [
        {"customer": "a", "since_s": 0, "from_s": 0, "until_s": 4 * DAY_S},
        {"customer": "b", "since_s": 0, "from_s": 3 * DAY_S, "until_s": None},
        {"customer": "c", "since_s": DAY_S, "from_s": DAY_S, "until_s": None},
        {"customer": "d", "since_s": 6 * DAY_S, "from_s": 6 * DAY_S, "until_s": None},
    ]
    asked = asked_of(periods=Periods(0, 2, 4), as_of_s=7 * DAY_S)
    how = metric(Age("things", "since_s", 0.5))
    cells = cells_of(things(rows), [how], asked, as_of_s=7 * DAY_S)
    ages = {day: (one.value, one.n) for (_, _, day), one in cells.items()}
    assert ages == {
        0: (1.5 * DAY_S, 2),
        2: (4 * DAY_S, 3),
        4: (5.5 * DAY_S, 2),
        6: (6 * DAY_S, 3),
    }


def test_an_adjusted_share_weighs_kinds_as_they_are_among_all() -> None:
    rows = [
        {"customer": f"{kind}{one}", "at_s": 0, "kind": kind, "answered": had, "good": good}
        for kind, had, good, many in (
            ("quick", 1, 1, 12),
            ("quick", 1, 0, 4),
            ("quick", 0, 0, 4),
            ("slow", 1, 0, 6),
            ("slow", 1, 1, 2),
            ("slow", 0, 0, 32),
        )
        for one in range(many)
    ]
    found = figure(things(rows), Adjusted(ALL, "answered", "good", ("kind",)), as_of_s=AS_OF_S)
    right = post_stratified([Stratum(("quick",), 20, 16, 12), Stratum(("slow",), 40, 8, 2)])
    assert found.value == right.figure.value != 14 / 24
    assert (found.low, found.high, found.n) == (right.figure.low, right.figure.high, 24)


ANSWERS = st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.integers(0, 7))


@given(st.lists(ANSWERS, min_size=3, max_size=12), st.randoms())
def test_an_adjusted_share_does_not_hang_on_the_order_of_kinds(
    told: list[tuple[str, str, int]], chance: Random
) -> None:
    """Engines tell groups in any order; which kinds are put together must not follow it."""
    strata = [
        Stratum((one, other), 3 * answered + place, answered, answered // (1 + place % 3))
        for place, (one, other, answered) in enumerate(told)
    ]
    shuffled = chance.sample(strata, len(strata))
    assert post_stratified(shuffled) == post_stratified(strata)
    assert inverse_weighted(shuffled) == inverse_weighted(strata)
    assert supposed(shuffled, 0.5) == supposed(strata, 0.5)


KINDS: tuple[How, ...] = (
    Count(ALL),
    Share(ALL, "score >= 4"),
    Score(RATED, "score"),
    Net(RATED, "score = 5", "score <= 2"),
    Ratio(RATED, "seconds", "score"),
    Total(RATED, "seconds"),
    MeanLength(ALL, "seconds"),
    Recent(RATED, "score >= 4", DAY_S),
    Wait(ALL, "at_s", "ended_s", "left_s"),
    Length(ALL, "seconds", "ended_s IS NULL"),
)


@pytest.mark.parametrize("how", KINDS, ids=lambda how: type(how).__name__)
def test_a_slice_in_a_week_is_as_if_there_were_nothing_else(how: How) -> None:
    asked = asked_of("level", periods=Periods(0, 7, 2), as_of_s=AS_OF_S)
    cells = cells_of(things(DOZEN), [metric(how)], asked, as_of_s=AS_OF_S)
    assert cells.keys() == {("x", (row["level"],), row["day"] // 7 * 7) for row in DOZEN}
    for (_, (level,), begins), found in cells.items():
        own = [r for r in DOZEN if r["level"] == level and r["day"] // 7 * 7 == begins]
        alone_cells = cells_of(
            things(own),
            [metric(how)],
            asked_of(periods=Periods(begins, 7), as_of_s=AS_OF_S),
            as_of_s=AS_OF_S,
        )
        alone = alone_cells["x", (), begins]
        assert (found.n, found.reason) == (alone.n, alone.reason)
        assert found.value == pytest.approx(alone.value)
        assert found.low == pytest.approx(alone.low)


def test_many_kpis_of_one_table_are_asked_in_few_passes() -> None:
    asked = asked_of("level", as_of_s=AS_OF_S)
    found = list(batches(CATALOGUE.values(), asked))
    counted = [one for one in CATALOGUE.values() if isinstance(one.how, (*SUMMED, *TIMED))]
    assert len(found) < len(counted)
    assert len({one.model.name for one in found}) == len(found)
    wide = max(len(one.model.output.columns) for one in found)
    assert wide <= AT_ONCE * 14 + 2
