"""Signing in at Zendesk: every way in, renewal in time, and what each refusal says."""

import base64
import hashlib
import threading
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.connectors.told_desk import Reply, ToldDesk, told_desk
from tierwise.connectors.loopback_code import code_catcher, new_proof
from tierwise.connectors.rate_budget import ACCOUNT, Budget, Limit
from tierwise.connectors.zendesk_auth import (
    GRANTS,
    Grants,
    NewTokens,
    ZendeskSignIn,
    authorization,
    authorize_url,
    zendesk_address,
)
from tierwise.facts.desks import BusyError, DeniedError, DeskSecrets
from tierwise.facts.problems import RefusedError, UsageError

NOW = 1_700_000_000
CLIENT = DeskSecrets(client_id="tierwise", client_secret="the-client-secret")
PAIR = replace(CLIENT, access_token="access-1", refresh_token="refresh-1", expires_at=NOW + 1_800)
SECRETS = ("the-client-secret", "access-1", "refresh-1", "the-code", "the-verifier")
NEW_PAIR = {
    "access_token": "access-2",
    "refresh_token": "refresh-2",
    "token_type": "bearer",
    "expires_in": 1_800,
    "refresh_token_expires_in": 2_592_000,
}


@pytest.fixture
def desk() -> Iterator[ToldDesk]:
    with told_desk() as told:
        yield told


@pytest.fixture
def grants(desk: ToldDesk) -> Iterator[Grants]:
    budget = Budget([Limit(ACCOUNT, 1_000)], clock=lambda: 0.0, sleep=lambda _: None)
    opened = Grants(desk.url, budget, lambda: NOW)
    yield opened
    opened.close()


def test_a_client_signs_in_by_itself(desk: ToldDesk, grants: Grants) -> None:
    desk.tell(GRANTS, Reply(200, NEW_PAIR))
    found = grants.by_client("tierwise", "the-client-secret")
    assert found == replace(
        CLIENT,
        access_token="access-2",
        expires_at=NOW + 1_800,
        refresh_expires_at=NOW + 2_592_000,
    )
    assert desk.heard[0].body == {
        "grant_type": "client_credentials",
        "client_id": "tierwise",
        "client_secret": "the-client-secret",
        "scope": "read write",
    }
    assert "authorization" not in desk.heard[0].headers


def test_a_code_of_the_browser_is_exchanged_with_its_proof(desk: ToldDesk, grants: Grants) -> None:
    desk.tell(GRANTS, Reply(200, NEW_PAIR))
    who = DeskSecrets(client_id="tierwise")
    found = grants.by_code(who, "the-code", "the-verifier", "http://127.0.0.1:8123/")
    assert (found.access_token, found.refresh_token) == ("access-2", "refresh-2")
    assert found.refresh_expires_at == NOW + 2_592_000
    assert desk.heard[0].body == {
        "grant_type": "authorization_code",
        "code": "the-code",
        "client_id": "tierwise",
        "scope": "read write",
        "code_verifier": "the-verifier",
        "redirect_uri": "http://127.0.0.1:8123/",
    }


def test_tokens_that_nobody_says_the_end_of_do_not_end(desk: ToldDesk, grants: Grants) -> None:
    desk.tell(GRANTS, Reply(200, {"access_token": "for-ever", "expires_in": None}))
    assert grants.by_client("tierwise", "s").expires_at == 0


def test_a_lost_answer_is_asked_for_again_where_that_does_no_harm(
    desk: ToldDesk, grants: Grants
) -> None:
    desk.tell(GRANTS, Reply(breaks="silent"), Reply(200, NEW_PAIR))
    assert grants.by_client("tierwise", "s").access_token == "access-2"
    desk.tell(GRANTS, Reply(breaks="silent"), Reply(200, NEW_PAIR))
    with pytest.raises(BusyError, match="nobody knows whether it was done"):
        grants.renewed(PAIR)


def by_client(grants: Grants) -> DeskSecrets:
    return grants.by_client("tierwise", "the-client-secret")


def by_code(grants: Grants) -> DeskSecrets:
    return grants.by_code(CLIENT, "the-code", "the-verifier", "http://127.0.0.1:1/")


def by_refresh(grants: Grants) -> DeskSecrets:
    return grants.renewed(PAIR)


SENT: dict[Callable[[Grants], DeskSecrets], tuple[str, ...]] = {
    by_client: ("the-client-secret",),
    by_code: ("the-client-secret", "the-code", "the-verifier"),
    by_refresh: ("the-client-secret", "refresh-1"),
}


@pytest.mark.parametrize(
    ("way", "status", "error", "words"),
    [
        (by_client, 401, "invalid_client", "does not know the OAuth client 'tierwise', or its"),
        (by_client, 400, "unauthorized_client", "make it a confidential client, or sign in with"),
        (by_client, 400, "unsupported_grant_type", "'tierwise' use client_credentials; make it"),
        (by_client, 400, "invalid_scope", "does not give .* the scopes `read write`"),
        (by_code, 400, "invalid_grant", "used already, or is over two minutes old"),
        (by_refresh, 400, "invalid_grant", "our sign-in has ended: .* signs in anew"),
        (by_refresh, 401, "invalid_client", "or its secret is wrong; look at Admin Center"),
        (by_client, 403, {"title": "Account suspended", "message": "x"}, "is suspended"),
        (by_client, 404, {"title": "No help desk at 127.0.0.1"}, "check --account"),
    ],
)
def test_each_refusal_has_its_own_sentence(
    desk: ToldDesk,
    grants: Grants,
    way: Callable[[Grants], DeskSecrets],
    status: int,
    error: object,
    words: str,
) -> None:
    said = f"not this: {' '.join(SENT[way])}"
    desk.tell(GRANTS, Reply(status, {"error": error, "error_description": said}))
    with pytest.raises(DeniedError, match=words) as told:
        way(grants)
    assert not [secret for secret in SENT[way] if secret in str(told.value)]


def test_an_answer_without_a_token_is_none(desk: ToldDesk, grants: Grants) -> None:
    desk.tell(GRANTS, Reply(200, {}))
    with pytest.raises(BusyError, match="without a token"):
        by_client(grants)


def test_secrets_do_not_show() -> None:
    shown = repr(PAIR) + repr(new_proof(lambda size: b"\xfe" * size))
    assert not [secret for secret in SECRETS if secret in shown]
    assert new_proof(lambda size: b"\xfe" * size).verifier not in shown


# Renewal


class Renewal:
    """Counts renewals; each makes the next pair."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, stale: DeskSecrets) -> DeskSecrets:
        self.count += 1
        number = self.count + 1
        return replace(
            stale,
            access_token=f"access-{number}",
            refresh_token=f"refresh-{number}",
            expires_at=stale.expires_at + 1_800,
        )


@pytest.mark.parametrize(("left_s", "renewals"), [(1_800, 0), (61, 0), (60, 1), (1, 1), (-500, 1)])
def test_tokens_are_renewed_a_minute_early(left_s: int, renewals: int) -> None:
    renewal, tokens = Renewal(), NewTokens(replace(PAIR, expires_at=NOW + left_s))
    sign_in = ZendeskSignIn(tokens, renewal, lambda: NOW)
    assert sign_in.header() == f"Bearer access-{1 + renewals}"
    assert tokens.secrets().access_token == f"access-{1 + renewals}"
    assert renewal.count == renewals


def test_a_refused_token_is_renewed_once_however_many_were_refused() -> None:
    renewal = Renewal()
    sign_in = ZendeskSignIn(NewTokens(PAIR), renewal, lambda: NOW)
    refused = sign_in.header()
    threads = [threading.Thread(target=sign_in.renew, args=(refused,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert renewal.count == 1
    assert sign_in.header() == "Bearer access-2"


def test_a_pair_that_another_process_got_is_taken() -> None:
    tokens = NewTokens(PAIR)
    sign_in = ZendeskSignIn(tokens, Renewal(), lambda: NOW)
    theirs = replace(PAIR, access_token="theirs", refresh_token="theirs too")
    tokens.renew(PAIR, lambda _: theirs)
    sign_in.renew("Bearer access-1")
    assert sign_in.header() == "Bearer theirs"


def test_new_tokens_are_kept_before_they_are_used(desk: ToldDesk, grants: Grants) -> None:
    """If keeping them fails, nobody has seen them: the old ones are tried again."""

    class Full(NewTokens):
        def renew(
            self, stale: DeskSecrets, renew: Callable[[DeskSecrets], DeskSecrets]
        ) -> DeskSecrets:
            renew(stale)
            raise RefusedError("the disk is full")

    desk.tell(GRANTS, Reply(200, NEW_PAIR))
    sign_in = ZendeskSignIn(Full(PAIR), grants.renewed, lambda: NOW)
    with pytest.raises(RefusedError, match="the disk is full"):
        sign_in.renew(sign_in.header())
    assert sign_in.header() == "Bearer access-1"


def test_a_client_that_signed_in_by_itself_does_so_again(desk: ToldDesk, grants: Grants) -> None:
    desk.tell(GRANTS, Reply(200, NEW_PAIR))
    stale = replace(PAIR, refresh_token="", webhook_secret="kept")
    found = grants.renewed(stale)
    assert (found.access_token, found.refresh_token) == ("access-2", "")
    assert found.webhook_secret == "kept"
    assert desk.heard[0].body["grant_type"] == "client_credentials"


def test_a_refresh_replaces_the_pair(desk: ToldDesk, grants: Grants) -> None:
    desk.tell(GRANTS, Reply(200, NEW_PAIR))
    found = grants.renewed(replace(PAIR, webhook_secret="kept"))
    assert (found.access_token, found.refresh_token) == ("access-2", "refresh-2")
    assert found.webhook_secret == "kept"
    assert desk.heard[0].body["refresh_token"] == "refresh-1"


def test_an_api_token_is_not_renewed(grants: Grants) -> None:
    old = DeskSecrets(email="ada@acme.example", api_token="the-token")
    sign_in = ZendeskSignIn(NewTokens(old), grants.renewed, lambda: NOW)
    pair = base64.b64encode(b"ada@acme.example/token:the-token").decode()
    assert sign_in.header() == authorization(old) == f"Basic {pair}"
    sign_in.renew(sign_in.header())
    assert sign_in.header() == f"Basic {pair}"


# The browser


def test_the_link_of_the_browser_proves_who_asked() -> None:
    proof = new_proof(lambda size: bytes(range(size)))
    assert len(proof.verifier) == 64
    digest = hashlib.sha256(proof.verifier.encode()).digest()
    assert proof.challenge == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    url = authorize_url(
        "https://acme.zendesk.com",
        client_id="tierwise",
        redirect_uri="http://127.0.0.1:8123/",
        state=proof.state,
        challenge=proof.challenge,
    )
    parts = urlsplit(url)
    assert url.startswith("https://acme.zendesk.com/oauth/authorizations/new?")
    assert {name: values[0] for name, values in parse_qs(parts.query).items()} == {
        "response_type": "code",
        "client_id": "tierwise",
        "redirect_uri": "http://127.0.0.1:8123/",
        "scope": "read write",
        "state": proof.state,
        "code_challenge": proof.challenge,
        "code_challenge_method": "S256",
    }


def visit(url: str, **query: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"{url}?{urlencode(query)}") as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_the_code_is_caught_from_the_right_sign_in_only() -> None:
    with code_catcher(0, "our-state") as catcher:
        assert visit(f"{catcher.redirect_uri}favicon.ico")[0] == 404
        assert visit(catcher.redirect_uri, code="theirs", state="other")[0] == 400
        status, page = visit(catcher.redirect_uri, code="ours", state="our-state")
        assert (status, "You may close this page" in page) == (200, True)
        assert "ours" not in page
        assert catcher.code(patience_s=5) == "ours"


def test_who_declines_connects_nothing() -> None:
    with code_catcher(0, "our-state") as catcher:
        visit(catcher.redirect_uri, error="access_denied", state="our-state")
        with pytest.raises(DeniedError, match="declined"):
            catcher.code(patience_s=5)


def test_nobody_waits_for_ever_for_the_browser() -> None:
    with (
        code_catcher(0, "our-state") as catcher,
        pytest.raises(RefusedError, match="nobody signed in within"),
    ):
        catcher.code(patience_s=0.01)


def test_a_port_that_is_taken_is_told() -> None:
    with code_catcher(0, "one") as catcher:
        port = urlsplit(catcher.redirect_uri).port or 0
        taken = pytest.raises(RefusedError, match=r"is taken .* another one with --redirect-port")
        with taken, code_catcher(port, "two"):
            pass


# Addresses


@pytest.mark.parametrize(
    ("account", "address"),
    [
        ("acme", "https://acme.zendesk.com"),
        (" Acme-Shop ", "https://acme-shop.zendesk.com"),
        ("acme.zendesk.com", "https://acme.zendesk.com"),
        ("https://acme.zendesk.com/", "https://acme.zendesk.com"),
        ("http://127.0.0.1:8090", "http://127.0.0.1:8090"),
        ("http://acme.zendesk.com", None),
        ("acme.example/x", None),
        ("evil.example#", None),
        ("", None),
    ],
)
def test_an_account_is_named_by_its_word_or_address(account: str, address: str | None) -> None:
    if address:
        assert zendesk_address(account) == address
        return
    with pytest.raises(UsageError, match=r"https://acme\.zendesk\.com"):
        zendesk_address(account)
