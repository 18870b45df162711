"""Operations of Zendesk that its description leaves out, told by schemas of our own.

After the pages for developers and recorded traffic: business hours, time zones, webhooks,
the account, surveys and tokens.
"""

from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
MAYBE: Schema = {"type": "string", "nullable": True}
BOTH_ENDS: Schema = {"type": "integer", "minimum": 0, "maximum": 10080}


def record(needed: str = "", **properties: Schema) -> Schema:
    """An object; `needed` names what must be there."""
    schema: Schema = {"type": "object", "properties": properties}
    return {**schema, "required": needed.split()} if needed else schema


def many(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def operation(name: str, status: int, answer: Schema | None, body: Schema | None = None) -> Schema:
    told: Schema = {"description": name}
    if answer is not None:
        told["content"] = {"application/json": {"schema": answer}}
    row: Schema = {"operationId": name, "responses": {str(status): told}}
    if body is not None:
        row["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return row


def with_id(*names: str) -> Schema:
    """The parameters of a path."""
    told = [{"name": one, "in": "path", "required": True, "schema": TEXT} for one in names]
    return {"parameters": told}


INTERVALS = many(record("start_time end_time", start_time=BOTH_ENDS, end_time=BOTH_ENDS))
SCHEDULE = record(
    "id name time_zone intervals", id=NUMBER, name=TEXT, time_zone=TEXT, intervals=INTERVALS
)
DAY: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}
HOLIDAY = record("id name start_date end_date", id=NUMBER, name=TEXT, start_date=DAY, end_date=DAY)
NEW_HOLIDAY = record("name start_date end_date", name=TEXT, start_date=DAY, end_date=DAY)
WEBHOOK = record(
    "id name endpoint http_method request_format status",
    id=TEXT,
    name=TEXT,
    description=MAYBE,
    endpoint=TEXT,
    http_method={"type": "string", "enum": ["GET", "POST", "PUT", "PATCH", "DELETE"]},
    request_format={"type": "string", "enum": ["json", "xml", "form_encoded"]},
    status={"type": "string", "enum": ["active", "inactive"]},
    subscriptions=many(TEXT),
)
NEW_WEBHOOK = record("name endpoint http_method request_format status", **WEBHOOK["properties"])
SECRET = record("algorithm secret", algorithm=TEXT, secret=TEXT)
TOKENS = record(
    "access_token token_type scope",
    access_token=TEXT,
    token_type={"type": "string", "enum": ["bearer"]},
    scope=TEXT,
    expires_in=NUMBER,
    refresh_token=TEXT,
    refresh_token_expires_in=NUMBER,
)
GRANT = record(
    "grant_type client_id",
    grant_type={
        "type": "string",
        "enum": ["client_credentials", "authorization_code", "refresh_token"],
    },
    client_id=TEXT,
)
ANSWERS = many(
    record(
        "type",
        type={"type": "string", "enum": ["closed_ended", "rating_scale", "open_ended", "skipped"]},
    )
)
RESPONSE = record("id survey_id answers", id=TEXT, survey_id=TEXT, answers=ANSWERS)
ACCOUNT = record(id=NUMBER, subdomain=TEXT, sandbox=FLAG, name=TEXT, plan_name=TEXT)
ZONE = record("name iana_name", name=TEXT, iana_name=TEXT)
HOURS = "/api/v2/business_hours/schedules"
HOOKS = "/api/v2/webhooks"


def _inside(key: str, schema: Schema) -> Schema:
    return record(key, **{key: schema})


_HOLIDAYS = _inside("holidays", many(HOLIDAY))
_ONE_HOLIDAY = _inside("holiday", HOLIDAY)
_ONE_SCHEDULE = _inside("schedule", SCHEDULE)
_WEEK = _inside("workweek", _inside("intervals", INTERVALS))
_NEW_SCHEDULE = _inside("schedule", record("name time_zone", name=TEXT, time_zone=TEXT))
_ONE_HOOK = _inside("webhook", WEBHOOK)
_SOME_OF_HOOK = _inside("webhook", record(**WEBHOOK["properties"]))
_SIGNING = _inside("signing_secret", SECRET)

ADDED: Schema = {
    "/oauth/tokens": {"post": {**operation("giveToken", 200, TOKENS, GRANT), "security": []}},
    "/api/v2/oauth/tokens/current": {
        "get": operation("currentToken", 200, _inside("token", record("id", id=NUMBER)))
    },
    "/api/v2/account": {"get": operation("showAccount", 200, _inside("account", ACCOUNT))},
    "/api/v2/time_zones": {"get": operation("listZones", 200, _inside("time_zones", many(ZONE)))},
    "/api/v2/guide/survey_responses": {
        "get": operation("listAnswers", 200, _inside("survey_responses", many(RESPONSE)))
    },
    HOURS: {
        "get": operation("listSchedules", 200, _inside("schedules", many(SCHEDULE))),
        "post": operation("makeSchedule", 201, _ONE_SCHEDULE, _NEW_SCHEDULE),
    },
    HOURS + "/{id}": {
        **with_id("id"),
        "get": operation("showSchedule", 200, _ONE_SCHEDULE),
        "put": operation("changeSchedule", 200, _ONE_SCHEDULE, _inside("schedule", record())),
        "delete": operation("deleteSchedule", 204, None),
    },
    HOURS + "/{id}/workweek": {
        **with_id("id"),
        "put": operation("setWeek", 200, _WEEK, _WEEK),
    },
    HOURS + "/{id}/holidays": {
        **with_id("id"),
        "get": operation("listHolidays", 200, _HOLIDAYS),
        "post": operation("makeHoliday", 201, _ONE_HOLIDAY, _inside("holiday", NEW_HOLIDAY)),
    },
    HOURS + "/{id}/holidays/{holiday}": {
        **with_id("id", "holiday"),
        "get": operation("showHoliday", 200, _ONE_HOLIDAY),
        "put": operation("changeHoliday", 200, _ONE_HOLIDAY, _inside("holiday", record())),
        "delete": operation("deleteHoliday", 204, None),
    },
    HOOKS: {
        "get": operation("listHooks", 200, _inside("webhooks", many(WEBHOOK))),
        "post": operation("makeHook", 201, _ONE_HOOK, _inside("webhook", NEW_WEBHOOK)),
    },
    HOOKS + "/{id}": {
        **with_id("id"),
        "get": operation("showHook", 200, _ONE_HOOK),
        "put": operation("replaceHook", 204, None, _inside("webhook", NEW_WEBHOOK)),
        "patch": operation("changeHook", 204, None, _SOME_OF_HOOK),
        "delete": operation("deleteHook", 204, None),
    },
    HOOKS + "/{id}/signing_secret": {
        **with_id("id"),
        "get": operation("showHookSecret", 200, _SIGNING),
    },
}
