"""Reading a desk: streams and their cursors, pages of rows, and hints that something happened."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

STREAMS = (
    "users",
    "agents",
    "groups",
    "tickets",
    "ticket_events",
    "metric_events",
    "ratings",
    "survey_answers",
)
"""In the order of reading: names before those who bear them."""


@dataclass(frozen=True, slots=True)
class DeskPage:
    """Some rows of a stream by the table they belong to, and where to go on.

    `cursor` is where the next page begins, also at the end: from there a later read goes on. An
    empty one begins anew. `said` is what may be missing.
    """

    tables: Mapping[str, pa.Table]
    cursor: str
    is_end: bool
    said: str = ""


@dataclass(frozen=True, slots=True)
class StreamState:
    """How far a stream was read. `part` numbers the next part of its files."""

    stream: str
    cursor: str | None
    part: int
    rows: int
    read_at: int | None
    is_end: bool
    said: str = ""  # why it could not be read the last time


@dataclass(frozen=True, slots=True)
class Hint:
    """A webhook's word that something happened to a ticket; the ticket is read to know what."""

    hint_id: str
    kind: str
    ticket_id: str | None
    sent_at: int
