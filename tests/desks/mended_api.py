"""Zendesk's own description of its API, mended where it is not as Zendesk really answers.

The description is never part of this project: it is looked for in the folder of shared papers.
What is mended, and what we add, is written here in our own words.
"""

import json
import os
from collections.abc import Iterator
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

from ruamel.yaml import YAML

from . import added_api
from .added_api import ADDED, FLAG, MAYBE, NUMBER, TEXT, many, record

Schema: TypeAlias = dict[str, Any]
ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("TIERWISE_SHARED", ROOT.parent / "shared"))
DESCRIPTION = SHARED / "data" / "zendesk_oas.yaml"

API = "/api/v2/"
# Beginnings of the paths that we use; all else stays out, so that the judge starts quickly.
USED = (
    "users",
    "job_statuses",
    "user_fields",
    "groups",
    "slas/policies",
    "triggers",
    "trigger_categories",
    "views",
    "tickets",
    "incremental",
    "satisfaction_ratings",
    "account/settings",
)
UNUSED = ("users/{user_id}/", "tickets/{ticket_id}/")
BUT = ("merge", "audits", "comments")
SOMETHING: Schema = {"type": "object"}
CONDITIONS = many(record("field operator", field=TEXT, operator=TEXT))
OUTPUT = record(
    columns=many({}), group_by=MAYBE, sort_by=MAYBE, group_order=MAYBE, sort_order=MAYBE
)
VIEW = record(title=TEXT, active=FLAG, all=CONDITIONS, any=CONDITIONS, output=OUTPUT)
# Bodies the description does not tell: the key, and the schema (or its name) of what stands there.
BODIES: dict[str, tuple[str, Schema | str]] = {
    "user_fields": ("user_field", "UserFieldObject"),
    "user_fields/{user_field_id}": ("user_field", SOMETHING),
    "user_fields/{user_field_id}/options": ("custom_field_option", "CustomFieldOptionObject"),
    "groups": ("group", "GroupObject"),
    "groups/{group_id}": ("group", SOMETHING),
    "slas/policies": ("sla_policy", "SLAPolicyObject"),
    "slas/policies/{sla_policy_id}": ("sla_policy", SOMETHING),
    "slas/policies/reorder": ("sla_policy_ids", many(NUMBER)),
    "triggers/reorder": ("trigger_ids", many({})),
    "views": ("view", {**VIEW, "required": ["title"]}),
    "views/{view_id}": ("view", VIEW),
    "tickets/update_many": ("tickets", many(record("id", id=NUMBER))),
}
METRICS = (
    "agent_work_time",
    "first_reply_time",
    "next_reply_time",
    "pausable_update_time",
    "periodic_update_time",
    "requester_wait_time",
    "total_resolution_time",
)
# Words that are for readers only; without them the judge starts sooner.
WORDS = {"description", "example", "examples"}


def mended() -> Schema:
    """The description of what we use, as Zendesk really is."""
    held: Schema = _plain(YAML(typ="safe").load(DESCRIPTION.read_text("utf-8")))
    paths = {path: deepcopy(row) for path, row in held["paths"].items() if _is_used(path)}
    schemas = held["components"]["schemas"]
    _mend_schemas(schemas)
    for schema in list(_every_schema(held["components"])) + list(_every_schema(paths)):
        _let_be_empty(schema)
    _mend_parameters(held["components"]["parameters"], paths)
    paths |= deepcopy(ADDED)
    told = [(path, *one) for path, methods in paths.items() for one in methods.items()]
    for path, method, row in told:
        if isinstance(row, dict) and "responses" in row:
            _mend_operation(path.removeprefix(API), method, row)
    both = {**paths, **{f"{path}.json": _renamed(row) for path, row in paths.items()}}
    kept = {name: held["components"][name] for name in ("schemas", "parameters")}
    signs = {name: {"type": "http", "scheme": name} for name in ("basic", "bearer")}
    parts = {**kept, "securitySchemes": signs}
    return {**held, "paths": both, "components": parts, "security": [{one: []} for one in signs]}


def mended_at(folder: Path) -> Path:
    """The mended description as JSON, in a file that is named after all it was made of."""
    made_of = (DESCRIPTION, Path(__file__), Path(added_api.__file__))
    told = sha256(b"".join(path.read_bytes() for path in made_of)).hexdigest()
    path = folder / f"mended-{told[:12]}.json"
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(mended(), default=str), "utf-8")
        draft.replace(path)
    return path


def _plain(held: Any, *, is_schema_of: bool = False) -> Any:
    """A tree without its words for readers; a property may well be called `description`."""
    if isinstance(held, list):
        return [_plain(one) for one in held]
    if not isinstance(held, dict):
        return held
    kept = held if is_schema_of else {k: one for k, one in held.items() if not _is_word(k, one)}
    return {name: _plain(one, is_schema_of=name == "properties") for name, one in kept.items()}


def _is_word(name: str, value: Any) -> bool:
    return name in WORDS - {"description"} or (name == "description" and len(str(value)) > 40)


def _is_used(path: str) -> bool:
    rest = path.removeprefix(API)
    if not any(rest == one or rest.startswith(f"{one}/") for one in USED):
        return False
    deep = any(rest.startswith(one) for one in UNUSED)
    return not deep or rest.rpartition("/")[2] in BUT


def _mend_schemas(schemas: Schema) -> None:
    """What the description says wrongly: who a user is, what a job answers, what a condition is.

    Exports tell of deleted tickets, and a new ticket may have a description instead of a comment.
    """
    schemas["TicketObject"]["properties"]["status"]["enum"].append("deleted")
    schemas["TicketCreateInput"]["allOf"][1]["required"].remove("comment")
    schemas["UserObject"] = schemas["UserForAdmin"]
    schemas["JobStatusResultObject"] = {"type": "object"}
    schemas["JobStatusObject"]["properties"]["results"] = {}
    anything: Schema = {}
    for name in ("TriggerConditionObject", "TriggerActionObject", "SLAPolicyFilterConditionObject"):
        schemas[name]["properties"]["value"] = anything
    target = schemas["SLAPolicyMetricObject"]
    target["properties"]["metric"] = {"type": "string", "enum": list(METRICS)}
    target["properties"]["target_in_seconds"] = {"type": "integer"}
    target["required"] = ["priority", "metric", "business_hours"]


def _mend_parameters(known: Schema, paths: Schema) -> None:
    """What a path names is a word; what is said to be in a path that does not name it is not.

    An export is asked from an instant once, then on and on from a cursor alone.
    """
    for path, row in paths.items():
        if path.endswith("/cursor"):
            started = known["IncrementalUnixTime"]
            parts = [one for one in row["parameters"] if "UnixTime" not in one.get("$ref", "")]
            row["parameters"] = [*parts, {**started, "required": False}]
    for told in known.values():
        if told["in"] == "path":
            told["schema"] = {"type": "string"}
    for path, row in paths.items():
        for part in (row, *(one for one in row.values() if isinstance(one, dict))):
            told = [(one, known[one["$ref"].rpartition("/")[2]]) for one in _referred(part)]
            lost = [one for one, is_ in told if is_["in"] == "path" and is_["name"] not in path]
            part["parameters"] = [one for one in part.get("parameters", []) if one not in lost]


def _referred(part: Schema) -> list[Schema]:
    return [one for one in part.get("parameters", []) if "$ref" in one]


def _every_schema(held: Any) -> Iterator[Schema]:
    """Everything in a tree that has properties."""
    if isinstance(held, dict):
        if isinstance(held.get("properties"), dict) and "in" not in held:
            yield held
        for value in held.values():
            yield from _every_schema(value)
    elif isinstance(held, list):
        for value in held:
            yield from _every_schema(value)


def _let_be_empty(schema: Schema) -> None:
    """Any property may be null: so they come, whatever the description says."""
    told = [(name, one) for name, one in schema["properties"].items() if isinstance(one, dict)]
    for name, kept in told:
        if {"$ref", "allOf", "anyOf", "oneOf"} & set(kept):
            schema["properties"][name] = {"anyOf": [kept, _NOTHING]}
        elif "type" in kept:
            kept["nullable"] = True


def _mend_operation(path: str, method: str, row: Schema) -> None:
    """Bodies that are not told, 201 where 200 stands, empty answers, and refusals."""
    answers = row["responses"]
    if method == "post" and "200" in answers:
        answers.setdefault("201", answers["200"])
    if path.endswith("/reorder"):
        answers["200"] = {"description": "anything"}
    for status in ("400", "401", "403", "404", "409", "422", "429"):
        answers[status] = {"description": "refused", "content": _as_json(_REFUSED)}
    for status in ("301", "500", "502", "503"):  # moved; pages of a gateway, as often as not
        answers[status] = {"description": "anything"}
    if method in {"post", "put"} and "requestBody" not in row:
        row["requestBody"] = {"content": _as_json(_body(path)), "required": path in BODIES}


def _body(path: str) -> Schema:
    if path not in BODIES:
        return SOMETHING
    key, told = BODIES[path]
    return record(key, **{key: _named(told) if isinstance(told, str) else told})


def _named(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _as_json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


def _renamed(methods: Schema) -> Schema:
    """The same operations under names of their own."""
    copied: Schema = deepcopy(methods)
    for row in copied.values():
        if isinstance(row, dict) and "operationId" in row:
            row["operationId"] += "_json"
    return copied


_NOTHING: Schema = {"type": "string", "nullable": True, "maxLength": 0}
_REFUSED: Schema = {
    "type": "object",
    "anyOf": [{"required": ["error"]}, {"required": ["detail"]}, {"required": ["errors"]}],
}
