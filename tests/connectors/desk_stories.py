"""Short words for what happens between a book and a desk, so that tests read as stories."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from tierwise.connectors.book_columns import metadata
from tierwise.connectors.book_desks import DeskBook
from tierwise.facts.desk_config import Deed, DeskOp, DeskPlan
from tierwise.facts.desk_people import (
    BatchState,
    Push,
    PushBatch,
    WantedLevel,
    WriteState,
    WrittenLevel,
)
from tierwise.facts.desks import DeskAccount, DeskSecrets
from tierwise.facts.findings import Finding

DESK_TABLES = [one for one in metadata.sorted_tables if one.name.startswith("desk_")]
ACME = DeskAccount(
    account_id="",
    desk="zendesk",
    name="acme",
    address="https://acme.zendesk.com",
    sign_in="client_credentials",
    remote_id="4711",
    is_sandbox=False,
    into_facts=True,
    connected_at=100,
    connected_by="ada",
)
SANDBOX = replace(ACME, name="acme-test", remote_id="4712", is_sandbox=True, into_facts=False)
SECRETS = DeskSecrets(
    client_id="tierwise",
    client_secret="client-5ecret",
    access_token="access-5ecret",
    refresh_token="refresh-5ecret",
    expires_at=1900,
    email="ada@acme.example",
    api_token="api-5ecret",
    webhook_secret="webhook-5ecret",
)
BATCH = 100


def connected(book: DeskBook, account: DeskAccount = ACME) -> str:
    """The id of the account, connected."""
    return book.connect(account, SECRETS).account_id


def op(number: int, logical_id: str, *, deed: Deed = Deed.CREATE) -> DeskOp:
    kind, _, name = logical_id.partition("/")
    body = {"title": name, "filter": {"all": [{"field": "tag", "value": "sl_plus"}], "any": []}}
    before = None if deed is Deed.CREATE else {"title": "old"}
    return DeskOp(number, deed, kind, logical_id, name.title(), None, before, body)


def plan(account_id: str, *ops: DeskOp) -> DeskPlan:
    return DeskPlan(
        plan_id="",
        account_id=account_id,
        purpose="apply",
        made_at=200,
        made_by="ada",
        policy_version=3,
        snapshot_sha="abc",
        ops=ops,
        findings=(Finding("warn", "sla/plus", "half days cannot be said", "use whole days"),),
    )


def push(account_id: str, people: int, *, at: int = 300) -> Push:
    return Push("", account_id, at, "ada", people, 0, 7, 0, 0, 0)


def wanted(number: int, value: str | None = "sl_plus") -> WantedLevel:
    return WantedLevel(f"u{number}", f"c{number}", value, number, (f"t{number}",), "sl_basic")


def batches(people: Iterable[WantedLevel], size: int = BATCH) -> Iterator[PushBatch]:
    """Batches of levels with even numbers; odd ones are left for their tags."""
    rows = list(people)
    for number, start in enumerate(range(0, len(rows), size)):
        some = tuple(rows[start : start + size])
        yield PushBatch(2 * number, "levels", some, BatchState.WAITING, None, 0)


def written(
    person: WantedLevel, state: WriteState = WriteState.WRITTEN, *, at: int = 400
) -> WrittenLevel:
    value = person.value if state is WriteState.WRITTEN else person.last
    return WrittenLevel(
        person.user_id, person.customer_id, value, person.value, state, None, None, at
    )


def tags_after(batch: PushBatch) -> PushBatch:
    return replace(batch, number=batch.number + 1, what="tags", state=BatchState.WAITING)
