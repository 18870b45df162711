"""Accounts at desks: connected, secret, one process at a time, forgotten."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from tests.connectors.desk_stories import (
    ACME,
    DESK_TABLES,
    SANDBOX,
    SECRETS,
    batches,
    connected,
    op,
    plan,
    push,
    wanted,
    written,
)
from tests.connectors.test_book_opening import rows_of
from tierwise.app import ports
from tierwise.connectors.book import Book
from tierwise.connectors.book_desks import DeskBook
from tierwise.connectors.book_engine import book_engine, reading
from tierwise.connectors.desk_schema import desk_secrets
from tierwise.connectors.secret_box import SecretBox
from tierwise.facts.desk_config import OwnedObject
from tierwise.facts.desk_reads import Hint, StreamState
from tierwise.facts.desks import DeniedError, DeskSecrets, RateLimit
from tierwise.facts.problems import RefusedError


def as_asked_for(book: DeskBook) -> ports.DeskBook:
    """The book as the product asks for it; mypy holds it to that."""
    return book


def deeds(address: str) -> list[tuple[str, str, str]]:
    with Book.open(address) as book:
        return [(entry.deed, entry.subject, entry.by) for entry in reversed(book.audit())]


def everything(address: str) -> str:
    return repr(rows_of(address))


def test_accounts_are_connected_and_told_apart(desk_book: DeskBook) -> None:
    assert as_asked_for(desk_book).accounts() == ()
    acme = desk_book.connect(ACME, SECRETS)
    sandbox = desk_book.connect(SANDBOX, DeskSecrets(client_id="other"))
    assert desk_book.accounts() == (
        replace(ACME, account_id="d1"),
        replace(SANDBOX, account_id="d2"),
    )
    assert (acme, sandbox) == desk_book.accounts()
    assert desk_book.secrets("d1") == SECRETS
    assert desk_book.secrets("d2") == DeskSecrets(client_id="other")


def test_the_same_number_is_the_same_account(address: str, desk_book: DeskBook) -> None:
    connected(desk_book)
    moved = replace(ACME, name="acme-inc", address="https://acme-inc.zendesk.com", is_sandbox=None)
    again = desk_book.connect(
        replace(moved, connected_by="bob"), replace(SECRETS, api_token="new", webhook_secret="")
    )
    assert again.account_id == "d1"
    assert [one.name for one in desk_book.accounts()] == ["acme-inc"]
    kept = desk_book.secrets("d1")
    assert (kept.api_token, kept.webhook_secret) == ("new", SECRETS.webhook_secret)
    assert deeds(address) == [("connect desk", "d1", "ada"), ("reconnect desk", "d1", "bob")]


def test_an_account_without_a_number_is_refused(desk_book: DeskBook) -> None:
    with pytest.raises(RefusedError, match=r"zendesk acme .*taken for another one"):
        desk_book.connect(replace(ACME, remote_id=" "), SECRETS)
    assert desk_book.accounts() == ()


def test_nothing_secret_is_written_in_plain_words(address: str, desk_book: DeskBook) -> None:
    account = connected(desk_book)
    desk_book.renew_secrets(account, SECRETS, lambda old: replace(old, access_token="n3w-5ecret"))
    desk_book.keep_webhook_secret(account, "hook-5ecret")
    assert "5ecret" not in everything(address)
    assert "acme.zendesk.com" in everything(address)
    assert "5ecret" not in repr(desk_book.secrets(account))


UNKNOWN = ("d9", "p1", "", "d", "d²", "d-1")


@pytest.mark.parametrize("account_id", UNKNOWN)
def test_an_account_that_is_not_connected_is_refused(desk_book: DeskBook, account_id: str) -> None:
    connected(desk_book)
    deeds: list[Callable[[], object]] = [
        lambda: desk_book.secrets(account_id),
        lambda: desk_book.take_turn(account_id, "me", now=1, until=2),
        lambda: desk_book.written_levels(account_id),
        lambda: desk_book.save_desk_plan(plan(account_id)),
        lambda: desk_book.begin_push(push(account_id, 1), []),
        lambda: desk_book.keep_stream(account_id, StreamState("users", None, 0, 0, None, False)),
        lambda: desk_book.take_hint(account_id, Hint("h", "ticket", None, 1), 1),
        lambda: desk_book.disconnect(account_id, at=1, by="ada"),
    ]
    for deed in deeds:
        with pytest.raises(RefusedError, match=r"is not connected|is no id"):
            deed()


def test_disconnecting_forgets_everything_but_the_audit(address: str, desk_book: DeskBook) -> None:
    gone, stays = connected(desk_book), connected(desk_book, SANDBOX)
    for account in (gone, stays):
        fill(desk_book, account)
    desk_book.disconnect(gone, at=900, by="eve")
    assert [one.account_id for one in desk_book.accounts()] == [stays]
    rows = rows_of(address)
    assert {table.name: len(rows[table.name]) for table in DESK_TABLES} == {
        table.name: 1 for table in DESK_TABLES
    }
    assert deeds(address)[-1] == ("disconnect desk", gone, "eve")
    assert "PRODUCTION, https://acme.zendesk.com" in repr(rows["audit"])
    assert connected(desk_book) == "d3", "an account that comes back starts anew"


def fill(book: DeskBook, account: str) -> None:
    """A row in every table."""
    book.take_turn(account, "me", now=1, until=2)
    book.own(account, OwnedObject("sla/plus", "sla", "1", {}, False, 1))
    book.save_desk_plan(plan(account, op(1, "sla/plus")))
    begun = book.begin_push(push(account, 1), batches([wanted(1)]))
    book.batch_done(begun.push_id, 0, [written(wanted(1))])
    book.keep_stream(account, StreamState("users", "c", 0, 0, None, False))
    book.take_hint(account, Hint("h", "ticket", None, 1), 1)
    book.keep_limits(account, [RateLimit("account", 700, 699)], 1)


def test_secrets_are_renewed_once_for_all_who_wait(desk_book: DeskBook) -> None:
    account = connected(desk_book)
    asked: list[str] = []

    def renew(old: DeskSecrets) -> DeskSecrets:
        asked.append(old.refresh_token)
        return replace(old, access_token="access-2", refresh_token="refresh-2", expires_at=3700)

    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(lambda _: desk_book.renew_secrets(account, SECRETS, renew), range(4)))
    assert asked == [SECRETS.refresh_token]
    assert {one.access_token for one in got} == {"access-2"}
    assert desk_book.secrets(account) == got[0]


def test_a_pair_that_another_process_got_is_taken(
    address: str, box: SecretBox, desk_book: DeskBook
) -> None:
    account = connected(desk_book)
    newer = replace(SECRETS, access_token="theirs", refresh_token="theirs too")
    with DeskBook.open(address, box) as other:
        other.renew_secrets(account, SECRETS, lambda _: newer)
    assert desk_book.renew_secrets(account, SECRETS, never) == newer


def test_a_webhook_secret_kept_meanwhile_is_no_newer_sign_in(desk_book: DeskBook) -> None:
    account = connected(desk_book)
    desk_book.keep_webhook_secret(account, "hook-2")
    fresh = replace(SECRETS, access_token="access-2")
    assert desk_book.renew_secrets(account, SECRETS, lambda _: fresh).webhook_secret == "hook-2"
    assert desk_book.secrets(account) == replace(fresh, webhook_secret="hook-2")


def test_connected_anew_without_a_token_still_gets_one(desk_book: DeskBook) -> None:
    account = connected(desk_book)
    desk_book.connect(ACME, DeskSecrets(client_id="new", client_secret="new"))
    got = desk_book.renew_secrets(
        account, SECRETS, lambda kept: replace(kept, access_token=f"for {kept.client_id}")
    )
    assert got.access_token == "for new"


def test_a_desk_that_refuses_to_renew_changes_nothing(desk_book: DeskBook) -> None:
    account = connected(desk_book)

    def denied(_: DeskSecrets) -> DeskSecrets:
        raise DeniedError("the refresh token was revoked; connect again")

    with pytest.raises(DeniedError, match="revoked"):
        desk_book.renew_secrets(account, SECRETS, denied)
    assert desk_book.secrets(account) == SECRETS


def never(_: DeskSecrets) -> DeskSecrets:
    raise AssertionError("the refresh token of an old pair is dead: nobody may use it")


def test_a_lost_key_is_told_and_connecting_again_mends_it(
    address: str, desk_book: DeskBook, tmp_path: Path
) -> None:
    account = connected(desk_book)
    (tmp_path / "secret.key").unlink()
    with pytest.raises(RefusedError, match="put it back, or set TIERWISE_SECRET_KEY, or connect"):
        desk_book.secrets(account)
    with pytest.raises(RefusedError, match="connect the desk again"):
        desk_book.renew_secrets(account, SECRETS, never)
    assert desk_book.accounts(), "what is not secret needs no key"
    assert connected(desk_book) == account
    assert desk_book.secrets(account) == SECRETS


def test_opening_with_a_new_key_in_front_leaves_the_old_one_without_work(
    address: str, tmp_path: Path
) -> None:
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    file = tmp_path / "secret.key"
    with DeskBook.open(address, SecretBox(old, file)) as book:
        connected(book)
        connected(book, SANDBOX)
    DeskBook.open(address, SecretBox(f"{new},{old}", file)).close()
    before = sealed(address)
    DeskBook.open(address, SecretBox(f"{new},{old}", file)).close()
    assert sealed(address) == before, "what is under the newest key stays as it is"
    with DeskBook.open(address, SecretBox(new, file)) as book:
        assert book.secrets("d1") == book.secrets("d2") == SECRETS


def sealed(address: str) -> list[str]:
    engine = book_engine(address)
    with reading(engine) as connection:
        query = select(desk_secrets.c.sealed).order_by(desk_secrets.c.account)
        found = list(connection.execute(query).scalars())
    engine.dispose()
    return found


# who, from, until, and who has it instead
TURNS = [
    ("ada", 100, 160, None),
    ("bob", 110, 170, "ada"),
    ("ada", 150, 210, None),  # renews
    ("bob", 210, 270, "ada"),  # until 210 is also at 210
    ("bob", 211, 271, None),  # ada has lost it
    ("ada", 212, 272, "bob"),
]


def test_an_account_is_one_processs_at_a_time(desk_book: DeskBook) -> None:
    account, other = connected(desk_book), connected(desk_book, SANDBOX)
    for holder, now, until, instead in TURNS:
        assert desk_book.take_turn(account, holder, now=now, until=until) == instead
    assert desk_book.take_turn(other, "ada", now=212, until=272) is None, "accounts do not wait"
    desk_book.leave_turn(account, "ada")
    assert desk_book.take_turn(account, "eve", now=213, until=273) == "bob"
    desk_book.leave_turn(account, "bob")
    assert desk_book.take_turn(account, "eve", now=213, until=273) is None


def test_of_many_who_want_a_turn_one_gets_it(desk_book: DeskBook) -> None:
    account = connected(desk_book)
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda who: desk_book.take_turn(account, f"p{who}", now=1, until=9), range(8))
        )
    assert answers.count(None) == 1
    assert set(answers) - {None} == {f"p{answers.index(None)}"}


def test_a_desk_book_and_a_book_share_one_database(address: str, desk_book: DeskBook) -> None:
    connected(desk_book)
    with Book.open(address) as book:
        assert book.head() == 0, "levels do not stand on desks"
        assert book.audit()[0].detail == (
            "zendesk acme (PRODUCTION, https://acme.zendesk.com); signs in by client credentials"
        )
