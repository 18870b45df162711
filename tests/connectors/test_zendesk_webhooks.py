"""Webhooks: only those signed by the desk a short time ago are hints, and they say little."""

import base64
import hashlib
import hmac

import pytest

from tierwise.connectors.zendesk_webhooks import hint_of
from tierwise.facts.desks import DeniedError

SECRET, NOW = "s3cret", 1_709_287_200
WRITTEN = "2024-03-01T10:00:00Z"


def headers(
    body: bytes, at: str = WRITTEN, secret: str = SECRET, name: str = "01HX"
) -> dict[str, str]:
    digest = hmac.new(secret.encode(), at.encode() + body, hashlib.sha256).digest()
    return {
        "X-Zendesk-Webhook-Signature": base64.b64encode(digest).decode(),
        "X-Zendesk-Webhook-Signature-Timestamp": at,
        "X-Zendesk-Webhook-Invocation-Id": name,
    }


# What is in the body, and the ticket it names.
BODIES = {
    "an event": (b'{"type":"zen:event-type:ticket.created","detail":{"id":"35436"}}', "35436"),
    "the subject of an event": (b'{"subject":"zen:ticket:7"}', "7"),
    "our trigger": (b'{"ticket_id": 12}', "12"),
    "our trigger, in text": (b'{"ticket_id": "12"}', "12"),
    "nothing": (b"", None),
    "no JSON": (b"ticket=1", None),
    "a list": (b"[1]", None),
    "no number": (b'{"ticket_id": "1; DROP TABLE tickets"}', None),
    "brackets without end": (b"[" * 100_000, None),
}


@pytest.mark.parametrize(("body", "ticket"), BODIES.values(), ids=BODIES)
def test_a_signed_webhook_is_a_hint(body: bytes, ticket: str | None) -> None:
    hint = hint_of(SECRET, headers(body), body, NOW)
    assert (hint.hint_id, hint.ticket_id, hint.sent_at) == ("01HX", ticket, NOW)


def test_the_time_may_be_written_as_seconds() -> None:
    body = b'{"ticket_id": 12}'
    assert hint_of(SECRET, headers(body, str(NOW)), body, NOW).sent_at == NOW


def test_a_webhook_without_a_name_is_named_by_what_it_says() -> None:
    body = b'{"ticket_id": 12}'
    names = {hint_of(SECRET, headers(body, name=""), body, NOW).hint_id for _ in range(2)}
    assert len(names) == 1
    assert len(names.pop()) == 64


BODY = b'{"ticket_id": 12}'
REFUSED = {
    "another secret": (headers(BODY, secret="guessed"), BODY, NOW, "signature"),
    "another body": (headers(BODY), b'{"ticket_id": 13}', NOW, "signature"),
    "no signature": ({}, BODY, NOW, "signature"),
    "a signature of strange letters": (
        headers(BODY) | {"X-Zendesk-Webhook-Signature": "ümlaut\udce4"},
        BODY,
        NOW,
        "signature",
    ),
    "six minutes old": (headers(BODY), BODY, NOW + 360, "minutes"),
    "from the future": (headers(BODY), BODY, NOW - 360, "minutes"),
    "no time": (headers(BODY, "soon"), BODY, NOW, "minutes"),
}


@pytest.mark.parametrize(("sent", "body", "now", "why"), REFUSED.values(), ids=REFUSED)
def test_others_are_refused(sent: dict[str, str], body: bytes, now: int, why: str) -> None:
    with pytest.raises(DeniedError, match=why) as refused:
        hint_of(SECRET, sent, body, now)
    assert SECRET not in str(refused.value)


def test_an_account_without_a_secret_takes_none() -> None:
    with pytest.raises(DeniedError, match="no secret"):
        hint_of("", headers(BODY, secret=""), BODY, NOW)
