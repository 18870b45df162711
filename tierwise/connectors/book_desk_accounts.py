"""Accounts at help desks in the book: who we are there, what signs us in, whose turn it is."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace

from sqlalchemy import Connection, and_, delete, or_, select

from tierwise.facts.decisions import AuditEntry
from tierwise.facts.desks import DeskAccount, DeskSecrets
from tierwise.facts.problems import RefusedError

from .book_applies import write_audit
from .book_engine import found, next_number, number_in, take_turn, upsert
from .book_records import AnyRow
from .desk_schema import (
    desk_accounts,
    desk_batches,
    desk_hints,
    desk_limits,
    desk_owned,
    desk_plans,
    desk_pushes,
    desk_secrets,
    desk_steps,
    desk_streams,
    desk_turns,
    desk_written,
)
from .secret_box import SecretBox

# What goes with an account; steps of its plans and batches of its pushes go before.
BELONGINGS = (
    desk_secrets,
    desk_turns,
    desk_owned,
    desk_plans,
    desk_written,
    desk_pushes,
    desk_streams,
    desk_hints,
    desk_limits,
)


def connect(
    connection: Connection, account: DeskAccount, secrets: DeskSecrets, box: SecretBox
) -> DeskAccount:
    """Keep the account under its known id or the next one; the newest address and secrets hold."""
    _refuse_nameless(account)
    take_turn(connection, "desk_accounts")
    known = _known(connection, account)
    number = known or next_number(connection, "desk_accounts")
    saved = replace(account, account_id=f"d{number}")
    keeping = upsert(connection, desk_accounts).values(number=number, **_values(saved))
    connection.execute(
        keeping.on_conflict_do_update(index_elements=["number"], set_=_values(saved))
    )
    hook = secrets.webhook_secret or _webhook_secret(connection, number, box)
    _keep(connection, number, replace(secrets, webhook_secret=hook), box)
    deed = "reconnect desk" if known else "connect desk"
    write_audit(
        connection,
        AuditEntry(saved.connected_at, saved.connected_by, deed, saved.account_id, _told(saved)),
    )
    return saved


def accounts(connection: Connection) -> tuple[DeskAccount, ...]:
    """The accounts we are connected to, oldest first."""
    query = select(desk_accounts).order_by(desk_accounts.c.number)
    return tuple(_account(row) for row in connection.execute(query))


def account_number(connection: Connection, account_id: str) -> int:
    """The number of a connected account; RefusedError when it is none."""
    number = number_in("d", account_id)
    query = select(desk_accounts.c.number).where(desk_accounts.c.number == number)
    known: int | None = connection.execute(query).scalar_one_or_none()
    return found(known, f"desk account `{account_id}` is not connected; see `tierwise desk status`")


def disconnect(connection: Connection, account_id: str, done: tuple[int, str]) -> None:
    """Delete the account and all that belongs to it; the audit says that it was there."""
    number = account_number(connection, account_id)
    row = connection.execute(select(desk_accounts).where(desk_accounts.c.number == number)).one()
    plans = select(desk_plans.c.number).where(desk_plans.c.account == number)
    pushes = select(desk_pushes.c.number).where(desk_pushes.c.account == number)
    connection.execute(delete(desk_steps).where(desk_steps.c.plan.in_(plans)))
    connection.execute(delete(desk_batches).where(desk_batches.c.push.in_(pushes)))
    for table in BELONGINGS:
        connection.execute(delete(table).where(table.c.account == number))
    connection.execute(delete(desk_accounts).where(desk_accounts.c.number == number))
    at, by = done
    entry = AuditEntry(at, by, "disconnect desk", account_id, _account(row).shown)
    write_audit(connection, entry)


def secrets_of(connection: Connection, account_id: str, box: SecretBox) -> DeskSecrets:
    """What signs us in at an account."""
    number = account_number(connection, account_id)
    return _unsealed(connection, number, box)


def renew_secrets(
    connection: Connection,
    account_id: str,
    change: tuple[DeskSecrets, Callable[[DeskSecrets], DeskSecrets]],
    box: SecretBox,
) -> DeskSecrets:
    """Secrets newer than the stale ones of `change`: another's, or those its function gets.

    Whoever else wants to renew waits for the end of this transaction.
    """
    stale, renew = change
    number = account_number(connection, account_id)
    kept = _unsealed(connection, number, box)
    if kept.access_token and _signed(kept) != _signed(stale):
        return kept
    # Only sign-in is renewed: the secret of webhooks may be newer than what `renew` was told.
    fresh = replace(renew(kept), webhook_secret=kept.webhook_secret)
    _keep(connection, number, fresh, box)
    return fresh


def keep_webhook_secret(
    connection: Connection, account_id: str, secret: str, box: SecretBox
) -> None:
    """Keep the secret of webhooks beside what signs us in."""
    number = account_number(connection, account_id)
    kept = _unsealed(connection, number, box)
    _keep(connection, number, replace(kept, webhook_secret=secret), box)


def are_behind(connection: Connection, box: SecretBox) -> bool:
    """Whether anything is encrypted with an older key."""
    return any(box.is_behind(sealed) for sealed in _all_sealed(connection).values())


def seal_anew(connection: Connection, box: SecretBox) -> None:
    """Encrypt with the newest key whatever is encrypted with an older one."""
    for number, sealed in _all_sealed(connection).items():
        if box.is_behind(sealed):
            _keep_sealed(connection, number, box.seal(box.unseal(sealed)))


def take_account(
    connection: Connection, account_id: str, holder: str, span: tuple[int, int]
) -> str | None:
    """Take the account from now until then (`span`), or say who has it."""
    now, until = span
    account = account_number(connection, account_id)
    taking = upsert(connection, desk_turns).values(account=account, holder=holder, until_s=until)
    is_free = or_(desk_turns.c.holder == holder, desk_turns.c.until_s < now)
    taken = taking.on_conflict_do_update(
        index_elements=["account"], set_={"holder": holder, "until_s": until}, where=is_free
    )
    if connection.execute(taken.returning(desk_turns.c.account)).first():
        return None
    query = select(desk_turns.c.holder).where(desk_turns.c.account == account)
    other: str = connection.execute(query).scalar_one()
    return other


def leave_account(connection: Connection, account_id: str, holder: str) -> None:
    """Leave the account to others; nothing happens when another one has it by now."""
    account = account_number(connection, account_id)
    mine = and_(desk_turns.c.account == account, desk_turns.c.holder == holder)
    connection.execute(delete(desk_turns).where(mine))


def _refuse_nameless(account: DeskAccount) -> None:
    if not account.remote_id.strip():
        raise RefusedError(
            f"{account.shown} does not tell its number, so it could be taken for another one; "
            "check the address, and whether who signs in may read the account"
        )


def _known(connection: Connection, account: DeskAccount) -> int | None:
    query = select(desk_accounts.c.number).where(
        desk_accounts.c.desk == account.desk, desk_accounts.c.remote_id == account.remote_id
    )
    number: int | None = connection.execute(query).scalar_one_or_none()
    return number


def _signed(secrets: DeskSecrets) -> tuple[str, str]:
    return (secrets.access_token, secrets.refresh_token)


def _told(account: DeskAccount) -> str:
    return f"{account.shown}; signs in by {account.sign_in.replace('_', ' ')}"


def _webhook_secret(connection: Connection, number: int, box: SecretBox) -> str:
    # Connecting again is what mends a lost key, so it may not stop here.
    with suppress(RefusedError):
        return _unsealed(connection, number, box).webhook_secret
    return ""


def _unsealed(connection: Connection, number: int, box: SecretBox) -> DeskSecrets:
    """The secrets; who writes them waits for the end of this transaction (SQLite: always)."""
    query = select(desk_secrets).where(desk_secrets.c.account == number)
    if connection.get_execution_options().get("writes"):
        query = query.with_for_update()
    row = connection.execute(query).one_or_none()
    sealed = found(row, f"no secrets of desk account `d{number}` are kept; connect it again").sealed
    return DeskSecrets(**json.loads(box.unseal(sealed)))


def _keep(connection: Connection, number: int, secrets: DeskSecrets, box: SecretBox) -> None:
    _keep_sealed(connection, number, box.seal(json.dumps(asdict(secrets))))


def _keep_sealed(connection: Connection, number: int, sealed: str) -> None:
    keeping = upsert(connection, desk_secrets).values(account=number, sealed=sealed)
    connection.execute(
        keeping.on_conflict_do_update(index_elements=["account"], set_={"sealed": sealed})
    )


def _all_sealed(connection: Connection) -> dict[int, str]:
    query = select(desk_secrets.c.account, desk_secrets.c.sealed)
    if connection.get_execution_options().get("writes"):
        query = query.with_for_update()
    return {row.account: row.sealed for row in connection.execute(query)}


def _values(account: DeskAccount) -> dict[str, object]:
    return {
        "desk": account.desk,
        "name": account.name,
        "address": account.address,
        "sign_in": account.sign_in,
        "remote_id": account.remote_id,
        "is_sandbox": None if account.is_sandbox is None else int(account.is_sandbox),
        "into_facts": int(account.into_facts),
        "connected_at": account.connected_at,
        "connected_by": account.connected_by,
    }


def _account(row: AnyRow) -> DeskAccount:
    return DeskAccount(
        account_id=f"d{row.number}",
        desk=row.desk,
        name=row.name,
        address=row.address,
        sign_in=row.sign_in,
        remote_id=row.remote_id,
        is_sandbox=None if row.is_sandbox is None else bool(row.is_sandbox),
        into_facts=bool(row.into_facts),
        connected_at=row.connected_at,
        connected_by=row.connected_by,
    )
