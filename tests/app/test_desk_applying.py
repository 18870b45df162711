"""A desk made as the policy asks: planned, applied, interrupted, changed by others, taken down."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from tests.app.desk_world import (
    FIELD,
    TWO_LEVELS,
    DoorDesk,
    asked,
    client_of,
    new_world,
    policy,
    work_at,
)
from tests.desks.prism import judged
from tierwise.app.desk_applying import Applying, apply_plan
from tierwise.app.desk_planning import import_desk, plan_desk, plan_removal, stale
from tierwise.app.ports import DeskBook, HelpDesk
from tierwise.connectors.standin import StandIn
from tierwise.facts.desk_config import Deed, DeskOp, DeskPlan, StepState
from tierwise.facts.desks import TakenError
from tierwise.facts.findings import Finding
from tierwise.facts.problems import RefusedError

HOOKED = replace(FIELD, webhook="https://levels.example.org/desks/d1/hook")


@pytest.fixture
def world() -> StandIn:
    return new_world()


@pytest.fixture
def work(world: StandIn, tmp_path: Path) -> Iterator[Applying]:
    with work_at(world, tmp_path) as work:
        yield work


def applied(work: Applying, **changes: Any) -> DeskPlan:
    plan = plan_desk(work, asked(policy(**changes), HOOKED))
    return apply_plan(work, plan.plan_id)


def planned(work: Applying, **changes: Any) -> list[tuple[str, str, bool]]:
    """What a new plan would do: deed, logical id, and whether somebody changed it meanwhile."""
    plan = plan_desk(work, asked(policy(**changes), HOOKED))
    return [(op.deed, op.logical_id, op.drifted) for op in plan.ops]


def planned_without_news(work: Applying) -> list[str]:
    """The same where nobody asked to be told."""
    return [op.logical_id for op in plan_desk(work, asked()).ops]


def state_of(world: StandIn) -> list[tuple[str, str, str]]:
    """The desk as people see it, without the numbers it gave."""
    numbers = {
        str(row["id"]): str(row.get("name") or row.get("title"))
        for shelf in (world.groups, world.schedules, world.webhooks)
        for row in cast(dict[Any, dict[str, Any]], shelf).values()
    }
    held = DoorDesk(world).held()
    return [(one.kind, one.title, _named(str(dict(one.body)), numbers)) for one in held]


def _named(text: str, numbers: dict[str, str]) -> str:
    for number, name in numbers.items():
        text = text.replace(number, name)
    return text


def made(world: StandIn) -> Counter[tuple[str, str]]:
    """How often each object was made."""
    counts: Counter[tuple[str, str]] = Counter()
    for (kind, deed, *name), times in world.effects.items():
        if deed == "create":
            counts[str(kind), str(name[0])] += times
    return counts


def test_after_applying_a_new_plan_is_empty(work: Applying, world: StandIn) -> None:
    plan = applied(work)
    assert plan.state == "applied"
    assert {one.state for one in work.book.steps(plan.plan_id)} == {StepState.DONE}
    assert planned(work) == []
    assert set(made(world).values()) == {1}


def test_the_same_over_http(world: StandIn, tmp_path: Path) -> None:
    with client_of(world) as desk, work_at(world, tmp_path, desk) as work:
        applied(work)
        assert planned(work) == []
        assert work.book.secrets(work.account_id).webhook_secret in world.hook_secrets.values()


@pytest.mark.slow
def test_every_request_and_answer_is_as_zendesk_describes_them(
    world: StandIn, tmp_path: Path
) -> None:
    with client_of(world, judged) as desk, work_at(world, tmp_path, desk) as work:
        applied(work)
        applied(work, **CHANGED)
        assert planned(work, **CHANGED) == []
        apply_plan(work, plan_removal(work, 1).plan_id)
        assert work.book.owned(work.account_id) == ()


def test_tickets_then_get_priority_hours_team_and_targets(work: Applying, world: StandIn) -> None:
    applied(work)
    [group] = [one for one in world.groups.values() if one["name"] == "concierge"]
    [schedule] = world.schedules
    anna = world.add_user(name="Anna", user_fields={"service_level": "sl_premium"})
    zoe = world.add_user(name="Zoe")
    hers = world.add_ticket(requester_id=anna["id"], subject="Where is my order?")
    other = world.add_ticket(requester_id=zoe["id"], subject="Hello")
    assert (hers["priority"], hers["group_id"]) == ("normal", group["id"])
    assert world.ticket_schedules[hers["id"]] == schedule
    assert (other["priority"], other["group_id"]) == ("normal", None)
    assert "no_service_level" in other["tags"]
    assert "no_service_level" not in hers["tags"]
    assert policy_of(world, hers)["title"] == "Premium"
    assert policy_of(world, other)["title"] == "Standard"


def policy_of(world: StandIn, ticket: Mapping[str, Any]) -> dict[str, Any]:
    """The SLA policy that applied to a ticket's first reply."""
    [number] = {
        one["sla"]["policy"]["id"]
        for one in world.metric_events.values()
        if one["ticket_id"] == ticket["id"] and one["type"] == "apply_sla"
    }
    return world.sla_policies[number]


class Killed(BaseException):
    """As if the process had been killed."""


class DyingBook:
    """A book whose process dies at the n-th thing it writes, before or after it is written."""

    WRITES = ("mark_step", "own", "disown", "set_desk_plan", "keep_webhook_secret")

    def __init__(self, book: DeskBook, left: int, *, is_written: bool) -> None:
        self._book, self._left, self._is_written = book, left, is_written

    def __getattr__(self, name: str) -> Any:
        does = getattr(self._book, name)
        if name not in self.WRITES:
            return does

        def write(*args: Any, **named: Any) -> None:
            self._left -= 1
            if self._left < 0 and not self._is_written:
                raise Killed
            does(*args, **named)
            if self._left < 0:
                raise Killed

        return write


CHANGED = {
    "calendars": {"office": {**TWO_LEVELS["calendars"]["office"], "zone": "Europe/London"}},
    "levels": {
        "premium": {**TWO_LEVELS["levels"]["premium"], "team": None},
        "plus": {
            "who": "ltv_percentile >= 70",
            "promises": {"resolution": {"within": "2d", "calendar": "office"}},
        },
        "standard": {"who": "everyone", "promises": {"first_response": {"within": "2d"}}},
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("is_written", [False, True], ids=["before", "after"])
def test_killed_at_any_write_the_end_is_the_same(tmp_path: Path, *, is_written: bool) -> None:
    straight = new_world()
    (tmp_path / "straight").mkdir()
    with work_at(straight, tmp_path / "straight") as work:
        applied(work)
        applied(work, **CHANGED)
        plan = plan_removal(work, 1)
        before_end, counts = state_of(straight), made(straight)
        apply_plan(work, plan.plan_id)
        end = state_of(straight)
    world = new_world()
    (tmp_path / "killed").mkdir()
    with work_at(world, tmp_path / "killed") as work:
        for changes in ({}, CHANGED):
            _killed_all_the_way(work, plan_desk(work, asked(policy(**changes), HOOKED)), is_written)
            assert planned(work, **changes) == []
        assert (state_of(world), made(world)) == (before_end, counts)
        _killed_all_the_way(work, plan_removal(work, 1), is_written)
        assert (state_of(world), work.book.owned(work.account_id)) == (end, ())


def _killed_all_the_way(work: Applying, plan: DeskPlan, is_written: bool) -> None:
    """Apply a plan with a process that dies again and again, each time one write later."""
    for writes in range(200):
        dying = DyingBook(work.book, writes % 7, is_written=is_written)
        try:
            apply_plan(replace(work, book=cast(DeskBook, dying)), plan.plan_id)
        except Killed:
            continue
        return
    raise AssertionError("it never came to an end")


class DyingDesk(DoorDesk):
    """A desk that does what it is asked, and whose answer nobody hears."""

    def carry_out(self, op: DeskOp, remote_ids: Mapping[str, str]) -> str:
        super().carry_out(op, remote_ids)
        raise Killed


def test_a_step_whose_answer_was_lost_is_not_done_twice(work: Applying, world: StandIn) -> None:
    plan = plan_desk(work, asked(policy(), HOOKED))
    for _ in plan.ops:
        with pytest.raises(Killed):
            apply_plan(replace(work, desk=cast(HelpDesk, DyingDesk(world))), plan.plan_id)
    apply_plan(work, plan.plan_id)
    assert set(made(world).values()) == {1}
    assert planned(work) == []


def test_what_somebody_changed_at_the_desk_is_told(work: Applying, world: StandIn) -> None:
    applied(work)
    [policy_id] = [n for n, one in world.sla_policies.items() if one["title"] == "Premium"]
    world.sla_policies[policy_id]["title"] = "Gold"
    [group_id] = [n for n, one in world.groups.items() if one["name"] == "concierge"]
    del world.groups[group_id]
    found = planned(work)
    assert ("create", "group/concierge", True) in found
    assert ("update", "sla/premium", True) in found
    assert ("update", "trigger/team/concierge", False) in found
    applied(work)
    assert planned(work) == []


def test_an_agents_columns_and_description_are_left_alone(work: Applying, world: StandIn) -> None:
    applied(work)
    for view in world.views.values():
        view["description"] = f"{view['description']}\nFor the morning shift"
        view["execution"]["columns"] = [{"id": "status", "title": "Status"}]
    assert planned(work) == []


def test_a_plan_of_yesterday_is_refused_when_the_desk_was_changed(
    work: Applying, world: StandIn
) -> None:
    plan = plan_desk(work, asked())
    assert stale(work, plan) is None
    world.add_group("Night shift")
    assert stale(work, plan) == "the desk was changed since it was made"
    with pytest.raises(RefusedError, match="was changed since dp1 was made; make a new plan"):
        apply_plan(work, plan.plan_id)
    assert not world.triggers


def test_a_plan_is_for_one_account(work: Applying, world: StandIn) -> None:
    plan = plan_desk(work, asked())
    other = replace(work, account=replace(work.account, account_id="d9"))
    with pytest.raises(RefusedError, match="dp1 is for another account than zendesk stand-in"):
        apply_plan(other, plan.plan_id)
    world.account_id = 99
    with pytest.raises(RefusedError, match="answers as account 99, and stand-in was connected"):
        apply_plan(work, plan.plan_id)


def test_an_applied_plan_is_applied_once_and_a_dropped_one_never(
    work: Applying, world: StandIn
) -> None:
    plan = applied(work)
    effects = Counter(world.effects)
    assert apply_plan(work, plan.plan_id).state == "applied"
    assert world.effects == effects
    dropped = plan_desk(work, asked())
    work.book.set_desk_plan(dropped.plan_id, "dropped", at=work.at, by="lea")
    with pytest.raises(RefusedError, match="dp2 was dropped for a newer one; make a new plan"):
        apply_plan(work, dropped.plan_id)


def test_what_is_there_and_other_is_not_taken_without_asking(
    work: Applying, world: StandIn
) -> None:
    world.add_schedule("office", "Berlin")
    world.add_field("service_level", "Service", {"sl_premium": "Best"})
    plan = plan_desk(work, asked())
    fails = [(one.part, one.text) for one in plan.findings if one.verdict == "fail"]
    assert fails == [
        ("field/service_level", "user field `Service` is at the desk, and not ours"),
        ("schedule/office", "schedule `office` is at the desk, and not ours"),
    ]
    with pytest.raises(RefusedError, match=r"in the way of dp1.*and 1 more.*tierwise desk import"):
        apply_plan(work, plan.plan_id)


def test_what_is_there_just_as_it_should_be_is_used_and_stays(
    work: Applying, world: StandIn
) -> None:
    group = world.add_group("Concierge")
    plan = plan_desk(work, asked())
    assert "group/concierge" not in {op.logical_id for op in plan.ops}
    apply_plan(work, plan.plan_id)
    anna = world.add_user(name="Anna", user_fields={"service_level": "sl_premium"})
    assert world.add_ticket(requester_id=anna["id"], subject="Hi")["group_id"] == group["id"]
    assert planned_without_news(work) == []
    apply_plan(work, plan_removal(work, 1).plan_id)
    assert world.groups[group["id"]]["name"] == "Concierge"


def test_imported_it_is_changed_and_survives_the_removal(work: Applying, world: StandIn) -> None:
    group = world.add_group("concierge")
    field = world.add_field("service_level", "Service", {"sl_premium": "Best", "vip": "VIP"})
    adopted = import_desk(work, asked())
    assert [(one.logical_id, one.adopted) for one in adopted] == [
        ("field/service_level", True),
        ("group/concierge", True),
    ]
    assert import_desk(work, asked()) == ()
    found = planned(work)
    assert ("update", "field/service_level", False) in found
    assert "group/concierge" not in {name for _, name, _ in found}
    applied(work)
    options = {one["value"]: one["name"] for one in field["custom_field_options"]}
    assert options == {"sl_premium": "Premium", "vip": "VIP", "sl_standard": "Standard"}
    apply_plan(work, plan_removal(work, 1).plan_id)
    assert group["id"] in world.groups
    assert field["id"] in world.user_fields
    assert work.book.owned(work.account_id) == ()


def test_the_removal_leaves_what_others_made(work: Applying, world: StandIn) -> None:
    before = state_of(world)
    applied(work)
    world.add_group("Night shift")
    apply_plan(work, plan_removal(work, 1).plan_id)
    gone_back = [one for one in state_of(world) if one[1] != "Night shift"]
    assert gone_back == before


def test_a_lost_book_finds_what_bears_our_mark(
    work: Applying, world: StandIn, tmp_path: Path
) -> None:
    applied(work)
    (tmp_path / "new").mkdir()
    with work_at(world, tmp_path / "new") as anew:
        plan = plan_desk(anew, asked(policy(), HOOKED))
        lost = Finding(
            "warn",
            "sla/premium",
            "bears our mark, but the book does not know it",
            "take it on with `tierwise desk import`",
        )
        assert lost in plan.findings
        taken = import_desk(anew, asked(policy(), HOOKED))
        assert {one.adopted for one in taken} == {False}
        # A schedule has no place for a mark: it was taken for one that others made.
        adopted = [one.logical_id for one in anew.book.owned(anew.account_id) if one.adopted]
        assert adopted == ["schedule/office"]
        secret = anew.book.secrets(anew.account_id).webhook_secret
        assert secret in world.hook_secrets.values()
        assert planned(anew) == []


def test_a_copy_of_ours_is_not_ours(work: Applying, world: StandIn) -> None:
    applied(work)
    [ours] = [one for one in world.triggers.values() if "hours" in one["title"]]
    copy = world.add_trigger(
        title="A copy",
        description=ours["description"],
        conditions=ours["conditions"],
        actions=ours["actions"],
    )
    assert planned(work) == []
    apply_plan(work, plan_removal(work, 1).plan_id)
    assert list(world.triggers) == [copy["id"]]


def test_ours_stand_together_in_order_and_others_keep_their_places(
    work: Applying, world: StandIn
) -> None:
    filter_: dict[str, list[str]] = {"all": [], "any": []}
    world.add_policy(title="Of old", filter=filter_, policy_metrics=[])
    applied(work)
    world.add_policy(title="Of new", filter=filter_, policy_metrics=[])
    applied(work, **CHANGED)
    rows = sorted(world.sla_policies.values(), key=lambda one: one["position"])
    assert [one["title"] for one in rows] == ["Of old", "Premium", "Plus", "Standard", "Of new"]
    plan = plan_desk(work, asked(policy(**CHANGED), HOOKED))
    assert plan.ops == ()
    [told] = [one for one in plan.findings if one.part == "order/sla_policy"]
    assert told.text == "`Of old` stands before ours and takes its tickets first"


def test_a_level_that_is_gone_takes_its_policy_along_but_not_its_option(
    work: Applying, world: StandIn
) -> None:
    applied(work, **CHANGED)
    plan = plan_desk(work, asked(policy(), HOOKED))
    removed = [op.logical_id for op in plan.ops if op.deed is Deed.DELETE]
    assert removed == ["view/plus", "sla/plus"]
    assert any("`sl_plus` is no level any more" in one.text for one in plan.findings)
    apply_plan(work, plan.plan_id)
    assert planned(work) == []
    [field] = world.user_fields.values()
    values = [one["value"] for one in field["custom_field_options"]]
    assert values == ["sl_premium", "sl_plus", "sl_standard"]


def test_two_do_not_apply_at_once(work: Applying) -> None:
    plan = plan_desk(work, asked())
    work.book.take_turn(work.account_id, "elsewhere:1:x", now=work.at, until=work.at + 60)
    with pytest.raises(RefusedError, match="works on this account"):
        apply_plan(work, plan.plan_id)


class RefusingDesk(DoorDesk):
    """A desk that takes no schedules today."""

    def carry_out(self, op: DeskOp, remote_ids: Mapping[str, str]) -> str:
        if op.kind == "schedule":
            raise TakenError("Zendesk says: Name is reserved; give it another name")
        return super().carry_out(op, remote_ids)


def test_a_refusal_of_the_desk_stands_at_its_step(work: Applying, world: StandIn) -> None:
    plan = plan_desk(work, asked())
    with pytest.raises(TakenError, match="Name is reserved"):
        apply_plan(replace(work, desk=cast(HelpDesk, RefusingDesk(world))), plan.plan_id)
    said = [(one.state, one.said) for one in work.book.steps(plan.plan_id)][:4]
    assert said == [
        (StepState.DONE, ""),
        (StepState.DONE, ""),
        (StepState.BEGUN, "Zendesk says: Name is reserved; give it another name"),
        (StepState.WAITING, ""),
    ]
    apply_plan(work, plan.plan_id)
    assert planned_without_news(work) == []
