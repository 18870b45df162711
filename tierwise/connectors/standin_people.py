"""Questions about people: one by one, a hundred at once, and jobs that change many."""

from .standin_calls import Call, Reply, Route, Row, bad_request, forbidden, not_found
from .standin_jobs import begin_job
from .standin_paging import paged
from .standin_state import State
from .standin_users import (
    change_user,
    delete_user,
    known_user,
    living,
    make_user,
    merge_users,
    users_with,
)


def me(state: State, call: Call) -> Reply:
    return Reply({"user": {**state.users[call.user_id], "authenticity_token": "none"}})


def listed(state: State, call: Call) -> Reply:
    roles = {*call.query.get("role[]", ()), *call.query.get("role", ())}
    outer = call.one("external_id")
    some = users_with(state, external_ids=[outer]) if outer else living(state)
    return paged(call, "users", [user for user in some if not roles or user["role"] in roles])


def show_many(state: State, call: Call) -> Reply:
    ids = [int(one) for one in call.listed("ids") if one.isdigit()]
    found = list(users_with(state, ids, call.listed("external_ids")))
    return Reply({"users": found, "next_page": None, "previous_page": None, "count": len(found)})


def show(state: State, call: Call) -> Reply:
    user = state.user(call.id())
    if user is None:
        raise not_found()
    return Reply({"user": user})


def create(state: State, call: Call) -> Reply:
    return Reply({"user": make_user(state, call.within("user"))}, 201)


def create_or_update(state: State, call: Call) -> Reply:
    user, is_new = _upserted(state, call.within("user"))
    return Reply({"user": user}, 201 if is_new else 200)


def update(state: State, call: Call) -> Reply:
    return Reply({"user": change_user(state, call.id(), call.within("user"))})


def delete(state: State, call: Call) -> Reply:
    return Reply({"user": delete_user(state, call.id())})


def merge(state: State, call: Call) -> Reply:
    winner = call.within("user").get("id")
    return Reply({"user": merge_users(state, call.id(), int(winner or 0))})


def update_many(state: State, call: Call) -> Reply:
    """The same change for all that are named in the query, or a change for each in the body."""
    if "users" in call.body:
        rows = call.many("users")
    else:
        change = call.within("user")
        keys = {"id": call.listed("ids"), "external_id": call.listed("external_ids")}
        rows = [{**change, key: one} for key, some in keys.items() for one in some]
    if not rows:
        raise bad_request("no users were named")
    return begin_job(state, "Bulk Update User", rows, _update_row)


def create_many(state: State, call: Call) -> Reply:
    _refuse_imports(state)
    return begin_job(state, "Bulk Create User", call.many("users"), _create_row)


def create_or_update_many(state: State, call: Call) -> Reply:
    _refuse_imports(state)
    return begin_job(state, "Bulk Create User", call.many("users"), _upsert_row)


def _refuse_imports(state: State) -> None:
    if not state.bulk_import_allowed:
        raise forbidden("Bulk user imports are not enabled for this account.")


def _upserted(state: State, sent: Row) -> tuple[Row, bool]:
    known = known_user(state, sent)
    if known is None:
        return make_user(state, sent), True
    return change_user(state, known["id"], sent), False


def _update_row(state: State, at: int, row: Row) -> Row:
    """Rows of people have no index, so that nobody can count on their order."""
    ids = [int(row["id"])] if row.get("id") else []
    outer = [row["external_id"]] if not ids and row.get("external_id") else []
    user = next(iter(users_with(state, ids, outer)), None)
    if user is None:
        raise not_found()
    changed = change_user(state, user["id"], row)
    return {"id": changed["id"], "action": "update", "status": "Updated", "success": True}


def _create_row(state: State, at: int, row: Row) -> Row:
    made = make_user(state, row)
    return {"id": made["id"], "status": "Created", "external_id": made["external_id"]}


def _upsert_row(state: State, at: int, row: Row) -> Row:
    user, is_new = _upserted(state, row)
    return {"id": user["id"], "status": "Created" if is_new else "Updated"}


ROUTES = (
    Route("GET", "/api/v2/users", listed),
    Route("POST", "/api/v2/users", create),
    Route("GET", "/api/v2/users/me", me),
    Route("GET", "/api/v2/users/show_many", show_many),
    Route("PUT", "/api/v2/users/update_many", update_many),
    Route("POST", "/api/v2/users/create_many", create_many),
    Route("POST", "/api/v2/users/create_or_update_many", create_or_update_many),
    Route("POST", "/api/v2/users/create_or_update", create_or_update),
    Route("GET", "/api/v2/users/{id}", show),
    Route("PUT", "/api/v2/users/{id}", update),
    Route("DELETE", "/api/v2/users/{id}", delete),
    Route("PUT", "/api/v2/users/{id}/merge", merge),
)
