"""What landed from a desk becomes facts: whose tickets they are, and what happened to them."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.connectors.files import ORDER
from tests.connectors.zendesk_exports import T0, HeldExports, at, ticket, user
from tierwise.app.desk_reading import Reading, read_desk
from tierwise.app.desk_settling import Settled, settle
from tierwise.app.project import Project, make_project
from tierwise.app.wiring import Origin, make_engine, open_facts
from tierwise.connectors.arrow_tables import batch_of
from tierwise.connectors.reading import Rows
from tierwise.facts.identities import CUSTOMER_MERGES, EMAIL_OWNERS, IDENTITIES, PHONE_OWNERS
from tierwise.facts.tables import CUSTOMERS, ORDERS, TICKET_EVENTS, TICKETS

from .held_desk import NOW, reading_of


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path / "shop", preset="three-levels", shop="Acme")


def shop_knows(
    project: Project, *customers: tuple[str, str | None], bought: tuple[str, ...] = ()
) -> None:
    """Customers of the shop with their addresses, and others that only orders name."""
    parts = []
    if customers:
        columns: dict[str, list[Any]] = {
            "customer_id": [number for number, _ in customers],
            "source": ["customers"] * len(customers),
            "email": [email for _, email in customers],
        }
        batch = batch_of(CUSTOMERS, columns)
        parts.append(Rows("customers", batch, pa.array(range(len(customers)), pa.int64())))
    if bought:
        rows = [ORDER | {"order_id": f"o{n}", "customer_id": n} for n in bought]
        columns = {name: [row.get(name) for row in rows] for name in ORDERS.names}
        batch = batch_of(ORDERS, columns)
        parts.append(Rows("orders", batch, pa.array(range(len(rows)), pa.int64())))
    origin = Origin("customers", "shopify-customers", "customers.csv", "0", NOW)
    open_facts(project).add(origin, parts)


def settled(project: Project, reading: Reading) -> Settled:
    read_desk(reading, since=T0)
    return settle(project, reading.account, reading.landing, now=NOW)


def facts_of(project: Project, text: str) -> list[tuple[Any, ...]]:
    engine, facts = make_engine(project), open_facts(project)
    for table in (CUSTOMERS, TICKETS, TICKET_EVENTS):
        engine.read(table, facts.files(table.name))
    for model in (CUSTOMER_MERGES, EMAIL_OWNERS, PHONE_OWNERS, IDENTITIES):
        engine.materialise(model, {})
    rows = engine.rows(text)
    engine.close()
    return rows


# What the shop knows, the number and the address at the desk; which customer the ticket is of.
PEOPLE = {
    "the number of a customer": ([("1001", None)], (), "1001", None, "1001"),
    "the number, in other letters": ([("A-7", None)], (), "a-7", None, "A-7"),
    "the number of somebody who only bought": ([], ("1001",), "1001", None, "1001"),
    "the address alone": ([("1001", "ada@example.com")], (), None, "Ada@Example.com", "1001"),
    "number and address of two: the number": (
        [("1001", "bo@example.com"), ("1002", "ada@example.com")],
        (),
        "1001",
        "ada@example.com",
        "1001",
    ),
    "a number nobody knows": ([("1001", None)], (), "9", None, "zendesk:10"),
    "a number like that of the desk": ([("10", None)], (), None, None, "zendesk:10"),
    "two numbers but for their letters": ([("a", None), ("A", None)], (), "a", None, "a"),
}


@pytest.mark.parametrize(
    ("known", "bought", "number", "email", "expected"), PEOPLE.values(), ids=PEOPLE
)
def test_whose_ticket_it_is(
    project: Project,
    tmp_path: Path,
    known: list[tuple[str, str | None]],
    bought: tuple[str, ...],
    number: str | None,
    email: str | None,
    expected: str,
) -> None:
    shop_knows(project, *known, bought=bought)
    ada = user(10, external_id=number, email=email, name="Ada")
    with reading_of(
        HeldExports(users=[(0, ada)], tickets=[(0, ticket(1, 10))]), tmp_path
    ) as reading:
        settled(project, reading)
        names = "SELECT i.customer_id FROM tickets t JOIN identities i ON i.ref = t.customer_id"
        assert facts_of(project, names) == [(expected,)]
        # Settling again must not take the desk's own rows for the shop's.
        held = HeldExports(users=[(0, ada)], tickets=[(0, ticket(1, 10, status="solved"))])
    with reading_of(held, tmp_path / "again") as reading:
        settled(project, reading)
        assert facts_of(project, names) == [(expected,)]


def test_an_order_customer_with_an_address_is_the_same_as_the_shops(
    project: Project, tmp_path: Path
) -> None:
    shop_knows(project, bought=("1001",))
    people = [
        (0, user(10, external_id="1001", active=False, email=None)),
        (1, user(11, external_id="1001", email="ada@example.com")),
    ]
    held = HeldExports(users=people, tickets=[(0, ticket(1, 10)), (1, ticket(2, 11))])
    with reading_of(held, tmp_path) as reading:
        settled(project, reading)
    refs = "SELECT customer_id FROM identities WHERE ref IN ('zendesk:10', 'zendesk:11', "
    assert facts_of(project, f"{refs} 'email:ada@example.com', '1001')") == [("1001",)] * 4


def test_what_happened_has_its_people_and_events_of_unknown_tickets_wait(
    project: Project, tmp_path: Path
) -> None:
    reply = {"id": 7, "event_type": "Comment", "author_id": 20, "public": True}
    taken = {"id": 8, "event_type": "Change", "assignee_id": 20, "previous_value": None}
    rule = {"id": 9, "event_type": "Change", "priority": "high", "previous_value": "low"}
    told = {"created_at": at(60), "updater_id": 20, "ticket_id": 1}
    held = HeldExports(
        users=[(0, user(10)), (0, user(20, role="agent", name="Bo"))],
        tickets=[(0, ticket(1, 10, assignee_id=20, group_id=7))],
        groups=[{"id": 7, "name": "First line"}],
        events=[
            (60, told | {"id": 1, "child_events": [reply, taken]}),
            (61, told | {"id": 2, "updater_id": -1, "child_events": [rule]}),
            (62, told | {"id": 3, "ticket_id": 99, "child_events": [reply | {"id": 10}]}),
        ],
    )
    with reading_of(held, tmp_path) as reading:
        done = settled(project, reading)
    assert done.waiting == 1
    assert done.report
    assert done.report.batch.problems == 0
    columns = "name, actor, actor_id, value"
    assert facts_of(project, f"SELECT {columns} FROM ticket_events ORDER BY happened_at, name") == [
        ("created", "customer", "zendesk:10", None),
        ("assigned", "agent", "zendesk:20", "zendesk:20"),
        ("priority", "automation", "-1", "high"),
        ("public_reply", "agent", "zendesk:20", None),
    ]
    columns = "customer_id, agent_id, team, status"
    assert facts_of(project, f"SELECT {columns} FROM tickets") == [
        ("zendesk:10", "zendesk:20", "First line", "open")
    ]


def test_merged_and_deleted_tickets_stay(project: Project, tmp_path: Path) -> None:
    words = {"id": 7, "event_type": "Comment", "author_id": 10, "public": False}
    said = "Requests #2, #3 were closed and merged into this request."
    event = {"id": 1, "ticket_id": 1, "created_at": at(60), "updater_id": 20}
    held = HeldExports(
        users=[(0, user(10)), (0, user(20, role="agent"))],
        tickets=[
            (0, ticket(1, 10)),
            (1, ticket(2, 10, status="closed", tags=["closed_by_merge"])),
            (2, ticket(3, 10)),  # nobody merged it: a customer wrote that line
            (3, ticket(4, 10, status="deleted")),
        ],
        events=[(60, event | {"child_events": [words | {"body": said}]})],
    )
    with reading_of(held, tmp_path) as reading:
        settled(project, reading)
    columns = "ticket_id, status, merged_into"
    assert facts_of(project, f"SELECT {columns} FROM tickets ORDER BY ticket_id") == [
        ("1", "open", None),
        ("2", "closed", "1"),
        ("3", "open", None),
        ("4", "deleted", None),
    ]


def test_settling_what_is_settled_does_nothing(project: Project, tmp_path: Path) -> None:
    held = HeldExports(users=[(0, user(10, external_id="9"))], tickets=[(0, ticket(1, 10))])
    with reading_of(held, tmp_path) as reading:
        assert settled(project, reading).report
        before = open_facts(project).facts_id
        assert settled(project, reading) == Settled(None)
        # Another number of the shop is another customer.
        shop_knows(project, ("9", None))
        assert settled(project, reading).report
        held.users.append((900, user(10, external_id="9")))
        settled(project, reading)
    assert open_facts(project).facts_id != before


def test_the_same_rows_make_the_same_facts(project: Project, tmp_path: Path) -> None:
    people = [(n, user(n)) for n in range(10, 60)]
    tickets = [(n, ticket(n, 10 + n % 50)) for n in range(1, 400)]
    ids = []
    for size in (7, 100):
        held = HeldExports(users=people, tickets=tickets, page=size)
        with reading_of(held, tmp_path / str(size)) as reading:
            settled(project, reading)
            ids.append(open_facts(project).facts_id)
    assert ids[0] == ids[1]


def test_without_a_ticket_nothing_is_settled(project: Project, tmp_path: Path) -> None:
    with reading_of(HeldExports(users=[(0, user(10))]), tmp_path) as reading:
        assert settled(project, reading) == Settled(None)
