"""Who gets which level: tables in the words of a support manager."""

from collections.abc import Mapping
from hashlib import md5
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierwise.facts.decisions import CURRENT_LEVELS, DECISIONS, Change, Ground
from tierwise.levels.decision import CurrentLevel, Decision, decide_level, draw
from tierwise.levels.policy import Policy
from tierwise.levels.policy_text import read_policy

from . import worlds
from .worlds import DAY, standing


def policy(stability: str = "", experiment: str = "") -> Policy:
    found, problems = read_policy(
        "currency: EUR\nlevels:\n"
        "  premium:\n    who: ltv_percentile >= 90\n    keep_until: ltv_percentile < 85\n"
        f"    {experiment}\n"
        "  plus: {who: orders >= 5}\n"
        "  standard: {who: everyone}\n"
        f"stability: {{{stability}}}\n"
    )
    assert found is not None, problems
    return found


def decided(of: Mapping[str, object], by: Policy, **current: Any) -> tuple[object, ...]:
    book = CurrentLevel("c1", **current)
    decision = decide_level(standing(**of), book, by, DAY)
    return decision.level_to, decision.change, decision.ground, decision.confirmed_runs


TOP, NEARLY, REGULAR, PLAIN = (
    {"ltv_percentile": 95.0},
    {"ltv_percentile": 87.0},
    {"ltv_percentile": 60.0, "orders": 7},
    {"ltv_percentile": None, "orders": 0},
)


@pytest.mark.parametrize(
    ("of", "level", "result"),
    [
        (TOP, None, ("premium", "new", "rule", 1)),
        (REGULAR, None, ("plus", "new", "rule", 1)),
        (PLAIN, None, ("standard", "new", "rule", 1)),
        (TOP, "plus", ("premium", "up", "rule", 1)),
        (TOP, "premium", ("premium", "same", "rule", 1)),
        (NEARLY, "premium", ("premium", "held", "leaving_border", 0)),
        (NEARLY, "standard", ("standard", "same", "rule", 1)),
        (REGULAR, "premium", ("plus", "down", "rule", 1)),
        (PLAIN, "premium", ("premium", "held", "leaving_border", 0)),
        (PLAIN, "plus", ("standard", "down", "rule", 1)),
        (PLAIN, "gold", ("standard", "moved", "rule", 1)),
    ],
)
def test_the_rules_and_the_leaving_border(
    of: dict[str, object], level: str | None, result: tuple[object, ...]
) -> None:
    assert decided(of, policy(), level=level, since_day=DAY - 100) == result


@pytest.mark.parametrize(
    ("of", "level", "waiting", "result"),
    [
        (TOP, "plus", (None, 0, None), ("plus", "held", "confirmation", 1)),
        (TOP, "plus", ("premium", 1, DAY - 7), ("premium", "up", "rule", 2)),
        (TOP, "plus", ("premium", 1, DAY), ("plus", "held", "confirmation", 1)),
        (TOP, "plus", ("premium", 1, None), ("plus", "held", "confirmation", 1)),
        (TOP, "plus", ("premium", 0, DAY), ("plus", "held", "confirmation", 1)),
        (TOP, "standard", ("plus", 1, DAY - 7), ("standard", "held", "confirmation", 1)),
        (PLAIN, "plus", ("standard", 1, DAY - 7), ("plus", "held", "confirmation", 2)),
        (PLAIN, "plus", ("standard", 2, DAY - 7), ("standard", "down", "rule", 3)),
        (TOP, None, (None, 0, None), ("premium", "new", "rule", 1)),
        (TOP, "gold", (None, 0, None), ("premium", "moved", "rule", 1)),
    ],
)
def test_confirmation_waits_for_runs_of_different_days(
    of: dict[str, object],
    level: str | None,
    waiting: tuple[str | None, int, int | None],
    result: tuple[object, ...],
) -> None:
    slow = policy("promote_after: 2, demote_after: 3")
    name, runs, day = waiting
    current: dict[str, Any] = {"waiting_level": name, "waiting_runs": runs, "waiting_day": day}
    assert decided(of, slow, level=level, since_day=DAY - 100, **current) == result


@pytest.mark.parametrize(
    ("since", "result"),
    [
        (DAY - 29, ("plus", "held", "minimum_stay", 1)),
        (DAY - 30, ("standard", "down", "rule", 1)),
        (None, ("standard", "down", "rule", 1)),
    ],
)
def test_the_minimum_stay_ends_after_its_days(
    since: int | None, result: tuple[object, ...]
) -> None:
    assert decided(PLAIN, policy("minimum_stay: 30d"), level="plus", since_day=since) == result


@pytest.mark.parametrize(
    ("of", "level", "override", "result"),
    [
        (PLAIN, "standard", ("premium", DAY), ("premium", "up", "override", 1)),
        (TOP, "premium", ("premium", DAY), ("premium", "same", "override", 1)),
        (TOP, "premium", ("standard", DAY + 9), ("standard", "down", "override", 1)),
        (PLAIN, None, ("premium", DAY + 9), ("premium", "new", "override", 1)),
        (PLAIN, "gold", ("premium", DAY + 9), ("premium", "moved", "override", 1)),
        (PLAIN, "plus", ("gold", DAY + 9), ("plus", "held", "minimum_stay", 1)),
        (PLAIN, "plus", ("premium", DAY - 1), ("plus", "held", "minimum_stay", 1)),
        (PLAIN, "plus", ("premium", None), ("plus", "held", "minimum_stay", 1)),
    ],
)
def test_a_level_set_by_hand(
    of: dict[str, object],
    level: str | None,
    override: tuple[str, int | None],
    result: tuple[object, ...],
) -> None:
    slow = policy("promote_after: 2, minimum_stay: 30d")
    current: dict[str, Any] = {"override_level": override[0], "override_until_day": override[1]}
    assert decided(of, slow, level=level, since_day=DAY - 10, **current) == result


@pytest.mark.parametrize(
    ("of", "level", "by_hand", "result"),
    [
        (NEARLY, "premium", True, ("standard", "down", "rule", 1)),
        (TOP, "standard", True, ("premium", "up", "rule", 1)),
        (NEARLY, "premium", False, ("premium", "held", "leaving_border", 0)),
    ],
)
def test_after_a_level_by_hand_no_stay_is_left_to_protect(
    of: dict[str, object], level: str, by_hand: bool, result: tuple[object, ...]
) -> None:
    slow = policy("promote_after: 2, minimum_stay: 30d")
    assert decided(of, slow, level=level, since_day=DAY - 10, by_hand=by_hand) == result


def test_the_lot_decides_inside_the_band_whatever_the_stay() -> None:
    lots = policy("minimum_stay: 30d", "experiment: {band: 85-95, share: 40%, key: spring}")
    found = set()
    for number in range(60):
        of = {"customer_id": f"c{number}", "ltv_percentile": 92.0, "orders": 9}
        decision = decide_level(
            standing(**of), CurrentLevel(f"c{number}", "premium", DAY), lots, DAY
        )
        wins = draw("spring", f"c{number}") < 4000
        assert decision.ground is Ground.EXPERIMENT
        assert decision.level_to == ("premium" if wins else "plus")
        assert decision.change is (Change.SAME if wins else Change.DOWN)
        found.add(wins)
    assert found == {True, False}


@pytest.mark.parametrize("percentile", [84.9, 95.0, None])
def test_outside_the_band_there_is_no_lot(percentile: float | None) -> None:
    lots = policy(experiment="experiment: {band: 85-95}")
    of = {"ltv_percentile": percentile}
    assert decided(of, lots, level=None)[2] == "rule"


def test_a_lot_below_the_level_one_gets_by_rule_has_no_say() -> None:
    lots, _ = read_policy(
        "currency: EUR\nlevels: {a: {who: ltv_percentile >= 50}, "
        "b: {who: orders > 2, experiment: {band: 40-60}}, z: {who: everyone}}"
    )
    assert lots is not None
    assert decided({"ltv_percentile": 55.0}, lots)[:3] == ("a", "new", "rule")


def test_a_lot_is_the_md5_of_key_and_customer() -> None:
    number = int(md5(b"spring:c1", usedforsecurity=False).hexdigest()[:8], 16)
    assert draw("spring", "c1") == number % 10_000


def test_lots_are_spread_evenly_and_differ_between_keys() -> None:
    lots = [draw("spring", f"c{number}") for number in range(20_000)]
    assert 0 <= min(lots) < 10
    assert 9_990 <= max(lots) < 10_000
    assert sum(lot < 5_000 for lot in lots) == pytest.approx(10_000, abs=300)
    both = sum(lot < 5_000 and draw("autumn", f"c{n}") < 5_000 for n, lot in enumerate(lots))
    assert both == pytest.approx(5_000, abs=300)


def test_whoever_has_no_standing_is_gone() -> None:
    gone = decide_level(None, CurrentLevel("c1", "plus"), policy(), DAY)
    assert gone == Decision("c1", "plus", None, None, Change.GONE, Ground.NO_CUSTOMER, 1)
    never = decide_level(None, CurrentLevel("c1"), policy(), DAY)
    assert never == Decision("c1", None, None, None, Change.SAME, Ground.NO_CUSTOMER, 1)


def test_the_records_are_the_tables() -> None:
    assert tuple(CurrentLevel.__dataclass_fields__) == CURRENT_LEVELS.names
    assert tuple(Decision.__dataclass_fields__) == DECISIONS.names


@settings(max_examples=100, deadline=None)
@given(worlds.policies(), worlds.standings, worlds.currents)
def test_a_second_run_of_the_same_day_moves_nobody_again(
    by: Policy, of: dict[str, object], current: dict[str, Any]
) -> None:
    book = CurrentLevel("c", **current)
    first = decide_level(of, book, by, DAY)
    holds = first.ground in {Ground.CONFIRMATION, Ground.MINIMUM_STAY, Ground.LEAVING_BORDER}
    after = CurrentLevel(
        "c",
        level=first.level_to,
        since_day=book.since_day if first.level_to == book.level else DAY,
        by_hand=first.ground is Ground.OVERRIDE,
        waiting_level=first.deserved if holds else None,
        waiting_runs=first.confirmed_runs if holds else 0,
        waiting_day=DAY if holds else None,
        override_level=book.override_level,
        override_until_day=book.override_until_day,
    )
    second = decide_level(of, after, by, DAY)
    assert second.level_to == first.level_to
    assert second.change in {Change.SAME, Change.HELD}


@given(st.sampled_from([60.0, 87.0, 95.0]), st.sampled_from([60.0, 87.0, 95.0]))
def test_more_value_never_means_a_worse_level(less: float, more: float) -> None:
    low, high = sorted((less, more))
    ranks = [policy().rank(str(decided({"ltv_percentile": v}, policy())[0])) for v in (low, high)]
    assert ranks[0] >= ranks[1]
