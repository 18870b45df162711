"""Questions about the account, what customers said of their tickets, and the stand-in's own."""

from .standin_calls import Call, Reply, Route, forbidden, in_text, not_found
from .standin_faults import Chance
from .standin_jobs import settle_jobs
from .standin_paging import paged
from .standin_state import State


def account(state: State, call: Call) -> Reply:
    told = {"id": state.account_id, "name": "Stand-in", "subdomain": state.subdomain}
    plan = {"plan_name": state.plan_name, "sandbox": state.is_sandbox, "time_format": 24}
    address = {"url": call.base, "time_zone": "UTC", "owner_id": state.admin_id}
    return Reply({"account": {**told, **plan, **address}})


def settings(state: State, call: Call) -> Reply:
    tagging = {"tagging": True, "list_newest_comments_first": True, "maximum_personal_views": 8}
    return Reply(
        {
            "settings": {
                "tickets": tagging,
                "users": {"tagging": state.faults.tags_from_field, "have_gravatars_enabled": True},
                "statistics": {"search": True},
                "localization": {
                    "locale_ids": [1],
                    "time_zone": "UTC",
                    "iana_time_zone": "Etc/UTC",
                },
            }
        }
    )


def ratings(state: State, call: Call) -> Reply:
    """Good and bad, of accounts with the older survey; others are refused."""
    if state.csat != "ratings":
        raise forbidden("Legacy CSAT is not enabled for this account.")
    since = in_text(call.number("start_time"))
    rows = [one for one in state.ratings.values() if one["updated_at"] >= since]
    return paged(call, "satisfaction_ratings", rows)


def survey_responses(state: State, call: Call) -> Reply:
    """Answers of accounts with the newer survey; others do not have this address."""
    if state.csat != "survey_responses":
        raise not_found()
    since = in_text(call.number("filter[created_at_start]") // 1000)
    rows = [one for one in state.survey_responses.values() if one["created_at"] >= since]
    return paged(call, "survey_responses", rows)


def get_faults(state: State, call: Call) -> Reply:
    return Reply(state.faults.as_json())


def set_faults(state: State, call: Call) -> Reply:
    if "seed" in call.body:
        state.chance = Chance(int(call.body.pop("seed")))
    state.faults.change(call.body)
    return Reply(state.faults.as_json())


def effects(state: State, call: Call) -> Reply:
    """What really changed, as [[words …, count] …]."""
    settle_jobs(state)
    return Reply({"effects": [[*what, count] for what, count in state.effects.items()]})


def requests(state: State, call: Call) -> Reply:
    counts: dict[str, int] = {}
    for method, path in state.requests:
        counts[f"{method} {path}"] = counts.get(f"{method} {path}", 0) + 1
    told = {"deliveries": state.deliveries, "fell": list(state.chance.fell)}
    told |= {"too_many": state.too_many, "count": len(state.requests)}
    return Reply({"requests": counts, **told})


def forget(state: State, call: Call) -> Reply:
    """Forget what was counted; what is held stays."""
    state.requests.clear()
    state.too_many = 0
    state.effects.clear()
    state.deliveries.clear()
    return Reply({"ok": True})


ROUTES = (
    Route("GET", "/api/v2/account", account),
    Route("GET", "/api/v2/account/settings", settings),
    Route("GET", "/api/v2/satisfaction_ratings", ratings),
    Route("GET", "/api/v2/guide/survey_responses", survey_responses),
    Route("GET", "/standin/faults", get_faults, "nobody"),
    Route("PUT", "/standin/faults", set_faults, "nobody"),
    Route("GET", "/standin/effects", effects, "nobody"),
    Route("GET", "/standin/requests", requests, "nobody"),
    Route("POST", "/standin/reset", forget, "nobody"),
)
