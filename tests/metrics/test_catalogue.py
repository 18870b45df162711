"""The catalogue: every row is whole, says what it means, and counts what is measured."""

from collections import Counter

import pytest

from tierwise.metrics.catalogue import AIMS, CATALOGUE
from tierwise.metrics.derived import tables_of
from tierwise.metrics.kinds import rows_of
from tierwise.metrics.measure_views import COLUMNS
from tierwise.metrics.metric import ANCHORS, FORMS, GRAINS, Metric
from tierwise.metrics.windows import DAY_S

EVERY = pytest.mark.parametrize("metric", CATALOGUE.values(), ids=lambda one: one.id)


@EVERY
def test_a_row_says_what_it_means(metric: Metric) -> None:
    said = (metric.name, metric.formula, metric.source, metric.aggregate, metric.interval)
    assert all(said)
    assert metric.definition.endswith(".")
    assert metric.enough.fewest <= metric.enough.headline


@EVERY
def test_a_row_counts_what_is_measured(metric: Metric) -> None:
    measured = {*COLUMNS, "agent_states"}
    assert tables_of(metric, CATALOGUE) <= measured
    rows = rows_of(metric.how)
    if rows:
        assert rows.table in GRAINS
        assert rows.at in ANCHORS
        assert rows.at in COLUMNS[rows.table]


@EVERY
def test_a_window_is_told(metric: Metric) -> None:
    days = {7: "7 days", 28: "28", 60: "60 days", 3: "72 hours"}
    if metric.window_s:
        assert days[metric.window_s // DAY_S] in metric.definition


def test_a_word_means_one_kpi() -> None:
    words = Counter(word for one in CATALOGUE.values() for word in (one.id, *one.aims))
    assert [word for word, times in words.items() if times > 1] == []
    assert set(words) == set(AIMS)


def test_names_are_not_used_twice() -> None:
    names = Counter(one.name for one in CATALOGUE.values())
    assert [name for name, times in names.items() if times > 1] == []


def test_every_kind_is_used() -> None:
    assert {type(one.how) for one in CATALOGUE.values()} == set(FORMS)
