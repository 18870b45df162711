"""Targets of a policy: which KPI each word means, in its unit, and what is wrong with others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.app.aims import (
    WORDS,
    LevelAim,
    aims_of,
    example_of,
    meant,
    placed_aims,
    unknown_words,
)
from tierwise.levels.policy import Policy
from tierwise.levels.policy_text import read_policy
from tierwise.metrics.catalogue import AIMS, CATALOGUE
from tierwise.metrics.metric import Better, Metric, Unit

HEAD = "currency: {}\nlevels:\n  premium:\n    who: orders > 3\n    targets: {{{}}}\n"
TAIL = "  standard:\n    who: everyone\n    targets: {csat: 80%}\n"


def text_of(targets: str, currency: str = "EUR") -> str:
    return HEAD.format(currency, targets) + TAIL


def policy_of(targets: str, currency: str = "EUR") -> Policy:
    policy, problems = read_policy(text_of(targets, currency))
    assert policy is not None, problems
    return policy


def aim_of(targets: str, currency: str = "EUR") -> tuple[str, float]:
    """The KPI and the figure that a single target of the best level asks for."""
    aims, problems = aims_of(policy_of(targets, currency))
    assert problems == ()
    return aims[0].metric, aims[0].target


@pytest.mark.parametrize(
    ("written", "metric", "figure"),
    [
        ("csat: 95%", "csat.share", 0.95),
        ("csat.share: 95%", "csat.share", 0.95),
        ("csat.adj: 95%", "csat.adj", 0.95),
        ("first_response: 4h", "t.frt", 4 * 3_600),
        ("first_response_p90: 1d 30m", "t.frt.p90", 88_200),
        ("cost_per_resolution: 12.00", "c.cpr", 1_200),
        ("cost_per_resolution: 12", "c.cpr", 1_200),
        ("nps: 40", "nps.score", 40),
        ("nps: -5.5", "nps.score", -5.5),
        ("ces: 80", "ces.ease", 80),
        ("csat.mean: 4.5", "csat.mean", 4.5),
        ("backlog: 300", "vol.backlog", 300),
        ("contact_rate: 2.5", "vol.rate_customer", 2.5),
        ("reopen_rate: 5%", "q.reopen", 0.05),
        ("attainment: 95%", "s.attain", 0.95),
    ],
)
def test_a_word_means_a_kpi_in_its_unit(written: str, metric: str, figure: float) -> None:
    found, reached = aim_of(written)
    assert (found, round(reached, 9)) == (metric, figure)


@pytest.mark.parametrize(("currency", "minor"), [("EUR", 1_250), ("JPY", 12.5), ("KWD", 12_500)])
def test_money_is_written_in_major_units(currency: str, minor: float) -> None:
    assert aim_of("cost_per_resolution: 12.5", currency) == ("c.cpr", minor)


def test_every_level_has_its_own_targets_best_first() -> None:
    aims, problems = aims_of(policy_of("nps: 40, csat: 90%"))
    assert problems == ()
    assert aims == (
        LevelAim("premium", "nps.score", 40),
        LevelAim("premium", "csat.share", 0.9),
        LevelAim("standard", "csat.share", 0.8),
    )


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("cast: 95%", "expected a KPI that Tierwise counts, found `cast`; did you mean `csat`?"),
        ("first_respons: 4h", "found `first_respons`; did you mean `first_response`?"),
        ("happiness_of_cats: 9", "`tierwise metric list` shows the words of every KPI"),
        ("csat: 95", "expected a share such as `95%`, found `95`; write `95%`"),
        ("csat: 0.95", "expected a share such as `95%`, found `0.95`; write `95%`"),
        ("csat: 4h", "expected a share such as `95%`, found `4h`"),
        ("csat: 150%", "expected a share such as `95%`, found `150%`"),
        ("first_response: 95%", "expected a duration such as `4h`, found `95%`"),
        ("first_response: 4", "expected a duration such as `4h`, found `4`"),
        ("cost_per_resolution: 5%", "expected an amount such as `12.00`, found `5%`"),
        ("cost_per_resolution: -5", "expected an amount such as `12.00`, found `-5`"),
        ("nps: 40%", "expected points from -100 to 100 such as `40`, found `40%`"),
        ("nps: 140", "expected points from -100 to 100 such as `40`, found `140`"),
        ("ces: -1", "expected ease from 0 to 100 such as `80`, found `-1`"),
        ("interactions: 2h", "expected a number such as `2.5`, found `2h`"),
        ("occupancy: 85%", "expected a KPI of which more or less is better, found `occupancy`"),
        ("csat: 95%, csat.share: 90%", "found `csat.share`, which means the same as `csat`"),
    ],
)
def test_a_target_that_cannot_be_judged_is_told_with_its_line(written: str, told: str) -> None:
    (problem,) = placed_aims(policy_of(written), text_of(written), "policy.yaml")
    assert (problem.source, problem.line) == ("policy.yaml", 5)
    assert (problem.column or "").startswith("levels.premium.targets.")
    assert told in str(problem)


def test_each_line_is_that_of_its_own_word() -> None:
    text = (
        "currency: EUR\nlevels:\n  premium:\n    who: orders > 3\n    targets:\n"
        "      csat: 95%\n      csat.adj: 4h\n      fun: 3\n"
        "  all:\n    who: everyone\n    targets:\n      glee: 1%\n"
    )
    policy, _ = read_policy(text)
    assert policy is not None
    assert [one.line for one in placed_aims(policy, text, "p.yaml")] == [7, 8, 12]
    assert unknown_words(policy) == ("fun", "glee")
    assert {aim.metric for aim in aims_of(policy)[0]} == {"csat.share"}


def test_the_first_of_two_words_for_one_kpi_counts() -> None:
    aims, _ = aims_of(policy_of("csat: 95%, csat.share: 90%"))
    assert aims[0] == LevelAim("premium", "csat.share", 0.95)
    assert len(aims) == 2


JUDGED = [one for one in CATALOGUE.values() if one.better is not Better.NEITHER]
WRITTEN = {
    Unit.SHARE: st.integers(1, 100).map(lambda number: f"{number}%"),
    Unit.SECONDS: st.integers(1, 300).map(lambda number: f"{number}h"),
    Unit.POINTS: st.integers(-100, 100).map(str),
    Unit.EASE: st.integers(0, 100).map(str),
}


@given(st.sampled_from(JUDGED), st.data())
def test_every_kpi_with_a_better_side_takes_a_target_of_its_unit(
    metric: Metric, data: st.DataObject
) -> None:
    word = data.draw(st.sampled_from([metric.id, *metric.aims]))
    written = data.draw(WRITTEN.get(metric.unit, st.integers(0, 10**6).map(str)))
    assert aim_of(f"{word}: {written}")[0] == metric.id


@pytest.mark.parametrize("metric", CATALOGUE.values(), ids=lambda metric: metric.id)
def test_the_example_of_a_target_is_one(metric: Metric) -> None:
    example = example_of(metric)
    assert bool(example) == (metric in JUDGED)
    if example:
        assert aim_of(example)[0] == metric.id


def test_every_word_is_known_and_the_plain_ones_come_first() -> None:
    assert set(WORDS) == set(AIMS)
    assert "." not in WORDS[0]
    assert meant("nsp") == "did you mean `nps`?"
