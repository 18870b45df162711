"""Who gets which level at the desk, who first, and for whom nothing has to be done."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import pytest

from tests.app.remembered_desk import ACME
from tierwise.app.desk_answers import PeopleInStep, PushPreview
from tierwise.app.desk_levels import due, due_count, hold_open_tickets, hold_wanted
from tierwise.app.desk_previews import match_findings, people_in_step, push_preview
from tierwise.connectors.arrow_tables import schema_of
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.desk_people import DESK_USERS, WRITTEN_LEVELS

LEVELS = ("premium", "plus", "standard")
WROTE_AT = 1_000


@dataclass
class Shop:
    """What the engine holds, in short words."""

    engine: DuckDBEngine
    users: list[dict[str, object]] = field(default_factory=list)
    refs: dict[str, str] = field(default_factory=dict)
    levels: dict[str, str] = field(default_factory=dict)
    worth: dict[str, int] = field(default_factory=dict)
    written: list[dict[str, object]] = field(default_factory=list)
    tickets: list[tuple[str, str]] = field(default_factory=list)

    def at_desk(self, user_id: str, value: object = None, **more: object) -> None:
        usual = {"role": "end-user", "is_active": True, "updated_at": WROTE_AT - 1}
        self.users.append({"user_id": user_id, "value": value, **usual, **more})

    def customer(self, customer_id: str, level: str | None, *refs: str, worth: int = 0) -> None:
        self.refs |= dict.fromkeys((customer_id, *refs), customer_id)
        self.worth[customer_id] = worth
        if level:
            self.levels[customer_id] = level

    def wrote(
        self, user_id: str, value: str | None, state: str = "written", **more: object
    ) -> None:
        usual = {"customer_id": f"c{user_id}", "wanted": value, "at_s": WROTE_AT}
        self.written.append({"user_id": user_id, "value": value, "state": state, **usual, **more})

    def hold(self, *, overwrite: bool = False) -> None:
        upload = self.engine.upload
        upload("desk_users", pa.Table.from_pylist(self.users, schema_of(DESK_USERS)))
        upload("written_levels", pa.Table.from_pylist(self.written, schema_of(WRITTEN_LEVELS)))
        upload("identities", pairs("ref", "customer_id", list(self.refs.items())))
        upload("levels_now", pairs("customer_id", "level", list(self.levels.items())))
        upload("open_tickets", pairs("ticket_id", "user_id", self.tickets))
        who = pa.array(list(self.worth), pa.string())
        worth = pa.array(list(self.worth.values()), pa.int64())
        upload("standings", pa.table({"customer_id": who, "clv_minor": worth}))
        hold_wanted(self.engine, ACME, LEVELS, overwrite=overwrite)

    def due(self, *, overwrite: bool = False) -> dict[str, str | None]:
        self.hold(overwrite=overwrite)
        return {row.user_id: row.value for row in due(self.engine)}


def pairs(first: str, second: str, rows: list[tuple[str, str]]) -> pa.Table:
    text = pa.string()
    return pa.table(
        {
            first: pa.array([row[0] for row in rows], text),
            second: pa.array([row[1] for row in rows], text),
        }
    )


@pytest.fixture
def shop() -> Iterator[Shop]:
    engine = DuckDBEngine()
    yield Shop(engine)
    engine.close()


def test_people_are_known_by_number_then_address_then_as_the_desk_names_them(shop: Shop) -> None:
    shop.customer("1001", "premium", "email:anna@x.de")
    shop.customer("1002", "plus", "email:ben@x.de")
    shop.customer("zendesk:7", "standard")
    shop.at_desk("5", external_id="1001", email="other@x.de")
    shop.at_desk("6", email="ben@x.de")
    shop.at_desk("7", email="carl@x.de")
    shop.at_desk("8", email="nobody@x.de")
    assert shop.due() == {"5": "sl_premium", "6": "sl_plus", "7": "sl_standard"}
    (told,) = match_findings(shop.engine)
    assert told.text.startswith("1 person at the desk is no customer of the shop")


def test_customers_that_only_orders_know_are_known_at_the_desk(shop: Shop) -> None:
    shop.customer("email:anna@x.de", "premium")
    shop.customer("1002", "plus")
    shop.refs.clear()
    shop.at_desk("5", email="anna@x.de")
    shop.at_desk("6", external_id="1002")
    assert shop.due() == {"5": "sl_premium", "6": "sl_plus"}


def test_who_would_be_two_customers_gets_nothing_and_is_told(shop: Shop) -> None:
    shop.customer("1001", "premium", "email:anna@x.de")
    shop.customer("1002", "plus", "email:ben@x.de")
    shop.at_desk("5", external_id="1001", email="ben@x.de")
    shop.at_desk("6", external_id="1001", email="anna@x.de")
    shop.wrote("5", "sl_plus")
    assert shop.due() == {"6": "sl_premium"}
    (told,) = push_preview(shop.engine, ACME).ambiguous
    assert told == (
        "desk user 5: the number 1001 is customer 1001, the address ben@x.de is customer 1002"
    )


@pytest.mark.parametrize(
    "person",
    [{"role": "agent"}, {"role": "admin"}, {"is_active": False}],
    ids=["agent", "admin", "deleted"],
)
def test_who_works_at_the_desk_or_is_deleted_gets_no_level(
    shop: Shop, person: dict[str, object]
) -> None:
    shop.customer("1001", "premium")
    shop.at_desk("5", external_id="1001", **person)
    assert shop.due() == {}


def test_open_tickets_come_first_then_the_level_then_the_value(shop: Shop) -> None:
    for number, level, worth in [
        (1, "standard", 900),
        (2, "premium", 100),
        (3, "premium", 800),
        (4, "plus", 999),
        (5, "standard", 10),
        (6, "gone level", 5),
    ]:
        shop.customer(f"c{number}", level, worth=worth)
        shop.at_desk(str(number), external_id=f"c{number}")
    shop.tickets = [("t2", "5"), ("t1", "5"), ("t3", "4")]
    shop.hold()
    rows = list(due(shop.engine))
    assert [row.user_id for row in rows] == ["4", "5", "3", "2", "1", "6"]
    assert [row.order for row in rows] == [1, 2, 3, 4, 5, 6]
    assert rows[1].open_tickets == ("t1", "t2")


NEWS, OLD = {"updated_at": WROTE_AT}, {"updated_at": WROTE_AT - 1}


@pytest.mark.parametrize(
    ("level", "stands", "wrote", "seen", "is_due"),
    [
        ("plus", "sl_plus", ("sl_plus", "written"), NEWS, False),
        ("plus", None, ("sl_plus", "written"), OLD, False),  # read before we wrote
        ("plus", None, ("sl_plus", "written"), NEWS, True),  # an agent emptied it since
        ("plus", None, ("sl_plus", "written"), {"updated_at": None}, True),  # nobody knows when
        ("premium", "sl_plus", ("sl_plus", "written"), OLD, True),
        (None, "sl_plus", ("sl_plus", "written"), OLD, True),  # no level any more: cleared
        (None, None, (None, "written"), OLD, False),
        ("plus", "sl_plus", None, OLD, True),  # right by chance: taken over
        (None, "sl_plus", None, OLD, False),  # never ours
        ("plus", None, ("sl_plus", "refused"), OLD, True),
        ("plus", None, ("sl_plus", "missing"), OLD, False),
        ("plus", None, ("sl_plus", "missing"), NEWS, True),  # back again
    ],
)
def test_whom_a_push_looks_at(
    shop: Shop,
    level: str | None,
    stands: str | None,
    wrote: tuple[str | None, str] | None,
    seen: dict[str, object],
    *,
    is_due: bool,
) -> None:
    shop.customer("c5", level)
    shop.at_desk("5", stands, external_id="c5", **seen)
    if wrote:
        shop.wrote("5", *wrote)
    assert bool(shop.due()) is is_due


@pytest.mark.parametrize(
    ("stands", "seen", "is_due"),
    [
        ("sl_vip", NEWS, False),  # as it was kept
        ("sl_gold", NEWS, True),  # another edit
        (None, OLD, False),
    ],
)
def test_an_edit_that_was_kept_is_looked_at_again_only_when_it_changes(
    shop: Shop, stands: str | None, seen: dict[str, object], *, is_due: bool
) -> None:
    shop.customer("c5", "plus")
    shop.at_desk("5", stands, external_id="c5", **seen)
    shop.wrote("5", "sl_standard", "kept", wanted="sl_plus", found="sl_vip")
    assert bool(shop.due()) is is_due
    assert push_preview(shop.engine, ACME).kept == 1
    assert shop.due(overwrite=True) == {"5": "sl_plus"}
    (row,) = due(shop.engine)
    assert row.last == "sl_standard"


def test_whose_customer_is_erased_is_cleared_and_others_are_left_alone(shop: Shop) -> None:
    shop.customer("c6", "plus")
    for user_id in ("5", "6", "7"):
        shop.at_desk(user_id, "sl_plus", external_id=f"c{user_id}")
    shop.wrote("5", "sl_plus")
    shop.wrote("6", "sl_plus")
    assert shop.due() == {"5": None}
    (row,) = due(shop.engine)
    assert (row.customer_id, row.last) == ("c5", "sl_plus")


def test_a_preview_counts_what_would_be_written(shop: Shop) -> None:
    for number, level in enumerate(["premium", "premium", "plus", "standard", "plus"], 1):
        shop.customer(f"c{number}", level)
    shop.at_desk("1", external_id="c1")
    shop.at_desk("2", "sl_plus", external_id="c2")
    shop.at_desk("3", "sl_plus", external_id="c3")
    shop.at_desk("4", "sl_vip", external_id="c4")
    shop.at_desk("5", "sl_plus", external_id="c5")
    shop.at_desk("9", email="who@x.de")
    shop.wrote("2", "sl_plus")
    shop.wrote("3", "sl_plus")
    shop.tickets = [("t1", "2"), ("t2", "2"), ("t3", "4"), ("t4", "3")]
    shop.hold()
    assert push_preview(shop.engine, ACME) == PushPreview(
        account=ACME,
        changes=((None, "sl_premium", 1), ("sl_plus", "sl_premium", 1)),
        people=2,
        open_tickets=2,
        kept=1,
        unmatched=1,
        ambiguous=(),
    )
    assert due_count(shop.engine) == (4, 1)
    assert people_in_step(shop.engine) == PeopleInStep(
        in_step=1, waiting=3, kept=1, refused=0, missing=0, unmatched=1
    )


def test_tickets_are_open_until_they_are_solved(shop: Shop) -> None:
    statuses = ["new", "open", "pending", "Hold", "solved", "closed", "deleted", "open"]
    numbers = [str(number) for number in range(len(statuses))]
    people = [*["5"] * 7, None]
    rows = pa.table({"id": numbers, "requester_id": people, "status": statuses})
    shop.engine.upload("landed_tickets", rows)
    hold_open_tickets(shop.engine)
    found = shop.engine.rows("SELECT ticket_id, user_id FROM open_tickets ORDER BY ticket_id")
    assert found == [(number, "5") for number in "0123"]
