from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tierwise.connectors.reading import ReadOptions
from tierwise.connectors.shopify import read_customers, read_orders
from tierwise.facts.problems import InputError

from .files import OPTIONS, problems_of, rows_of, written

# The export's own columns, in its own order, without some that nobody reads.
HEADER = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,"
    "Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,"
    "Created at,Lineitem quantity,Lineitem name,Lineitem price,Billing Name,Billing Zip,"
    "Billing Phone,Cancelled at,Payment Method,Refunded Amount,Vendor,Outstanding Balance,"
    "Id,Tags,Risk Level,Source,Phone"
)
COLUMNS = HEADER.split(",")
FIRST = {
    "Name": "#1001",
    "Email": "Ada@Example.com",
    "Financial Status": "paid",
    "Currency": "EUR",
    "Total": "56.29",
    "Discount Amount": "5.00",
    "Created at": "2024-03-01 23:30:00 +0000",
    "Lineitem quantity": "2",
    "Billing Zip": "'01067",
    "Refunded Amount": "0.00",
    "Id": "5550000001",
    "Source": "web",
}
FURTHER = {
    "Name": "#1001",
    "Email": "Ada@Example.com",
    "Created at": "2024-03-01 23:30:00 +0000",
    "Lineitem quantity": "1",
    "Vendor": "Ada's",
}
SECOND = FIRST | {"Name": "#1002", "Id": "5550000002"}


def export(folder: Path, *rows: dict[str, str]) -> Path:
    lines = [COLUMNS, *([row.get(name, "") for name in COLUMNS] for row in rows)]
    return written(folder, "\n".join(",".join(line) for line in lines) + "\n")


def read(folder: Path, *rows: dict[str, str], options: ReadOptions = OPTIONS) -> list[Any]:
    return list(read_orders(export(folder, *rows), options))


def test_an_order_is_its_first_row_and_further_rows_only_add_lines(tmp_path: Path) -> None:
    parts = read(tmp_path, FIRST, FURTHER, FURTHER, SECOND)
    first, second = rows_of(parts)
    assert first == {
        "order_id": "5550000001",
        "customer_id": "email:ada@example.com",
        "kind": "purchase",
        "state": "paid",
        "placed_at": 1_709_335_800,
        "placed_day": 19_784,  # half past midnight in Berlin
        "total_minor": 5_629,
        "refunded_minor": 0,
        "discount_minor": 500,
        "currency": "EUR",
        "channel": "web",
        "refers_to": None,
    }
    assert second["order_id"] == "5550000002"
    assert [part.lines.to_pylist() for part in parts] == [[2, 5]]


STATES = [
    ({}, "paid"),
    ({"Financial Status": "partially_refunded"}, "paid"),
    ({"Financial Status": "refunded"}, "paid"),
    ({"Financial Status": "pending"}, "unpaid"),
    ({"Financial Status": "authorized"}, "unpaid"),
    ({"Financial Status": "voided"}, "cancelled"),
    ({"Cancelled at": "2024-03-02 10:00:00 +0000"}, "cancelled"),
    ({"Payment Method": "Bogus"}, "test"),
    ({"Payment Method": "(for testing) Bogus Gateway"}, "test"),
    ({"Tags": "wholesale Test"}, "paid"),
]


@pytest.mark.parametrize(("change", "state"), STATES)
def test_money_and_cancellation_make_the_state(
    tmp_path: Path, change: dict[str, str], state: str
) -> None:
    assert [row["state"] for row in rows_of(read(tmp_path, FIRST | change))] == [state]


CUSTOMERS = [
    ({}, "email:ada@example.com"),
    ({"Email": "", "Phone": "+49 30 123456"}, "phone:+4930123456"),
    ({"Email": "", "Billing Phone": "'+4930123456"}, "phone:+4930123456"),
    ({"Email": ""}, None),
]


@pytest.mark.parametrize(("change", "customer"), CUSTOMERS)
def test_a_guest_is_known_by_e_mail_then_phone(
    tmp_path: Path, change: dict[str, str], customer: str | None
) -> None:
    parts = read(tmp_path, FIRST | change)
    assert ([row["customer_id"] for row in rows_of(parts)], problems_of(parts)) == ([customer], [])


def test_an_address_that_cannot_be_read_keeps_the_order_and_says_so(tmp_path: Path) -> None:
    parts = read(tmp_path, FIRST | {"Email": "ada@", "Phone": "+4930123456"})
    (row,), (problem,) = rows_of(parts), problems_of(parts)
    assert row["customer_id"] == "phone:+4930123456"
    assert (problem.column, problem.found, problem.left_out) == ("Email", "`ada@`", False)
    prefixed = replace(OPTIONS, phone_prefix="+49")
    parts = read(tmp_path, FIRST | {"Email": "", "Phone": "030 123456"}, options=prefixed)
    assert rows_of(parts)[0]["customer_id"] == "phone:+4930123456"


def test_an_order_paid_in_part_counts_what_was_paid(tmp_path: Path) -> None:
    for status in ("partially_paid", " Partially_Paid"):
        part = {"Financial Status": status, "Outstanding Balance": "6.29"}
        assert rows_of(read(tmp_path, FIRST | part))[0]["total_minor"] == 5_000


PROBLEMS = [
    ({"Total": "-3.00"}, "Total", "0 or more on a purchase", "`-3.00`"),
    ({"Total": "12;50"}, "Total", "an amount with `.` before the decimals", "`12;50`"),
    ({"Currency": "XXX"}, "Currency", "an ISO 4217 currency code", "`XXX`"),
    ({"Created at": "01.03.2024"}, "Created at", "a date as", "`01.03.2024`"),
    ({"Created at": "2025-03-01 10:00:00 +0000"}, "Created at", "a date in the past", "`2025"),
    ({"Financial Status": "maybe"}, "Financial Status", "one of paid", "`maybe`"),
    ({"Refunded Amount": "-1"}, "Refunded Amount", "0 or more", "`-1`"),
    ({"Id": "5.55E+12"}, "Id", "an order number with all its digits", "`5.55E+12`"),
]


@pytest.mark.parametrize(("change", "column", "expected", "found"), PROBLEMS)
def test_a_wrong_cell_leaves_its_order_out_and_says_where(
    tmp_path: Path, change: dict[str, str], column: str, expected: str, found: str
) -> None:
    parts = read(tmp_path, SECOND, FIRST | change)
    assert [row["order_id"] for row in rows_of(parts)] == ["5550000002"]
    (problem,) = problems_of(parts)
    assert (problem.source, problem.line, problem.column) == ("orders.csv", 3, column)
    assert problem.expected.startswith(expected)
    assert problem.found.startswith(found)
    assert problem.left_out


def test_further_rows_without_their_first_are_half_an_order(tmp_path: Path) -> None:
    parts = read(tmp_path, FURTHER, SECOND, FURTHER)
    assert len(rows_of(parts)) == 1
    assert [problem.line for problem in problems_of(parts)] == [2, 4]


def test_old_exports_have_no_number(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "Name,Email,Financial Status,Currency,Total,Created at\n"
        "#1001,ada@example.com,paid,EUR,5.00,2024-03-01 10:00:00 +0100\n",
    )
    (row,) = rows_of(read_orders(path, OPTIONS))
    assert (row["order_id"], row["channel"], row["refunded_minor"]) == ("#1001", None, 0)


def test_another_export_is_refused_with_its_columns(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"column `Financial Status`: expected this column"):
        list(read_orders(written(tmp_path, "Name,Email\n#1,a@b.de\n"), OPTIONS))


CUSTOMER_EXPORT = """\
Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,\
Default Address Phone,Phone,Total Spent,Total Orders,Tags
'7001,Ada,Lovelace,Ada@Example.com,yes,,'+49 30 1,'+49 30 123456,79.80,2,vip
7002,,,bob@example.com,no,Bob & Sons,,,0.00,0,
7003,Cy,,cy@,no,,030 123456,,0.00,0,
,Di,Old,di@example.com,no,,,,0.00,0,
,Ed,None,,no,,,,0.00,0,
"""


def test_customers_keep_their_number_and_normalised_addresses(tmp_path: Path) -> None:
    path = written(tmp_path, CUSTOMER_EXPORT, "customers.csv")
    parts = list(read_customers(path, replace(OPTIONS, source="shop")))
    kept = [
        (row["customer_id"], row["source"], row["email"], row["phone"], row["name"])
        for row in rows_of(parts, "customers")
    ]
    assert kept == [
        ("7001", "shop", "ada@example.com", "+4930123456", "Ada Lovelace"),
        ("7002", "shop", "bob@example.com", None, "Bob & Sons"),
        ("7003", "shop", None, None, "Cy"),
        ("email:di@example.com", "shop", "di@example.com", None, "Di Old"),
    ]
    told = [(p.line, p.column, p.left_out) for p in problems_of(parts)]
    assert told == [
        (6, "Customer ID", True),
        (4, "Email", False),
        (4, "Phone", False),
    ]
