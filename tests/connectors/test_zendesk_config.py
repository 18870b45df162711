"""What a policy comes to at Zendesk: SLA policies, schedules, triggers and views."""

from typing import Any

import pytest

from tests.app.desk_world import (
    FIELD,
    OFFICE,
    TODAY,
    DoorAsks,
    levels,
    new_world,
    policy,
    wish,
)
from tierwise.connectors.standin import StandIn
from tierwise.connectors.zendesk_config import compile_wish, held_objects
from tierwise.connectors.zendesk_matching import Matching, field_to_match, vias_of
from tierwise.connectors.zendesk_zones import zone_name
from tierwise.facts.desk_config import Compiled, DeskObject
from tierwise.facts.desks import DeniedError, Json

LEVEL = "requester.custom_fields.service_level"


class NoPlanFor(DoorAsks):
    """A cheap account: some paths are not in its plan."""

    def __init__(self, world: StandIn, *paths: str) -> None:
        super().__init__(world)
        self.paths = paths

    def get(self, path: str, query: Any = None) -> Json:
        if path.startswith(self.paths):
            raise DeniedError(f"{path} is not in the plan")
        return super().get(path, query)


class WithoutFields(DoorAsks):
    """An account whose conditions offer no field of the requester, and perhaps no tags."""

    left: tuple[str, ...] = ("current_tags", "status", "priority")

    def get(self, path: str, query: Any = None) -> Json:
        told = super().get(path, query)
        if not path.endswith("/definitions"):
            return told
        parts = dict(told["definitions"])
        for part, name in (("all", "value"), ("conditions_all", "subject")):
            rows = parts.get(part, ())
            parts[part] = [row for row in rows if row[name] in self.left]
        return {"definitions": parts}


class WithoutTags(WithoutFields):
    left = ("status", "priority")


@pytest.fixture
def world() -> StandIn:
    return new_world()


def compiled(asks: Any, **changes: Any) -> Compiled:
    return compile_wish(asks, wish(policy(**changes)))


def of_kind(found: Compiled, kind: str) -> dict[str, DeskObject]:
    return {one.logical_id: one for one in found.objects if one.kind == kind}


def when(conditions: Json) -> str:
    """Conditions in one line."""
    parts = []
    for joined in ("all", "any"):
        told = [f"{one['field']} {one['operator']} {one['value']}" for one in conditions[joined]]
        parts += [f"{joined}({', '.join(told)})"] if told else []
    return " ".join(parts).replace(LEVEL, "level")


def targets(one: DeskObject) -> list[str]:
    """Its targets: `first_reply_time low 60m`, with `!` where business hours count."""
    return [
        f"{row['metric']} {row['priority']} {row['target_in_seconds'] // 60}m"
        f"{'!' if row['business_hours'] else ''}"
        for row in one.body["policy_metrics"]
    ]


def findings(found: Compiled) -> list[tuple[str, str, str]]:
    return [(one.verdict, one.part, one.text) for one in found.findings]


def test_one_policy_for_each_level_and_the_last_takes_the_rest(world: StandIn) -> None:
    first = {"first_response": {"within": "1h", "calendar": "office"}}
    found = compiled(DoorAsks(world), levels=levels(vip=first, plus=first, basic=first))
    told = {name: when(one.body["filter"]) for name, one in of_kind(found, "sla_policy").items()}
    assert told == {
        "sla/vip": "all(level is sl_vip)",
        "sla/plus": "all(level is sl_plus)",
        "sla/basic": "all(level is_not sl_plus, level is_not sl_vip)",
    }
    assert targets(of_kind(found, "sla_policy")["sla/vip"]) == [
        "first_reply_time low 60m!",
        "first_reply_time normal 60m!",
        "first_reply_time high 60m!",
        "first_reply_time urgent 60m!",
    ]
    assert found.findings == ()


def test_every_clock_zendesk_has(world: StandIn) -> None:
    clocks = {
        "first_response": "first_reply_time",
        "next_response": "next_reply_time",
        "periodic_update": "periodic_update_time",
        "pausable_update": "pausable_update_time",
        "requester_wait": "requester_wait_time",
        "agent_work": "agent_work_time",
        "resolution": "total_resolution_time",
    }
    found = compiled(DoorAsks(world), levels=levels(only={c: {"within": "2h"} for c in clocks}))
    rows = of_kind(found, "sla_policy")["sla/only"].body["policy_metrics"]
    assert {row["metric"] for row in rows} == set(clocks.values())
    assert len(rows) == 4 * len(clocks)


def test_priorities_and_channels_of_their_own(world: StandIn) -> None:
    where = [
        {"channel": "phone", "within": "none"},
        {"priority": ["urgent", "high"], "within": "30m"},
        {"channel": "email", "within": "4h"},
        {"channel": "email", "priority": "urgent", "within": "15m"},
    ]
    found = compiled(
        DoorAsks(world), levels=levels(only={"first_response": {"within": "1h", "where": where}})
    )
    slas = of_kind(found, "sla_policy")
    assert {name: when(one.body["filter"]) for name, one in slas.items()} == {
        "sla/only/email": "all(via_id is 4)",
        "sla/only": "all(via_id is_not 33, via_id is_not 34, via_id is_not 44, via_id is_not 45)",
    }
    assert [row.removeprefix("first_reply_time ") for row in targets(slas["sla/only/email"])] == [
        "low 240m",
        "normal 240m",
        # Of two cases that name one thing each, the first in the list wins.
        "high 30m",
        "urgent 15m",
    ]
    assert [row.removeprefix("first_reply_time ") for row in targets(slas["sla/only"])] == [
        "low 60m",
        "normal 60m",
        "high 30m",
        "urgent 30m",
    ]
    assert slas["sla/only/email"].title == "Only, email"


UNSAYABLE: list[tuple[str, dict[str, Any], tuple[str, str]]] = [
    (
        "a clock it does not have",
        {"levels": levels(only={"assignment": {"within": "1h"}})},
        ("sla", "the desk has no clock for `assignment`, which only promise"),
    ),
    (
        "the hand-over of a bot",
        {"levels": levels(only={"handover_response": {"within": "1h"}})},
        ("sla", "the desk has no clock for `handover_response`, which only promise"),
    ),
    (
        "how long a team has it",
        {"levels": levels(only={"team_ownership": {"within": "1h"}})},
        ("sla", "the desk has no clock for `team_ownership`, which only promise"),
    ),
    (
        "a channel it does not know",
        {
            "levels": levels(
                only={
                    "first_response": {
                        "within": "1h",
                        "where": [{"channel": "fax", "within": "2h"}],
                    }
                }
            )
        },
        ("sla/only", "the desk cannot tell tickets that come by `fax`"),
    ),
    (
        "a priority it does not have",
        {
            "levels": levels(
                only={
                    "first_response": {
                        "within": "1h",
                        "where": [{"priority": "P1", "within": "5m"}],
                    }
                }
            )
        },
        ("sla/only", "the desk has no priority `P1`"),
    ),
    (
        "seconds",
        {"levels": levels(only={"first_response": {"within": "90s"}})},
        ("sla/only", "`first_response` within 90 s: the desk counts whole minutes"),
    ),
    (
        "two calendars in one level",
        {
            "calendars": {"office": OFFICE, "late": {**OFFICE, "week": {"mon": ["12:00-20:00"]}}},
            "levels": levels(
                only={
                    "first_response": {"within": "1h", "calendar": "office"},
                    "resolution": {"within": "1d", "calendar": "late"},
                }
            ),
        },
        ("sla/only", "resolution count in `late`, but a ticket has one schedule"),
    ),
    (
        "half days",
        {"calendars": {"office": {**OFFICE, "dates": {"2026-12-24": ["09:00-12:00"]}}}},
        ("schedule/office", "the desk cannot be told 2026-12-24: hours of its own"),
    ),
    (
        "what stops a clock",
        {"clocks": {"resolution": {"pauses": ["hold"]}}},
        ("sla", "the desk cannot be told what stops `resolution` (`clocks.resolution`)"),
    ),
]


@pytest.mark.parametrize(
    ("changes", "told"), [row[1:] for row in UNSAYABLE], ids=[row[0] for row in UNSAYABLE]
)
def test_what_zendesk_cannot_be_told(
    world: StandIn, changes: dict[str, Any], told: tuple[str, str]
) -> None:
    assert findings(compiled(DoorAsks(world), **changes)) == [("warn", *told)]


def test_a_schedule_with_its_week_and_holidays(world: StandIn) -> None:
    calendar = {**OFFICE, "week": {"mon,sun": ["09:00-18:00"]}, "closed": {"2026-12-25": "Xmas"}}
    found = compiled(DoorAsks(world), calendars={"office": calendar})
    assert of_kind(found, "schedule")["schedule/office"].body == {
        "name": "office",
        "time_zone": "Berlin",
        "intervals": ["sun 09:00-18:00", "mon 09:00-18:00"],
        "holidays": ["2026-12-25 Xmas"],
    }


def test_holidays_that_are_over_stay(world: StandIn) -> None:
    schedule = world.add_schedule("office", "Berlin")
    asks = DoorAsks(world)
    path = f"/api/v2/business_hours/schedules/{schedule['id']}/holidays"
    for day in ("2025-12-25", "2026-05-01"):
        asks.post(path, {"holiday": {"name": "Off", "start_date": day, "end_date": day}})
    found = compiled(asks)
    holidays = of_kind(found, "schedule")["schedule/office"].body["holidays"]
    assert holidays == ["2025-12-25 Off", "2026-12-25 Christmas"]


def test_triggers_in_the_order_in_which_they_work(world: StandIn) -> None:
    found = compiled(DoorAsks(world))
    told = {
        name: (when(one.body["conditions"]), one.body["actions"])
        for name, one in of_kind(found, "trigger").items()
    }
    assert told == {
        "trigger/no_level": (
            "all(level is_not sl_premium, level is_not sl_standard, update_type is Create)",
            [{"field": "current_tags", "value": "no_service_level"}],
        ),
        "trigger/level_came": (
            "all(current_tags includes no_service_level) "
            "any(level is sl_premium, level is sl_standard)",
            [{"field": "remove_tags", "value": "no_service_level"}],
        ),
        "trigger/priority": (
            "all(priority is , status less_than solved)",
            [{"field": "priority", "value": "normal"}],
        ),
        "trigger/hours/office": (
            "all(level is sl_premium, status less_than solved)",
            [{"field": "set_schedule", "value": {"$ref": "schedule/office"}}],
        ),
        "trigger/team/concierge": (
            "all(group_id is , level is sl_premium, update_type is Create)",
            [{"field": "group_id", "value": {"$ref": "group/concierge"}}],
        ),
    }
    assert list(told)[2] == "trigger/priority"


def test_views_best_level_first(world: StandIn) -> None:
    views = of_kind(compiled(DoorAsks(world)), "view")
    assert [(one.title, when(one.body["conditions"])) for one in views.values()] == [
        ("Premium: open tickets", "all(current_tags includes sl_premium, status less_than solved)"),
        (
            "Standard: open tickets",
            "all(current_tags includes sl_standard, status less_than solved)",
        ),
        (
            "Open tickets without service level",
            "all(current_tags not_includes sl_premium sl_standard, status less_than solved)",
        ),
    ]


def test_a_plan_without_sla_policies(world: StandIn) -> None:
    asks = NoPlanFor(world, "/api/v2/slas", "/api/v2/business_hours")
    found = compiled(asks)
    assert findings(found) == [
        ("warn", "sla", "this account has no SLA policies, or we may not see them")
    ]
    kinds = {one.kind for one in found.objects}
    assert kinds == {"user_field", "group", "trigger", "view"}
    assert "trigger/priority" not in of_kind(found, "trigger")
    assert {one.kind for one in held_objects(asks)} == {"group"}


def test_a_plan_without_schedules(world: StandIn) -> None:
    found = compiled(NoPlanFor(world, "/api/v2/business_hours"))
    assert findings(found) == [
        ("warn", "schedule", "this account has no schedules, or we may not see them")
    ]
    assert "trigger/hours/office" not in of_kind(found, "trigger")
    assert of_kind(found, "sla_policy")


def test_by_tags_where_no_field_is_offered(world: StandIn) -> None:
    world.add_field("service_level", "Service level", {"sl_premium": "Premium"})
    found = compiled(WithoutFields(world))
    told = {name: when(one.body["filter"]) for name, one in of_kind(found, "sla_policy").items()}
    assert told == {
        "sla/premium": "all(current_tags includes sl_premium)",
        "sla/standard": "all(current_tags not_includes sl_premium)",
    }


def test_not_at_all_where_nothing_is_offered(world: StandIn) -> None:
    world.add_field("service_level", "Service level", {"sl_premium": "Premium"})
    found = compiled(WithoutTags(world))
    assert [one[:2] for one in findings(found)] == [("fail", "sla"), ("fail", "trigger")]


@pytest.mark.parametrize(
    ("offered", "fields", "found"),
    [
        ([LEVEL, "current_tags"], ["service_level"], LEVEL),
        (["current_tags"], ["service_level"], "current_tags"),
        (["current_tags"], [], LEVEL),
        (["current_tags", "requester.custom_fields.size"], ["size"], LEVEL),
        (["current_tags"], ["size"], "current_tags"),
        ([], ["service_level"], None),
    ],
    ids=[
        "it is offered",
        "it is there and not offered",
        "it is not made yet, and nothing like it is there",
        "others like it are offered",
        "others like it are not offered",
        "nothing is offered",
    ],
)
def test_what_to_match_by(offered: list[str], fields: list[str], found: str | None) -> None:
    rows = [{"key": key, "type": "dropdown"} for key in fields]
    assert field_to_match(offered, FIELD.key, rows) == found


def test_people_of_several_levels() -> None:
    names = ("a", "b", "c")
    assert when(Matching(LEVEL, names).people(["b", "a"])) == "any(level is sl_a, level is sl_b)"
    assert when(Matching(LEVEL, names).people(["a", "c"])) == "all(level is_not sl_b)"
    by_tags = Matching("current_tags", names)
    assert when(by_tags.people(["b", "a"])) == "all(current_tags includes sl_a sl_b)"
    assert when(by_tags.people(["c"])) == "all(current_tags not_includes sl_a sl_b)"
    assert when(by_tags.people(["a", "b", "c"])) == ""


def test_channels_by_the_titles_of_the_desk() -> None:
    rows = [{"value": "4", "title": "Email"}, {"value": "99", "title": "Messaging"}]
    found = vias_of({"values": {"type": "list", "list": rows}})
    assert (found["email"], found["chat"]) == (("4",), ("99",))
    assert "phone" not in found


ZONES = [
    ("Europe/Berlin", "Berlin"),
    ("Europe/Vaduz", "Berlin"),
    ("America/Los_Angeles", "Pacific Time (US & Canada)"),
    ("Asia/Calcutta", "Mumbai"),
    ("UTC", "UTC"),
    ("Pacific/Kiritimati", None),
]


@pytest.mark.parametrize(("zone", "name"), ZONES)
def test_names_of_zones(zone: str, name: str | None) -> None:
    assert zone_name(zone, (), TODAY) == name


def test_names_of_zones_that_the_desk_offers() -> None:
    rows = [
        {"name": "Kiritimati Island", "iana_name": "Pacific/Kiritimati"},
        {"name": "Bern", "iana_name": "Europe/Zurich"},
    ]
    assert zone_name("Pacific/Kiritimati", rows, TODAY) == "Kiritimati Island"
    assert zone_name("Europe/Berlin", rows, TODAY) == "Bern"
    assert zone_name("Asia/Tokyo", rows, TODAY) is None


def test_a_zone_nobody_knows_is_in_the_way(world: StandIn) -> None:
    found = compiled(DoorAsks(world), calendars={"office": {**OFFICE, "zone": "Pacific/Chatham"}})
    assert findings(found) == [
        ("fail", "schedule/office", "the desk knows no time zone like `Pacific/Chatham`")
    ]


def test_options_that_are_there_keep_their_place(world: StandIn) -> None:
    world.add_field("service_level", "Tier", {"sl_standard": "Norm", "sl_gold": "Gold"})
    found = compiled(DoorAsks(world))
    body = of_kind(found, "user_field")["field/service_level"].body
    assert [(one["value"], one["name"]) for one in body["custom_field_options"]] == [
        ("sl_standard", "Standard"),
        ("sl_gold", "Gold"),
        ("sl_premium", "Premium"),
    ]
    assert findings(found) == [
        (
            "ok",
            "field/service_level",
            "the option `sl_gold` is no level any more; it stays while people may bear it",
        )
    ]
