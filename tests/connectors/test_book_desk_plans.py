"""Plans of a desk's configuration: kept as made, carried out step by step, what is ours."""

from dataclasses import replace
from types import MappingProxyType

import pytest

from tests.connectors.desk_stories import SANDBOX, connected, op, plan
from tierwise.connectors.book import Book
from tierwise.connectors.book_desks import DeskBook
from tierwise.facts.desk_config import Deed, DeskStep, OwnedObject, StepState
from tierwise.facts.problems import RefusedError

OPS = (
    op(1, "user_field/service_level"),
    op(2, "sla/plus", deed=Deed.UPDATE),
    replace(op(3, "sla/order"), deed=Deed.REORDER, after={"order": ["sla/plus", "sla/basic"]}),
    replace(op(4, "trigger/old", deed=Deed.DELETE), remote_id="99", after=None, drifted=True),
)


def test_a_plan_comes_back_as_it_was_made(desk_book: DeskBook) -> None:
    account = connected(desk_book)
    made = plan(account, *OPS)
    saved = desk_book.save_desk_plan(made)
    assert saved == replace(made, plan_id="dp1", state="open")
    assert desk_book.desk_plan("dp1") == saved
    empty = desk_book.save_desk_plan(plan(account))
    assert desk_book.desk_plans() == (empty, saved)
    assert desk_book.desk_plans(limit=1) == (empty,)


def test_bodies_are_kept_however_they_are_held(desk_book: DeskBook) -> None:
    body = MappingProxyType({"title": "Ünïcode \0", "all": ({"field": MappingProxyType({})},)})
    kept = {"title": "Ünïcode \0", "all": [{"field": {}}]}
    account = connected(desk_book)
    saved = desk_book.save_desk_plan(plan(account, replace(op(1, "sla/plus"), after=body)))
    assert desk_book.desk_plan(saved.plan_id).ops[0].after == kept
    desk_book.own(account, OwnedObject("sla/plus", "sla", "1", body, True, 5))
    assert desk_book.owned(account)[0].body == kept


def test_what_is_no_json_is_not_kept(desk_book: DeskBook) -> None:
    wrong = replace(op(1, "sla/plus"), after={"days": {1, 2}})
    with pytest.raises(TypeError, match="set, which is no JSON"):
        desk_book.save_desk_plan(plan(connected(desk_book), wrong))
    assert desk_book.desk_plans() == ()


def test_steps_are_marked_as_they_go(desk_book: DeskBook) -> None:
    plan_id = desk_book.save_desk_plan(plan(connected(desk_book), *OPS)).plan_id
    waiting = tuple(DeskStep(one.number, StepState.WAITING, None, "", None) for one in OPS)
    assert desk_book.steps(plan_id) == waiting
    begun = DeskStep(2, StepState.BEGUN, None, "", 210)
    done = DeskStep(1, StepState.DONE, "77", "made", 205)
    for step in (replace(done, state=StepState.BEGUN), done, begun):
        desk_book.mark_step(plan_id, step)
    assert desk_book.steps(plan_id) == (done, begun, *waiting[2:])
    with pytest.raises(RefusedError, match="`dp1` has no operation 9"):
        desk_book.mark_step(plan_id, replace(done, number=9))


# states a plan goes through, and what is told at the last
WAYS = {
    "applied": (["begun", "applied"], None),
    "nothing to do": (["applied"], None),
    "taken up after a crash": (["begun", "begun", "applied"], None),
    "dropped": (["dropped", "dropped"], None),
    "dropped in the middle": (["begun", "dropped"], None),
    "applied twice": (["begun", "applied", "applied"], "already applied"),
    "begun again after its end": (["applied", "begun"], "already applied"),
    "dropped, then begun": (["dropped", "begun"], "already dropped"),
    "dropped after its end": (["applied", "dropped"], "already applied"),
}


@pytest.mark.parametrize(("states", "told"), WAYS.values(), ids=WAYS)
def test_a_plan_goes_its_way(
    address: str, desk_book: DeskBook, states: list[str], told: str | None
) -> None:
    plan_id = desk_book.save_desk_plan(plan(connected(desk_book), *OPS)).plan_id
    *before, last = states
    for at, state in enumerate(before):
        desk_book.set_desk_plan(plan_id, state, at=at, by="bob")
    if told is None:
        desk_book.set_desk_plan(plan_id, last, at=9, by="bob")
        assert desk_book.desk_plan(plan_id).state == last
    else:
        with pytest.raises(RefusedError, match=f"desk plan `dp1` is {told}; make a new plan"):
            desk_book.set_desk_plan(plan_id, last, at=9, by="bob")
        assert desk_book.desk_plan(plan_id).state == before[-1]
    with Book.open(address) as book:
        told_deeds = [entry.deed for entry in reversed(book.audit())]
    done = states if told is None else before
    assert told_deeds == ["connect desk", "plan desk", *(f"desk plan {state}" for state in done)]


def test_a_plan_that_begins_drops_those_begun_before(desk_book: DeskBook) -> None:
    account, other = connected(desk_book), connected(desk_book, SANDBOX)
    left, still_open, new = (
        desk_book.save_desk_plan(plan(account, *OPS)).plan_id for _ in range(3)
    )
    elsewhere = desk_book.save_desk_plan(plan(other, *OPS)).plan_id
    for plan_id in (elsewhere, left, new):
        desk_book.set_desk_plan(plan_id, "begun", at=1, by="bob")
    states = {one.plan_id: one.state for one in desk_book.desk_plans()}
    assert states == {left: "dropped", still_open: "open", new: "begun", elsewhere: "begun"}


def test_no_such_plan_is_told(desk_book: DeskBook) -> None:
    for wrong in ("dp7", "p1", "dp"):
        with pytest.raises(RefusedError, match=f"`{wrong}`"):
            desk_book.desk_plan(wrong)


def test_what_is_ours_is_kept_by_its_logical_id(desk_book: DeskBook) -> None:
    account, other = connected(desk_book), connected(desk_book, SANDBOX)
    plus = OwnedObject("sla/plus", "sla", "10", {"title": "Plus"}, False, 5)
    group = OwnedObject("group/concierge", "group", "11", {}, True, 6)
    changed = replace(plus, body={"title": "Plus!"}, at_s=7)
    for ours in (plus, group, changed):
        desk_book.own(account, ours)
    assert desk_book.owned(account) == (group, changed)
    assert desk_book.owned(other) == ()
    desk_book.disown(account, "group/concierge")
    desk_book.disown(account, "group/concierge")
    assert desk_book.owned(account) == (changed,)
