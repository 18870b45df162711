"""A help desk as the pages know it: one account, its plans and pushes, all in memory."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from tierwise.app.desk_answers import DeskPlanAnswer, DeskStanding, PeopleInStep, PushPreview
from tierwise.facts.desk_config import Deed, DeskOp, DeskPlan, DeskStep, StepState
from tierwise.facts.desk_people import Push, WriteState, WrittenLevel
from tierwise.facts.desk_reads import StreamState
from tierwise.facts.desks import DeskAccount, Json, RateLimit
from tierwise.facts.findings import Finding
from tierwise.facts.problems import RefusedError

from .remembered_shop import customers

AT = 1_795_312_800  # 22 Nov 2026, 02:00 UTC
ACME = DeskAccount(
    account_id="k_1",
    desk="zendesk",
    name="acme",
    address="https://acme.zendesk.com",
    sign_in="client_credentials",
    remote_id="90125",
    is_sandbox=False,
    into_facts=True,
    connected_at=AT - 12 * 86_400,
    connected_by="ann",
)
TRIAL = replace(
    ACME,
    account_id="k_2",
    name="acme1672531199",
    address="https://acme1672531199.zendesk.com",
    remote_id="90126",
    is_sandbox=True,
    into_facts=False,
)
FILTER = {"field": "requester.custom_fields.service_level", "operator": "is"}


def _targets(first_s: int, solved_s: int) -> list[dict[str, object]]:
    return [
        {
            "priority": priority,
            "metric": metric,
            "target_in_seconds": within_s,
            "business_hours": True,
        }
        for metric, within_s in (
            ("first_reply_time", first_s),
            ("total_resolution_time", solved_s),
        )
        for priority in ("low", "normal", "high", "urgent")
    ]


def _sla(level: str, first_s: int, solved_s: int) -> Json:
    return {
        "title": level.capitalize(),
        "description": f"managed-by: tierwise sla/{level}",
        "filter": {"all": [FILTER | {"value": f"sl_{level}"}], "any": []},
        "policy_metrics": _targets(first_s, solved_s),
    }


FIELD: Json = {
    "key": "service_level",
    "type": "dropdown",
    "title": "Service level",
    "description": "managed-by: tierwise user_field/service_level",
    "custom_field_options": [
        {"name": "Premium", "value": "sl_premium"},
        {"name": "Plus", "value": "sl_plus"},
        {"name": "Standard", "value": "sl_standard"},
    ],
}
SCHEDULE: Json = {
    "name": "office",
    "time_zone": "Berlin",
    "intervals": [f"{day} 09:00-18:00" for day in ("mon", "tue", "wed", "thu", "fri")],
    "holidays": [f"2026-12-{day} Christmas" for day in range(11, 31)],
}
TRIGGER: Json = {
    "title": "Premium: to Concierge <first>",
    "conditions": {
        "all": [
            {"field": "update_type", "value": "Create"},
            {"field": "current_tags", "operator": "not_includes", "value": "no_service_level"},
        ],
        "any": [],
    },
    "actions": [{"field": "group_id", "value": {"$ref": "group/concierge"}}],
    "active": True,
}
OLD_ORDER = {"order": ["sla/plus", "sla/premium"]}
NEW_ORDER = {"order": ["sla/premium", "sla/plus"]}
OPS = (
    DeskOp(
        *(1, Deed.CREATE, "user_field", "user_field/service_level"),
        *("Service level", None, None, FIELD),
    ),
    DeskOp(
        *(2, Deed.CREATE, "group", "group/concierge"),
        *("Concierge", None, None, {"name": "Concierge"}),
    ),
    DeskOp(3, Deed.CREATE, "schedule", "schedule/office", "office", None, None, SCHEDULE),
    DeskOp(
        *(4, Deed.UPDATE, "sla_policy", "sla/premium", "Premium", "361"),
        before=_sla("premium", 7_200, 28_800),
        after=_sla("premium", 3_600, 28_800),
        drifted=True,
    ),
    DeskOp(
        *(5, Deed.CREATE, "sla_policy", "sla/plus", "Plus", None, None),
        after=_sla("plus", 14_400, 86_400),
    ),
    DeskOp(
        *(6, Deed.DELETE, "sla_policy", "sla/gold", "Gold", "377"),
        before=_sla("gold", 1_800, 14_400),
        after=None,
    ),
    DeskOp(
        7,
        Deed.REORDER,
        "sla_policy",
        "order/sla_policy",
        "SLA policies",
        None,
        OLD_ORDER,
        NEW_ORDER,
    ),
    DeskOp(
        *(8, Deed.CREATE, "trigger", "trigger/team"),
        *("Premium: to Concierge <first>", None, None, TRIGGER),
    ),
)
FINDINGS = (
    Finding("ok", "user field", "`service_level` is free"),
    Finding(
        "warn",
        "calendar `office`",
        "24 Dec is half a day; the desk knows whole days only",
        "the desk counts that afternoon as open: its deadlines fall earlier than ours",
    ),
    Finding("ok", "time zone", "`Europe/Berlin` is `Berlin` at the desk"),
)
IN_THE_WAY = Finding(
    "fail",
    "user field",
    "the key `service_level` is taken by a field of type `text`",
    "rename that field at the desk, or set another `desk_field`",
)
PLAN = DeskPlan("dp_1", "k_1", "apply", AT - 3_600, "ann", 3, "5b1c", OPS, FINDINGS)
PUSH = Push(
    push_id="ps_1",
    account_id="k_1",
    started_at=AT - 7_200,
    started_by="ann",
    wanted=1_250,
    written=1_203,
    unchanged=30,
    kept=12,
    refused=4,
    missing=1,
    ended_at=AT - 7_020,
)
STREAMS = (
    StreamState("users", "c1", 3, 5_940, AT - 900, is_end=True),
    StreamState("agents", "c2", 1, 24, AT - 900, is_end=True),
    StreamState("tickets", "c3", 41, 40_812, AT - 600, is_end=False),
    StreamState("ticket_events", None, 0, 0, None, is_end=False),
    StreamState(
        *("ratings", None, 0, 0, None),
        is_end=False,
        said="the plan of the account has no ratings; survey answers are read instead",
    ),
)
LIMITS = (
    RateLimit("account", 700, 512, 41),
    RateLimit("incremental", 10, 0, 22),
    RateLimit("user_write", 300, 21, None),
)
CHANGES = (
    ("sl_plus", "sl_premium", 118),
    (None, "sl_plus", 295),
    ("gold", "sl_plus", 3),
    ("sl_standard", None, 2),
)


def _written(number: int, state: WriteState, found: str | None, said: str | None) -> WrittenLevel:
    named = customers()[number].customer_id
    user_id, wrote = str(3_600_417 + number), "sl_standard"
    return WrittenLevel(user_id, named, wrote, "sl_premium", state, found, said, AT - 7_100)


KEPT = tuple(_written(n, WriteState.KEPT, "sl_plus" if n else "<b>gold</b>", None) for n in (0, 5))
REFUSED = (_written(8, WriteState.REFUSED, None, "Email: `a@b` is already being used"),)


def standing(account: DeskAccount = ACME) -> DeskStanding:
    """An account with something of everything: waiting, kept, refused, drifted, unread."""
    return DeskStanding(
        account=account,
        people=PeopleInStep(5_120, 418, 12, 4, 1, 31),
        last_push=PUSH,
        running=None,
        open_plan=PLAN,
        last_plan=None,
        owned=14,
        drifted=("sla/premium",),
        streams=STREAMS,
        hints_waiting=3,
        limits=LIMITS,
        kept=KEPT,
        refused=REFUSED,
        levels=(("sl_premium", 594), ("sl_plus", 1_180), ("sl_standard", 3_762), ("gold", 3)),
    )


def in_step(account: DeskAccount = ACME) -> DeskStanding:
    """An account about which there is nothing to do."""
    return replace(
        standing(account),
        people=PeopleInStep(5_538, 0, 0, 0, 0, 0),
        last_push=replace(PUSH, kept=0, refused=0, missing=0, unchanged=0, written=1_250),
        open_plan=None,
        last_plan=replace(PLAN, state="applied"),
        drifted=(),
        streams=STREAMS[:2],
        hints_waiting=0,
        limits=LIMITS[:1],
        kept=(),
        refused=(),
    )


def fresh(account: DeskAccount = TRIAL) -> DeskStanding:
    """An account that was just connected."""
    return replace(
        in_step(account),
        people=PeopleInStep(0, 0, 0, 0, 0, 0),
        last_push=None,
        last_plan=None,
        owned=0,
        drifted=None,
        streams=(),
        limits=(),
        levels=(),
    )


def _first_plan() -> dict[str, DeskPlanAnswer]:
    return {"dp_1": DeskPlanAnswer(ACME, PLAN, (), open_tickets=1_204)}


@dataclass(slots=True)
class DeskWorld:
    """The desks and what was done to them; `meanwhile` is called in the middle of every deed."""

    standings: list[DeskStanding] = field(default_factory=lambda: [standing()])
    plans: dict[str, DeskPlanAnswer] = field(default_factory=_first_plan)
    pushes: list[Push] = field(default_factory=lambda: [PUSH])
    changes: tuple[tuple[str | None, str | None, int], ...] = CHANGES
    effects: Counter[str] = field(default_factory=Counter)
    meanwhile: Callable[[], object] = lambda: None


class RememberedDesk:
    """The answers about help desks of a shop that has this world of desks."""

    __slots__ = ()
    desk_world: DeskWorld

    def desk_accounts(self) -> tuple[DeskAccount, ...]:
        return tuple(one.account for one in self.desk_world.standings)

    def desks(self) -> tuple[DeskStanding, ...]:
        return tuple(self.desk_world.standings)

    def desk_past(self) -> tuple[tuple[DeskPlan, ...], tuple[Push, ...]]:
        plans = tuple(found.plan for found in reversed(self.desk_world.plans.values()))
        return plans, tuple(reversed(self.desk_world.pushes))

    def desk_plan(self, plan_id: str) -> DeskPlanAnswer | None:
        return self.desk_world.plans.get(plan_id)

    def make_desk_plan(self, account_id: str, by: str) -> DeskPlanAnswer:
        name = f"dp_{len(self.desk_world.plans) + 1}"
        (account,) = (one for one in self.desk_accounts() if one.account_id == account_id)
        plan = replace(PLAN, plan_id=name, account_id=account_id, made_at=AT, made_by=by)
        self.desk_world.plans[name] = DeskPlanAnswer(account, plan, (), open_tickets=1_204)
        return self.desk_world.plans[name]

    def apply_desk_plan(self, plan_id: str, by: str) -> DeskPlanAnswer:
        found = self.desk_world.plans[plan_id]
        if found.plan.state not in {"open", "begun"}:
            raise RefusedError(f"`{plan_id}` is {found.plan.state}; make a new plan")
        self.desk_world.meanwhile()
        steps = tuple(
            DeskStep(op.number, StepState.DONE, str(900 + op.number), "", AT)
            for op in found.plan.ops
        )
        self.desk_world.effects[f"{plan_id} applied by {by}"] += 1
        done = replace(found, plan=replace(found.plan, state="applied"), steps=steps)
        self.desk_world.plans[plan_id] = done
        return done

    def take_hint(self, account_id: str, headers: Mapping[str, str], body: bytes) -> bool:
        raise RefusedError(f"no webhook is expected from `{account_id}`")

    def push_preview(self, account_id: str) -> PushPreview:
        (account,) = (one for one in self.desk_accounts() if one.account_id == account_id)
        changes = self.desk_world.changes
        people = sum(number for *_, number in changes)
        return PushPreview(account, changes, people, people // 5, 12, 31, ("3600500", "3600501"))

    def push(self, account_id: str, by: str) -> Push:
        self.desk_world.meanwhile()
        written = sum(number for *_, number in self.desk_world.changes)
        name = f"ps_{len(self.desk_world.pushes) + 1}"
        done = Push(name, account_id, AT, by, written, written, 0, 0, 0, 0, AT + 60)
        self.desk_world.pushes.append(done)
        self.desk_world.effects[f"{written} written to {account_id} by {by}"] += 1
        self.desk_world.changes = ()
        return done
