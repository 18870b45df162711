"""Signing in to the stand-in: tokens that expire, pairs that are replaced, and old API tokens."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlencode

from .standin_calls import Call, RefusalError, Reply, Route, Row, unauthorized
from .standin_state import State

ACCESS_S = 30 * 60
REFRESH_S = 30 * 24 * 3600
CODE_S = 120


def signed_in(state: State, headers: Mapping[str, str]) -> tuple[int, str]:
    """Who asks and with which scope; 401 when the stand-in does not know them."""
    kind, _, word = headers.get("authorization", "").partition(" ")
    if kind.lower() == "basic":
        return _by_api_token(state, word), "read write"
    if kind.lower() != "bearer":
        raise unauthorized()
    token = state.tokens.get(word)
    if token is None or token["expires_at"] <= state.now:
        raise unauthorized(
            "The access token provided is expired, revoked, malformed or invalid for other reasons."
        )
    return token["user_id"], token["scope"]


def give_token(state: State, call: Call) -> Reply:
    """Tokens for one of three grants; a refresh makes the old pair worthless at once."""
    sent = call.body
    grant = _GRANTS.get(sent.get("grant_type", ""))
    if grant is None:
        raise _refused("unsupported_grant_type", "The grant type is not supported.")
    if sent.get("client_id") != state.client_id:
        raise _refused("invalid_client", "Client authentication failed.", 401)
    return Reply(grant(state, sent))


def authorize(state: State, call: Call) -> Reply:
    """The page that asks whether the client may; its button leads to the code."""
    wanted = ("client_id", "redirect_uri", "scope", "state", "code_challenge")
    asked = {name: call.one(name) for name in wanted}
    if asked["client_id"] != state.client_id or not asked["redirect_uri"]:
        raise _refused("invalid_request", "The client or its address is not known.")
    return Reply(page=_PAGE.format(query=urlencode(asked).replace("&", "&amp;")))


def allow(state: State, call: Call) -> Reply:
    """Yes was said: back to the client with a code that serves once."""
    code = state.new_word()
    asked = {name: call.one(name) for name in ("redirect_uri", "scope", "code_challenge")}
    state.codes[code] = {**asked, "until": state.now + CODE_S}
    back = urlencode({"code": code, "state": call.one("state")})
    return Reply(status=302, headers={"location": f"{asked['redirect_uri']}?{back}"})


def current(state: State, call: Call) -> Reply:
    live = [one for one in state.tokens.values() if one["user_id"] == call.user_id]
    scope = str(live[-1]["scope"]) if live else "read write"
    return Reply({"token": {"id": 1, "client_id": 1, "scopes": scope.split()}})


def _by_api_token(state: State, word: str) -> int:
    try:
        name, _, token = base64.b64decode(word).decode().rpartition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise unauthorized() from error
    if not hmac.compare_digest(token.encode(), state.api_token.encode()):
        raise unauthorized()
    number = state.addresses.get(name.removesuffix("/token").lower())
    if number is None or not name.endswith("/token"):
        raise unauthorized()
    return number


def _by_client(state: State, sent: Row) -> Row:
    _know_secret(state, sent)
    return _pair(state, sent.get("scope") or "read write", refreshable=False)


def _by_code(state: State, sent: Row) -> Row:
    code = state.codes.pop(sent.get("code", ""), None)
    if code is None or code["until"] < state.now or code["redirect_uri"] != sent["redirect_uri"]:
        raise _refused("invalid_grant", "The code is not valid any more.")
    if code["code_challenge"]:
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != code["code_challenge"]:
            raise _refused("invalid_grant", "The verifier does not fit the challenge.")
    else:
        _know_secret(state, sent)
    return _pair(state, code["scope"] or "read write", refreshable=True)


def _by_refresh(state: State, sent: Row) -> Row:
    wanted = sent.get("refresh_token")
    for access, token in list(state.tokens.items()):
        if wanted and token["refresh"] == wanted and token["refresh_until"] > state.now:
            del state.tokens[access]
            return _pair(state, token["scope"], refreshable=True)
    raise _refused("invalid_grant", "The refresh token is expired, revoked or was used before.")


def _pair(state: State, scope: str, *, refreshable: bool) -> Row:
    access, refresh = state.new_word(), state.new_word() if refreshable else None
    state.tokens[access] = {
        "user_id": state.admin_id,
        "scope": scope,
        "expires_at": state.now + ACCESS_S,
        "refresh": refresh,
        "refresh_until": state.now + REFRESH_S,
    }
    told: Row = {"access_token": access, "token_type": "bearer", "scope": scope}
    told |= {"expires_in": ACCESS_S}
    if refresh:
        told |= {"refresh_token": refresh, "refresh_token_expires_in": REFRESH_S}
    return told


def _know_secret(state: State, sent: Row) -> None:
    if sent.get("client_secret") != state.client_secret:
        raise _refused("invalid_client", "Client authentication failed.", 401)


def _refused(error: str, said: str, status: int = 400) -> RefusalError:
    return RefusalError(status, {"error": error, "error_description": said})


_GRANTS = {
    "client_credentials": _by_client,
    "authorization_code": _by_code,
    "refresh_token": _by_refresh,
}
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Allow access? - Stand-in</title>
<main style="font:16px system-ui;max-width:32rem;margin:3rem auto;padding:0 1rem">
<h1>Allow access?</h1><p>Stand-in, not Zendesk. A client wants to read and write this account.</p>
<form method="post" action="/oauth/authorizations/new?{query}"><button>Allow</button></form>
</main></html>"""
ROUTES = (
    Route("POST", "/oauth/tokens", give_token, "nobody"),
    Route("GET", "/oauth/authorizations/new", authorize, "nobody"),
    Route("POST", "/oauth/authorizations/new", allow, "nobody"),
    Route("GET", "/api/v2/oauth/tokens/current", current),
)
