"""Every operation of Zendesk that we use, one after the other, as somebody would ask for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tierwise.connectors.standin import StandIn

from .conftest import made_world

POLICY = {
    "title": "Premium",
    "description": "managed-by: tierwise sla/premium",
    "filter": {
        "all": [
            {"field": "type", "operator": "is", "value": "incident"},
            {
                "field": "requester.custom_fields.service_level",
                "operator": "is",
                "value": "sl_premium",
            },
        ],
        "any": [],
    },
    "policy_metrics": [
        {
            "priority": "normal",
            "metric": "first_reply_time",
            "target": 60,
            "target_in_seconds": 3600,
            "business_hours": True,
        }
    ],
}
TRIGGER = {
    "title": "Priority when there is none",
    "conditions": {"all": [{"field": "priority", "operator": "is", "value": ""}], "any": []},
    "actions": [{"field": "priority", "value": "normal"}],
}
VIEW = {
    "title": "Open by level",
    "all": [{"field": "status", "operator": "less_than", "value": "solved"}],
    "any": [],
    "output": {"columns": ["status", "requester"], "group_by": "status", "sort_by": "created"},
}
HOOK = {
    "name": "Tierwise",
    "endpoint": "https://shop.example/hook",
    "http_method": "POST",
    "request_format": "json",
    "status": "active",
    "subscriptions": ["conditional_ticket_events"],
}
WEEK = {"workweek": {"intervals": [{"start_time": 1980, "end_time": 2460}]}}
DAY = {"name": "Christmas", "start_date": "2026-12-25", "end_date": "2026-12-26"}
FIELD = {
    "key": "tier",
    "type": "dropdown",
    "title": "Tier",
    "custom_field_options": [{"name": "Gold", "value": "gold"}],
}
GRANT = {
    "grant_type": "client_credentials",
    "client_id": "tierwise",
    "client_secret": "standin-secret",
    "scope": "read write",
}
# Method, path, body, status; `{name}` is the number of what was made under that name before,
# and a name behind the status keeps the number of the answer.
STORY: tuple[tuple[Any, ...], ...] = (
    ("POST", "/oauth/tokens", GRANT, 200),
    ("POST", "/oauth/tokens", {**GRANT, "client_secret": "wrong"}, 401),
    ("GET", "users/me", None, 200),
    ("GET", "account", None, 200),
    ("GET", "account/settings", None, 200),
    ("GET", "oauth/tokens/current", None, 200),
    ("GET", "users?role[]=agent&role[]=admin&page[size]=100", None, 200),
    ("GET", "users/show_many?external_ids=C1,nobody", None, 200),
    ("POST", "users", {"user": {"name": "Ann", "email": "ann@example.com"}}, 201, "ann"),
    ("POST", "users", {"user": {"name": "Ann", "email": "ann@example.com"}}, 422),
    ("POST", "users", {"user": {"name": "Bob", "external_id": "C2"}}, 201, "bob"),
    ("POST", "users/create_or_update", {"user": {"name": "Bo", "external_id": "c2"}}, 200),
    ("GET", "users/{ann}", None, 200),
    ("GET", "users/{ann}.json", None, 200),
    ("GET", "users/12", None, 404),
    ("GET", "users/show_many?ids={ann},12", None, 200),
    ("PUT", "users/{ann}", {"user": {"name": "Anna"}}, 200),
    (
        "PUT",
        "users/update_many",
        {"users": [{"id": "{ann}", "user_fields": {"service_level": "sl_premium"}}]},
        200,
        "job",
    ),
    ("GET", "job_statuses/{job}", None, 200),
    ("GET", "job_statuses/show_many?ids={job},nobody", None, 200),
    ("GET", "job_statuses/nobody", None, 404),
    ("POST", "users/create_many", {"users": [{"name": "X"}]}, 403),
    ("POST", "users/create_or_update_many", {"users": [{"name": "X"}]}, 403),
    ("POST", "user_fields", {"user_field": FIELD}, 201, "field"),
    ("GET", "user_fields", None, 200),
    ("PUT", "user_fields/{field}", {"user_field": {"title": "Our tier"}}, 200),
    (
        "POST",
        "user_fields/{field}/options",
        {"custom_field_option": {"name": "Silver", "value": "silver"}},
        201,
        "option",
    ),
    ("GET", "user_fields/{field}/options", None, 200),
    ("DELETE", "user_fields/{field}/options/{option}", None, 204),
    ("DELETE", "user_fields/{field}", None, 204),
    ("POST", "groups", {"group": {"name": "Concierge"}}, 201, "group"),
    ("GET", "groups?page[size]=100", None, 200),
    ("PUT", "groups/{group}", {"group": {"description": "managed-by: tierwise"}}, 200),
    ("GET", "time_zones", None, 200),
    (
        "POST",
        "business_hours/schedules",
        {"schedule": {"name": "Office", "time_zone": "Berlin"}},
        201,
        "schedule",
    ),
    ("GET", "business_hours/schedules", None, 200),
    ("GET", "business_hours/schedules/{schedule}", None, 200),
    ("PUT", "business_hours/schedules/{schedule}", {"schedule": {"name": "Shop"}}, 200),
    ("PUT", "business_hours/schedules/{schedule}/workweek", WEEK, 200),
    ("POST", "business_hours/schedules/{schedule}/holidays", {"holiday": DAY}, 201, "day"),
    ("GET", "business_hours/schedules/{schedule}/holidays", None, 200),
    ("PUT", "business_hours/schedules/{schedule}/holidays/{day}", {"holiday": DAY}, 200),
    ("DELETE", "business_hours/schedules/{schedule}/holidays/{day}", None, 204),
    ("GET", "slas/policies/definitions", None, 200),
    ("POST", "slas/policies", {"sla_policy": POLICY}, 201, "policy"),
    ("POST", "slas/policies", {"sla_policy": {"title": "", "filter": {}}}, 422),
    ("GET", "slas/policies", None, 200),
    ("GET", "slas/policies/{policy}", None, 200),
    ("PUT", "slas/policies/{policy}", {"sla_policy": POLICY}, 200),
    ("PUT", "slas/policies/reorder", {"sla_policy_ids": ["{policy}"]}, 200),
    ("GET", "triggers/definitions", None, 200),
    ("POST", "triggers", {"trigger": TRIGGER}, 201, "trigger"),
    ("GET", "triggers?page[size]=100", None, 200),
    ("GET", "triggers/{trigger}", None, 200),
    ("PUT", "triggers/{trigger}", {"trigger": {**TRIGGER, "title": "Other"}}, 200),
    ("PUT", "triggers/reorder", {"trigger_ids": ["{trigger}"]}, 200),
    ("GET", "trigger_categories", None, 200),
    ("POST", "trigger_categories", {"trigger_category": {"name": "Ours"}}, 201),
    ("POST", "views", {"view": VIEW}, 201, "view"),
    ("GET", "views", None, 200),
    ("GET", "views/{view}", None, 200),
    ("PUT", "views/{view}", {"view": {"title": "Open"}}, 200),
    ("POST", "webhooks", {"webhook": HOOK}, 201, "hook"),
    ("GET", "webhooks", None, 200),
    ("GET", "webhooks/{hook}", None, 200),
    ("GET", "webhooks/{hook}/signing_secret", None, 200),
    ("PUT", "webhooks/{hook}", {"webhook": HOOK}, 204),
    ("PATCH", "webhooks/{hook}", {"webhook": {"name": "Ours"}}, 204),
    ("POST", "tickets", {"ticket": {"subject": "Hi", "comment": {"body": "Hi"}}}, 201, "ticket"),
    ("GET", "tickets/{ticket}", None, 200),
    ("GET", "tickets/show_many?ids={ticket},1", None, 200),
    (
        "PUT",
        "tickets/{ticket}",
        {"ticket": {"status": "solved", "comment": {"body": "Done", "public": True}}},
        200,
    ),
    (
        "PUT",
        "tickets/update_many",
        {"tickets": [{"id": "{ticket}", "additional_tags": ["sl_plus"], "remove_tags": ["x"]}]},
        200,
        "job",
    ),
    ("GET", "job_statuses/{job}", None, 200),
    ("GET", "tickets/{ticket}/audits", None, 200),
    ("GET", "tickets/{ticket}/comments?page[size]=100", None, 200),
    ("POST", "tickets/1/merge", {"ids": ["{ticket}"]}, 200, "job"),
    ("GET", "job_statuses/{job}", None, 200),
    ("GET", "incremental/tickets/cursor?start_time=0&include=metric_sets&per_page=1", None, 200),
    ("GET", "incremental/users/cursor?start_time=0", None, 200),
    ("GET", "incremental/tickets?start_time=0", None, 200),
    ("GET", "incremental/users?start_time=0", None, 200),
    ("GET", "incremental/ticket_events?start_time=0&include=comment_events", None, 200),
    ("GET", "incremental/ticket_metric_events?start_time=0", None, 200),
    ("GET", "satisfaction_ratings?start_time=0&page[size]=100", None, 200),
    ("GET", "guide/survey_responses", None, 404),
    ("PUT", "users/{bob}/merge", {"user": {"id": "{ann}"}}, 200),
    ("DELETE", "users/{ann}", None, 200),
    ("DELETE", "tickets/1", None, 204),
    ("DELETE", "slas/policies/{policy}", None, 204),
    ("DELETE", "triggers/{trigger}", None, 204),
    ("DELETE", "views/{view}", None, 204),
    ("DELETE", "webhooks/{hook}", None, 204),
    ("DELETE", "groups/{group}", None, 204),
    ("DELETE", "business_hours/schedules/{schedule}", None, 204),
)


@dataclass(frozen=True, slots=True)
class Told:
    """A client that fills in numbers, and keeps those of answers under a name."""

    line: httpx.Client
    numbers: dict[str, Any]
    world: StandIn

    def ask(self, method: str, path: str, body: Any, name: str = "") -> httpx.Response:
        whole = path if path.startswith("/") else f"/api/v2/{path}"
        filled = self._filled(body)
        answer = self.line.request(method, whole.format_map(self.numbers), json=filled)
        if name:
            held = [one for one in answer.json().values() if isinstance(one, dict)]
            self.numbers[name] = held[0]["id"] if held else 0
        return answer

    def _filled(self, body: Any) -> Any:
        if isinstance(body, dict):
            return {name: self._filled(one) for name, one in body.items()}
        if isinstance(body, list):
            return [self._filled(one) for one in body]
        known = isinstance(body, str) and body[:1] == "{"
        return self.numbers[body.strip("{}")] if known else body


def story_world() -> StandIn:
    """A world with something of every kind in it."""
    world = made_world()
    world.add_policy(**POLICY)
    world.add_trigger(**TRIGGER)
    world.add_schedule("Always there")
    world.add_rating(1, "good", "Thanks")
    return world


@contextmanager
def told_at(address: str, world: StandIn) -> Iterator[Told]:
    """A client that is signed in to `world`, which answers at an address."""
    headers = {"authorization": f"Bearer {world.new_token()}", "accept": "application/json"}
    with httpx.Client(base_url=address, headers=headers, timeout=30) as line:
        yield Told(line, {}, world)
