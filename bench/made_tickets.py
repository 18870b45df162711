"""Made-up tickets and their events of any number, the same on every machine, as Parquet."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

FIRST_S, DAYS = 1_704_067_200, 365  # 2024
LAST_S = FIRST_S + (DAYS + 120) * 86_400
LEVELS, TEAMS = ("premium", "plus", "standard"), ("east", "west", "returns", "billing", "phone")
_AT_ONCE = 250_000
_AGENTS = 200


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens in some tickets, a while after what happened before it.

    Steps of the same `story` happen in the same tickets.
    """

    name: str
    actor: str
    value: str | None
    share: float
    after_s: int
    story: str = ""


# In the order in which they happen; `?` stands for an agent or a team.
STEPS = (
    Step("created", "customer", "new", 1.0, 0),
    Step("public_reply", "bot", None, 0.35, 10),
    Step("team", "automation", "?team", 0.9, 20),
    Step("assigned", "team", "?agent", 0.95, 1_800),
    Step("status", "agent", "open", 0.8, 0),
    Step("private_note", "agent", None, 0.5, 900),
    Step("public_reply", "agent", None, 0.97, 3_600),
    Step("status", "agent", "pending", 0.5, 0, "asked back"),
    Step("customer_message", "customer", None, 0.5, 18_000, "asked back"),
    Step("status", "automation", "open", 0.5, 0, "asked back"),
    Step("priority", "agent", "high", 0.04, 600),
    Step("level", "automation", "premium", 0.03, 600),
    Step("team", "agent", "?team", 0.12, 1_200, "handed on"),
    Step("assigned", "team", "?agent", 0.12, 3_600, "handed on"),
    Step("status", "agent", "hold", 0.08, 900, "held"),
    Step("status", "agent", "open", 0.08, 90_000, "held"),
    Step("public_reply", "agent", None, 0.8, 7_200),
    Step("private_note", "agent", None, 0.3, 600),
    Step("customer_message", "customer", None, 0.35, 9_000, "asks again"),
    Step("public_reply", "agent", None, 0.35, 9_000, "asks again"),
    Step("spam", "agent", None, 0.01, 60),
    Step("merged", "agent", None, 0.01, 60),
    Step("status", "agent", "solved", 0.95, 3_600),
    Step("thanks", "customer", None, 0.15, 3_600),
    Step("customer_message", "customer", None, 0.08, 30_000, "reopened"),
    Step("status", "automation", "open", 0.08, 0, "reopened"),
    Step("public_reply", "agent", None, 0.08, 7_200, "reopened"),
    Step("status", "agent", "solved", 0.08, 0, "reopened"),
    Step("status", "automation", "closed", 0.85, 345_600),
)


@dataclass(frozen=True, slots=True)
class MadeTickets:
    """Where the tickets lie, and their events in the order in which they happened."""

    tickets: Path
    events: Path


def make_tickets(tickets: int) -> MadeTickets:
    """The Parquet files, made once for each number of tickets."""
    folder = Path(gettempdir()) / f"tierwise-made-tickets-{tickets}"
    made = MadeTickets(folder / "tickets.parquet", folder / "events.parquet")
    if made.events.exists():
        return made
    folder.mkdir(exist_ok=True)
    unordered = folder / "unordered.parquet"
    _write(made.tickets, (_tickets(part) for part in _parts(tickets)))
    _write(unordered, (_events(part) for part in _parts(tickets)))
    connection = duckdb.connect()
    connection.execute(f"SET memory_limit = '3GB'; SET temp_directory = '{folder}'")
    ordered = f"SELECT * FROM '{unordered}' ORDER BY at_s, event_id"
    connection.execute(f"COPY ({ordered}) TO '{made.events}.part' (FORMAT parquet)")
    Path(f"{made.events}.part").rename(made.events)
    unordered.unlink()
    return made


def _parts(tickets: int) -> Iterator[range]:
    for first in range(0, tickets, _AT_ONCE):
        yield range(first, min(first + _AT_ONCE, tickets))


def _write(path: Path, tables: Iterator[pa.Table]) -> None:
    first = next(tables)
    with pq.ParquetWriter(path, first.schema) as writer:
        writer.write_table(first)
        for table in tables:
            writer.write_table(table)


def _tickets(part: range) -> pa.Table:
    chance = np.random.default_rng((1, part.start))
    many = len(part)
    none = pa.nulls(many, pa.string())
    return pa.table(
        {
            "ticket_id": _named("T", np.array(part)),
            "customer_id": _named("C", chance.integers(0, 300_000, many)),
            "level": _drawn(chance, LEVELS, many, [0.1, 0.3, 0.6]),
            "policy": pa.repeat("1", many),
            "channel": _drawn(chance, ("email", "chat", "phone", "web"), many),
            "priority": _drawn(chance, ("low", "normal", "high"), many),
            "team": none,
            "agent_id": none,
        }
    )


def _events(part: range) -> pa.Table:
    chance = np.random.default_rng((2, part.start))
    happens = _happens(chance, len(part))
    means = np.array([step.after_s for step in STEPS])
    delays = (chance.exponential(1, happens.shape) * means).astype(np.int64) * happens
    opened = FIRST_S + chance.integers(0, DAYS * 86_400, len(part))
    at_s = opened[:, None] + np.cumsum(delays, axis=1)
    place, step = np.nonzero(happens)
    numbers = part.start * len(STEPS) + place * len(STEPS) + step
    return pa.table(
        {
            "ticket_id": _named("T", part.start + place),
            "event_id": _named("E", numbers),
            "at_s": at_s[place, step],
            "name": pa.array([one.name for one in STEPS]).take(step),
            "actor": pa.array([one.actor for one in STEPS]).take(step),
            "value": _values(chance, step),
        }
    )


def _happens(chance: np.random.Generator, many: int) -> NDArray[np.bool_]:
    """Which steps happen in each ticket."""
    drawn = chance.random((many, len(STEPS)))
    stories = [one.story for one in STEPS]
    for column, one in enumerate(STEPS):
        if one.story:
            drawn[:, column] = drawn[:, stories.index(one.story)]
    return drawn < np.array([one.share for one in STEPS])


def _values(chance: np.random.Generator, step: NDArray[np.int64]) -> Any:
    """The value of each event: that of its step, or a team or an agent by chance."""
    plain = [one.value for one in STEPS]
    agents = [f"agent{number}" for number in range(_AGENTS)]
    known = pa.array([*plain, *TEAMS, *agents], pa.string())
    teams = len(plain) + chance.integers(0, len(TEAMS), len(step))
    anybody = len(plain) + len(TEAMS) + chance.integers(0, _AGENTS, len(step))
    is_team, is_agent = (
        np.array([one == word for one in plain])[step] for word in ("?team", "?agent")
    )
    return known.take(np.where(is_team, teams, np.where(is_agent, anybody, step)))


def _named(letter: str, numbers: NDArray[np.int64]) -> Any:
    texts: Any = pa.array(numbers).cast(pa.string())
    return pc.binary_join_element_wise(pa.scalar(letter), texts, pa.scalar(""))


def _drawn(
    chance: np.random.Generator,
    words: tuple[str, ...],
    many: int,
    shares: list[float] | None = None,
) -> Any:
    return pa.array(words).take(chance.choice(len(words), many, p=shares))
