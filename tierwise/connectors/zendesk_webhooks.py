"""Webhooks of Zendesk: who sent it, when, and about which ticket; nothing more is believed."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping

from tierwise.facts.desk_reads import Hint
from tierwise.facts.desks import DeniedError, Json

from .zendesk_rows import epoch_of

SIGNATURE = "x-zendesk-webhook-signature"
SIGNED_AT = "x-zendesk-webhook-signature-timestamp"
INVOCATION = "x-zendesk-webhook-invocation-id"

_WINDOW_S = 300
_NUMBER = re.compile(r"(?:zen:ticket:|#)?(\d{1,18})")
_KIND = re.compile(r"[a-z_.:-]{1,80}")


def hint_of(secret: str, headers: Mapping[str, str], body: bytes, now: int) -> Hint:
    """What a webhook says; DeniedError when its signature or its time is wrong.

    The invocation names it: the same one may come several times, and in any order.
    """
    told = {name.lower(): value for name, value in headers.items()}
    signed_at = told.get(SIGNED_AT, "")
    if not secret:
        raise _denied("this account has no secret for webhooks; connect it again")
    if not hmac.compare_digest(_signature(secret, signed_at, body), _bytes(told.get(SIGNATURE))):
        raise _denied("the signature is not ours; look at the webhook's secret at the desk")
    sent_at = epoch_of(int(signed_at) if signed_at.isdecimal() else signed_at)
    if sent_at is None or abs(now - sent_at) > _WINDOW_S:
        raise _denied("it was signed more than five minutes ago; look at the clock of this machine")
    content = _content(body)
    name = told.get(INVOCATION) or hashlib.sha256(_bytes(signed_at) + body).hexdigest()
    kind = _KIND.fullmatch(str(content.get("type", "")))
    return Hint(name[:200], kind[0] if kind else "ticket", _ticket_of(content), sent_at)


def _signature(secret: str, signed_at: str, body: bytes) -> bytes:
    """The time is signed as it was written, in whatever form."""
    digest = hmac.new(secret.encode(), _bytes(signed_at) + body, hashlib.sha256).digest()
    return base64.b64encode(digest)


def _bytes(text: str | None) -> bytes:
    return (text or "").encode("utf-8", "surrogateescape")


def _content(body: bytes) -> Json:
    try:
        content = json.loads(body) if body.strip() else {}
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _ticket_of(content: Json) -> str | None:
    """The ticket of an event, or the one that a trigger of ours names."""
    detail = content.get("detail")
    named = detail.get("id") if isinstance(detail, dict) else None
    texts = (named, content.get("ticket_id"), content.get("subject"))
    found = _NUMBER.fullmatch(next((str(text) for text in texts if text), ""))
    return found[1] if found else None


def _denied(text: str) -> DeniedError:
    return DeniedError(f"a webhook was refused: {text}")
