"""One way of writing what Zendesk writes in several."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.connectors.zendesk_canonical import (
    canonical,
    holiday_of,
    holiday_text,
    interval_of,
    week_of,
)

WORDS = st.text("abcxyz_ 012", max_size=6)
VALUES = st.one_of(st.none(), st.booleans(), st.integers(0, 99), WORDS, st.lists(WORDS, max_size=3))
FIELDS = st.sampled_from(["type", "ticket_type_id", "current_tags", "priority", "via_id"])
CONDITION = st.fixed_dictionaries(
    {"field": FIELDS, "operator": st.sampled_from(["is", "value", "includes"]), "value": VALUES}
)
CONDITIONS = st.none() | st.dictionaries(
    st.sampled_from(["all", "any"]), st.none() | st.lists(CONDITION, max_size=4)
)
METRIC = st.fixed_dictionaries(
    {"priority": st.sampled_from(["low", "normal", "high", "urgent", None]), "metric": WORDS},
    optional={
        "target": st.integers(1, 999),
        "target_in_seconds": st.none() | st.integers(60, 9999),
        "business_hours": st.none() | st.booleans(),
    },
)
INTERVALS = st.lists(
    st.tuples(st.integers(0, 10_000), st.integers(1, 3_000)).map(
        lambda one: {"start_time": one[0], "end_time": min(one[0] + one[1], 10_080)}
    ),
    max_size=6,
)
DATES = st.dates().map(lambda day: day.isoformat())
HOLIDAY = st.fixed_dictionaries({"name": WORDS, "start_date": DATES, "end_date": DATES})
ACTION = st.fixed_dictionaries({"field": WORDS, "value": VALUES | st.just({"$ref": "group/a"})})
OBJECTS = st.one_of(
    st.tuples(
        st.just("sla_policy"),
        st.fixed_dictionaries(
            {"title": WORDS}, optional={"filter": CONDITIONS, "policy_metrics": st.lists(METRIC)}
        ),
    ),
    st.tuples(
        st.just("trigger"),
        st.fixed_dictionaries(
            {"title": WORDS},
            optional={
                "conditions": CONDITIONS,
                "actions": st.lists(ACTION, max_size=3),
                "active": st.none() | st.booleans(),
                "position": st.integers(),
            },
        ),
    ),
    st.tuples(
        st.just("schedule"),
        st.fixed_dictionaries(
            {"name": WORDS, "time_zone": WORDS},
            optional={"intervals": INTERVALS, "holidays": st.lists(HOLIDAY, max_size=4)},
        ),
    ),
    st.tuples(st.just("view"), st.fixed_dictionaries({"title": WORDS, "conditions": CONDITIONS})),
    st.tuples(
        st.just("user_field"),
        st.fixed_dictionaries(
            {"key": WORDS, "type": WORDS, "title": WORDS},
            optional={
                "custom_field_options": st.lists(
                    st.fixed_dictionaries({"id": st.integers(), "name": WORDS, "value": WORDS}),
                    max_size=3,
                )
            },
        ),
    ),
    st.tuples(
        st.just("webhook"),
        st.fixed_dictionaries({"name": WORDS, "subscriptions": st.none() | st.lists(WORDS)}),
    ),
)


@given(OBJECTS)
def test_written_once_more_nothing_changes(told: tuple[str, dict[str, Any]]) -> None:
    kind, raw = told
    once = canonical(kind, raw)
    assert canonical(kind, once) == once


@given(INTERVALS)
def test_a_week_survives_the_way_there_and_back(raw: list[dict[str, int]]) -> None:
    week = week_of((one["start_time"], one["end_time"]) for one in raw)
    assert week_of(interval_of(text) for text in week) == week
    minutes = {m for one in raw for m in range(one["start_time"], one["end_time"])}
    assert {m for text in week for m in range(*interval_of(text))} == minutes


@given(HOLIDAY)
def test_a_holiday_survives_the_way_there_and_back(raw: dict[str, str]) -> None:
    assert holiday_text(holiday_of(holiday_text(raw))) == holiday_text(raw)
    assert holiday_of(holiday_text(raw)) == raw


SAME = [
    (
        "a type by name and by number",
        {"field": "type", "operator": "is", "value": "incident"},
        {"field": "ticket_type_id", "operator": "is", "value": "2"},
    ),
    (
        "a number and its text",
        {"field": "group_id", "operator": "is", "value": 7},
        {"field": "group_id", "operator": "is", "value": "7"},
    ),
    (
        "tags in another order, as a list",
        {"field": "current_tags", "operator": "includes", "value": ["b", "a"]},
        {"field": "current_tags", "operator": "includes", "value": "a b"},
    ),
    (
        "nothing and an empty text",
        {"field": "priority", "operator": "is", "value": None},
        {"field": "priority", "operator": "is", "value": ""},
    ),
    (
        "a list of one",
        {"field": "custom_status_id", "operator": "includes", "value": ["1"]},
        {"field": "custom_status_id", "operator": "includes", "value": "1"},
    ),
]


@pytest.mark.parametrize(("one", "other"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_conditions_that_mean_the_same(one: dict[str, Any], other: dict[str, Any]) -> None:
    more = {"field": "status", "operator": "less_than", "value": "solved"}
    told = canonical("view", {"title": "A", "conditions": {"all": [one, more], "any": None}})
    again = canonical("view", {"title": "A", "conditions": {"all": [more, other]}, "position": 3})
    assert told == again


def test_minutes_and_seconds_mean_the_same() -> None:
    rows = [{"priority": "urgent", "metric": "first_reply_time", "target": 30}]
    told = canonical("sla_policy", {"title": "A", "policy_metrics": rows, "position": 4})
    rows = [{**rows[0], "target_in_seconds": 1800, "business_hours": False}]
    assert canonical("sla_policy", {"title": "A", "filter": {}, "policy_metrics": rows}) == told
