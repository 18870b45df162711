"""A desk that is read from memory, the book on SQLite, and the account of both."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from tests.connectors.zendesk_exports import T0, HeldExports
from tierwise.app.desk_reading import Reading
from tierwise.app.ports import HelpDesk
from tierwise.connectors.book_desks import DeskBook
from tierwise.connectors.landing import ParquetLanding
from tierwise.connectors.secret_box import SecretBox
from tierwise.connectors.zendesk_pages import read_page, reread
from tierwise.connectors.zendesk_webhooks import hint_of
from tierwise.facts.desk_reads import DeskPage, Hint
from tierwise.facts.desks import DeskAccount, DeskSecrets

NOW = T0 + 50_000
HOOK_SECRET = "hook-s3cret"
ACCOUNT = DeskAccount(
    account_id="",
    desk="zendesk",
    name="acme",
    address="https://acme.zendesk.com",
    sign_in="client_credentials",
    remote_id="4711",
    is_sandbox=True,
    into_facts=True,
    connected_at=T0,
    connected_by="lea",
)


class HeldDesk:
    """The reading half of a help desk."""

    def __init__(self, held: HeldExports) -> None:
        self.held = held

    def page(self, stream: str, cursor: str | None, since: int) -> DeskPage:
        return read_page(self.held, stream, cursor=cursor, since=since, field_key="service_level")

    def reread_tickets(self, ticket_ids: Sequence[str]) -> DeskPage:
        return reread(self.held, ticket_ids)

    def hint(self, headers: Mapping[str, str], body: bytes, now: int) -> Hint:
        return hint_of(HOOK_SECRET, headers, body, now)


@contextmanager
def reading_of(held: HeldExports, folder: Path, **other: Any) -> Iterator[Reading]:
    """A reading of what is held; in the same folder it goes on where the last one ended."""
    folder.mkdir(parents=True, exist_ok=True)
    box = SecretBox("", folder / "secret.key")
    with DeskBook.open(f"sqlite:///{folder / 'book.sqlite'}", box) as book:
        account = book.connect(ACCOUNT, DeskSecrets())
        whole: dict[str, Any] = {
            "desk": cast(HelpDesk, HeldDesk(held)),
            "book": book,
            "landing": ParquetLanding(folder / "landing"),
            "account": account,
            "clock": lambda: NOW,
        }
        yield Reading(**(whole | other))
