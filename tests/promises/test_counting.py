"""How policies are counted: which clocks, which promise of which policy, what a change does."""

import pytest

from tests.promises.test_clock_kinds import instant, tell
from tierwise.levels.policy import Policy
from tierwise.levels.policy_text import read_policy
from tierwise.promises.business_time import Boundary
from tierwise.promises.clock_terms import Changes, Mode
from tierwise.promises.counting import (
    Counting,
    Policies,
    boundary_of,
    changes_of,
    circumstances_at,
    kinds_of,
    promise_finder,
    same_promises,
)

TEXT = """
currency: EUR
calendars:
  office: {zone: UTC, week: {mon-fri: ["09:00-17:00"]}}
levels:
  premium:
    who: ltv_percentile >= 90
    promises:
      first_response:
        within: 1h
        calendar: office
        where:
          - {channel: chat, within: 5m}
          - {channel: phone, within: none}
  standard:
    who: everyone
    promises:
      resolution: {within: 2d}
"""
HOUR, DAY = 3_600, 86_400


def policy(text: str = TEXT, **more: str) -> Policy:
    extra = "".join(f"{key}: {value}\n" for key, value in more.items())
    found, problems = read_policy(text + extra)
    assert found is not None, problems
    return found


def policies(**keyed: Policy) -> Policies:
    tables = {(key, name): f"{name} of {key}" for key in keyed for name in ("office", "24x7")}
    return Policies(keyed, tables)


OLD, NEW = policy(), policy(TEXT.replace("within: 1h", "within: 2h"))


@pytest.mark.parametrize(
    ("now", "promised"),
    [
        ({"level": "premium"}, (HOUR, "office of a")),
        ({"level": "premium", "channel": "chat"}, (300, "office of a")),
        ({"level": "premium", "channel": "phone"}, (None, "")),
        ({"level": "standard"}, (None, "")),
        ({"level": "gold"}, (None, "")),
        ({}, (None, "")),
        ({"level": "premium", "policy": "b"}, (2 * HOUR, "office of b")),
    ],
)
def test_the_promise_is_that_of_the_policy_level_and_case(
    now: dict[str, str], promised: tuple[int | None, str]
) -> None:
    found = promise_finder(policies(a=OLD, b=NEW), Counting.EXACT)
    assert found("first_response", {"policy": "a", **now}) == promised


def test_an_unknown_policy_is_the_newest() -> None:
    found = policies(a=OLD, b=NEW).promise_of("first_response", {"level": "premium"})
    assert found == (2 * HOUR, "office of b")


def test_zendesk_promises_nothing_before_there_is_a_priority() -> None:
    found = promise_finder(policies(a=OLD), Counting.ZENDESK)
    now = {"policy": "a", "level": "premium"}
    assert found("first_response", now) == (None, "")
    assert found("first_response", now | {"priority": "low"}) == (HOUR, "office of a")


def test_clocks_run_that_any_policy_promises_something_for() -> None:
    names = [kind.name for kind in kinds_of(policies(a=OLD), Counting.EXACT)]
    assert names == ["first_response", "resolution"]


def test_the_newest_policy_says_what_stops_a_clock() -> None:
    strict = policy(clocks="{resolution: {pauses: [pending], done: [closed]}}")
    resolution = kinds_of(policies(a=OLD, b=strict), Counting.EXACT)[1]
    assert (set(resolution.pauses), set(resolution.done)) == ({"pending"}, {"closed"})
    theirs = kinds_of(policies(a=OLD, b=strict), Counting.ZENDESK)[1]
    assert (set(theirs.pauses), set(theirs.done)) == (set(), {"solved", "closed"})


def test_what_a_change_in_mid_ticket_does() -> None:
    assert changes_of(policy(), Counting.EXACT) == Changes(
        Mode.KEEP_ELAPSED, Mode.KEEP_ELAPSED, 1_800, 0.5
    )
    frozen = policy(changes="{target: frozen, calendar: from_start, grace: none}")
    assert changes_of(frozen, Counting.EXACT) == Changes(Mode.FROZEN, Mode.FROM_START, None, 0.5)
    assert changes_of(frozen, Counting.ZENDESK) == Changes(Mode.KEEP_ELAPSED, Mode.FROM_START)


def test_the_boundary_is_the_policys() -> None:
    assert boundary_of(policy()) is Boundary.CLOSING
    assert boundary_of(policy(boundary="opening")) is Boundary.OPENING


def test_policies_that_promise_the_same_are_the_same_to_clocks() -> None:
    moved = policy(TEXT.replace("ltv_percentile >= 90", "ltv_percentile >= 80"))
    assert same_promises(OLD, moved)
    assert not same_promises(OLD, NEW)


def test_what_a_ticket_has_at_an_instant() -> None:
    told = tell("0 opened, 10 team:billing, 20 replies, 30 team:concierge")
    given = {"level": "plus", "team": "support"}
    assert circumstances_at(told, instant(5), given) == given
    assert circumstances_at(told, instant(20), given) == given | {"team": "billing"}
    assert circumstances_at(told, instant(30), given) == given | {"team": "concierge"}
