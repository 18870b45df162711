"""Who may come in: the owner's token, signed session cookies, and form tokens against forgery."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass

LASTS_S = 12 * 3600
_VERSION = "1"


@dataclass(frozen=True, slots=True)
class SessionSecrets:
    """What only this server knows. `owner_token` is printed by `serve`; the key never is."""

    owner_token: str
    signing_key: bytes


@dataclass(frozen=True, slots=True)
class Session:
    """One browser that came in. `who` stands in the book beside what it did."""

    session_id: str
    who: str
    expires_at: int


def new_secrets(chance: Callable[[int], bytes]) -> SessionSecrets:
    """Fresh secrets from `chance`, which gives that many unguessable bytes."""
    return SessionSecrets(owner_token=chance(24).hex(), signing_key=chance(32))


def open_session(who: str, *, now: int, chance: Callable[[int], bytes]) -> Session:
    """A session that begins at `now`."""
    return Session(session_id=chance(16).hex(), who=who, expires_at=now + LASTS_S)


def is_owner(secrets: SessionSecrets, token: str) -> bool:
    """Whether the token is the owner's; takes the same time for every wrong one."""
    return _same(token, secrets.owner_token)


def cookie_value(secrets: SessionSecrets, session: Session) -> str:
    """The session as a signed cookie."""
    body = ".".join((_VERSION, session.session_id, session.who, str(session.expires_at)))
    return f"{body}.{_sign(secrets, 'session', body)}"


def read_cookie(secrets: SessionSecrets, value: str, *, now: int) -> Session | None:
    """The session of a cookie; None if it is forged, damaged or over."""
    body, _, signature = value.rpartition(".")
    parts = body.split(".")
    if len(parts) != 4 or not _same(signature, _sign(secrets, "session", body)):
        return None
    version, session_id, who, expires_at = parts
    if version != _VERSION or not now < int(expires_at) <= now + LASTS_S:
        return None
    return Session(session_id, who, int(expires_at))


def form_token(secrets: SessionSecrets, session: Session, *, nonce: str) -> str:
    """The hidden field of every form of this session.

    `nonce` differs per page, so that a compressed page never repeats the same secret text.
    """
    return f"{nonce}.{_sign(secrets, 'form', f'{session.session_id}.{nonce}')}"


def is_form_token(secrets: SessionSecrets, session: Session, token: str) -> bool:
    """Whether the hidden field was written for this session."""
    nonce, _, _ = token.partition(".")
    return _same(token, form_token(secrets, session, nonce=nonce))


def _sign(secrets: SessionSecrets, purpose: str, text: str) -> str:
    return hmac.digest(secrets.signing_key, f"{purpose}:{text}".encode(), "sha256").hex()


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())
