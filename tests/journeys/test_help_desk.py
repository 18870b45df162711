"""A help desk from the first connection to the last: as a support manager types it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desks.served import served
from tierwise.connectors.standin import StandIn

from .desk_shops import DESK, SECRET, level, new_world, person
from .exports import twenty_customers
from .terminal import Done, Terminal


@pytest.fixture
def world() -> StandIn:
    """A desk where nine of the twenty customers wrote in, and a stranger."""
    return new_world()


@pytest.fixture
def ready(
    shop: Terminal, tmp_path: Path, world: StandIn, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Terminal]:
    """A shop with levels in force, connected to the desk."""
    shop("read", twenty_customers(tmp_path / "orders.csv"), "--as", "shopify-orders")
    shop("plan")
    shop("apply", "p1")
    monkeypatch.setenv(SECRET, world.client_secret)
    with served(world) as address:
        done = connect(shop, address, "--client-id", world.client_id)
        assert done.code == 0, done.err
        yield shop


def connect(shop: Terminal, address: str, *words: str) -> Done:
    return shop("desk", "connect", "zendesk", "--account", address, *words)


def set_up(shop: Terminal) -> None:
    for words in (("plan",), ("apply", "dp1", "--yes", DESK), ("read",)):
        done = shop("desk", *words)
        assert done.code == 0, done.err


def push(shop: Terminal, *words: str) -> Done:
    shop("desk", "read")
    return shop("desk", "push", "--yes", DESK, *words)


@pytest.mark.slow
def test_levels_arrive_in_profiles_and_a_second_push_writes_nothing(
    ready: Terminal, world: StandIn
) -> None:
    set_up(ready)
    said = ready("desk", "push", "--dry-run").out
    assert "– → sl_premium: 2" in said
    assert level(world, "c19@x.org") is None
    assert "9 written" in push(ready).out
    assert level(world, "c19@x.org") == "sl_premium"
    assert level(world, "stranger@y.org") is None
    ticket = next(iter(world.tickets.values()))
    assert "sl_premium" in ticket["tags"]
    writes = len([one for one in world.requests if one[0] == "PUT"])
    assert "0 written, 9 as they should be" in push(ready).out
    assert len([one for one in world.requests if one[0] == "PUT"]) == writes
    assert "push1  push to the desk" in ready("history").out


@pytest.mark.slow
def test_what_an_agent_set_stays_and_is_told_until_somebody_overwrites_it(
    ready: Terminal, world: StandIn
) -> None:
    set_up(ready)
    push(ready)
    world.set_value(person(world, "c12@x.org"), "sl_premium")
    said = push(ready).out
    assert "1 kept as agents set them" in said
    assert level(world, "c12@x.org") == "sl_premium"
    standing = json.loads(ready("desk", "status", "--json").out)["rows"][0]
    assert [one["found"] for one in standing["kept"]] == ["sl_premium"]
    push(ready, "--overwrite")
    assert level(world, "c12@x.org") == "sl_standard"


@pytest.mark.slow
def test_the_desk_is_as_the_policy_asks_until_either_changes(
    ready: Terminal, world: StandIn
) -> None:
    set_up(ready)
    assert "nothing to change" in ready("desk", "plan").out
    assert ready("desk", "plan", "--exit-code").code == 0
    policy = next(row for row in world.sla_policies.values() if row["title"] == "Premium")
    policy["policy_metrics"][0]["target"] = 5
    policy["policy_metrics"][0]["target_in_seconds"] = 300
    drifted = ready("desk", "plan", "--exit-code")
    assert drifted.code == 3
    assert "~ sla/premium" in drifted.out
    assert "changed" in drifted.out
    file = ready.project / "policy.yaml"
    file.write_text(file.read_text("utf-8").replace("within: 4h", "within: 3h"), "utf-8")
    assert "~ sla/plus" in ready("desk", "plan").out


@pytest.mark.slow
def test_only_what_is_ours_is_destroyed(ready: Terminal, world: StandIn) -> None:
    own = world.add_policy(title="Gold", filter={"all": [], "any": []}, policy_metrics=[])
    set_up(ready)
    done = ready("desk", "destroy", "--yes", DESK)
    assert done.code == 0, done.err
    assert list(world.sla_policies) == [own["id"]]
    assert not [one for one in world.triggers.values() if "Service level" in one["title"]]


def test_a_name_that_is_not_the_accounts_writes_nothing(ready: Terminal, world: StandIn) -> None:
    ready("desk", "plan")
    refused = ready("desk", "apply", "dp1", "--yes", "acme")
    assert refused.code == 2
    assert "PRODUCTION" not in refused.err
    assert f"zendesk {DESK} (sandbox" in refused.err
    assert "nothing was done" in refused.err
    assert not world.sla_policies


@pytest.mark.slow
def test_secrets_are_in_no_file_and_no_answer(ready: Terminal, world: StandIn) -> None:
    set_up(ready)
    push(ready)
    secrets = [world.client_secret, *world.tokens]
    said = "".join(
        ready("desk", *words, "--json").out for words in (("status",), ("doctor",), ("show", "dp1"))
    )
    assert not [one for one in secrets if one in said]
    kept = [path.read_bytes() for path in ready.project.rglob("*") if path.is_file()]
    assert not [one for one in secrets for content in kept if one.encode() in content]


@pytest.mark.slow
def test_disconnected_nothing_is_known_and_the_desk_keeps_what_it_has(
    ready: Terminal, world: StandIn
) -> None:
    set_up(ready)
    push(ready)
    assert ready("desk", "disconnect", "--yes", DESK).code == 0
    assert "no help desk is connected" in ready("desk", "status").out
    assert level(world, "c19@x.org") == "sl_premium"


@pytest.mark.slow
def test_a_new_book_adopts_what_stands_there(
    ready: Terminal, world: StandIn, tmp_path: Path
) -> None:
    set_up(ready)
    account = json.loads(ready("desk", "status", "--json").out)["rows"][0]["account"]
    other = Terminal(tmp_path / "other")
    other("init", other.project)
    connect(other, account["address"], "--client-id", world.client_id)
    assert "adopted sla/premium" in other("desk", "import").out
    assert "nothing to change" in other("desk", "plan").out


def test_a_wrong_secret_is_told_and_nothing_is_kept(
    ready: Terminal, monkeypatch: pytest.MonkeyPatch, world: StandIn, tmp_path: Path
) -> None:
    account = json.loads(ready("desk", "status", "--json").out)["rows"][0]["account"]
    other = Terminal(tmp_path / "other")
    other("init", other.project)
    monkeypatch.setenv(SECRET, "guessed")
    refused = connect(other, account["address"], "--client-id", world.client_id)
    assert refused.code == 1
    assert "secret is wrong" in refused.err
    assert "guessed" not in refused.err
    assert "no help desk" in other("desk", "status").out


def test_a_revoked_token_is_renewed_and_a_revoked_client_is_told(
    ready: Terminal, world: StandIn
) -> None:
    world.revoke_tokens()
    assert ready("desk", "doctor").code == 0
    world.revoke_tokens()
    world.client_secret = "changed"
    refused = ready("desk", "doctor")
    assert refused.code == 1
    assert "fail" in refused.out
    assert "secret is wrong" in refused.out
