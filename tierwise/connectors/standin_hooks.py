"""Webhooks of the stand-in: they are kept, signed, and really delivered."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

import httpx

from .standin_calls import Call, Reply, Route, Row, invalid, not_found
from .standin_paging import paged
from .standin_state import State

PATH = "/api/v2/webhooks"
TIMEOUT_S = 10
CONDITIONAL = "conditional_ticket_events"
EVENTS = "zen:event-type:ticket."


def listed(state: State, call: Call) -> Reply:
    return paged(call, "webhooks", list(state.webhooks.values()))


def show(state: State, call: Call) -> Reply:
    return Reply({"webhook": known(state, call)})


def create(state: State, call: Call) -> Reply:
    """A new webhook: what it is for cannot be changed later."""
    sent, number = call.within("webhook"), f"01K{state.new_word()[:23].upper()}"
    for needed in ("name", "endpoint", "http_method", "request_format"):
        if not sent.get(needed):
            raise invalid(needed, f"{needed}: cannot be blank", "BlankValue")
    kinds = sent.get("subscriptions") or []
    if CONDITIONAL in kinds and len(kinds) > 1:
        raise invalid("subscriptions", "conditional_ticket_events stands alone")
    kept = ("name", "endpoint", "http_method", "request_format", "description", "authentication")
    state.webhooks[number] = {
        "id": number,
        **{name: sent.get(name) for name in kept},
        "subscriptions": kinds,
        "status": sent.get("status") or "active",
        "created_at": state.now_text,
        "created_by": str(call.user_id),
        "updated_at": state.now_text,
        "updated_by": str(call.user_id),
    }
    state.hook_secrets[number] = state.new_word()
    state.effects["webhook", "create", sent["name"]] += 1
    return Reply({"webhook": state.webhooks[number]}, 201)


def update(state: State, call: Call) -> Reply:
    hook, sent = known(state, call), call.within("webhook")
    old, new = set(hook["subscriptions"]), set(sent.get("subscriptions") or hook["subscriptions"])
    if old != new and CONDITIONAL in old | new:
        raise invalid("subscriptions", "The connection method cannot be changed")
    hook.update({name: sent[name] for name in sent if name in hook and name != "id"})
    hook["updated_at"] = state.now_text
    state.effects["webhook", "update", hook["name"]] += 1
    return Reply(status=204)


def delete(state: State, call: Call) -> Reply:
    hook = known(state, call)
    del state.webhooks[hook["id"]]
    state.effects["webhook", "delete", hook["name"]] += 1
    return Reply(status=204)


def signing_secret(state: State, call: Call) -> Reply:
    secret = state.hook_secrets[known(state, call)["id"]]
    return Reply({"signing_secret": {"algorithm": "SHA256", "secret": secret}})


def known(state: State, call: Call) -> Row:
    hook = state.webhooks.get(call.ids["id"])
    if hook is None:
        raise not_found()
    return hook


def announce(state: State, ticket: Row, kind: str) -> None:
    """Tell those who asked for events of a kind: created, status_changed, comment_added …"""
    event = f"{EVENTS}{kind}"
    for hook in state.webhooks.values():
        if event in hook["subscriptions"] and hook["status"] == "active":
            told = {
                "account_id": state.account_id,
                "detail": {"id": str(ticket["id"]), "status": (ticket["status"] or "").upper()},
                "event": {},
                "id": state.new_word(),
                "subject": f"zen:ticket:{ticket['id']}",
                "time": state.now_text,
                "type": event,
                "zendesk_event_version": "2022-11-06",
            }
            state.queue_hook(hook["id"], json.dumps(told).encode())


def signed(state: State, hook_id: str, body: bytes) -> dict[str, str]:
    """The headers of a delivery; the signature is of the time as written and the raw body."""
    at = datetime.fromtimestamp(state.now, UTC).isoformat().replace("+00:00", "Z")
    secret = state.hook_secrets[hook_id].encode()
    digest = hmac.new(secret, at.encode() + body, hashlib.sha256).digest()
    return {
        "content-type": "application/json",
        "x-zendesk-account-id": str(state.account_id),
        "x-zendesk-webhook-id": hook_id,
        "x-zendesk-webhook-invocation-id": f"01INV{state.new_word()[:21].upper()}",
        "x-zendesk-webhook-signature-timestamp": at,
        "x-zendesk-webhook-signature": base64.b64encode(digest).decode(),
    }


def take_due(state: State) -> list[tuple[str, dict[str, str], bytes]]:
    """What is to be delivered now: address, headers and body; perhaps twice or in disorder."""
    with state.lock:
        due, state.hooks_due = state.hooks_due, []
        ready = [
            (state.webhooks[number]["endpoint"], signed(state, number, body), body)
            for number, body in due
            if number in state.webhooks and not state.faults.hooks_broken
        ]
        if state.faults.hooks_twice:
            ready = [one for one in ready for _ in range(2)]
        if state.faults.hooks_shuffled:
            state.chance.shuffle(ready)
    return ready


def deliver(state: State, ready: list[tuple[str, dict[str, str], bytes]]) -> None:
    """Deliver, and keep what came of it; what nobody answers is not tried again."""
    for address, headers, body in ready:
        try:
            answer = httpx.post(address, headers=headers, content=body, timeout=TIMEOUT_S)
            status = answer.status_code
        except httpx.HTTPError:
            status = 0
        invocation = headers["x-zendesk-webhook-invocation-id"]
        state.deliveries.append({"address": address, "status": status, "invocation": invocation})


ROUTES = (
    Route("GET", PATH, listed),
    Route("POST", PATH, create, "admin"),
    Route("GET", PATH + "/{id}", show),
    Route("PUT", PATH + "/{id}", update, "admin"),
    Route("PATCH", PATH + "/{id}", update, "admin"),
    Route("DELETE", PATH + "/{id}", delete, "admin"),
    Route("GET", PATH + "/{id}/signing_secret", signing_secret, "admin"),
)
