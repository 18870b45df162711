"""Levels nobody reaches, borders that overlap, lots that collide."""

import pytest

from tierwise.facts.problems import Problem
from tierwise.levels.policy_checks import evidence_columns
from tierwise.levels.policy_text import read_policy


def checked(levels: str) -> tuple[bool, tuple[Problem, ...]]:
    policy, problems = read_policy(f"currency: EUR\nlevels: {{{levels}}}")
    return policy is not None, problems


@pytest.mark.parametrize(
    "levels",
    [
        "a: {who: ltv_percentile >= 90, keep_until: ltv_percentile < 90}, z: {who: everyone}",
        "a: {who: orders > 3}, b: {who: orders > 2}, z: {who: everyone}",
        "a: {who: orders > 3}, b: {who: orders is null or ltv_minor is null}, z: {who: everyone}",
        "a: {who: rfm_r >= 4 and rfm_m = 5}, b: {who: rfm_group = 'Top Customers'}, "
        "z: {who: everyone}",
        "a: {who: is_account}, b: {who: not is_account and rfm_r is null}, z: {who: everyone}",
        "a: {who: rfm_r is null}, b: {who: rfm_group = 'Lost'}, z: {who: everyone}",
        "a: {who: ltv_minor >= 100.5}, b: {who: ltv_minor in (100)}, z: {who: everyone}",
        "a: {who: everyone}",
    ],
)
def test_policies_that_make_sense(levels: str) -> None:
    assert checked(levels) == (True, ())


@pytest.mark.parametrize(
    ("levels", "told"),
    [
        (
            "a: {who: orders > 2}, b: {who: orders > 3}, z: {who: everyone}",
            "`levels.b.who`: expected a level that a customer can reach; all it names belong",
        ),
        (
            "a: {who: orders > 2 and orders < 3}, z: {who: everyone}",
            "`levels.a.who`: expected a level that a customer can reach; its rule holds for nobody",
        ),
        ("a: {who: ltv_percentile > 100}, z: {who: everyone}", "its rule holds for nobody"),
        ("a: {who: active_days_30d < 0}, z: {who: everyone}", "its rule holds for nobody"),
        ("a: {who: orders >= 0}, z: {who: everyone}", "`levels.z.who`: expected a level that"),
        ("a: {who: everyone}, z: {who: everyone}", "`levels.z.who`: expected a level that"),
        (
            "a: {who: rfm_group = 'Prospects'}, b: {who: rfm_r is null}, z: {who: everyone}",
            "`levels.b.who`",
        ),
        (
            "a: {who: rfm_r = 1 and rfm_group = 'Top Customers'}, z: {who: everyone}",
            "its rule holds for nobody",
        ),
        (
            "a: {who: rfm_r is null and rfm_f = 1}, z: {who: everyone}",
            "its rule holds for nobody",
        ),
        (
            "a: {who: ltv_percentile >= 90, keep_until: ltv_percentile < 95}, z: {who: everyone}",
            "a customer with ltv_percentile 90 would enter and leave at once",
        ),
        (
            "a: {who: orders > 2, keep_until: gap_days is null}, z: {who: everyone}",
            "a customer with gap_days nothing, orders 3 would enter and leave at once",
        ),
        (
            "a: {who: orders > 2, experiment: {band: 85-95}}, "
            "b: {who: orders > 1, experiment: {band: 90-99}}, z: {who: everyone}",
            "a band that does not overlap that of `a`, 85-95, found `90-99`",
        ),
        (
            "a: {who: orders > 2, experiment: {band: 1-2, column: order}}, z: {who: everyone}",
            "did you mean `orders`?",
        ),
        (
            "a: {who: orders > 2, experiment: {band: 1-2, column: rfm_group}}, z: {who: everyone}",
            "a number column of the standing, found `rfm_group`",
        ),
        ("a: {who: orders > 2}, z: {who: everyone, keep_until: is_account}", "no `keep_until`"),
        ("a: {who: orders > 2}, z: {who: everyone, experiment: {band: 1-2}}", "no `experiment`"),
        ("a: {who: orders > 2}, z: {who: orders < 2}", "add a last level with `who: everyone`"),
    ],
)
def test_policies_that_contradict_themselves(levels: str, told: str) -> None:
    sound, problems = checked(levels)
    assert not sound
    assert told in "\n".join(map(str, problems))


def test_bands_may_touch_or_lie_on_other_columns() -> None:
    _, problems = checked(
        "a: {who: orders > 2, experiment: {band: 85-95}}, "
        "b: {who: orders > 1, experiment: {band: 95-99}}, "
        "c: {who: orders > 0, experiment: {band: 85-95, column: gap_days}}, z: {who: everyone}"
    )
    assert problems == ()


@pytest.mark.parametrize(
    ("levels", "paths"),
    [
        ("a: {who: orders > recency_days}, z: {who: everyone}", ["levels.a.who"]),
        ("a: {who: orders + 1 in (2)}, z: {who: everyone}", ["levels.a.who"]),
        (
            "a: {who: orders > 2, keep_until: orders * 2 < recency_days}, z: {who: everyone}",
            ["levels.a.keep_until"],
        ),
    ],
)
def test_what_cannot_be_checked_is_a_remark_and_the_policy_stands(
    levels: str, paths: list[str]
) -> None:
    sound, problems = checked(levels)
    assert sound
    assert [(problem.column, problem.left_out) for problem in problems] == [
        (p, False) for p in paths
    ]
    assert "look at a plan before you apply it" in str(problems[0])


def test_too_many_regions_are_not_tried() -> None:
    columns = ("orders", "occasions", "recency_days", "tenure_days", "orders_90d", "ltv_minor")
    many = " or ".join(f"{name} in (10, 20, 30, 40)" for name in columns)
    sound, problems = checked(f"a: {{who: '{many}'}}, z: {{who: everyone}}")
    assert sound
    assert "too many constants" in str(problems[0])


def test_evidence_is_what_the_policy_looks_at() -> None:
    policy, _ = read_policy(
        "currency: EUR\nsegments: {new: tenure_days < 30}\nlevels: {"
        "a: {who: (orders > 2 or new) and recency_days < 9, keep_until: recency_days > 400, "
        "experiment: {band: 1-2}}, "
        "z: {who: everyone}}"
    )
    assert policy is not None
    assert evidence_columns(policy) == ("ltv_percentile", "orders", "recency_days", "tenure_days")
