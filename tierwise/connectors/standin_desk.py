"""Questions about tickets: one by one, a hundred at once, their comments and what happened."""

from .standin_calls import Call, Reply, Route, Row, bad_request, not_found
from .standin_history import metric_set
from .standin_jobs import begin_job
from .standin_paging import paged
from .standin_sla import live_slas
from .standin_state import State
from .standin_tickets import change_ticket, delete_ticket, make_ticket, merge_tickets


def listed(state: State, call: Call) -> Reply:
    rows = [one for one in state.tickets.values() if one["status"] != "deleted"]
    return paged(call, "tickets", [one for one in rows if one["id"] not in state.archived])


def of_user(state: State, call: Call) -> Reply:
    asked = call.id()
    rows = [one for one in state.tickets.values() if one["requester_id"] == asked]
    return paged(call, "tickets", [one for one in rows if one["status"] != "deleted"])


def show(state: State, call: Call) -> Reply:
    return Reply({"ticket": shown(state, known(state, call), call.one("include"))})


def show_many(state: State, call: Call) -> Reply:
    ids = [int(one) for one in call.listed("ids") if one.isdigit()]
    found = [one for number in ids if (one := state.ticket(number)) is not None]
    rows = [one for one in found if one["status"] != "deleted"]
    told = {"next_page": None, "previous_page": None, "count": len(rows)}
    return Reply({"tickets": [shown(state, one, call.one("include")) for one in rows], **told})


def create(state: State, call: Call) -> Reply:
    ticket = make_ticket(state, call.within("ticket"), call.user_id)
    return Reply({"ticket": ticket, "audit": state.audits[ticket["id"]][0]}, 201)


def update(state: State, call: Call) -> Reply:
    ticket = change_ticket(state, call.id(), call.within("ticket"), call.user_id)
    audits = state.audits[ticket["id"]]
    return Reply({"ticket": ticket, "audit": audits[-1] if audits else None})


def delete(state: State, call: Call) -> Reply:
    delete_ticket(state, call.id())
    return Reply(status=204)


def update_many(state: State, call: Call) -> Reply:
    """The same change for all that are named in the query, or a change for each in the body."""
    if "tickets" in call.body:
        rows = call.many("tickets")
    else:
        change = call.within("ticket")
        rows = [{**change, "id": one} for one in call.listed("ids")]
    if not rows:
        raise bad_request("no tickets were named")
    by = call.user_id

    def work(held: State, at: int, row: Row) -> Row:
        number = int(row.get("id") or 0)
        change_ticket(held, number, row, by)
        told = {"index": at, "id": number, "action": "update"}
        return {**told, "status": "Updated", "success": True}

    return begin_job(state, "Bulk Update Ticket", rows, work)


def create_many(state: State, call: Call) -> Reply:
    by = call.user_id

    def work(held: State, at: int, row: Row) -> Row:
        made = make_ticket(held, row, by)
        told = {"index": at, "id": made["id"], "action": "create"}
        return {**told, "status": "Created", "success": True}

    return begin_job(state, "Bulk Create Ticket", call.many("tickets"), work)


def merge(state: State, call: Call) -> Reply:
    winner, by = known(state, call)["id"], call.user_id

    def work(held: State, at: int, row: Row) -> Row:
        merge_tickets(held, [int(row["id"])], winner, by)
        told = {"index": at, "id": row["id"], "action": "update"}
        return {**told, "status": "Merged", "success": True}

    rows = [{"id": number} for number in call.body.get("ids") or []]
    return begin_job(state, "Ticket Merge", rows, work)


def audits(state: State, call: Call) -> Reply:
    return paged(call, "audits", state.audits[known(state, call)["id"]])


def comments(state: State, call: Call) -> Reply:
    return paged(call, "comments", state.comments[known(state, call)["id"]])


def metrics(state: State, call: Call) -> Reply:
    return Reply({"ticket_metric": metric_set(state, known(state, call))})


def known(state: State, call: Call) -> Row:
    """The ticket a path names; a deleted one is not there."""
    ticket = state.ticket(call.id())
    if ticket is None or ticket["status"] == "deleted":
        raise not_found()
    return ticket


def shown(state: State, ticket: Row, include: str) -> Row:
    """A ticket with what shall come with it."""
    wanted = include.split(",")
    more: Row = {"slas": live_slas(state, ticket)} if "slas" in wanted else {}
    if "metric_sets" in wanted:
        more["metric_set"] = metric_set(state, ticket)
    return {**ticket, **more} if more else ticket


ROUTES = (
    Route("GET", "/api/v2/tickets", listed),
    Route("POST", "/api/v2/tickets", create),
    Route("GET", "/api/v2/tickets/show_many", show_many),
    Route("PUT", "/api/v2/tickets/update_many", update_many),
    Route("POST", "/api/v2/tickets/create_many", create_many),
    Route("GET", "/api/v2/tickets/{id}", show),
    Route("PUT", "/api/v2/tickets/{id}", update),
    Route("DELETE", "/api/v2/tickets/{id}", delete),
    Route("POST", "/api/v2/tickets/{id}/merge", merge),
    Route("PUT", "/api/v2/tickets/{id}/merge", merge),
    Route("GET", "/api/v2/tickets/{id}/audits", audits),
    Route("GET", "/api/v2/tickets/{id}/comments", comments),
    Route("GET", "/api/v2/tickets/{id}/metrics", metrics),
    Route("GET", "/api/v2/users/{id}/tickets/requested", of_user),
)
