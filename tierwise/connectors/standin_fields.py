"""Fields of people: drop-downs and their options."""

from .standin_calls import Call, Reply, Route, Row, at_most, invalid, not_found
from .standin_paging import paged
from .standin_state import State

TYPES = {
    "checkbox",
    "date",
    "decimal",
    "dropdown",
    "integer",
    "lookup",
    "regexp",
    "text",
    "textarea",
}


def listed(state: State, call: Call) -> Reply:
    return paged(call, "user_fields", list(state.user_fields.values()))


def show(state: State, call: Call) -> Reply:
    return Reply({"user_field": known(state, call)})


def create(state: State, call: Call) -> Reply:
    return Reply({"user_field": make_field(state, call.within("user_field"))}, 201)


def make_field(state: State, sent: Row) -> Row:
    """A new field; every person has it, empty."""
    _refuse_wrong(state, sent)
    number = state.new_id()
    field = {
        "id": number,
        "url": f"https://{state.subdomain}.zendesk.com/api/v2/user_fields/{number}.json",
        "key": sent["key"],
        "type": sent["type"],
        "title": sent["title"],
        "raw_title": sent["title"],
        "description": sent.get("description") or "",
        "raw_description": sent.get("description") or "",
        "position": len(state.user_fields),
        "active": sent.get("active", True),
        "system": False,
        "regexp_for_validation": None,
        "tag": sent.get("tag"),
        "created_at": state.now_text,
        "updated_at": state.now_text,
    }
    if sent["type"] == "dropdown":
        field["custom_field_options"] = _options(state, sent.get("custom_field_options") or [], [])
    state.user_fields[number] = field
    for user in state.users.values():
        user["user_fields"].setdefault(sent["key"], None)
    state.effects["user_field", "create", sent["key"]] += 1
    return field


def update(state: State, call: Call) -> Reply:
    """Change a field. Its key and its type stay what they are for good."""
    field, sent = known(state, call), call.within("user_field")
    for fixed in ("key", "type"):
        if sent.get(fixed, field[fixed]) != field[fixed]:
            raise invalid(fixed, f"{fixed.capitalize()}: cannot be changed")
    if "custom_field_options" in sent and field["type"] == "dropdown":
        old = field["custom_field_options"]
        field["custom_field_options"] = _options(state, sent["custom_field_options"], old)
        _drop_values(state, field)
    field.update({key: sent[key] for key in ("title", "description", "active") if key in sent})
    field.update(raw_title=field["title"], raw_description=field["description"])
    field["updated_at"] = state.now_text
    state.effects["user_field", "update", field["key"]] += 1
    return Reply({"user_field": field})


def delete(state: State, call: Call) -> Reply:
    field = known(state, call)
    del state.user_fields[field["id"]]
    for user in state.users.values():
        user["user_fields"].pop(field["key"], None)
    state.effects["user_field", "delete", field["key"]] += 1
    return Reply(status=204)


def options(state: State, call: Call) -> Reply:
    return paged(call, "custom_field_options", known(state, call).get("custom_field_options") or [])


def set_option(state: State, call: Call) -> Reply:
    """Make an option, or rename the one whose number is sent."""
    field, sent = known(state, call), call.within("custom_field_option")
    old = field.setdefault("custom_field_options", [])
    rest = [one for one in old if one["id"] != sent.get("id")]
    is_new = len(rest) == len(old)
    field["custom_field_options"] = _options(state, [*rest, sent], old)
    field["updated_at"] = state.now_text
    state.effects["option", "set", sent.get("value")] += 1
    made = field["custom_field_options"][-1]
    return Reply({"custom_field_option": made}, 201 if is_new else 200)


def delete_option(state: State, call: Call) -> Reply:
    field, number = known(state, call), call.id("option")
    old = field.get("custom_field_options") or []
    if number not in {one["id"] for one in old}:
        raise not_found()
    field["custom_field_options"] = [one for one in old if one["id"] != number]
    _drop_values(state, field)
    state.effects["option", "delete", number] += 1
    return Reply(status=204)


def known(state: State, call: Call) -> Row:
    """The field a path names, by number or by key."""
    wanted = call.ids["id"]
    for field in state.user_fields.values():
        if wanted in {str(field["id"]), field["key"]}:
            return field
    raise not_found()


def _refuse_wrong(state: State, sent: Row) -> None:
    for needed in ("key", "title", "type"):
        if not sent.get(needed):
            raise invalid(needed, f"{needed.capitalize()}: cannot be blank", "BlankValue")
    if sent["type"] not in TYPES:
        raise invalid("type", f"Type: {sent['type']} is not a type of field")
    if sent["key"] in {one["key"] for one in state.user_fields.values()}:
        raise invalid("key", "Key: has already been taken", "DuplicateValue")


def _options(state: State, sent: list[Row], old: list[Row]) -> list[Row]:
    """Options as they stand then; those with a known number or value keep their number."""
    at_most(sent, "custom_field_options")
    values = [one.get("value") for one in sent]
    if not all(values) or len(set(values)) < len(values):
        said = "Custom field options: values must be there, and each but once"
        raise invalid("custom_field_options", said, "DuplicateValue")
    numbers = {one["value"]: one["id"] for one in old}
    return [
        {
            "id": one.get("id") or numbers.get(one["value"]) or state.new_id(),
            "name": one["name"],
            "raw_name": one["name"],
            "value": one["value"],
            "position": at,
        }
        for at, one in enumerate(sent)
    ]


def _drop_values(state: State, field: Row) -> None:
    """Whoever had an option that is gone has nothing."""
    values = {one["value"] for one in field["custom_field_options"]}
    for user in state.users.values():
        if user["user_fields"].get(field["key"]) not in {None, *values}:
            user["user_fields"][field["key"]] = None
            state.touch("users", user["id"])


ROUTES = (
    Route("GET", "/api/v2/user_fields", listed),
    Route("POST", "/api/v2/user_fields", create, "admin"),
    Route("GET", "/api/v2/user_fields/{id}", show),
    Route("PUT", "/api/v2/user_fields/{id}", update, "admin"),
    Route("DELETE", "/api/v2/user_fields/{id}", delete, "admin"),
    Route("GET", "/api/v2/user_fields/{id}/options", options),
    Route("POST", "/api/v2/user_fields/{id}/options", set_option, "admin"),
    Route("DELETE", "/api/v2/user_fields/{id}/options/{option}", delete_option, "admin"),
)
