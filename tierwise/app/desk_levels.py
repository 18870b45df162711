"""Which level each person at a desk should show, and for whom that differs from what we wrote.

The engine must hold `desk_users`, `open_tickets`, `identities`, `standings`, `levels_now` and
`written_levels`; `hold_wanted` adds `desk_matches` and `desk_wanted`. Everything is tables: a
million people take the engine some ten seconds, and rows leave it a few thousand at a time.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.desk_people import VALUE_PREFIX, WantedLevel
from tierwise.facts.desks import DeskAccount
from tierwise.facts.models import SqlModel

from .ports import Engine

OPEN_TICKETS = Table(
    "open_tickets",
    "Tickets at the desk that are not solved, and who asked.",
    ("ticket_id",),
    (
        Column("ticket_id", Kind.TEXT, "The ticket."),
        Column("user_id", Kind.TEXT, "The person at the desk."),
    ),
)
_RANKS = "desk_level_ranks"
_BATCH_ROWS = 1_000

_USER = Column("user_id", Kind.TEXT, "The person at the desk.")

# The number of the shop and the address must not name two customers; only where neither names
# one, the desk's own record is a customer of its own. Some customers are known from orders alone.
MATCHES = SqlModel(
    package="tierwise.app",
    output=Table(
        "desk_matches",
        "Which customer each living end user of the desk is.",
        ("user_id",),
        (
            _USER,
            Column("customer_id", Kind.TEXT, "The customer, if there is one.", nullable=True),
            Column("by_number", Kind.TEXT, "Whom the shop's number names.", nullable=True),
            Column("by_address", Kind.TEXT, "Whom the address names.", nullable=True),
            Column("is_ambiguous", Kind.FLAG, "Number and address name two customers."),
            Column("found", Kind.TEXT, "What stands in the field.", nullable=True),
            Column("updated_at", Kind.INSTANT, "Last change at the desk.", nullable=True),
        ),
    ),
    reads=("desk_users", "identities", "standings"),
    parameters=("desk",),
    text="""
WITH names AS (
    SELECT ref, customer_id FROM identities
    UNION ALL
    SELECT s.customer_id AS ref, s.customer_id FROM standings s
    WHERE s.customer_id NOT IN (SELECT ref FROM identities)
)
SELECT u.user_id,
    CASE WHEN n.customer_id <> a.customer_id THEN NULL
        ELSE COALESCE(n.customer_id, a.customer_id, o.customer_id) END AS customer_id,
    n.customer_id AS by_number, a.customer_id AS by_address,
    COALESCE(n.customer_id <> a.customer_id, FALSE) AS is_ambiguous,
    NULLIF(u.value, '') AS found, u.updated_at
FROM desk_users u
LEFT JOIN names n ON n.ref = u.external_id
LEFT JOIN names a ON a.ref = 'email:' || u.email
LEFT JOIN names o ON o.ref = '{{ desk }}:' || u.user_id
WHERE u.role = 'end-user' AND u.is_active
""",
)

# A person is looked at anew when another level is wanted, when the desk refused, or when
# somebody changed them at the desk since we saw them. What was read before we wrote says nothing.
# Whom we never wrote and who has the right value already is taken over, so that a later change
# of level finds its own value there and not a stranger's.
WANTED = SqlModel(
    package="tierwise.app",
    output=Table(
        "desk_wanted",
        "What each person's field should hold, and whether a push has to look at them.",
        ("user_id",),
        (
            _USER,
            Column("customer_id", Kind.TEXT, "The customer they are."),
            Column("value", Kind.TEXT, "What the field should hold.", nullable=True),
            Column("last", Kind.TEXT, "What we last wrote.", nullable=True),
            Column("found", Kind.TEXT, "What stood there when last seen.", nullable=True),
            Column("place", Kind.COUNT, "Place of the level; 1 is best."),
            Column("is_due", Kind.FLAG, "A push has to look at them."),
            Column("is_kept", Kind.FLAG, "Somebody at the desk set another value."),
        ),
    ),
    reads=("desk_matches", "levels_now", "written_levels", _RANKS),
    parameters=("prefix", "overwrite", "last_place"),
    text="""
WITH known AS (
    SELECT m.user_id, m.customer_id, '{{ prefix }}' || l.level AS value,
        COALESCE(r.place, {{ last_place }}) AS place, m.found, m.updated_at, m.is_ambiguous
    FROM desk_matches m
    LEFT JOIN levels_now l ON l.customer_id = m.customer_id
    LEFT JOIN desk_level_ranks r ON r.level = l.level
),
beside AS (
    SELECT k.user_id, COALESCE(k.customer_id, w.customer_id) AS customer_id, k.value, k.place,
        w.user_id AS written_id, w.value AS last, w.wanted, w.state,
        COALESCE(k.updated_at >= w.at_s, TRUE) AS is_news,
        k.found AS seen,
        CASE WHEN w.state = 'kept' THEN w.found ELSE w.value END AS told
    FROM known k LEFT JOIN written_levels w ON w.user_id = k.user_id
    WHERE NOT k.is_ambiguous AND (k.customer_id IS NOT NULL OR w.user_id IS NOT NULL)
),
looked AS (
    SELECT user_id, customer_id, value, place, written_id, last, wanted, state, is_news, told,
        seen IS DISTINCT FROM told AND is_news AS is_changed,
        CASE WHEN written_id IS NULL OR is_news THEN seen ELSE told END AS found
    FROM beside
)
SELECT user_id, customer_id, value, last, found, place,
    CASE
        WHEN written_id IS NULL THEN value IS NOT NULL
        WHEN value IS DISTINCT FROM wanted OR state = 'refused' THEN TRUE
        WHEN state = 'kept' AND {{ overwrite }} = 1 THEN TRUE
        WHEN state = 'missing' THEN is_news
        ELSE is_changed
    END AS is_due,
    found IS DISTINCT FROM value AND found IS DISTINCT FROM last
        AND {{ overwrite }} = 0 AS is_kept
FROM looked
""",
)

_DUE = """
SELECT w.user_id, w.customer_id, w.value, w.last, t.tickets,
    ROW_NUMBER() OVER (
        ORDER BY CASE WHEN t.tickets IS NULL THEN 1 ELSE 0 END, w.place,
            COALESCE(s.clv_minor, 0) DESC, w.user_id
    ) AS place
FROM desk_wanted w
LEFT JOIN (
    SELECT user_id, STRING_AGG(ticket_id, ' ' ORDER BY ticket_id) AS tickets
    FROM open_tickets GROUP BY user_id
) t ON t.user_id = w.user_id
LEFT JOIN standings s ON s.customer_id = w.customer_id
WHERE w.is_due
ORDER BY place
"""
_OPEN = """
SELECT id AS ticket_id, requester_id AS user_id FROM landed_tickets
WHERE requester_id IS NOT NULL AND LOWER(status) IN ('new', 'open', 'pending', 'hold')
"""


def hold_wanted(
    engine: Engine, account: DeskAccount, levels: Sequence[str], *, overwrite: bool = False
) -> None:
    """Work out what every person at the desk should show. Levels come best first."""
    places = list(range(1, len(levels) + 1))
    ranks = pa.table(
        {"level": pa.array(levels, pa.string()), "place": pa.array(places, pa.int64())}
    )
    engine.upload(_RANKS, ranks)
    engine.materialise(MATCHES, {"desk": account.desk})
    given: dict[str, int | str] = {
        "prefix": VALUE_PREFIX,
        "overwrite": int(overwrite),
        "last_place": len(levels) + 1,
    }
    engine.materialise(WANTED, given)


def due(engine: Engine) -> Iterator[WantedLevel]:
    """Whom a push has to look at: those with open tickets, the best level, the most valuable.

    The engine is asked at once and not needed any more for the rows.
    """
    found = engine.query(_DUE)
    return (_wanted(row) for some in found.to_batches(_BATCH_ROWS) for row in some.to_pylist())


def _wanted(row: Mapping[str, Any]) -> WantedLevel:
    return WantedLevel(
        user_id=row["user_id"],
        customer_id=row["customer_id"],
        value=row["value"],
        order=row["place"],
        open_tickets=tuple((row["tickets"] or "").split()),
        last=row["last"],
    )


def due_count(engine: Engine) -> tuple[int, int]:
    """How many a push has to look at, and how many have a level and need nothing."""
    text = "SELECT COUNT(*) FILTER (WHERE is_due), COUNT(*) FILTER (WHERE NOT is_due) "
    ((waiting, rest),) = engine.rows(f"{text} FROM desk_wanted WHERE is_due OR value IS NOT NULL")
    return int(waiting), int(rest)


def hold_open_tickets(engine: Engine) -> None:
    """Make `open_tickets` of `landed_tickets`: the newest row of each ticket."""
    engine.upload(OPEN_TICKETS.name, engine.query(_OPEN))
