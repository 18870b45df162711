"""What can be wrong with a help desk: found before anything is written, in words that help.

Each case breaks one thing of a shop that is connected, has read its desk, and has a plan `dp1`
that nobody applied yet.
"""

import json
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.desks.served import served
from tierwise.app.cli import output
from tierwise.connectors.standin import StandIn

from .desk_shops import (
    DESK,
    SECRET,
    DeskShop,
    connected,
    level,
    new_world,
    person,
    shop_with_levels,
    written,
)
from .exports import twenty_customers
from .terminal import Done, Terminal

HOUR_S = 3_600
AGAIN = "`tierwise desk connect` signs in anew"
CLIENT = (
    "127.0.0.1 does not know the OAuth client {!r}, or its secret is wrong; look at Admin Center, "
    "Apps and integrations, APIs, OAuth clients, then connect again"
)
API_TOKEN = (
    "127.0.0.1 does not know who we are (Couldn't authenticate you): e-mail or API token is "
    f"wrong, or API tokens are switched off or have ended; {AGAIN}"
)
NOBODY = "no help desk is connected; `tierwise desk connect zendesk --help`"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop with levels in force, a desk that was read, and a plan that was not applied."""
    folder = tmp_path_factory.mktemp("model") / "shop"
    shop_with_levels(folder)
    return folder


@pytest.fixture(scope="module")
def ready_model(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, with the desk read and planned."""
    folder = tmp_path_factory.mktemp("ready") / "shop"
    with pytest.MonkeyPatch.context() as patch, connected(model, folder, new_world(), patch) as at:
        for word in ("read", "plan"):
            assert at(word).code == 0
    return folder


@pytest.fixture
def world() -> StandIn:
    return new_world()


@pytest.fixture
def shop(
    ready_model: Path, tmp_path: Path, world: StandIn, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DeskShop]:
    with connected(ready_model, tmp_path / "shop", world, monkeypatch) as opened:
        yield opened


@pytest.fixture
def bare(model: Path, tmp_path: Path) -> Terminal:
    """A shop that is connected to no desk."""
    return Terminal(model)


def told(done: Done) -> str:
    """What a command says is wrong, without the account that it names before it writes."""
    lines = [line for line in done.err.splitlines() if not line.startswith("this ")]
    return "\n".join(lines).removeprefix("tierwise: ")


def failed(done: Done) -> list[str]:
    """What the doctor or a plan finds wrong, each in its own words."""
    found = json.loads(done.out)
    rows = found.get("findings") or found.get("plan", {}).get("findings") or []
    return [f"{row['part']}: {row['text']}; {row['next_step']}" for row in rows if is_bad(row)]


def is_bad(row: dict[str, str]) -> bool:
    return row["verdict"] in {"fail", "warn"}


# Signing in


@dataclass(frozen=True)
class SignIn:
    secret: str
    words: tuple[str, ...]
    said: str
    code: int = 1


SIGN_INS = {
    "a wrong client secret": SignIn(
        "guessed", ("--client-id", "tierwise"), CLIENT.format("tierwise")
    ),
    "a client nobody knows": SignIn(
        "standin-secret", ("--client-id", "nobody"), CLIENT.format("nobody")
    ),
    "a wrong API token": SignIn("guessed", ("--email", "ada@stand-in.example"), API_TOKEN),
    "an e-mail address of nobody": SignIn(
        "standin-token", ("--email", "eve@stand-in.example"), API_TOKEN
    ),
    "no way to sign in": SignIn(
        "guessed",
        (),
        "sign in with --client-id ID (OAuth), or with --email and an API token; the client is "
        "made in the admin centre under Apps and integrations, APIs",
        code=2,
    ),
}


@pytest.mark.parametrize("case", SIGN_INS.values(), ids=SIGN_INS)
def test_a_sign_in_that_is_wrong_connects_nothing(
    bare: Terminal, world: StandIn, monkeypatch: pytest.MonkeyPatch, case: SignIn
) -> None:
    monkeypatch.setenv(SECRET, case.secret)
    with served(world) as address:
        done = bare("desk", "connect", "zendesk", "--account", address, *case.words)
    assert (done.code, told(done)) == (case.code, case.said)
    assert "guessed" not in done.err
    assert NOBODY in bare("desk", "status").out
    assert not world.effects


ADDRESSES: dict[str, object] = {
    "no word of an address": ("my shop!", 2, "an account is named like the first word of "),
    "an address without encryption": ("http://acme.example", 2, "the address of the help desk has"),
    # It is tried again for a while.
    "nobody there": pytest.param(
        "http://127.0.0.1:9",
        1,
        "check the connection and --account, or try again",
        marks=pytest.mark.slow,
    ),
}


@pytest.mark.parametrize(("account", "code", "said"), ADDRESSES.values(), ids=ADDRESSES)
def test_an_account_that_is_none(
    bare: Terminal, monkeypatch: pytest.MonkeyPatch, account: str, code: int, said: str
) -> None:
    monkeypatch.setenv(SECRET, "any")
    done = bare("desk", "connect", "zendesk", "--account", account, "--client-id", "tierwise")
    assert done.code == code
    assert said in told(done)


def test_a_browser_that_cannot_come_back(
    bare: Terminal, world: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SECRET, "")
    with socket.create_server(("127.0.0.1", 0)) as taken, served(world) as address:
        port = taken.getsockname()[1]
        words = ("--client-id", "tierwise", "--browser", "--redirect-port", port)
        done = bare("desk", "connect", "zendesk", "--account", address, *words)
    assert done.code == 1
    assert told(done) == (
        f"port {port} of this machine is taken (Address already in use); "
        "give another one with --redirect-port"
    )


def test_a_stand_in_at_a_port_that_is_taken(bare: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = bare("desk", "stand-in", "--port", port)
    assert (done.code, told(done)) == (1, f"port {port} is taken; choose another one with --port")


# An account that does not let us work any more


def revoke_client(shop: DeskShop) -> None:
    shop.world.revoke_tokens()
    shop.world.client_secret = "changed"


def end_api_token(shop: DeskShop) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SECRET, shop.world.api_token)
        assert shop.connect("--email", shop.world.api_email).code == 0
    shop.world.api_token = "ended"


def suspend(shop: DeskShop) -> None:
    shop.world.faults.suspended = True


def move(shop: DeskShop) -> None:
    shop.world.faults.moved_to = "https://other.zendesk.com"


def swap(shop: DeskShop) -> None:
    shop.world.account_id = 99


def lose_key(shop: DeskShop) -> None:
    key_of(shop).unlink()


def replace_key(shop: DeskShop) -> None:
    key_of(shop).write_bytes(Fernet.generate_key())


def key_of(shop: DeskShop) -> Path:
    return shop.project / ".tierwise" / "secret.key"


@dataclass(frozen=True)
class Trouble:
    """`said` is what every command says, `in_doctor` whether the doctor tells it as a finding."""

    breaks: Callable[[DeskShop], None]
    said: str
    part: str = "sign-in"


SHUT = {
    "a client that was revoked": Trouble(revoke_client, CLIENT.format("tierwise")),
    "an API token that ended": Trouble(end_api_token, API_TOKEN),
    "a suspended account": Trouble(
        suspend,
        "the account at 127.0.0.1 is suspended (Account suspended: This account has been "
        "suspended.); its owner has to settle that with the vendor; nothing can be read or "
        "written now",
    ),
    "an account that moved": Trouble(
        move,
        "127.0.0.1 sends us on to https://other.zendesk.com, and we do not follow; if that is "
        "yours, connect again with --account https://other.zendesk.com",
    ),
    "another account at the address": Trouble(
        swap,
        "{address} answers as account 99, and stand-in was connected as 4711; nothing is done "
        "there: find out which of them it should be, then connect that one with "
        "`tierwise desk connect`",
        "account",
    ),
    "a key that is lost": Trouble(
        lose_key,
        "the key to what signs us in is missing: there is no {key}; put it back, or set "
        "TIERWISE_SECRET_KEY, or connect the desk again",
        "",
    ),
    "a key that was replaced": Trouble(
        replace_key,
        "what signs us in was encrypted with another key than that in {key}; put the old key "
        "back, or after the new one in TIERWISE_SECRET_KEY (`new,old`), or connect the desk again",
        "",
    ),
}


@pytest.mark.parametrize("case", SHUT.values(), ids=SHUT)
def test_a_desk_that_is_shut_is_told_by_doctor_and_plan(shop: DeskShop, case: Trouble) -> None:
    case.breaks(shop)
    said = case.said.format(address=shop.address, key=key_of(shop))
    doctor, planned = shop("doctor", "--json"), shop("plan")
    assert (doctor.code, planned.code) == (1, 1)
    assert told(planned) == said
    if case.part:
        assert f"{case.part}: {said}" in failed(doctor)
    else:
        assert told(doctor) == said
    assert not written(shop.world)
    assert not shop.world.effects


@pytest.mark.slow
@pytest.mark.parametrize("case", SHUT.values(), ids=SHUT)
def test_a_desk_that_is_shut_is_not_written_to(shop: DeskShop, case: Trouble) -> None:
    case.breaks(shop)
    said = case.said.format(address=shop.address, key=key_of(shop))
    for words in (("apply", "dp1"), ("push",), ("sync",), ("destroy",)):
        done = shop.writes(*words)
        assert (done.code, told(done)) == (1, said), words
    for word in ("read", "import"):
        done = shop(word)
        assert (done.code, told(done)) == (1, said), word
    assert not written(shop.world)
    assert not shop.world.effects
    assert f"zendesk {DESK} (sandbox" in shop("status").out


def test_connecting_again_mends_a_lost_key(shop: DeskShop) -> None:
    lose_key(shop)
    assert shop.connect().code == 0
    assert shop("plan").code == 0


# An account that does not let us do everything


def sells_no_slas(shop: DeskShop) -> None:
    shop.world.faults.denied = ("/api/v2/slas", "/api/v2/business_hours")


def is_agent(shop: DeskShop) -> None:
    shop.world.users[shop.world.admin_id]["role"] = "agent"


def may_only_read(shop: DeskShop) -> None:
    for token in shop.world.tokens.values():
        token["scope"] = "read"


def is_customer(shop: DeskShop) -> None:
    shop.world.users[shop.world.admin_id]["role"] = "end-user"


@dataclass(frozen=True)
class Limit:
    """What doctor and plan say of it, and their exit codes; a plan may go on without."""

    breaks: Callable[[DeskShop], None]
    in_doctor: str
    in_plan: str
    codes: tuple[int, int]


NOT_INCLUDED = (
    "(Forbidden: Your plan does not include this. Please contact the account owner of this help "
    "desk for further help.): it takes an administrator, or the account's plan does not include it"
)
LIMITS = {
    "a plan without SLA policies": Limit(
        sells_no_slas,
        "may: cannot read SLA policies: 127.0.0.1 does not let us GET /api/v2/slas/policies "
        f"{NOT_INCLUDED}; sign in as an administrator; it comes with Support Professional or "
        "Suite Growth; change the plan, or do without",
        "sla: this account has no SLA policies, or we may not see them; Support Professional or "
        "Suite Growth has them; without them Tierwise goes on counting it by itself",
        (0, 0),
    ),
    "an agent and no administrator": Limit(
        is_agent,
        "may: cannot change fields, SLA policies, schedules and triggers: we are signed in as "
        "agent; sign in as an administrator",
        "trigger: we may not see the triggers of this account; connect as an administrator",
        (0, 1),
    ),
    "a scope that is missing": Limit(
        may_only_read,
        "may: cannot change fields, SLA policies, schedules and triggers: our token may do only: "
        "read; give the OAuth client the scopes read and write, then connect again",
        "",
        (0, 0),
    ),
}


@pytest.mark.parametrize("case", LIMITS.values(), ids=LIMITS)
def test_what_the_desk_does_not_let_us_do_is_told(shop: DeskShop, case: Limit) -> None:
    case.breaks(shop)
    doctor, planned = shop("doctor", "--json"), shop("plan", "--json")
    assert (doctor.code, planned.code) == case.codes
    assert case.in_doctor in failed(doctor)
    assert not case.in_plan or case.in_plan in failed(planned)
    assert not written(shop.world)


def test_a_customer_cannot_sign_in(shop: DeskShop) -> None:
    is_customer(shop)
    done = shop("doctor")
    assert done.code == 1
    assert "fail  sign-in        127.0.0.1 does not let us GET /api/v2/users/me" in done.out
    assert "`tierwise desk connect` signs in anew" in done.out


@pytest.mark.slow
def test_without_slas_the_rest_is_made(shop: DeskShop) -> None:
    sells_no_slas(shop)
    shop("plan")
    done = shop.writes("apply", "dp2")
    assert done.code == 0, done.err
    assert shop.world.triggers
    assert not shop.world.sla_policies
    assert "nothing to change" in shop("plan").out


@pytest.mark.slow
def test_without_the_scope_to_write_nothing_is_written(shop: DeskShop) -> None:
    may_only_read(shop)
    done = shop.writes("apply", "dp1")
    assert done.code == 1
    assert "may not POST /api/v2/user_fields" in told(done)
    assert told(done).endswith(
        "give the OAuth client the scopes read and write, then connect again"
    )
    assert not shop.world.effects
    assert shop.connect().code == 0
    done = shop.writes("apply", "dp1")
    assert done.code == 0, done.err


# What stands in the way of a plan


def take_key(shop: DeskShop) -> None:
    field = shop.world.add_field("service_level", "Tariff", {})
    field["type"] = "text"


def take_key_as_ours(shop: DeskShop) -> None:
    shop.world.add_field("service_level", "Tariff", {"gold": "Gold"})


def offer_nothing(shop: DeskShop) -> None:
    shop.world.add_field("tariff", "Tariff", {"gold": "Gold"})
    shop.world.faults.unoffered = ("requester.custom_fields.", "current_tags")


BLOCKED = {
    "a key of another type": (
        take_key,
        "field/service_level: user field `Tariff` is at the desk, and not ours: its type is `text` "
        "where we need `dropdown`; put another key into settings.yaml (`desk_field: …`), or remove "
        "it at the desk",
    ),
    "a field like ours that is not": (
        take_key_as_ours,
        "field/service_level: user field `Tariff` is at the desk, and not ours; adopt it with "
        "`tierwise desk import`, or give it another name at the desk",
    ),
    "a filter nobody offers": (
        offer_nothing,
        "sla: SLA policies of this account cannot ask for a field of the requester, nor for tags; "
        "turn on user and organization tags at the desk",
    ),
}


@pytest.mark.parametrize(("breaks", "said"), BLOCKED.values(), ids=BLOCKED)
def test_a_plan_with_something_in_its_way_is_not_applied(
    shop: DeskShop, breaks: Callable[[DeskShop], None], said: str
) -> None:
    breaks(shop)
    planned = shop("plan", "--json")
    assert planned.code == 1
    assert said in failed(planned)
    assert "it can be applied when what fails is mended" in shop("show", "dp2").out
    done = shop.writes("apply", "dp2")
    assert done.code == 1
    assert told(done).startswith("something is in the way of dp2: ")
    assert not shop.world.effects


@pytest.mark.slow
def test_what_is_in_the_way_is_adopted_or_gone_round(shop: DeskShop) -> None:
    take_key(shop)
    assert "0 adopted" in shop("import").out
    settings = shop.project / "settings.yaml"
    settings.write_text(f"{settings.read_text('utf-8')}\ndesk_field: customer_level\n", "utf-8")
    shop("plan")
    done = shop.writes("apply", "dp2")
    assert done.code == 0, done.err
    done = shop.writes("push")
    assert done.code == 0, done.err
    richest = shop.world.users[person(shop.world, "c19@x.org")]
    assert richest["user_fields"]["customer_level"] == "sl_premium"


@pytest.mark.slow
def test_a_filter_that_only_the_desk_refuses_leads_to_a_new_plan(shop: DeskShop) -> None:
    """Before the field is made, nobody can ask whether a filter may name it."""
    shop.world.faults.unoffered = ("requester.custom_fields.",)
    done = shop.writes("apply", "dp1")
    assert done.code == 1
    assert "sla/premium: 127.0.0.1 did not take POST /api/v2/slas/policies" in told(done)
    assert "make a new plan with `tierwise desk plan`, which asks what is there now" in told(done)
    assert "current_tags" in shop("plan").out
    done = shop.writes("apply", "dp2")
    assert done.code == 0, done.err
    assert "nothing to change" in shop("plan").out


MOVED_ON = {
    "the desk was changed": (
        lambda shop: shop.world.add_group("Night shift"),
        "the desk was changed since dp1 was made; make a new plan with `tierwise desk plan`",
    ),
    "the policy was changed": (
        lambda shop: rewrite(shop, "within: 4h", "within: 3h"),
        "the policy file has changed since dp1 was made; make a new plan with `tierwise desk plan`",
    ),
    "the policy is broken": (
        lambda shop: rewrite(shop, "within: 4h", "within: fast"),
        "policy.yaml:66, column `levels.plus.promises.first_response.within`: expected a duration "
        "such as `30m`, `1h 30m` or `2d`, found `fast`",
    ),
}


def rewrite(shop: DeskShop, old: str, new: str) -> None:
    file = shop.project / "policy.yaml"
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")


@pytest.mark.parametrize(("breaks", "said"), MOVED_ON.values(), ids=MOVED_ON)
def test_a_plan_that_is_out_of_date_is_not_applied(
    shop: DeskShop, breaks: Callable[[DeskShop], object], said: str
) -> None:
    breaks(shop)
    done = shop.writes("apply", "dp1")
    assert (done.code, told(done)) == (1, said)
    assert not shop.world.effects


def test_a_broken_policy_stops_what_needs_it_and_nothing_else(shop: DeskShop) -> None:
    rewrite(shop, "within: 4h", "within: fast")
    for words in (("plan",), ("push", "--dry-run"), ("status",), ("clocks",)):
        done = shop(*words)
        assert done.code == 1
        assert told(done).startswith("policy.yaml:66, column `levels.plus")
    doctor = shop("doctor")
    assert doctor.code == 1
    assert "fail  policy         policy.yaml:66, column" in doctor.out
    assert "ok    sign-in" in doctor.out


# The machine


def test_a_clock_that_is_wrong(shop: DeskShop, monkeypatch: pytest.MonkeyPatch) -> None:
    right = output.clock
    monkeypatch.setattr(output, "clock", lambda: right() - HOUR_S)
    done = shop("doctor")
    assert done.code == 0
    (line,) = (line for line in done.out.splitlines() if " clock " in line)
    said = line.replace("\N{NARROW NO-BREAK SPACE}", "")
    assert re.fullmatch(
        r"warn  clock          ours is (3599|360[01]) s behind the desk's; "
        "set this machine's clock; webhooks are refused until then",
        said,
    )


# Which account, and the word that it may be written to


COMMANDS = ("doctor", "plan", "import", "destroy", "push", "read", "sync", "clocks", "disconnect")


@pytest.mark.parametrize("word", COMMANDS)
def test_nobody_is_connected(bare: Terminal, word: str) -> None:
    done = bare("desk", word)
    assert (done.code, told(done)) == (2, NOBODY)


def test_a_plan_nobody_made(shop: DeskShop) -> None:
    for words in (("show", "dp9"), ("apply", "dp9")):
        done = shop(*words)
        said = "there is no desk plan `dp9`; make one with `tierwise desk plan`"
        assert (done.code, told(done)) == (2, said)


def test_the_wrong_name_writes_nothing(shop: DeskShop) -> None:
    for words in (("apply", "dp1"), ("push",), ("sync",), ("disconnect",)):
        done = shop(*words, "--yes", "acme")
        assert (done.code, told(done)) == (2, "`acme` is not `stand-in`; nothing was done")
        assert f"zendesk stand-in (sandbox, {shop.address})" in done.err
    assert not written(shop.world)
    assert shop("status").code == 0


def test_where_nobody_can_type_the_name_it_is_asked_for(
    shop: DeskShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path("/dev/null").open() as nobody:
        monkeypatch.setattr("sys.stdin", nobody)
        done = shop("apply", "dp1")
    assert done.code == 2
    assert done.err.endswith(
        "tierwise: nobody typed the account's name, so nothing was done; "
        "give it with --yes stand-in\n"
    )
    assert not written(shop.world)


def test_two_accounts_are_never_taken_for_one_another(
    shop: DeskShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = new_world()
    second.subdomain, second.account_id = "second", 4712
    with served(second) as address:
        refused = shop.connect(to=address)
        assert refused.code == 1
        assert told(refused) == (
            f"tickets are read from zendesk stand-in (sandbox, {shop.address}) already, and those "
            "of second bear the same numbers; connect it with --no-tickets"
        )
        words = ("--client-id", second.client_id, "--no-tickets")
        assert shop.connect(*words, to=address).code == 0
        for word in COMMANDS:
            done = shop(word)
            assert done.code == 2
            assert told(done) == "say which account with --account: `stand-in`, `second`"
        done = shop("plan", "--account", "third")
        assert (done.code, "`stand-in`, `second`" in told(done)) == (2, True)
        done = shop("apply", "dp1", "--yes", "second")
        assert (done.code, told(done)) == (2, "`second` is not `stand-in`; nothing was done")
        assert "second" in shop("doctor", "--account", "second").out
    assert not shop.world.effects
    assert not second.effects


# Too early


def test_a_push_before_the_desk_was_read(
    model: Path, tmp_path: Path, world: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = (
        "nobody was read from the desk yet, so it is not known whom to write to; "
        "run `tierwise desk read` first"
    )
    with connected(model, tmp_path / "shop", world, monkeypatch) as shop:
        for done in (shop("push", "--dry-run"), shop.writes("push")):
            assert (done.code, told(done)) == (1, said)
        assert not shop.world.effects


@pytest.mark.slow
def test_a_push_before_the_field_was_made(shop: DeskShop) -> None:
    done = shop.writes("push")
    assert done.code == 1
    assert told(done) == (
        "the desk has no drop-down `service_level` for people yet; "
        "`tierwise desk plan` and `tierwise desk apply` make what is missing"
    )
    assert not shop.world.effects


@pytest.mark.slow
def test_a_push_after_somebody_took_an_option_away(shop: DeskShop) -> None:
    assert shop.writes("apply", "dp1").code == 0
    field = next(one for one in shop.world.user_fields.values() if one["key"] == "service_level")
    field["custom_field_options"] = field["custom_field_options"][1:]
    shop.world.effects.clear()
    done = shop.writes("push")
    assert done.code == 1
    assert told(done) == (
        "the drop-down `service_level` at the desk does not offer `sl_premium`; "
        "`tierwise desk plan` and `tierwise desk apply` make what is missing"
    )
    assert not shop.world.effects


NO_ORDERS = "no orders yet; read some with `tierwise read FILE --as READER`"


@pytest.mark.slow
def test_a_desk_before_any_order_and_before_any_level(
    tmp_path: Path, world: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = tmp_path / "fresh"
    assert Terminal(fresh)("init", fresh).code == 0
    with connected(fresh, tmp_path / "shop", world, monkeypatch) as shop:
        status = shop("status")
        assert status.code == 0
        assert f"levels    {NO_ORDERS}" in status.out
        assert shop("doctor").code == 0
        done = shop.writes("push")
        assert (done.code, told(done)) == (1, NO_ORDERS)
        orders = twenty_customers(tmp_path / "orders.csv")
        assert shop.terminal("read", orders, "--as", "shopify-orders").code == 0
        assert shop("read").code == 0
        done = shop.writes("push")
        assert done.code == 1
        assert told(done) == (
            "no levels are in force yet, so there is nothing to show at the desk; "
            "`tierwise plan` and `tierwise apply` put them in force"
        )
        assert "0 in step" in shop("status").out
        assert not shop.world.effects


# In the middle of work


@pytest.mark.slow
def test_somebody_deleted_in_mid_push_is_told_and_nobody_is_made(shop: DeskShop) -> None:
    assert shop.writes("apply", "dp1").code == 0
    shop.world.delete_user(person(shop.world, "c15@x.org"))
    people = len(shop.world.users)
    done = shop.writes("push")
    assert done.code == 0
    assert "push1: 8 written, 0 as they should be\n  1 not at the desk any more" in done.out
    assert level(shop.world, "c19@x.org") == "sl_premium"
    assert len(shop.world.users) == people
    assert shop("read").code == 0
    assert "0 written" in shop.writes("push").out


BREAKS = {
    "apply, its answer lost": (("apply", "dp1"), "lost"),
    "push, the desk out of order": (("push",), "500"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("words", "hit"), BREAKS.values(), ids=BREAKS)
def test_interrupted_work_is_taken_up_again(
    shop: DeskShop, words: tuple[str, ...], hit: str
) -> None:
    """The desk stops answering in the middle; the same command goes on, and does nothing twice."""
    if words == ("push",):
        assert shop.writes("apply", "dp1").code == 0
    shop.world.faults.next_hits = [*[""] * 8, *[hit] * 40]
    refused = shop.writes(*words)
    shop.world.faults.next_hits = []
    assert refused.code == 1
    assert "try again in a minute" in told(refused)
    done = shop.writes(*words)
    assert done.code == 0, done.err
    twice = [key for key, n in shop.world.effects.items() if n > 1 and key[0] != "holiday"]
    assert not twice
    assert "nothing to change" in shop("plan").out
    if words == ("push",):
        assert level(shop.world, "c19@x.org") == "sl_premium"
        assert "0 written, 9 as they should be" in shop.writes("push").out


@pytest.mark.slow
def test_an_interrupted_reading_is_taken_up_again(shop: DeskShop) -> None:
    shop.world.add_ticket(requester_id=person(shop.world, "c18@x.org"), subject="And mine?")
    shop.world.faults.next_hits = [*[""] * 5, *["reset"] * 60]
    first = shop("read")
    shop.world.faults.next_hits = []
    assert "try again in a minute" in first.out + first.err
    done = shop("read")
    assert done.code == 0
    assert "try again" not in done.out
    assert "2 tickets" in shop.terminal("doctor").out


@pytest.mark.slow
def test_a_field_that_was_taken_away_and_made_anew_is_filled_anew(shop: DeskShop) -> None:
    """Nobody at the desk changed then, so that a reading alone would not show it."""
    for words in (("apply", "dp1"), ("push",), ("destroy",)):
        done = shop.writes(*words)
        assert done.code == 0, done.err
    assert level(shop.world, "c19@x.org") is None
    shop("plan")
    assert shop.writes("apply", "dp3").code == 0
    assert shop("read").code == 0
    assert "9 written" in shop.writes("push").out
    assert level(shop.world, "c19@x.org") == "sl_premium"
