"""Which connector stands behind which name; the only place that knows them."""

from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path

from tierwise.connectors.arrow_tables import schema_of
from tierwise.connectors.book import Book
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.connectors.fact_manifest import Batch as StoredBatch
from tierwise.connectors.fact_store import FactStore, Origin, ReadReport
from tierwise.connectors.generic import read_mapped
from tierwise.connectors.ical_files import ical_days
from tierwise.connectors.incident_log import read_incident_log
from tierwise.connectors.mail import MailServer, mail_server, send_mail
from tierwise.connectors.mapping_draft import draft_mapping
from tierwise.connectors.online_retail import CREDIT, read_online_retail
from tierwise.connectors.public_holidays import holidays_source, public_holidays
from tierwise.connectors.reading import Part, ReadOptions
from tierwise.connectors.sample_tickets import GENERATED, SAYS_SO, read_sample_tickets
from tierwise.connectors.shopify import read_customers, read_orders
from tierwise.connectors.zendesk_export import read_zendesk_export

from . import ports
from .project import Project

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
SAMPLE_FILE = Path(str(files("tierwise.connectors").joinpath("online_retail.parquet")))

__all__ = [
    "CREDITS",
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
