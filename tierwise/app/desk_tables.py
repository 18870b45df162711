"""What landed from a desk, as tables of an engine: of every row the newest one."""

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.desk_people import DESK_USERS
from tierwise.facts.desk_tables import RAW, SEQ
from tierwise.facts.models import SqlModel

from .ports import Engine, Landing

_SEQ = Column(SEQ, Kind.COUNT, "Grows with the arrival of rows.")
# Only numbers are compared: a million rows of texts need not be held.
_NEWEST = """
SELECT {columns} FROM {landed} WHERE seq IN (SELECT MAX(seq) FROM {landed} GROUP BY {keys})
"""
_USERS = SqlModel(
    package="tierwise.app",
    output=DESK_USERS,
    reads=("newest_user",),
    text="""
SELECT id AS user_id, external_id, address AS email, name, COALESCE(role, 'end-user') AS role,
    NULLIF(level_value, '') AS value, COALESCE(active, 'true') = 'true' AS is_active,
    updated_at_s AS updated_at
FROM newest_user
""",
)


def hold_newest(engine: Engine, landing: Landing, *names: str) -> None:
    """Make `newest_<name>` of these raw tables: the last row that arrived of each key."""
    for name in names:
        raw = RAW[name]
        landed = Table(raw.name, raw.meaning, (SEQ,), (*raw.columns, _SEQ))
        engine.read(landed, landing.parts(name))
        engine.materialise(_newest(name, f"newest_{name}"), {})


def read_desk_users(engine: Engine, landing: Landing) -> None:
    """Make the table DESK_USERS of the people who landed."""
    hold_newest(engine, landing, "user")
    engine.materialise(_USERS, {})


def read_landed_tickets(engine: Engine, landing: Landing) -> None:
    """Make `landed_tickets`: the newest row of each ticket, as the desk gave it."""
    hold_newest(engine, landing, "ticket")
    engine.materialise(_newest("ticket", "landed_tickets"), {})


def _newest(name: str, output: str) -> SqlModel:
    raw = RAW[name]
    text = _NEWEST.format(columns=", ".join(raw.names), landed=raw.name, keys=", ".join(raw.key))
    table = Table(output, raw.meaning, raw.key, raw.columns)
    return SqlModel(
        package="tierwise.app", output=table, reads=(raw.name,), text=text, as_view=True
    )
