"""The client at the stand-in: every way in, levels and tags written by jobs, and bad days."""

import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from html import unescape
from re import search
from typing import Any

import pytest

from tests.desks.served import served, served_plainly
from tierwise.app.ports import HelpDesk
from tierwise.connectors.desk_http import Patience
from tierwise.connectors.loopback_code import code_catcher, new_proof
from tierwise.connectors.rate_budget import ACCOUNT, Budget, Limit
from tierwise.connectors.standin import StandIn
from tierwise.connectors.zendesk import open_zendesk
from tierwise.connectors.zendesk_auth import Grants, NewTokens, authorize_url
from tierwise.facts.desk_people import JobPhase, JobState, LevelWrite, TagWrite
from tierwise.facts.desks import BusyError, DeniedError, DeskAccount, DeskSecrets

KEY = "service_level"
LEVELS = {"sl_premium": "Premium", "sl_basic": "Basic"}
QUICK = Patience(answer_s=5, attempts=12, first_wait_s=0.01, longest_wait_s=0.02, most_refusals=50)


@dataclass
class Wall:
    """A clock that is set by hand."""

    now: float = 1_767_225_600.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Town:
    """The stand-in behind its address, its pages, and a clock that both sides look at."""

    world: StandIn
    url: str
    wall: Wall
    pages: str = ""  # plainly served: a browser needs no judge
    opened: list[HelpDesk] = field(default_factory=list)

    def desk(self, tokens: NewTokens) -> HelpDesk:
        account = DeskAccount(
            account_id="1",
            desk="zendesk",
            name="stand-in",
            address=self.url,
            sign_in="api_token",
            remote_id="4711",
            is_sandbox=True,
            into_facts=True,
            connected_at=0,
            connected_by="ada",
        )
        desk: HelpDesk = open_zendesk(
            account, tokens, field_key=KEY, clock=self.wall, sleep=nap, patience=QUICK
        )
        self.opened.append(desk)
        return desk

    @contextmanager
    def grants(self) -> Iterator[Grants]:
        limits = [Limit(ACCOUNT, 1_000)]
        grants = Grants(self.url, Budget(limits, clock=time.monotonic, sleep=nap), self.wall)
        yield grants
        grants.close()

    def by_api_token(self) -> DeskSecrets:
        return DeskSecrets(email=self.world.api_email, api_token=self.world.api_token)

    def by_client(self) -> DeskSecrets:
        with self.grants() as grants:
            return grants.by_client(self.world.client_id, self.world.client_secret)

    def by_browser(self) -> DeskSecrets:
        """As somebody does who follows the link and clicks on Allow."""
        proof, client_id = new_proof(lambda size: bytes(range(size))), self.world.client_id
        with code_catcher(0, proof.state) as catcher, self.grants() as grants:
            url = authorize_url(
                self.pages,
                client_id=client_id,
                redirect_uri=catcher.redirect_uri,
                state=proof.state,
                challenge=proof.challenge,
            )
            with urllib.request.urlopen(url) as page:
                button = search(r'action="([^"]+)"', page.read().decode())
            assert button
            urllib.request.urlopen(f"{self.pages}{unescape(button[1])}", data=b"").close()
            who = DeskSecrets(client_id=client_id)
            return grants.by_code(
                who, catcher.code(patience_s=5), proof.verifier, catcher.redirect_uri
            )


def nap(seconds: float) -> None:
    """Waits of the desk are short here."""
    time.sleep(min(seconds, 0.01))


@pytest.fixture
def town() -> Iterator[Town]:
    wall = Wall()
    world = StandIn(clock=wall, pace=1_000)
    world.add_field(KEY, "Service level", LEVELS)
    with served(world) as url, served_plainly(world) as pages:
        town = Town(world, url, wall, pages)
        yield town
        for desk in town.opened:
            desk.close()


@pytest.fixture
def desk(town: Town) -> HelpDesk:
    return town.desk(NewTokens(town.by_api_token()))


def ended(desk: HelpDesk, job_id: str) -> JobState:
    for _ in range(500):
        state = desk.job_states([job_id])[job_id]
        if state.phase is not JobPhase.RUNNING:
            return state
        time.sleep(0.01)
    raise AssertionError("the job does not end")


WAYS: list[Callable[[Town], DeskSecrets]] = [Town.by_api_token, Town.by_client, Town.by_browser]


@pytest.mark.parametrize("way", WAYS)
def test_every_way_in_leads_to_the_same_account(
    town: Town, way: Callable[[Town], DeskSecrets]
) -> None:
    found = town.desk(NewTokens(way(town))).probe(int(town.wall.now))
    assert (found.name, found.remote_id) == ("stand-in", "4711")
    assert (found.signed_in_as, found.role) == (town.world.api_email, "admin")
    assert found.is_sandbox is True
    assert [one for one in found.allowances if not one.is_allowed] == []
    assert {one.scope for one in found.limits} >= {"account", "incremental"}


@pytest.mark.parametrize("way", [Town.by_client, Town.by_browser])
def test_tokens_are_renewed_for_as_long_as_it_takes(
    town: Town, way: Callable[[Town], DeskSecrets]
) -> None:
    tokens = NewTokens(way(town))
    desk = town.desk(tokens)
    seen = {tokens.secrets().access_token}
    for _ in range(5):
        town.wall.now += 29.5 * 60
        desk.users([str(town.world.admin_id)], KEY)
        seen.add(tokens.secrets().access_token)
    assert len(seen) == 6


def test_two_processes_take_turns_with_one_pair(town: Town) -> None:
    tokens = NewTokens(town.by_browser())
    desks = [town.desk(tokens), town.desk(tokens)]
    for number in range(6):
        town.wall.now += 31 * 60
        for desk in desks if number % 2 else reversed(desks):
            desk.users([str(town.world.admin_id)], KEY)
    posts = [path for _, path in town.world.requests if path == "/oauth/tokens"]
    assert len(posts) == 1 + 6


@pytest.mark.parametrize(
    ("secrets", "words"),
    [
        (DeskSecrets(email="ada@stand-in.example", api_token="wrong"), "API token is wrong"),
        (
            DeskSecrets(client_id="tierwise", client_secret="wrong", access_token="old"),
            "does not know the OAuth client 'tierwise', or its secret is wrong",
        ),
        (
            DeskSecrets(client_id="tierwise", access_token="old", refresh_token="older"),
            "our sign-in has ended",
        ),
        (DeskSecrets(client_id="tierwise", access_token="old"), "and it cannot be renewed"),
    ],
)
def test_a_sign_in_that_does_not_hold(town: Town, secrets: DeskSecrets, words: str) -> None:
    with pytest.raises(DeniedError, match=words):
        town.desk(NewTokens(secrets)).probe(0)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"suspended": True}, "is suspended"),
        ({"moved_to": "https://new.example"}, "connect again with --account https://new.example"),
    ],
)
def test_an_account_that_is_closed_or_moved(
    town: Town, desk: HelpDesk, fault: dict[str, Any], words: str
) -> None:
    town.world.faults.change(fault)
    with pytest.raises(DeniedError, match=words):
        desk.probe(0)


def test_what_the_plan_does_not_include_is_told_and_the_rest_goes_on(
    town: Town, desk: HelpDesk
) -> None:
    town.world.faults.denied = ("/api/v2/slas", "/api/v2/satisfaction_ratings")
    found = desk.probe(int(town.wall.now))
    assert [one.what for one in found.allowances if not one.is_allowed] == [
        "read SLA policies",
        "see what SLA policies can ask",
        "read ratings or survey answers",
    ]


def test_levels_are_written_and_nothing_else_changes(town: Town, desk: HelpDesk) -> None:
    world = town.world
    some = [
        world.add_user(name=f"C{n}", email=f"c{n}@example.org", external_id=f"C{n}", tags=["own"])
        for n in range(100)
    ]
    before = {one["id"]: {**one} for one in some}
    ids = [str(one["id"]) for one in some]
    writes = [LevelWrite(one, "sl_premium") for one in ids]
    assert ended(desk, desk.write_levels(writes, KEY)).said == {}
    found = desk.users(ids, KEY)
    assert {user.value for user in found.values()} == {"sl_premium"}
    assert found[ids[0]].external_id == "C0"
    for number, user in before.items():
        now = world.users[number]
        own = ("email", "external_id", "name", "role")
        assert {name: now[name] for name in own} == {name: user[name] for name in own}
        assert "own" in now["tags"]
    ended(desk, desk.write_levels([LevelWrite(ids[0], None)], KEY))
    assert desk.users(ids[:1], KEY)[ids[0]].value is None


def test_whoever_is_deleted_or_merged_is_not_there(town: Town, desk: HelpDesk) -> None:
    world = town.world
    gone, loser, winner = (world.add_user(name=name)["id"] for name in "abc")
    world.delete_user(gone)
    world.merge_users(loser, winner)
    found = desk.users([str(gone), str(loser), str(winner), "99"], KEY)
    assert [user.user_id for user in found.values() if user.is_active] == [str(winner)]


def test_tags_of_tickets_are_added_and_removed(town: Town, desk: HelpDesk) -> None:
    user = town.world.add_user(name="C")
    ticket = town.world.add_ticket(requester_id=user["id"], subject="x", tags=["own", "sl_basic"])
    writes = [TagWrite(str(ticket["id"]), ("sl_premium",), ("sl_basic", "sl_vip"))]
    assert ended(desk, desk.write_tags(writes)).said == {}
    assert sorted(town.world.tickets[ticket["id"]]["tags"]) == ["own", "sl_premium"]


def test_a_job_that_is_completed_may_have_failed_rows(town: Town, desk: HelpDesk) -> None:
    bad, good = (town.world.add_user(name=name)["id"] for name in "ab")
    town.world.faults.bad_rows = (bad,)
    writes = [LevelWrite(str(one), "sl_basic") for one in (bad, good, 99)]
    state = ended(desk, desk.write_levels(writes, KEY))
    assert state.phase is JobPhase.DONE
    assert "is too short" in state.said[str(bad)]
    assert str(good) not in state.said
    found = desk.users([str(bad), str(good)], KEY)
    assert [found[str(one)].value for one in (bad, good)] == [None, "sl_basic"]


@pytest.mark.parametrize(
    ("fault", "phase"),
    [
        ("jobs_expire", JobPhase.UNKNOWN),
        ("lost_jobs", JobPhase.UNKNOWN),
        ("jobs_fail", JobPhase.DONE),
    ],
)
def test_a_job_that_goes_wrong(town: Town, desk: HelpDesk, fault: str, phase: JobPhase) -> None:
    user = town.world.add_user(name="C")
    town.world.faults.change({fault: True})
    job_id = desk.write_levels([LevelWrite(str(user["id"]), "sl_basic")], KEY)
    state = ended(desk, job_id)
    assert state.phase is phase
    assert bool(state.said.get("")) is (fault == "jobs_fail")


def test_more_jobs_than_the_desk_takes_are_refused_at_once(town: Town, desk: HelpDesk) -> None:
    user = town.world.add_user(name="C")
    town.world.faults.too_many_jobs = True
    with pytest.raises(BusyError, match="as many jobs as") as told:
        desk.write_levels([LevelWrite(str(user["id"]), "sl_basic")], KEY)
    assert told.value.retry_after_s == 1


@pytest.mark.parametrize(
    "hit", ["429", "429_bare", "429_edge", "409", "500", "502", "503", "reset", "lost"]
)
def test_one_bad_answer_is_got_over(town: Town, hit: str) -> None:
    desk = town.desk(NewTokens(town.by_client()))
    user = town.world.add_user(name="C")
    town.world.faults.next_hits = [hit]
    town.world.faults.retry_after_s = 0
    job_id = desk.write_levels([LevelWrite(str(user["id"]), "sl_basic")], KEY)
    assert ended(desk, job_id).phase is JobPhase.DONE
    assert desk.users([str(user["id"])], KEY)[str(user["id"])].value == "sl_basic"


def test_bad_days_are_got_over_by_several_at_once(town: Town, desk: HelpDesk) -> None:
    """A third of all answers are faults; eight threads find the way through them."""
    users = [town.world.add_user(name=f"C{n}")["id"] for n in range(8)]
    town.world.faults.change({"rate": 0.3, "slow_s": 0.01, "retry_after_s": 0})
    found: dict[str, object] = {}

    def write(user_id: int) -> None:
        job_id = desk.write_levels([LevelWrite(str(user_id), "sl_premium")], KEY)
        ended(desk, job_id)
        found.update(desk.users([str(user_id)], KEY))

    threads = [threading.Thread(target=write, args=(one,)) for one in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted(map(str, users))
    assert {town.world.users[one]["user_fields"][KEY] for one in users} == {"sl_premium"}


def test_secrets_of_a_bad_day_are_not_told(town: Town) -> None:
    secrets = replace(town.by_browser(), expires_at=1)
    town.world.revoke_tokens()
    with pytest.raises(DeniedError) as told:
        town.desk(NewTokens(secrets)).probe(0)
    for secret in (secrets.access_token, secrets.refresh_token):
        assert secret not in str(told.value)


def test_the_limit_of_the_desk_is_used_to_the_full_and_not_passed() -> None:
    """At sixty times the pace the export takes six hundred a minute, that is ten a second."""
    wall = Wall()
    world = StandIn(clock=wall, pace=60)
    with served(world) as url:
        town = Town(world, url, wall)
        account_desk = town.desk(NewTokens(town.by_api_token()))
        begun = time.monotonic()
        for _ in range(30):
            account_desk.page("users", None, 0)
        took = time.monotonic() - begun
        account_desk.close()
    assert took < 3 * 1.2
    exports = [path for _, path in world.requests if "incremental" in path]
    assert len(exports) == 30, "none was refused"
