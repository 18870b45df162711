"""From what a desk holds to what is wanted of it; without any desk."""

from dataclasses import replace

import pytest

from tierwise.app.desk_differences import differences, import_found, removal, snapshot_sha
from tierwise.app.desk_plan_lines import plan_lines
from tierwise.facts.desk_config import (
    REF,
    Compiled,
    Deed,
    DeskObject,
    DeskOp,
    DeskPlan,
    HeldObject,
    OwnedObject,
)
from tierwise.facts.desks import Json
from tierwise.facts.findings import Finding

FIELD = DeskObject(
    "field/level", "user_field", "Level", {"key": "level", "type": "dropdown"}, ("key", "type")
)
GROUP = DeskObject("group/a", "group", "a", {"name": "a"})
SLA = [DeskObject(f"sla/{n}", "sla_policy", n, {"title": n}) for n in ("one", "two", "three")]
TRIGGER = DeskObject("trigger/a", "trigger", "to a", {"actions": [{"value": {REF: "group/a"}}]})


def wanted(*objects: DeskObject) -> Compiled:
    return Compiled(objects, ())


def held(one: DeskObject, remote_id: str, body: Json | None = None) -> HeldObject:
    """One of ours, as the desk holds it without a mark."""
    return HeldObject(one.kind, remote_id, one.title, one.body if body is None else body, None)


def owned(one: DeskObject, remote_id: str, body: Json | None = None) -> OwnedObject:
    told = one.body if body is None else body
    return OwnedObject(one.logical_id, one.kind, remote_id, told, adopted=False, at_s=0)


def foreign(kind: str, remote_id: str) -> HeldObject:
    return HeldObject(kind, remote_id, f"of others {remote_id}", {"title": "x"}, None)


def deeds(ops: tuple[DeskOp, ...]) -> list[str]:
    return [f"{op.deed} {op.logical_id}{' !' if op.drifted else ''}" for op in ops]


def test_nothing_is_there() -> None:
    found = differences(wanted(FIELD, GROUP, *SLA, TRIGGER), (), ())
    assert deeds(found.ops) == [
        "create field/level",
        "create group/a",
        "create sla/one",
        "create sla/two",
        "create sla/three",
        "create trigger/a",
    ]
    assert [op.number for op in found.ops] == [1, 2, 3, 4, 5, 6]


def test_references_that_lead_where_they_should_are_no_difference() -> None:
    there = [held(GROUP, "7"), held(TRIGGER, "8", {"actions": [{"value": "7"}]})]
    ours = [owned(GROUP, "7"), owned(TRIGGER, "8", {"actions": [{"value": "7"}]})]
    assert differences(wanted(GROUP, TRIGGER), there, ours).ops == ()
    elsewhere = [there[0], replace(there[1], body={"actions": [{"value": "99"}]})]
    [op] = differences(wanted(GROUP, TRIGGER), elsewhere, ours).ops
    assert (op.deed, op.drifted) == (Deed.UPDATE, True)
    assert (op.before, op.after) == ({"actions": [{"value": "99"}]}, TRIGGER.body)


def test_what_we_wrote_and_what_others_changed() -> None:
    new = replace(GROUP, body={"name": "a", "more": 1})
    there = held(GROUP, "7")
    assert deeds(differences(wanted(new), [there], [owned(GROUP, "7")]).ops) == ["update group/a"]
    changed = [owned(GROUP, "7", {"name": "a", "more": 0})]
    assert deeds(differences(wanted(new), [there], changed).ops) == ["update group/a !"]
    assert deeds(differences(wanted(new), [], changed).ops) == ["create group/a !"]


def test_only_what_we_own_is_removed_and_what_names_it_goes_first() -> None:
    there = [held(GROUP, "7"), held(SLA[0], "8"), foreign("group", "9"), held(TRIGGER, "10")]
    ours = [owned(GROUP, "7"), owned(SLA[0], "8"), owned(TRIGGER, "10"), owned(FIELD, "11")]
    found = differences(wanted(SLA[1]), there, ours)
    assert deeds(found.ops) == [
        "delete trigger/a",
        "delete sla/one",
        "create sla/two",
        "delete group/a",
    ]


def test_what_cannot_change_is_in_the_way() -> None:
    there = held(FIELD, "7", {"key": "level", "type": "text"})
    found = differences(wanted(FIELD), [there], [owned(FIELD, "7")])
    assert found.ops == ()
    text = "`type` is text, and cannot become dropdown"
    step = "remove it at the desk, then plan again"
    assert found.findings == (Finding("fail", "field/level", text, step),)


ORDERS = [
    ("in order", ["one", "two", "three"], False),
    ("in order between others", ["", "one", "two", "three", ""], False),
    ("in another order", ["two", "one", "three"], True),
    ("others among them", ["one", "", "two", "three"], True),
    ("the last is new, and nothing stands behind", ["one", "two"], False),
    ("the last is new, and others stand behind", ["one", "two", ""], True),
    ("the first is new", ["two", "three"], True),
]


@pytest.mark.parametrize(
    ("now", "is_moved"), [row[1:] for row in ORDERS], ids=[row[0] for row in ORDERS]
)
def test_ours_stand_together_in_order(now: list[str], *, is_moved: bool) -> None:
    by_name = {one.title: one for one in SLA}
    there = [
        held(by_name[name], str(at)) if name else foreign("sla_policy", str(at))
        for at, name in enumerate(now)
    ]
    ours = [owned(by_name[name], str(at)) for at, name in enumerate(now) if name]
    ops = differences(wanted(*SLA), there, ours).ops
    moved = [op.after for op in ops if op.deed is Deed.REORDER]
    assert moved == ([{"order": ["sla/one", "sla/two", "sla/three"]}] if is_moved else [])


def test_the_removal_takes_the_last_made_first_and_leaves_what_was_adopted() -> None:
    there = [held(FIELD, "1"), held(GROUP, "2"), held(SLA[0], "3"), foreign("trigger", "4")]
    ours = [replace(owned(FIELD, "1"), adopted=True), owned(GROUP, "2"), owned(SLA[0], "3")]
    found = removal(there, ours)
    assert deeds(found.ops) == ["delete sla/one", "delete group/a"]
    assert found.findings == (Finding("ok", "field/level", "was at the desk before us, and stays"),)


def test_import_takes_what_is_named_so_or_bears_our_mark() -> None:
    marked = replace(held(SLA[0], "3"), title="Renamed", owner="sla/one")
    keyed = HeldObject("user_field", "1", "Other title", {"key": "level", "type": "dropdown"}, None)
    there = [keyed, replace(held(GROUP, "2"), title="A"), marked]
    found = import_found([FIELD, GROUP, SLA[0]], there, (), at=5)
    assert [(one.logical_id, one.remote_id, one.adopted) for one in found] == [
        ("sla/one", "3", False),
        ("field/level", "1", True),
    ]


def test_a_field_of_another_type_is_neither_taken_on_nor_made() -> None:
    text = HeldObject("user_field", "1", "Other title", {"key": "level", "type": "text"}, None)
    assert import_found([FIELD], [text], (), at=5) == ()
    found = differences(Compiled((FIELD,), ()), [text], ())
    assert found.ops == ()
    (wrong,) = found.findings
    assert wrong.verdict == "fail"
    assert "its type is `text` where we need `dropdown`" in wrong.text
    assert "desk_field" in wrong.next_step


def test_a_snapshot_is_the_same_until_something_changes() -> None:
    there = [held(GROUP, "2"), held(SLA[0], "3")]
    sha = snapshot_sha(there)
    assert snapshot_sha(list(there)) == sha
    assert snapshot_sha([there[0], replace(there[1], title="x")]) != sha
    assert snapshot_sha(there[:1]) != sha


def lines(*ops: DeskOp) -> list[str]:
    return plan_lines(DeskPlan("dp1", "d1", "apply", 0, "lea", 1, "sha", ops, ()))


def test_a_plan_reads_like_a_diff() -> None:
    rows = [
        {
            "priority": priority,
            "metric": "first_reply_time",
            "target_in_seconds": 3600,
            "business_hours": True,
        }
        for priority in ("low", "normal", "high", "urgent")
    ]
    rows += [{**rows[3], "metric": "next_reply_time", "target_in_seconds": 1800}]
    made = {"title": "Premium", "policy_metrics": rows}
    ops = (
        DeskOp(1, Deed.CREATE, "sla_policy", "sla/premium", "Premium", None, None, made),
        DeskOp(
            2,
            Deed.UPDATE,
            "view",
            "view/plus",
            "Plus",
            "7",
            {"title": "Old"},
            {"title": "Plus"},
            drifted=True,
        ),
        DeskOp(3, Deed.DELETE, "trigger", "trigger/x", "X", "8", {"title": "X"}, None),
        DeskOp(
            4,
            Deed.REORDER,
            "sla_policy",
            "order/sla_policy",
            "order of sla policy objects",
            None,
            {"order": ["sla/b", "sla/a"]},
            {"order": ["sla/a", "sla/b"]},
        ),
    )
    assert lines(*ops) == [
        '+ sla/premium  SLA policy "Premium": first reply 1h (business hours), '
        "next reply 30m (business hours) for urgent",
        '~ view/plus  view "Plus" (somebody changed it at the desk)',
        "    title: Old → Plus",
        '- trigger/x  trigger "X"',
        "↕ order/sla_policy  Order of sla policy objects",
        "    sla/a, sla/b",
        "1 to make, 1 to change, 1 to remove, 1 to put in order",
    ]
    assert lines() == []
