"""Which connector stands behind which name; the only place that knows them."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tierwise.connectors.arrow_tables import schema_of
from tierwise.connectors.book import Book
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.connectors.fact_manifest import Batch as StoredBatch
from tierwise.connectors.fact_store import FactStore, Origin, ReadReport
from tierwise.connectors.generic import read_mapped
from tierwise.connectors.ical_files import ical_days
from tierwise.connectors.incident_log import read_incident_log
from tierwise.connectors.landing import ParquetLanding
from tierwise.connectors.mail import MailServer, mail_server, send_mail
from tierwise.connectors.mapping_draft import draft_mapping
from tierwise.connectors.online_retail import CREDIT, read_online_retail
from tierwise.connectors.public_holidays import holidays_source, public_holidays
from tierwise.connectors.reading import Part, ReadOptions
from tierwise.connectors.sample_tickets import GENERATED, SAYS_SO, read_sample_tickets
from tierwise.connectors.shopify import read_customers, read_orders
from tierwise.connectors.zendesk_export import read_zendesk_export
from tierwise.facts.desks import DeskAccount, DeskSecrets

from . import ports
from .project import Project

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from tierwise.connectors.zendesk_auth import NewTokens

Reader = Callable[[Path, ReadOptions], Iterator[Part]]

READERS: Mapping[str, Reader] = {
    "generic": read_mapped,
    "shopify-orders": read_orders,
    "shopify-customers": read_customers,
    "online-retail": read_online_retail,
    "sample-tickets": read_sample_tickets,
    "zendesk-export": read_zendesk_export,
    "incident-log": read_incident_log,
}
CREDITS: Mapping[str, str] = {"online-retail": CREDIT, "sample-tickets": GENERATED}
MADE_UP: Mapping[str, str] = {"sample-tickets": SAYS_SO}


@dataclass(frozen=True, slots=True)
class DeskKind:
    """How accounts of one kind of help desk are named, signed in and opened."""

    address_of: Callable[[str], str]
    browser: Callable[[Callable[[str], None], int], object]
    signed_in: Callable[..., DeskSecrets]
    new_tokens: Callable[[DeskSecrets], "NewTokens"]
    open: Callable[..., ports.HelpDesk]


# Nothing of HTTP, OAuth and ciphers is loaded before a desk is asked for.
def _zendesk() -> DeskKind:
    from tierwise.connectors.zendesk import open_zendesk
    from tierwise.connectors.zendesk_auth import NewTokens, zendesk_address
    from tierwise.connectors.zendesk_joining import Browser, signed_in

    return DeskKind(zendesk_address, Browser, signed_in, NewTokens, open_zendesk)


DESKS: Mapping[str, Callable[[], DeskKind]] = {"zendesk": _zendesk}
SAMPLE_FILE = Path(str(files("tierwise.connectors").joinpath("online_retail.parquet")))

__all__ = [
    "CREDITS",
    "DESKS",
    "MADE_UP",
    "READERS",
    "SAMPLE_FILE",
    "MailServer",
    "Origin",
    "ReadOptions",
    "ReadReport",
    "StoredBatch",
    "holidays_source",
    "ical_days",
    "mail_server",
    "public_holidays",
    "schema_of",
    "send_mail",
]


def open_book(project: Project) -> ports.Book:
    """The book of a project, brought to the newest schema."""
    return Book.open(project.book_url)


def open_desk_book(project: Project) -> ports.DeskBook:
    """What the book of a project keeps of help desks; secrets are encrypted in it."""
    from tierwise.connectors.book_desks import DeskBook
    from tierwise.connectors.secret_box import VARIABLE, SecretBox

    box = SecretBox(os.environ.get(VARIABLE, ""), project.kept / "secret.key")
    return DeskBook.open(project.book_url, box)


@dataclass(frozen=True, slots=True)
class _KeptTokens:
    """What signs an account in, as the book keeps it."""

    book: ports.DeskBook
    account_id: str

    def secrets(self) -> DeskSecrets:
        return self.book.secrets(self.account_id)

    def renew(self, stale: DeskSecrets, renew: Callable[[DeskSecrets], DeskSecrets]) -> DeskSecrets:
        return self.book.renew_secrets(self.account_id, stale, renew)


def open_desk(
    book: ports.DeskBook, account: DeskAccount, *, field_key: str, clock: Callable[[], float]
) -> ports.HelpDesk:
    """An account to work with, signed in by what the book keeps."""
    tokens = _KeptTokens(book, account.account_id)
    return DESKS[account.desk]().open(account, tokens, field_key=field_key, clock=clock)


def stand_in(clock: Callable[[], float], pace: float) -> ports.MadeUpDesk:
    """A made-up Zendesk, `pace` times as fast as the real one."""
    from tierwise.connectors.standin import StandIn

    return StandIn(clock=clock, pace=pace)


def stand_in_app(world: Any) -> "Starlette":
    """The application that answers for a made-up Zendesk."""
    from tierwise.connectors.standin_app import standin_app

    return standin_app(world)


def open_landing(project: Project, account: DeskAccount) -> ports.Landing:
    """Where the rows of an account land."""
    return ParquetLanding(project.kept / "desks" / account.account_id / "landing")


def open_facts(project: Project) -> FactStore:
    return FactStore(project.kept / "facts")


def make_engine(project: Project) -> ports.Engine:
    """An engine of its own, with the memory and cores the settings allow."""
    return DuckDBEngine(
        spill_folder=project.kept / "spill",
        memory_limit=project.settings.memory or None,
        threads=project.settings.threads or None,
    )


def draft_of(path: Path, options: ReadOptions, table: str) -> str:
    """A mapping file for a file nobody has mapped yet."""
    return draft_mapping(path, options, table)
