"""What the book answers: policies, runs, plans, applies, undos, overrides, history."""

import pyarrow as pa
import pytest

from tests.connectors.book_stories import (
    DAY,
    FACTS,
    Now,
    apply,
    carry_out,
    held,
    level_names,
    levels_now,
    moved,
    override,
    saved,
)
from tierwise.connectors.book import Book
from tierwise.facts.decisions import CURRENT_LEVELS, Change, Ground, PlanLevels, Run
from tierwise.facts.problems import RefusedError


def test_the_same_policy_text_is_the_same_version(book: Book) -> None:
    first, second = book.save_policy("levels: …", at=5), book.save_policy("levels: two", at=6)
    assert book.save_policy("levels: …", at=7) == first
    assert (first.version, second.version) == (1, 2)
    assert book.policy(2) == second
    with pytest.raises(RefusedError, match="no version 9"):
        book.policy(9)


def test_runs_are_numbered(book: Book) -> None:
    version = book.save_policy("policy", at=1).version
    first = book.record_run(Run("", 1, DAY, FACTS, version, 10, 2))
    run = book.record_run(Run("", 2, DAY + 1, FACTS, version, 11, 0))
    assert run.run_id == "r2"
    assert (book.run("r1"), book.run("r2")) == (first, run)
    with pytest.raises(RefusedError, match="no run `r9`"):
        book.run("r9")


def test_a_plan_is_kept_as_it_was_made(book: Book) -> None:
    changes = [moved("b", None, "plus"), moved("A_1", "plus", "vip"), moved("c", "vip", "vip")]
    plan = saved(book, changes)
    assert (plan.plan_id, plan.state) == ("p1", "open")
    assert book.plan("p1") == plan
    assert book.plans(5) == (plan,)
    assert [change.customer_id for change in book.plan_changes("p1")] == ["A_1", "b"], (
        "customers whose level stays the same are left out"
    )
    assert book.plan_changes("p1", "new") == (changes[0],)
    assert book.plan_changes("p1", limit=1, offset=1) == (changes[0],)


@pytest.mark.parametrize("plan_id", ["p9", "9", "p", "p-1", "p" + "9" * 30, ""])
def test_an_unknown_plan_is_refused(book: Book, plan_id: str) -> None:
    with pytest.raises(RefusedError, match=f"`{plan_id}`"):
        book.plan(plan_id)
    with pytest.raises(RefusedError, match=f"`{plan_id}`"):
        book.apply(plan_id, facts_id=FACTS, policy_version=1, at=1, by="ada")


def test_a_plan_counts_levels_before_and_after(book: Book) -> None:
    carry_out(book, {"a": (None, "plus"), "b": (None, "plus"), "c": (None, "vip")})
    changes = [moved("a", "plus", "vip"), moved("c", "vip", None), held("b", "plus", "vip", 1)]
    plan = saved(book, [*changes, moved("d", None, "standard")])
    assert book.plan_levels(plan.plan_id) == PlanLevels(
        before={"plus": 2, "vip": 1},
        after={"plus": 1, "vip": 1, "standard": 1},
        held_by_ground={"confirmation": 1},
    )


def test_an_applied_plan_puts_its_levels_in_force(book: Book) -> None:
    carry_out(book, {"a": (None, "plus"), "b": (None, "plus"), "c": (None, "plus")})
    done = carry_out(book, {"a": ("plus", "vip"), "b": ("plus", None)}, at=12, day=DAY + 7)
    assert (done.apply_id, done.plan_id, done.changed, done.left_alone) == ("a2", "p2", 2, 0)
    assert book.plan("p2").state == "applied"
    assert levels_now(book) == {"a": Now("vip", DAY + 7), "c": Now("plus", DAY)}
    assert book.level_counts() == {"plus": 1, "vip": 1}
    assert book.levels_arrow().to_pylist() == [
        {"customer_id": "a", "level": "vip", "since_day": DAY + 7, "by_hand": 0},
        {"customer_id": "c", "level": "plus", "since_day": DAY, "by_hand": 0},
    ]


def test_reasons_in_force_for_exports(book: Book) -> None:
    carry_out(book, {"a": (None, "plus"), "b": (None, "plus")})
    override(book, "b", "vip")
    assert [tuple(row.values()) for row in book.reasons_arrow().to_pylist()] == [
        ("a", "plus", DAY, "rule of plus", 1),
        ("b", "vip", DAY, "a promise by phone", 1),
    ]


def test_current_levels_have_the_declared_columns(book: Book) -> None:
    empty = book.current_levels(DAY)
    carry_out(book, {"a,\n\"'": (None, ""), "ü": (None, "NULL")})
    full = book.current_levels(DAY)
    assert empty.num_rows == 0
    assert tuple(full.column_names) == CURRENT_LEVELS.names
    assert full.schema.field("since_day").type == pa.int32()
    assert full.schema == empty.schema
    assert levels_now(book) == {"a,\n\"'": Now("", DAY), "ü": Now("NULL", DAY)}


MOVED = [
    ({"facts_id": "facts-2"}, "the facts have changed"),
    ({"policy_version": 7}, "the policy has changed"),
    ({"facts_id": "facts-2", "policy_version": 7}, "the facts have changed and the policy has"),
]


@pytest.mark.parametrize(("base", "words"), MOVED)
def test_apply_refuses_when_the_base_moved(book: Book, base: dict[str, object], words: str) -> None:
    plan = saved(book, [moved("a", None, "plus")])
    asked = {"facts_id": FACTS, "policy_version": plan.policy_version, **base}
    with pytest.raises(RefusedError, match=f"{words}.*`tierwise plan`"):
        book.apply(plan.plan_id, at=1, by="ada", **asked)  # type: ignore[arg-type]
    assert book.plan(plan.plan_id).state == "open"
    assert book.head() == 0


def test_apply_refuses_when_levels_moved_in_between(book: Book) -> None:
    carry_out(book, {"a": (None, "plus")})
    plan = saved(book, [moved("a", "plus", "vip")])
    override(book, "a", "standard")
    with pytest.raises(RefusedError, match="levels were applied, undone or set by hand"):
        apply(book, plan)
    assert level_names(book) == {"a": "standard"}


def test_a_plan_is_applied_once(book: Book) -> None:
    plan = saved(book, [moved("a", None, "plus")])
    apply(book, plan)
    with pytest.raises(RefusedError, match="`p1` is already applied"):
        apply(book, plan)
    book.undo(at=11, by="ada")
    with pytest.raises(RefusedError, match="`p1` is already undone"):
        apply(book, plan)


def test_undo_gives_the_old_level_back_with_its_day(book: Book) -> None:
    carry_out(book, {"a": (None, "plus"), "b": (None, "plus")}, policy="old")
    done = carry_out(
        book, {"a": ("plus", "vip"), "b": ("plus", None), "c": (None, "vip")}, day=DAY + 9
    )
    undone = book.undo(at=30, by="eve")
    assert (undone.undoes, undone.changed, undone.left_alone) == (done.apply_id, 3, 0)
    assert levels_now(book) == {"a": Now("plus", DAY), "b": Now("plus", DAY)}
    assert book.plan("p2").state == "undone"
    last = book.history("a")[0]
    assert (last.change, last.ground, last.apply_id) == (Change.DOWN, Ground.RULE, "a3")
    assert last.policy_version == book.save_policy("old", at=1).version
    assert last.reason == "a2 undone; before: rule of plus"
    assert book.history("c")[0].reason == "a2 undone; no level before"


def test_undo_leaves_alone_who_was_decided_anew(book: Book) -> None:
    first = carry_out(book, {"a": (None, "plus"), "b": (None, "plus"), "c": (None, "plus")})
    carry_out(book, {"a": ("plus", "vip")})
    override(book, "b", "vip")
    undone = book.undo(first.apply_id, at=30, by="ada")
    assert (undone.changed, undone.left_alone) == (1, 2)
    assert level_names(book) == {"a": "vip", "b": "vip"}


def test_undo_goes_back_step_by_step(book: Book) -> None:
    for before, after in [(None, "standard"), ("standard", "plus"), ("plus", "vip")]:
        carry_out(book, {"a": (before, after)})
    found = [book.undo(at=30, by="ada").undoes for _ in range(3)]
    assert found == ["a3", "a2", "a1"]
    assert levels_now(book) == {}
    with pytest.raises(RefusedError, match="nothing to undo"):
        book.undo(at=31, by="ada")


UNDO_REFUSED = [("a1", "already undone"), ("a2", "itself an undo"), ("a7", "no apply"), ("x", "id")]


@pytest.mark.parametrize(("apply_id", "words"), UNDO_REFUSED)
def test_undo_is_refused(book: Book, apply_id: str, words: str) -> None:
    carry_out(book, {"a": (None, "plus")})
    book.undo(at=11, by="ada")
    with pytest.raises(RefusedError, match=words):
        book.undo(apply_id, at=12, by="ada")
    assert len(book.applied(9)) == 2


def test_waiting_comes_from_the_last_plan_in_force(book: Book) -> None:
    carry_out(book, {"a": (None, "plus")})
    apply(book, saved(book, [held("a", "plus", "vip", 1)], day=DAY + 1))
    apply(book, saved(book, [held("a", "plus", "vip", 2)], day=DAY + 2))
    assert levels_now(book)["a"] == Now("plus", DAY, ("vip", 2, DAY + 2))
    book.undo(at=30, by="ada")
    assert levels_now(book)["a"] == Now("plus", DAY, ("vip", 1, DAY + 1))
    book.undo(at=31, by="ada")
    assert levels_now(book)["a"] == Now("plus", DAY)


def test_an_override_is_in_force_at_once(book: Book) -> None:
    carry_out(book, {"a": (None, "plus")})
    made = override(book, "a", "vip", until_day=DAY + 5)
    stranger = override(book, "z", "plus", until_day=DAY + 9)
    assert levels_now(book) == {
        "a": Now("vip", DAY, by_hand=("vip", DAY + 5)),
        "z": Now("plus", DAY, by_hand=("plus", DAY + 9)),
    }
    assert book.override_of("a") == made
    assert book.overrides(DAY) == (made, stranger)
    assert book.overrides(DAY + 6) == (stranger,)
    assert levels_now(book, DAY + 6)["a"] == Now("vip", DAY), "its last day is over"
    decision = book.current("a")
    assert decision
    assert (decision.change, decision.ground, decision.by) == (Change.UP, Ground.OVERRIDE, "bob")


def test_an_override_can_be_ended_early(book: Book) -> None:
    override(book, "a", "vip")
    head = book.head()
    ended = book.end_override("a", at=40, by="ada")
    assert (ended.ended_at, book.override_of("a")) == (40, None)
    assert book.head() > head, "a plan made before it no longer fits"
    assert levels_now(book)["a"] == Now("vip", DAY), "the level stays until the next apply"
    with pytest.raises(RefusedError, match="`a` has no override"):
        book.end_override("a", at=41, by="ada")


def test_a_new_override_ends_the_one_before(book: Book) -> None:
    override(book, "a", "vip")
    second = override(book, "a", "vip", at=50)
    assert book.overrides(DAY) == (second,)
    assert [line.change for line in book.history("a")] == [Change.SAME, Change.NEW]


def test_an_override_outlives_the_undo_of_its_neighbours(book: Book) -> None:
    carry_out(book, {"a": (None, "plus"), "b": (None, "plus")})
    override(book, "a", "vip")
    book.undo(at=30, by="ada")
    assert levels_now(book) == {"a": Now("vip", DAY, by_hand=("vip", DAY + 30))}


def test_history_says_which_level_at_which_time_by_which_policy(book: Book) -> None:
    carry_out(book, {"a": (None, "standard")}, at=100, policy="first")
    carry_out(book, {"a": ("standard", "plus")}, at=200, policy="second")
    book.undo(at=300, by="ada")
    asked = {at: book.level_at("a", at) for at in (99, 100, 199, 200, 299, 300, 999)}
    found = {at: line and (line.level, line.policy_version) for at, line in asked.items()}
    assert found == {
        99: None,
        100: ("standard", 1),
        199: ("standard", 1),
        200: ("plus", 2),
        299: ("plus", 2),
        300: ("standard", 1),
        999: ("standard", 1),
    }
    assert book.current("a") == book.history("a")[0] == asked[999]
    assert book.history("nobody") == ()


def test_the_audit_says_who_did_what(book: Book) -> None:
    carry_out(book, {"a": (None, "plus")})
    override(book, "a", "vip")
    book.end_override("a", at=21, by="ada")
    book.undo(at=22, by="eve")
    found = [(line.at, line.by, line.deed, line.subject) for line in book.audit()]
    assert found == [
        (22, "eve", "undo", "a1"),
        (21, "ada", "end override", "a"),
        (20, "bob", "override", "a"),
        (10, "ada", "apply", "p1"),
    ]
