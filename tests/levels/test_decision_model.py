"""The model decides for all customers what `decide_level` decides for one."""

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tierwise.facts.decisions import CURRENT_LEVELS, DECISIONS
from tierwise.levels.borders import borders, move_border
from tierwise.levels.decision import CurrentLevel, Decision, decide_level
from tierwise.levels.decision_model import (
    PAIRED,
    TALLY,
    decision_model,
    paired_model,
    tally_model,
)
from tierwise.levels.policy import Policy
from tierwise.levels.policy_text import read_policy
from tierwise.value.standing import STANDING

from . import worlds
from .worlds import DAY

Row = dict[str, Any]

people = st.lists(
    st.tuples(st.one_of(worlds.standings, worlds.standings, st.none()), worlds.currents),
    max_size=25,
)
in_book = st.lists(st.booleans(), min_size=25, max_size=25)


def decide_all(
    policy: Policy, drawn: list[tuple[Row | None, Row]], known: list[bool]
) -> tuple[list[Row], list[Row], list[Decision]]:
    """Standings, current levels, and what the record function says of everybody."""
    standings, currents, decisions = [], [], []
    for number, (one, book) in enumerate(drawn):
        name = f"c{number}"
        has_standing, has_level = one is not None, known[number]
        if one is not None:
            standings.append({**one, "customer_id": name})
        if has_level:
            currents.append({"customer_id": name, **book})
        current = CurrentLevel(name, **book) if has_level else CurrentLevel(name)
        if has_standing or has_level:
            found = standings[-1] if has_standing else None
            decisions.append(decide_level(found, current, policy, DAY))
    return standings, currents, decisions


@settings(max_examples=50, deadline=None)
@given(worlds.policies(), people, in_book)
def test_the_model_and_the_record_function_agree(
    policy: Policy, drawn: list[tuple[Row | None, Row]], known: list[bool]
) -> None:
    standings, currents, decisions = decide_all(policy, drawn, known)
    engine = worlds.engine(
        standings=worlds.arrow(STANDING, standings),
        current_levels=worlds.arrow(CURRENT_LEVELS, currents),
    )
    rows = engine.execute(worlds.written(decision_model(policy))).fetchall()
    expected = [tuple(getattr(d, name) for name in DECISIONS.names) for d in decisions]
    assert sorted(rows) == sorted(expected)


@settings(max_examples=30, deadline=None)
@given(worlds.policies(), people, in_book, st.integers(0, 100))
def test_the_tally_counts_the_decisions_after_a_border_was_moved(
    policy: Policy, drawn: list[tuple[Row | None, Row]], known: list[bool], value: int
) -> None:
    moved = policy
    for border in borders(policy)[:1]:
        # Scores and days of activity have narrower bounds than the value drawn here.
        if not border.column.startswith(("rfm", "active")):
            moved = move_border(policy, border.level, border.column, float(value))
    standings, currents, decisions = decide_all(moved, drawn, known)
    engine = worlds.engine(
        standings=worlds.arrow(STANDING, standings),
        current_levels=worlds.arrow(CURRENT_LEVELS, currents),
    )
    engine.execute(f"CREATE TABLE paired AS {worlds.written_plain(paired_model(policy))}")
    rows = engine.execute(worlds.written(tally_model(moved))).fetchall()
    kept = {name: name for name in moved.names}
    expected = Counter((kept.get(d.level_from or ""), d.level_to, d.change) for d in decisions)
    assert {row[:3]: row[3] for row in rows} == expected
    value_minor = sum(
        int(str(one["ltv_minor"])) for one in standings if one["ltv_minor"] is not None
    )
    assert sum(row[4] or 0 for row in rows) == value_minor


def test_models_say_what_they_read_and_write() -> None:
    policy, _ = read_policy("currency: EUR\nlevels: {z: {who: everyone}}")
    assert policy is not None
    model = decision_model(policy)
    assert (model.package, model.name) == ("tierwise.levels", "decisions")
    assert (model.reads, model.parameters) == (("standings", "current_levels"), ("as_of_day",))
    engine = worlds.engine(
        standings=worlds.arrow(STANDING, []), current_levels=worlds.arrow(CURRENT_LEVELS, [])
    )
    answer = engine.execute(worlds.written(model))
    assert tuple(column[0] for column in answer.description or ()) == DECISIONS.names
    engine.execute(f"CREATE TABLE paired AS {worlds.written_plain(paired_model(policy))}")
    (names,) = engine.execute("SELECT list(column_name) FROM (DESCRIBE paired)").fetchall()
    assert set(PAIRED.names) <= set(names[0])
    answer = engine.execute(worlds.written(tally_model(policy)))
    assert tuple(column[0] for column in answer.description or ()) == TALLY.names
