"""Signing in at Zendesk: OAuth with and without a browser, renewal in time, and API tokens."""

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import Lock
from typing import Protocol
from urllib.parse import urlencode

import httpx

from tierwise.facts.desks import BusyError, DeniedError, DeskSecrets
from tierwise.facts.problems import RefusedError, UsageError

from . import desk_refusals as refusals
from .desk_http import Ask, DeskHttp, checked_address
from .rate_budget import Budget

SCOPE = "read write"
GRANTS = "/oauth/tokens"
EARLY_S = 60  # tokens that end within this time are renewed before they are used
_SUBDOMAIN = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_AGAIN = "`tierwise desk connect` signs in anew"
_CLIENTS = "look at Admin Center, Apps and integrations, APIs, OAuth clients, then connect again"


class Tokens(Protocol):
    """Where an account's secrets are kept."""

    def secrets(self) -> DeskSecrets: ...
    def renew(self, stale: DeskSecrets, renew: Callable[[DeskSecrets], DeskSecrets]) -> DeskSecrets:
        """Newer ones than `stale`: another's, or those `renew` gets; kept before they are used."""


class NewTokens:
    """Tokens of an account that is not kept yet; `secrets()` are the latest."""

    def __init__(self, secrets: DeskSecrets) -> None:
        self._held = secrets

    def secrets(self) -> DeskSecrets:
        return self._held

    def renew(self, stale: DeskSecrets, renew: Callable[[DeskSecrets], DeskSecrets]) -> DeskSecrets:
        if self._held == stale:
            self._held = renew(stale)
        return self._held


class Unsigned:
    """Requests that need no sign-in: those that get one."""

    def header(self) -> str:
        return ""

    def renew(self, refused: str) -> None:
        raise DeniedError(f"nobody is signed in; {_AGAIN}")


class Grants:
    """Gets tokens at one account. `clock` gives UTC epoch seconds."""

    def __init__(self, address: str, budget: Budget, clock: Callable[[], float]) -> None:
        self._http = DeskHttp(address, Unsigned(), budget)
        self._clock = clock

    def close(self) -> None:
        self._http.close()

    def by_client(self, client_id: str, client_secret: str) -> DeskSecrets:
        """The client itself signs in; there is nothing to refresh, it just signs in again."""
        who = DeskSecrets(client_id=client_id, client_secret=client_secret)
        form = {"grant_type": "client_credentials", "scope": SCOPE, **_client(who)}
        # A token more does no harm, so a lost answer is asked for again.
        return replace(self._granted(who, form, repeats=True), refresh_token="")

    def by_code(self, who: DeskSecrets, code: str, verifier: str, redirect_uri: str) -> DeskSecrets:
        """What a code from the browser is worth. `who` holds the client."""
        form = {"grant_type": "authorization_code", "code": code, "scope": SCOPE, **_client(who)}
        return self._granted(who, {**form, "code_verifier": verifier, "redirect_uri": redirect_uri})

    def renewed(self, stale: DeskSecrets) -> DeskSecrets:
        """Tokens after `stale`; its refresh token is dead from then on. DeniedError."""
        if stale.refresh_token:
            form = {"grant_type": "refresh_token", "refresh_token": stale.refresh_token}
            return self._granted(stale, {**form, "scope": SCOPE, **_client(stale)})
        if stale.client_id and stale.client_secret:
            news = self.by_client(stale.client_id, stale.client_secret)
            return replace(stale, access_token=news.access_token, expires_at=news.expires_at)
        text = f"{self._http.host} does not accept our sign-in, and it cannot be renewed"
        raise DeniedError(f"{text}; {_AGAIN}")

    def _granted(
        self, who: DeskSecrets, form: Mapping[str, str], *, repeats: bool = False
    ) -> DeskSecrets:
        now = int(self._clock())
        reply = self._http.reply(Ask("POST", GRANTS, body=form, repeats=repeats))
        if not reply.is_success:
            raise _not_granted(reply, form)
        body = refusals.json_of(reply)
        if not isinstance(body, dict) or not body.get("access_token"):
            text = f"{self._http.host} answered the sign-in without a token"
            raise BusyError(f"{text}; try again in a minute", 60.0)
        return replace(
            who,
            access_token=str(body["access_token"]),
            refresh_token=str(body.get("refresh_token") or who.refresh_token),
            expires_at=_ends(now, body.get("expires_in")),
            refresh_expires_at=_ends(now, body.get("refresh_token_expires_in")),
        )


class ZendeskSignIn:
    """Signs requests with what `tokens` keep, and renews it: early, or when it was refused.

    `renewed` gets newer secrets for stale ones. Any number of threads; one renews, others wait.
    """

    def __init__(
        self,
        tokens: Tokens,
        renewed: Callable[[DeskSecrets], DeskSecrets],
        clock: Callable[[], float],
    ) -> None:
        self._tokens, self._renewed, self._clock = tokens, renewed, clock
        self._held = tokens.secrets()
        self._lock = Lock()

    def header(self) -> str:
        with self._lock:
            if self._ends_soon():
                self._held = self._tokens.renew(self._held, self._renewed)
            return authorization(self._held)

    def renew(self, refused: str) -> None:
        with self._lock:
            if authorization(self._held) != refused:
                return  # another thread was first
            if not self._held.api_token:
                self._held = self._tokens.renew(self._held, self._renewed)

    def _ends_soon(self) -> bool:
        held = self._held
        if held.api_token:
            return False
        is_over = bool(held.expires_at) and held.expires_at - EARLY_S <= self._clock()
        return is_over or not held.access_token


def authorization(secrets: DeskSecrets) -> str:
    """The header that signs a request in."""
    if not secrets.api_token:
        return f"Bearer {secrets.access_token}"
    pair = f"{secrets.email}/token:{secrets.api_token}"
    return f"Basic {b64encode(pair.encode()).decode('ascii')}"


def zendesk_address(account: str) -> str:
    """The address of an account named by its subdomain, or by the whole address. UsageError."""
    name = account.strip().rstrip("/")
    if "://" in name:
        return checked_address(name)
    name = name.removesuffix(".zendesk.com").lower()
    if not _SUBDOMAIN.fullmatch(name):
        text = "an account is named like the first word of https://acme.zendesk.com"
        raise UsageError(f"{text}, and {account!r} is no such word")
    return f"https://{name}.zendesk.com"


def authorize_url(
    address: str, *, client_id: str, redirect_uri: str, state: str, challenge: str
) -> str:
    """Where somebody allows us to use the account, in a browser."""
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": SCOPE,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{address}/oauth/authorizations/new?{urlencode(query)}"


def _client(who: DeskSecrets) -> dict[str, str]:
    """A public client has no secret; PKCE stands in for it."""
    client = {"client_id": who.client_id}
    return {**client, "client_secret": who.client_secret} if who.client_secret else client


def _ends(now: int, lasts_s: object) -> int:
    """When a token ends; 0 when nobody says that it does."""
    return now + int(lasts_s) if isinstance(lasts_s, int | float) and lasts_s > 0 else 0


def _not_granted(reply: httpx.Response, form: Mapping[str, str]) -> RefusedError:
    """Why there is no token, in one sentence for each reason."""
    body = refusals.json_of(reply)
    code = body.get("error") if isinstance(body, dict) else None
    secrets = [form[key] for key in ("client_secret", "code", "code_verifier") if key in form]
    secrets += [form["refresh_token"]] if "refresh_token" in form else []
    general = refusals.refusal(reply, secrets)
    if isinstance(general, BusyError) or not isinstance(code, str):
        return general
    where, grant, client_id = reply.request.url.host, form["grant_type"], form["client_id"]
    sentences = {
        "invalid_client": (
            f"{where} does not know the OAuth client {client_id!r}, or its secret is wrong; "
            f"{_CLIENTS}"
        ),
        "invalid_grant": f"{where}: {_ENDED[grant]}; {_AGAIN}",
        "unauthorized_client": _unfit(where, client_id, grant),
        "unsupported_grant_type": _unfit(where, client_id, grant),
        "invalid_scope": (
            f"{where} does not give the OAuth client {client_id!r} the scopes `{SCOPE}`; {_CLIENTS}"
        ),
    }
    return DeniedError(sentences[code]) if code in sentences else general


_ENDED = {
    "client_credentials": "the OAuth client may not sign in this way any more",
    "authorization_code": "the code of the browser was used already, or is over two minutes old",
    "refresh_token": "our sign-in has ended: it was revoked, replaced, or not used for too long",
}


def _unfit(where: str, client_id: str, grant: str) -> str:
    step = "make it a confidential client, or sign in with --browser"
    return f"{where} does not let the OAuth client {client_id!r} use {grant}; {step}"
