"""Groups, SLA policies, triggers and views of the stand-in, and what each may hold."""

from .standin_calls import Call, Reply, Route, Row, invalid
from .standin_conditions import in_their_words
from .standin_definitions import action_definitions, condition_definitions, sla_definitions
from .standin_shelf import Shelf
from .standin_state import State

METRICS = (
    "agent_work_time",
    "first_reply_time",
    "next_reply_time",
    "pausable_update_time",
    "periodic_update_time",
    "requester_wait_time",
    "total_resolution_time",
)
ACTIONS = (
    "priority",
    "group_id",
    "assignee_id",
    "set_tags",
    "current_tags",
    "remove_tags",
    "set_schedule",
    "status",
    "type",
    "notification_webhook",
    "notification_user",
    "notification_group",
    "comment_value",
)


def _group(state: State, sent: Row) -> Row:
    names = {row["name"] for row in state.groups.values() if row["id"] != sent.get("id")}
    if sent["name"] in names:
        raise invalid("name", "Name: has already been taken", "DuplicateValue")
    kept = {"name": sent["name"], "description": sent.get("description") or ""}
    public = {"is_public": sent.get("is_public", True)}
    return {**kept, **public, "default": sent.get("default", False), "deleted": False}


def _policy(state: State, sent: Row) -> Row:
    if "filter" not in sent:
        raise invalid("filter", "Filter: cannot be blank", "BlankValue")
    targets = [_target(one) for one in sent.get("policy_metrics") or []]
    cells = [(one["priority"], one["metric"]) for one in targets]
    if len(set(cells)) < len(cells):
        raise invalid("policy_metrics", "Policy metrics: a priority has two targets of a metric")
    return {
        "title": sent["title"],
        "description": sent.get("description"),
        "filter": in_their_words(sent["filter"], state, of_sla=True),
        "policy_metrics": sorted(targets, key=lambda one: (one["priority"], one["metric"])),
    }


def _target(sent: Row) -> Row:
    """A target in minutes and in seconds, whichever of them was sent."""
    if sent.get("metric") not in METRICS:
        raise invalid("metric", f"Metric: {sent.get('metric')} is not a metric")
    if sent.get("priority") not in {"low", "normal", "high", "urgent"}:
        raise invalid("priority", f"Priority: {sent.get('priority')} is not a priority")
    seconds = sent.get("target_in_seconds") or (sent.get("target") or 0) * 60
    if not isinstance(seconds, int) or seconds <= 0:
        raise invalid("target", "Target: must be greater than 0")
    return {
        "priority": sent["priority"],
        "metric": sent["metric"],
        "target": seconds // 60,
        "target_in_seconds": seconds,
        "business_hours": bool(sent.get("business_hours")),
    }


def _trigger(state: State, sent: Row) -> Row:
    actions = sent.get("actions") or []
    if not actions:
        raise invalid("actions", "Actions: cannot be blank", "BlankValue")
    for action in actions:
        if action.get("field") not in ACTIONS:
            raise invalid("actions", f"Invalid action: {action.get('field')}")
    first = next(iter(state.trigger_categories))
    category = str(sent.get("category_id") or first)
    if category not in state.trigger_categories:
        raise invalid("category_id", "Category: does not exist")
    return {
        "title": sent["title"],
        "raw_title": sent["title"],
        "description": sent.get("description"),
        "active": sent.get("active", True),
        "default": False,
        "category_id": category,
        "conditions": in_their_words(sent.get("conditions"), state),
        "actions": [{"field": one["field"], "value": one.get("value")} for one in actions],
    }


def _view(state: State, sent: Row) -> Row:
    """A view is sent as `all`, `any` and `output`, and read as `conditions` and `execution`."""
    conditions = sent.get("conditions") or {}
    told = {joined: sent.get(joined, conditions.get(joined)) for joined in ("all", "any")}
    if not told["all"]:
        raise invalid("base", "There must be an ALL condition on status, type, group or assignee")
    output = sent.get("output") or _output_of(sent.get("execution") or {})
    return {
        "title": sent["title"],
        "raw_title": sent["title"],
        "description": sent.get("description"),
        "active": sent.get("active", True),
        "default": False,
        "restriction": sent.get("restriction"),
        "conditions": in_their_words(told, state),
        "execution": _execution(output),
    }


def _execution(output: Row) -> Row:
    columns = [{"id": one, "title": str(one).capitalize()} for one in output.get("columns") or []]
    kept: Row = {"columns": columns, "fields": columns, "custom_fields": []}
    for by, order in (("group_by", "group_order"), ("sort_by", "sort_order")):
        kept |= {by: output.get(by), order: output.get(order) or "desc"}
        told = {"id": output.get(by), "title": str(output.get(by)), "order": kept[order]}
        kept[by.partition("_")[0]] = told if output.get(by) else None
    return kept


def _output_of(execution: Row) -> Row:
    names = ("group_by", "group_order", "sort_by", "sort_order")
    columns = [one["id"] for one in execution.get("columns") or []]
    return {"columns": columns, **{name: execution.get(name) for name in names}}


GROUPS = Shelf("group", "groups", "/api/v2/groups", "groups", _group, title="name")
POLICIES = Shelf(
    "sla_policy", "sla_policies", "/api/v2/slas/policies", "sla_policies", _policy, ordered=True
)
TRIGGERS = Shelf("trigger", "triggers", "/api/v2/triggers", "triggers", _trigger, ordered=True)
VIEWS = Shelf("view", "views", "/api/v2/views", "views", _view, ordered=True)


def reorder_policies(state: State, call: Call) -> Reply:
    numbers = call.body.get("sla_policy_ids") or call.listed("sla_policy_ids")
    POLICIES.reorder(state, numbers)
    return Reply("")


def reorder_triggers(state: State, call: Call) -> Reply:
    TRIGGERS.reorder(state, call.body.get("trigger_ids") or [])
    return Reply({"triggers": TRIGGERS.rows(state)})


def of_policies(state: State, call: Call) -> Reply:
    return Reply({"definitions": sla_definitions(state)})


def of_triggers(state: State, call: Call) -> Reply:
    conditions = condition_definitions(state)
    told = {"conditions_all": conditions, "conditions_any": conditions}
    return Reply({"definitions": {**told, "actions": action_definitions(state, ACTIONS)}})


def categories(state: State, call: Call) -> Reply:
    rows = list(state.trigger_categories.values())
    meta = {"has_more": False, "after_cursor": None, "before_cursor": None}
    return Reply({"trigger_categories": rows, "meta": meta, "links": {"next": None, "prev": None}})


def make_category(state: State, call: Call) -> Reply:
    name = call.within("trigger_category").get("name")
    if not name:
        raise invalid("name", "Name: cannot be blank", "BlankValue")
    return Reply({"trigger_category": new_category(state, name)}, 201)


def new_category(state: State, name: str) -> Row:
    number, now = str(state.new_id()), state.now_text
    place = {"position": len(state.trigger_categories) + 1, "created_at": now, "updated_at": now}
    state.trigger_categories[number] = {"id": number, "name": name, **place}
    return state.trigger_categories[number]


ROUTES = (
    *GROUPS.routes(),
    Route("PUT", "/api/v2/slas/policies/reorder", reorder_policies, "admin"),
    Route("GET", "/api/v2/slas/policies/definitions", of_policies, "admin"),
    *POLICIES.routes(),
    Route("PUT", "/api/v2/triggers/reorder", reorder_triggers, "admin"),
    Route("GET", "/api/v2/triggers/definitions", of_triggers, "admin"),
    *TRIGGERS.routes(),
    Route("GET", "/api/v2/trigger_categories", categories),
    Route("POST", "/api/v2/trigger_categories", make_category, "admin"),
    *VIEWS.routes(),
)
