"""What the doctor hears of an account: who we are, what we may, and why not."""

from collections.abc import Iterator, Mapping

import pytest

from tests.connectors.told_desk import Reply, ToldDesk, told_desk
from tierwise.connectors.zendesk import Zendesk, open_zendesk
from tierwise.connectors.zendesk_auth import NewTokens
from tierwise.facts.desks import DeniedError, DeskAccount, DeskSecrets, Probe, RateLimit

NOW = 1_767_225_660  # 2026-01-01 00:01:00
ME = {"user": {"id": 7, "name": "Ada", "email": "ada@acme.example", "role": "admin"}}
ACCOUNT = {"account": {"id": 4711, "subdomain": "acme", "sandbox": True, "plan_name": "Growth"}}
ASKED = (
    "users",
    "user_fields",
    "groups",
    "slas/policies",
    "slas/policies/definitions",
    "business_hours/schedules",
    "triggers",
    "views",
    "webhooks",
    "job_statuses",
    "incremental/tickets/cursor",
    "incremental/ticket_metric_events",
    "satisfaction_ratings",
)
FORBIDDEN = Reply(403, {"error": {"title": "Forbidden", "message": "not in your plan"}})


@pytest.fixture
def desk() -> Iterator[ToldDesk]:
    """A desk that allows everything."""
    with told_desk() as told:
        told.tell("/api/v2/users/me", Reply(200, ME, {"Date": "Thu, 01 Jan 2026 00:00:00 GMT"}))
        told.tell("/api/v2/account", Reply(200, ACCOUNT))
        told.tell("/api/v2/account/settings", Reply(200, {"settings": {"user": {"tagging": True}}}))
        scopes = {"token": {"scopes": ["read", "write"]}}
        told.tell("/api/v2/oauth/tokens/current", Reply(200, scopes))
        for path in ASKED:
            left = {"x-rate-limit": "400", "x-rate-limit-remaining": "397"}
            told.tell(f"/api/v2/{path}", Reply(200, {}, left))
        yield told


@pytest.fixture
def zendesk(desk: ToldDesk) -> Iterator[Zendesk]:
    opened = opened_with(desk, DeskSecrets(client_id="c", access_token="t"))
    yield opened
    opened.close()


def opened_with(desk: ToldDesk, secrets: DeskSecrets) -> Zendesk:
    account = DeskAccount(
        account_id="",
        desk="zendesk",
        name="acme",
        address=desk.url,
        sign_in="client_credentials",
        remote_id="",
        is_sandbox=None,
        into_facts=True,
        connected_at=0,
        connected_by="ada",
    )
    return open_zendesk(
        account, NewTokens(secrets), field_key="x", clock=lambda: NOW, sleep=lambda _: None
    )


def refused(found: Probe) -> dict[str, str]:
    return {one.what: one.next_step for one in found.allowances if not one.is_allowed}


def test_an_account_where_all_is_well(desk: ToldDesk, zendesk: Zendesk) -> None:
    found = zendesk.probe(NOW)
    assert (found.name, found.remote_id, found.address) == ("acme", "4711", desk.url)
    assert (found.plan, found.is_sandbox) == ("Growth", True)
    assert (found.signed_in_as, found.role) == ("ada@acme.example", "admin")
    assert found.clock_skew_s == -60
    assert refused(found) == {}
    assert len(found.allowances) == 17
    assert found.limits == (RateLimit("account", 400, 397),)


def test_asking_does_no_harm(desk: ToldDesk, zendesk: Zendesk) -> None:
    zendesk.probe(NOW)
    assert {one.method for one in desk.heard} == {"GET"}
    exports = [one for one in desk.heard if "incremental" in one.path]
    assert {one.query["start_time"] for one in exports} == {str(NOW - 3_600)}


@pytest.mark.parametrize(
    ("path", "reply", "what", "step"),
    [
        ("slas/policies", FORBIDDEN, "read SLA policies", "it comes with Support Professional"),
        ("slas/policies/definitions", FORBIDDEN, "see what SLA policies can ask", "change the"),
        ("business_hours/schedules", Reply(404), "read schedules", "sign in as an administrator"),
        ("triggers", FORBIDDEN, "read triggers", "sign in as an administrator"),
        ("webhooks", FORBIDDEN, "read webhooks", "sign in as an administrator"),
        (
            "account/settings",
            Reply(200, {"settings": {"user": {"tagging": False}}}),
            "tags of people go to their tickets",
            "switch on tags of users",
        ),
        (
            "oauth/tokens/current",
            Reply(200, {"token": {"scopes": ["read", "tickets:write"]}}),
            "write levels to people",
            "give the OAuth client the scopes read and write",
        ),
        (
            "users/me",
            Reply(200, {"user": {**ME["user"], "role": "agent"}}),
            "change fields, SLA policies, schedules and triggers",
            "sign in as an administrator",
        ),
    ],
)
def test_what_is_not_allowed_comes_with_a_next_step(
    desk: ToldDesk, zendesk: Zendesk, path: str, reply: Reply, what: str, step: str
) -> None:
    desk.tell(f"/api/v2/{path}", reply)
    found = refused(zendesk.probe(NOW))
    assert step in found[what]


@pytest.mark.parametrize(
    ("ratings", "surveys", "is_allowed"),
    [
        (Reply(200), Reply(403), True),
        (Reply(404), Reply(200), True),
        (FORBIDDEN, Reply(404), False),
    ],
)
def test_an_account_has_ratings_or_surveys(
    desk: ToldDesk, zendesk: Zendesk, ratings: Reply, surveys: Reply, is_allowed: bool
) -> None:
    desk.tell("/api/v2/satisfaction_ratings", ratings)
    desk.tell("/api/v2/guide/survey_responses", surveys)
    assert ("read ratings or survey answers" not in refused(zendesk.probe(NOW))) is is_allowed


@pytest.mark.parametrize(
    ("account", "name", "remote_id", "is_sandbox"),
    [
        (Reply(404), "127", "127", None),
        (Reply(403), "127", "127", None),
        (Reply(200, {"account": {}}), "127", "127", None),
        (Reply(200, {"account": {"subdomain": "acme", "sandbox": False}}), "acme", "acme", False),
    ],
)
def test_an_account_that_says_little_of_itself(
    desk: ToldDesk,
    zendesk: Zendesk,
    account: Reply,
    name: str,
    remote_id: str,
    is_sandbox: bool | None,
) -> None:
    desk.tell("/api/v2/account", account)
    found = zendesk.probe(NOW)
    assert (found.name, found.remote_id, found.is_sandbox) == (name, remote_id, is_sandbox)


BASIC = DeskSecrets(email="ada@acme.example", api_token="secret-token")
BEARER = DeskSecrets(client_id="c", client_secret="secret-word", access_token="secret-token")


@pytest.mark.parametrize(
    ("secrets", "reply", "words"),
    [
        (BASIC, Reply(401, {"error": "Couldn't authenticate you"}), "e-mail or API token is wrong"),
        (BEARER, Reply(401, {"error": "invalid_token"}), "it was revoked, or the OAuth client"),
        (BEARER, Reply(200, {"user": {"id": None, "name": "Anonymous user"}}), "for a visitor"),
        (BEARER, Reply(403, {"error": "Account suspended"}), "is suspended"),
        (BEARER, Reply(404, {"error": {"title": "No help desk at x"}}), "check --account"),
        (
            BEARER,
            Reply(301, {}, {"Location": "https://new.zendesk.com/api/v2/users/me"}),
            "connect again with --account https://new.zendesk.com",
        ),
    ],
)
def test_each_way_of_not_getting_in_has_its_own_sentence(
    desk: ToldDesk, secrets: DeskSecrets, reply: Reply, words: str
) -> None:
    desk.tell("/api/v2/users/me", reply)
    granted: Mapping[str, str] = {"access_token": "another"}
    desk.tell("/oauth/tokens", Reply(200, granted))
    zendesk = opened_with(desk, secrets)
    with pytest.raises(DeniedError, match=words) as told:
        zendesk.probe(NOW)
    assert "secret-" not in str(told.value)
    zendesk.close()
