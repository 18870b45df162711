"""What landed from a desk becomes facts: the newest rows as an export, read by its reader.

Its people are `<desk>:<number>`, so that numbers of shop and desk never clash. Who bears a number
of the shop is merged into that customer; addresses say who the others are.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.desk_tables import RAW
from tierwise.facts.desks import DeskAccount
from tierwise.facts.models import SqlModel
from tierwise.facts.tables import CUSTOMERS, ORDERS
from tierwise.levels.policy_text import read_policy

from .desk_tables import hold_newest
from .ports import Engine, Landing
from .project import Project, own_text
from .wiring import (
    READERS,
    Origin,
    ReadOptions,
    ReadReport,
    StoredBatch,
    make_engine,
    open_facts,
)

READER = "zendesk-export"
_MEMORY = "256MB"
_OWN_SOURCE = "settling_source"


def _person(column: str) -> str:
    """A person's number as the facts name them; a rule is nobody."""
    return (
        f"CASE WHEN {column} IS NULL OR {column} IN ('', '-1') THEN {column} "
        f"ELSE '{{{{ desk }}}}:' || {column} END"
    )


# Customers that others name, and those that only orders know: they have no row of their own.
_SHOP_CUSTOMERS = """
SELECT customer_id, TRUE AS has_row FROM customers
WHERE source NOT IN (SELECT source FROM settling_source)
UNION ALL
SELECT DISTINCT customer_id, FALSE AS has_row FROM orders
WHERE customer_id IS NOT NULL AND customer_id NOT IN (
    SELECT customer_id FROM customers WHERE source NOT IN (SELECT source FROM settling_source))
"""
# A desk may write a number in other letters than the shop; two numbers that only so differ are two.
# A guest goes by the address that orders have.
_DESK_PEOPLE = f"""
WITH folded AS (
    SELECT LOWER(customer_id) AS folded_id, MIN(customer_id) AS customer_id
    FROM shop_customers GROUP BY LOWER(customer_id) HAVING COUNT(*) = 1
)
SELECT u.id, {_person("u.id")} AS person_id, u.role, u.name, u.email, u.phone,
    CASE WHEN u.organization_id IS NULL OR u.organization_id = '' THEN NULL
        ELSE '{{{{ desk }}}}:organization/' || u.organization_id END AS organization_id,
    u.created_at, COALESCE(u.active, 'true') AS active,
    COALESCE(s.customer_id, f.customer_id, g.customer_id) AS shop_id
FROM newest_user u
LEFT JOIN shop_customers s ON s.customer_id = u.external_id
LEFT JOIN folded f ON f.folded_id = LOWER(u.external_id)
LEFT JOIN shop_customers g ON g.customer_id = 'email:' || u.address AND NOT g.has_row
"""
_USER = """
WITH alone AS (
    SELECT p.shop_id, MIN(CASE WHEN p.active = 'true' THEN '0' ELSE '1' END || p.id) AS place
    FROM desk_people p JOIN shop_customers s ON s.customer_id = p.shop_id AND NOT s.has_row
    WHERE p.role = 'end-user' GROUP BY p.shop_id
)
SELECT person_id AS id, role, name, email, phone, organization_id, created_at,
    CASE WHEN role = 'end-user' THEN shop_id END AS merged_into
FROM desk_people
UNION ALL
SELECT p.shop_id AS id, p.role, p.name, p.email, p.phone, p.organization_id, p.created_at,
    CAST(NULL AS VARCHAR) AS merged_into
FROM desk_people p JOIN alone a ON a.shop_id = p.shop_id
    AND a.place = CASE WHEN p.active = 'true' THEN '0' ELSE '1' END || p.id
ORDER BY id
"""
# Anybody may write that a ticket was merged; only the desk marks the one that was.
_TICKET = f"""
SELECT t.id, t.created_at, t.status, {_person("t.requester_id")} AS requester_id,
    {_person("t.submitter_id")} AS submitter_id, {_person("t.assignee_id")} AS assignee_id,
    t.group_id, t.priority, t.type, t.via_channel, t.via_source_rel,
    COALESCE(m.merged, '[]') AS merged_ticket_ids
FROM newest_ticket t
LEFT JOIN (
    SELECT ticket_id, '[' || STRING_AGG(DISTINCT merged_id, ',' ORDER BY merged_id) || ']' AS merged
    FROM newest_ticket_merge
    WHERE told_by = 'origin' OR merged_id IN (SELECT id FROM newest_ticket WHERE is_merged)
    GROUP BY ticket_id
) m ON m.ticket_id = t.id
ORDER BY t.id
"""
_COMMENT = f"""
SELECT id, ticket_id, {_person("user_id")} AS user_id, created, public
FROM newest_ticket_comment WHERE ticket_id IN (SELECT id FROM newest_ticket)
ORDER BY ticket_id, created, id
"""
_CHANGE = f"""
SELECT ticket_id, field_name, updated, {_person("user_id")} AS user_id,
    CASE WHEN field_name = 'assignee_id' THEN {_person("value")} ELSE value END AS value
FROM newest_ticket_field_history WHERE ticket_id IN (SELECT id FROM newest_ticket)
ORDER BY ticket_id, updated, field_name, value
"""
_RATING = f"""
SELECT id, ticket_id, {_person("requester_id")} AS requester_id, score, comment, created_at,
    updated_at
FROM newest_satisfaction_rating ORDER BY id, updated_at, score
"""
_ANSWER = f"""
SELECT id, survey_id, survey_version, subject, {_person("responder_id")} AS responder_id,
    question_type, rating, rating_category, scale_max, created_at, updated_at, expires_at, comment
FROM newest_survey_response ORDER BY id, question_type, updated_at
"""
_GROUP = "SELECT id, name FROM newest_group ORDER BY id"

_SETTLED = "settled_"
# The files of the export, and the SELECT of each.
_FILES = {
    "user": _USER,
    "group": _GROUP,
    "ticket": _TICKET,
    "ticket_comment": _COMMENT,
    "ticket_field_history": _CHANGE,
    "satisfaction_rating": _RATING,
    "survey_response": _ANSWER,
}


def _model(name: str, text: str, *, as_view: bool = False) -> SqlModel:
    columns = (Column("id", Kind.TEXT, "As the export has it."),)
    table = Table(name, "A step from landed rows to an export.", ("id",), columns)
    given = ("desk",) if "{{ desk }}" in text else ()
    return SqlModel("tierwise.app", table, (), given, text, as_view=as_view)


_SHOP = _model("shop_customers", _SHOP_CUSTOMERS)
_PEOPLE = _model("desk_people", _DESK_PEOPLE)
_EXPORT = tuple(_model(f"{_SETTLED}{name}", text, as_view=True) for name, text in _FILES.items())
# Events are read after the tickets, and tell of some that came between.
_WAITING = """
SELECT (SELECT COUNT(*) FROM newest_ticket_comment
        WHERE ticket_id NOT IN (SELECT id FROM newest_ticket))
    + (SELECT COUNT(*) FROM newest_ticket_field_history
        WHERE ticket_id NOT IN (SELECT id FROM newest_ticket))
"""


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of the rows: `report` is None when nothing is new, or no ticket has landed.

    `waiting` events tell of tickets that have not landed.
    """

    report: ReadReport | None
    waiting: int = 0


def settle(project: Project, account: DeskAccount, landing: Landing, *, now: int) -> Settled:
    """Make what landed the facts of the account's own source; InputError when nothing fits."""
    facts = open_facts(project)
    sha = _state_of(facts.sources(), account, landing)
    known = any(batch.source == account.name and batch.file_sha == sha for batch in facts.sources())
    if known or not landing.parts("ticket"):
        return Settled(None)
    folder = project.kept / "desks" / account.account_id / "settled"
    waiting = _write_export(project, account, landing, folder)
    policy, _ = read_policy(own_text(project.policy_file))
    options = ReadOptions(now=now, zone=policy.zone if policy else "UTC", source=account.name)
    origin = Origin(account.name, READER, f"{account.desk} {account.name}", sha, now)
    return Settled(facts.add(origin, READERS[READER](folder, options)), waiting)


def _state_of(sources: Iterable[StoredBatch], account: DeskAccount, landing: Landing) -> str:
    """What facts would be made of: the parts that landed, and the customers of other sources."""
    found = hashlib.sha256()
    for name in RAW:
        for path in landing.parts(name):
            found.update(f"{name}/{path.name}/{path.stat().st_size}\n".encode())
    for batch in sources:
        if batch.source != account.name:
            names = (CUSTOMERS.name, ORDERS.name)
            shas = [batch.tables[name].sha for name in names if name in batch.tables]
            found.update(f"{batch.source}/{shas}\n".encode())
    return found.hexdigest()


def _write_export(project: Project, account: DeskAccount, landing: Landing, folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    # Sorting a million tickets takes little memory and spills, or much and is hardly faster.
    memory = project.settings.memory or _MEMORY
    frugal = replace(project, settings=project.settings.model_copy(update={"memory": memory}))
    engine, facts = make_engine(frugal), open_facts(project)
    try:
        for table in (CUSTOMERS, ORDERS):
            engine.read(table, facts.files(table.name))
        engine.upload(_OWN_SOURCE, pa.table({"source": [account.name]}))
        hold_newest(engine, landing, *_FILES, "ticket_merge")
        for model in (_SHOP, _PEOPLE):
            engine.materialise(model, dict.fromkeys(model.parameters, account.desk))
        for model in _EXPORT:
            engine.materialise(model, dict.fromkeys(model.parameters, account.desk))
            _save(engine, model.name, folder)
        ((waiting,),) = engine.rows(_WAITING)
    finally:
        engine.close()
    return int(waiting)


def _save(engine: Engine, name: str, folder: Path) -> None:
    """The file of the export; none for a table without rows."""
    file = folder / f"{name.removeprefix(_SETTLED)}.parquet"
    file.unlink(missing_ok=True)
    ((rows,),) = engine.rows(f"SELECT COUNT(*) FROM {name}")
    if rows:
        engine.save(name, file)
