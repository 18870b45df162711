"""What the third-party client zenpy sees of a server: run by a Python of its own.

Not a test: `test_judged_by_zenpy.py` starts it with the address of the server, an e-mail address
and a token. It prints one JSON object, and fails when zenpy cannot read an answer.
"""

import json
import os
import sys
from importlib import import_module
from itertools import islice
from typing import Any
from urllib.parse import urlsplit


def opened(address: str, email: str, token: str) -> tuple[Any, Any, Any]:
    """A client of the server, the kinds of things it knows, and its errors."""
    os.environ["ZENPY_FORCE_SCHEME"] = "http"
    os.environ["ZENPY_FORCE_NETLOC"] = urlsplit(address).netloc
    kinds = import_module("zenpy.lib.api_objects")
    desk = import_module("zenpy").Zenpy(subdomain="any", email=email, token=token)
    desk.disable_caching()
    return desk, kinds, import_module("zenpy.lib.exception")


def seen(address: str, email: str, token: str, since: str) -> dict[str, object]:
    """Users, jobs, fields, tickets, both exports and policies, as zenpy has them."""
    desk, kinds, errors = opened(address, email, token)
    base = int(since)
    option = {"name": "Gold", "value": "gold"}
    field = kinds.UserField(
        type="dropdown", key="tier", title="Tier", custom_field_options=[option]
    )
    made = desk.user_fields.create(field)
    ann = desk.users.create(kinds.User(name="Ann", email="ann@example.com", external_id="C9"))
    again = desk.users.create_or_update(kinds.User(name="Anna", external_id="c9"))
    job = desk.users.update([kinds.User(id=ann.id, user_fields={"tier": "gold"})])
    while desk.job_status(id=job.id).status in {"queued", "working"}:
        pass
    audit = desk.tickets.create(
        kinds.Ticket(subject="Hi", description="Hello", requester_id=ann.id)
    )
    ticket = desk.tickets(id=audit.ticket.id)
    ticket.status = "solved"
    desk.tickets.update(ticket)
    try:
        desk.users.create([kinds.User(name="Bulk")])
        refused = ""
    except errors.APIException as error:
        refused = type(error).__name__
    return {
        "me": desk.users.me().name,
        "key": made.key,
        "same": again.id == ann.id,
        "value": desk.users(id=ann.id).user_fields["tier"],
        "known": [one.name for one in desk.users(external_ids=["C9"])],
        "status": desk.tickets(id=ticket.id).status,
        "by_time": [one.id for one in desk.tickets.incremental(start_time=base)],
        "by_cursor": [
            one.id
            for one in islice(desk.tickets.incremental(paginate_by_time=False, start_time=base), 5)
        ],
        "events": sorted({one.type for one in desk.tickets.metrics_incremental(base)}),
        "users": len(list(desk.users())),
        "policies": [one.title for one in desk.sla_policies()],
        "refused": refused,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(seen(*sys.argv[1:])))
