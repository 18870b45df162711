from datetime import UTC, datetime

import pytest

from tierwise.facts.columns import Column, Kind
from tierwise.facts.parsing import Writing, check, parser_of
from tierwise.facts.problems import Expected
from tierwise.facts.row_checks import ROW_CHECKS
from tierwise.facts.tables import (
    AGENT_STATES,
    AVAILABLE_STATES,
    HANDLING_STATES,
    ORDERS,
    PAID_STATES,
    RATES,
    SUBSCRIPTIONS,
    TABLES,
)

WRITING = Writing(int(datetime(2024, 6, 1, tzinfo=UTC).timestamp()), UTC, decimal=",")
FLAG, NUMBER = Column("flag", Kind.FLAG, "A flag."), Column("number", Kind.NUMBER, "A number.")
CELLS = [
    (ORDERS.column("kind"), "refund", "refund"),
    (ORDERS.column("channel"), " ", None),
    (ORDERS.column("currency"), "eur", "EUR"),
    (ORDERS.column("placed_at"), "2024-03-01", 1_709_251_200),
    (ORDERS.column("placed_day"), "2024-03-01", 19_783),
    (ORDERS.column("placed_day"), "2024-06-02", 19_876),
    (SUBSCRIPTIONS.column("ended_day"), "2024-06-30", 19_904),
    (SUBSCRIPTIONS.column("ended_day"), "9999-12-31", 2_932_896),
    (RATES.column("rate_ppm"), "920000", 920_000),
    (FLAG, "Yes", True),
    (FLAG, "0", False),
    (NUMBER, "1,5", 1.5),
]
WRONG_CELLS = [
    (ORDERS.column("kind"), "sale", "one of purchase, refund"),
    (ORDERS.column("order_id"), "", "a value, the cell is empty"),
    (ORDERS.column("currency"), "BTC", "an ISO 4217 currency code"),
    (ORDERS.column("placed_at"), "2024-06-02", "a date in the past"),
    (ORDERS.column("placed_day"), "2024-06-03", "a date in the past"),
    (SUBSCRIPTIONS.column("started_day"), "2024-06-03", "a date in the past"),
    (SUBSCRIPTIONS.column("ended_day"), "1969-12-31", "a date from 1970 on"),
    (RATES.column("rate_ppm"), "0", "1 or more"),
    (RATES.column("rate_ppm"), "1.5", "a whole number"),
    (RATES.column("rate_ppm"), str(2**63), "a whole number of 64 bits"),
    (FLAG, "maybe", "true or false"),
    (NUMBER, "1.5.1", "a number with `,` before the decimals"),
    (NUMBER, "inf", "a finite number"),
    (NUMBER, "nan", "a finite number"),
]


@pytest.mark.parametrize(("column", "text", "value"), CELLS)
def test_a_cell_becomes_the_value_of_its_column(column: Column, text: str, value: object) -> None:
    assert parser_of(column, WRITING)(text) == value


@pytest.mark.parametrize(("column", "text", "what"), WRONG_CELLS)
def test_a_wrong_cell_says_what_was_expected(column: Column, text: str, what: str) -> None:
    expected = parser_of(column, WRITING)(text)
    assert isinstance(expected, Expected)
    assert expected.what == what


def test_money_is_read_in_the_currency_of_its_row() -> None:
    parse = parser_of(ORDERS.column("refunded_minor"), WRITING)
    assert (parse("12,50", "EUR"), parse("12", "JPY")) == (1250, 12)
    assert parse("-1", "EUR") == Expected(
        "0 or more", "what was given back is written without a minus sign"
    )


def test_a_value_made_elsewhere_is_checked_the_same() -> None:
    assert check(None, ORDERS.column("channel")) is None
    assert check("refund", ORDERS.column("kind")) == "refund"
    assert isinstance(check(None, ORDERS.column("kind")), Expected)
    share = Column("share", Kind.NUMBER, "A share.", high=1)
    assert check(1.5, share) == Expected("1 or less")


_SCALED = ("score", "scale_low", "scale_high", "question")
_RESOLVED = "1 for resolved or 0 for not, on a scale from 0 to 1"
_LASTED = ("ended_at", "offered_at", "answered_at")
_ENDS_LATE = "an end after the contact came and was answered"
ROWS = [
    ("orders", ("total_minor", "kind"), (-1, "purchase"), "0 or more on a purchase"),
    ("orders", ("total_minor", "kind"), (5, "refund"), "0 on a refund"),
    ("orders", ("total_minor", "kind"), (0, "refund"), None),
    ("orders", ("total_minor", "kind"), (0, "purchase"), None),
    ("agent_states", ("ended_at", "began_at"), (5, 6), "an end after the beginning"),
    ("agent_states", ("ended_at", "began_at"), (None, 6), None),
    ("subscriptions", ("ended_day", "started_day"), (6, 6), None),
    ("subscriptions", ("ended_day", "started_day"), (None, 6), None),
    (
        "subscriptions",
        ("ended_day", "started_day"),
        (5, 6),
        "an end on the day of the start or later",
    ),
    ("surveys", ("score", "scale_low", "scale_high"), (6, 1, 5), "a score from 1 to 5"),
    ("surveys", ("score", "scale_low", "scale_high"), (None, 1, 5), None),
    ("surveys", ("answered_at", "offered_at"), (5, 6), "an answer at its offer or after it"),
    ("surveys", ("answered_at", "offered_at"), (6, 6), None),
    ("surveys", ("answered_at", "offered_at"), (None, 6), None),
    ("surveys", ("answered_at", "score"), (None, 4.0), "when the score was given"),
    ("surveys", ("answered_at", "score"), (None, None), None),
    ("surveys", ("answered_at", "score"), (9, None), None),
    ("surveys", _SCALED, (1, 0, 1, "fcr"), None),
    ("surveys", _SCALED, (None, 0, 1, "fcr"), None),
    ("surveys", _SCALED, (5, 1, 5, "csat"), None),
    ("surveys", _SCALED, (0.5, 0, 1, "fcr"), _RESOLVED),
    ("surveys", _SCALED, (1, 1, 2, "fcr"), _RESOLVED),
    ("live_contacts", ("answered_at", "offered_at"), (5, 6), "an answer after the contact came"),
    ("live_contacts", ("answered_at", "offered_at"), (None, 6), None),
    ("live_contacts", _LASTED, (9, 6, 9), None),
    ("live_contacts", _LASTED, (6, 6, None), None),
    ("live_contacts", _LASTED, (None, 6, 7), None),
    ("live_contacts", _LASTED, (8, 6, 9), _ENDS_LATE),
    ("live_contacts", _LASTED, (5, 6, None), _ENDS_LATE),
]


@pytest.mark.parametrize(("table", "columns", "cells", "what"), ROWS)
def test_cells_of_a_row_must_agree(
    table: str, columns: tuple[str, ...], cells: tuple[object, ...], what: str | None
) -> None:
    rows = [row for row in ROW_CHECKS[table] if row.columns == columns]
    wrong = [expected.what for row in rows if (expected := row.wrong(*cells))]
    assert wrong == ([] if what is None else [what])


def test_every_state_of_an_agent_is_paid_or_off() -> None:
    states = set(AGENT_STATES.column("state").choices)
    assert states - set(PAID_STATES) == {"offline"}
    assert not set(HANDLING_STATES) & set(AVAILABLE_STATES)
    assert {*HANDLING_STATES, *AVAILABLE_STATES} < set(PAID_STATES) < states


def test_only_the_end_of_a_contract_may_lie_ahead() -> None:
    ahead = [(t.name, c.name) for t in TABLES for c in t.columns if c.may_be_future]
    assert ahead == [("subscriptions", "ended_day")]


def test_row_checks_name_columns_that_exist() -> None:
    tables = {table.name: table.names for table in TABLES}
    for name, checks in ROW_CHECKS.items():
        assert {column for row in checks for column in row.columns} <= set(tables[name])
