from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tierwise.connectors.generic import read_mapped
from tierwise.connectors.mapping_draft import draft_mapping
from tierwise.connectors.reading import Part
from tierwise.facts.problems import InputError, UsageError
from tierwise.facts.tables import TABLES

from .files import OPTIONS, problems_of, rows_of, written

MAPPING = """\
table: orders
source: shop
delimiter: ";"
decimal: ","
dates: "%d.%m.%Y %H:%M"
zone: Europe/Berlin
currency: EUR
id_prefix: "b-"
columns:
  order_id: Bestellnummer
  customer_id: {column: Mail, as: email}
  placed_at: Datum
  total_minor: Summe
  state: {column: Status, values: {bezahlt: paid, offen: unpaid}}
"""
GERMAN = """\
Bestellnummer;Mail;Datum;Summe;Status
1;Ada@Example.com;01.03.2024 00:30;1.234,50;bezahlt
2;;02.03.2024 10:00;5,00;offen
"""


def read(folder: Path, text: str, mapping: str = MAPPING) -> list[Part]:
    written(folder, mapping, "orders.yaml")
    options = replace(OPTIONS, mapping=folder / "orders.yaml")
    return list(read_mapped(written(folder, text), options))


def test_a_mapping_says_which_column_is_which(tmp_path: Path) -> None:
    first, second = rows_of(read(tmp_path, GERMAN))
    assert first == {
        "order_id": "b-1",
        "customer_id": "email:ada@example.com",
        "kind": "purchase",
        "state": "paid",
        "placed_at": 1_709_249_400,
        "placed_day": 19_783,
        "total_minor": 123_450,
        "refunded_minor": 0,
        "discount_minor": 0,
        "currency": "EUR",
        "channel": None,
        "refers_to": None,
    }
    assert (second["customer_id"], second["state"]) == (None, "unpaid")


def test_a_word_the_mapping_does_not_know_is_a_problem(tmp_path: Path) -> None:
    (problem,) = problems_of(read(tmp_path, GERMAN.replace("offen", "storniert")))
    assert (problem.line, problem.column, problem.found) == (3, "Status", "`storniert`")
    assert problem.expected == "one of bezahlt, offen"
    assert problem.next_step == "add it to `values` of `state` in the mapping"


SIGNED = """\
table: orders
columns:
  order_id: no
  customer_id: who
  placed_at: at
  total_minor: amount
  currency: cur
"""
SIGNED_ROWS = "no,who,at,amount,cur\n1,7,2024-03-01,10.00,EUR\n2,7,2024-03-02,-4.00,EUR\n"


def test_a_negative_purchase_is_a_problem_with_its_next_step(tmp_path: Path) -> None:
    parts = read(tmp_path, SIGNED_ROWS, SIGNED)
    assert len(rows_of(parts)) == 1
    (problem,) = problems_of(parts)
    assert (problem.line, problem.column, problem.found) == (3, "amount", "`-4.00`")
    assert "negative_totals: refund" in problem.next_step


def test_negative_totals_can_be_refunds(tmp_path: Path) -> None:
    parts = read(tmp_path, SIGNED_ROWS, "negative_totals: refund\n" + SIGNED)
    money = [(row["kind"], row["total_minor"], row["refunded_minor"]) for row in rows_of(parts)]
    assert money == [("purchase", 1_000, 0), ("refund", 0, 400)]
    assert not problems_of(parts)


def test_the_currency_of_each_row_decides_its_decimals(tmp_path: Path) -> None:
    text = SIGNED_ROWS.replace("10.00,EUR", "1200,JPY").replace("-4.00,EUR", "4.00,XYZ")
    parts = read(tmp_path, text, SIGNED)
    assert [row["total_minor"] for row in rows_of(parts)] == [1_200]
    assert [(p.line, p.column, p.found) for p in problems_of(parts)] == [(3, "cur", "`XYZ`")]


WRONG_MAPPINGS = [
    ("table: [orders", "m.yaml:1: expected YAML"),
    ("- a\n", "expected a mapping"),
    ("table: order\ncolumns: {}", "m.yaml:1, column `table`: expected one of customers, orders"),
    ("table: orders\ncolums: {}", "did you mean `columns`?"),
    ("table: orders\ncolumns: x", "m.yaml:2, column `columns`: expected our columns"),
    (SIGNED.replace("placed_at", "placed_on"), "m.yaml:5, column `placed_on`"),
    (
        SIGNED.replace("placed_on", "placed_at").replace("  order_id: no\n", ""),
        "m.yaml:2, column `order_id`: expected a line for it",
    ),
    (SIGNED.replace("  currency: cur\n", ""), "column `currency`: expected a line for it"),
    (SIGNED + "  kind: {const: sale}\n", "m.yaml:8, column `kind`: expected one of purchase"),
    (SIGNED + "  kind: {const: refund, column: x}\n", "either `column` or `const`"),
    (SIGNED + "  kind: {columm: x}\n", "did you mean `column`?"),
    (SIGNED + "  kind: [x]\n", "expected one of their columns"),
    (SIGNED + "  state: {column: x, values: paid}\n", "`values: {theirs: ours}`"),
    (SIGNED + "  channel: {column: x, as: mail}\n", "`as: email` or `as: phone`"),
    (SIGNED + "  kind: x\nnegative_totals: refund\n", "no line for `kind`"),
    (SIGNED + "negative_totals: drop\n", "m.yaml:8, column `negative_totals`: expected `refund`"),
    (SIGNED + "zone: Mars\n", "m.yaml: expected the name of a time zone, found Mars"),
    (SIGNED + "decimal: point\n", "m.yaml: expected `.` or `,`"),
    (SIGNED.replace("order_id: no", "order_id: number"), "orders.csv:1, column `number`"),
]


@pytest.mark.parametrize(("mapping", "message"), WRONG_MAPPINGS)
def test_a_wrong_mapping_names_its_line(tmp_path: Path, mapping: str, message: str) -> None:
    path = written(tmp_path, SIGNED_ROWS)
    options = replace(OPTIONS, mapping=written(tmp_path, mapping, "m.yaml"))
    with pytest.raises(InputError) as caught:
        list(read_mapped(path, options))
    assert message in str(caught.value)


def test_without_a_mapping_there_is_a_next_step(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="let a first read write a draft"):
        list(read_mapped(written(tmp_path, SIGNED_ROWS), OPTIONS))


def test_customers_are_normalised_and_keep_what_can_be_read(tmp_path: Path) -> None:
    mapping = "table: customers\ncolumns:\n  customer_id: id\n  email: mail\n  phone: tel\n"
    parts = read(tmp_path, "id,mail,tel\n1,A@B.de,+49 30 123456\n2,nobody,12\n", mapping)
    kept = [(r["customer_id"], r["email"], r["phone"]) for r in rows_of(parts, "customers")]
    assert kept == [("1", "a@b.de", "+4930123456"), ("2", None, None)]
    assert [problem.left_out for problem in problems_of(parts)] == [False, False]
    assert {row["source"] for row in rows_of(parts, "customers")} == {"orders"}


def test_parquet_is_read_by_the_same_mapping(tmp_path: Path) -> None:
    written(tmp_path, SIGNED, "orders.yaml")
    table = pa.table(
        {
            "no": [1, 2],
            "who": [7, None],
            "at": [datetime(2024, 3, 1, 10, tzinfo=UTC), datetime(2024, 3, 2, tzinfo=UTC)],
            "amount": [0.1 + 0.2, 1e6],
            "cur": ["EUR", "EUR"],
        }
    )
    pq.write_table(table, tmp_path / "orders.parquet")
    options = replace(OPTIONS, mapping=tmp_path / "orders.yaml")
    parts = list(read_mapped(tmp_path / "orders.parquet", options))
    assert not problems_of(parts)
    assert [
        (row["order_id"], row["customer_id"], row["total_minor"]) for row in rows_of(parts)
    ] == [
        ("1", "7", 30),
        ("2", None, 100_000_000),
    ]


DRAFTS = [
    ("orders", GERMAN.replace("Mail", "Kundennummer").encode("windows-1252"), "%d.%m.%Y %H:%M", 2),
    (
        "orders",
        SIGNED_ROWS.replace("-4", "4")
        .replace("no,who,at,amount,cur", "Order ID,Customer,Order Date,Total,Currency")
        .encode(),
        "iso",
        2,
    ),
    ("orders", b"InvoiceNo|CustomerID|InvoiceDate|Amount\n1|7|13/04/2024|5\n", "%d/%m/%Y", 1),
    ("app_events", b"id,user id,event,timestamp\n1,7,login,2024-03-01T10:00:00Z\n", "iso", 1),
    ("customers", "id,Email,Name,Telefon\n1,a@b.de,Zoë,+4930123456\n".encode("utf-16"), "iso", 1),
]


@pytest.mark.parametrize(("table", "content", "dates", "rows"), DRAFTS)
def test_a_draft_reads_the_file_it_was_made_for(
    tmp_path: Path, table: str, content: bytes, dates: str, rows: int
) -> None:
    path = written(tmp_path, content)
    draft = draft_mapping(path, OPTIONS, table)
    assert f'dates: "{dates}"' in draft
    options = replace(OPTIONS, mapping=written(tmp_path, draft, "draft.yaml"))
    parts = list(read_mapped(path, options))
    assert (len(rows_of(parts, table)), problems_of(parts)) == (rows, [])


def test_translated_words_may_be_missing_where_the_column_may_be_empty(tmp_path: Path) -> None:
    mapping = MAPPING + "  channel: {column: Weg, values: {Laden: shop}}\n"
    rows = "1;;01.03.2024 10:00;5,00;bezahlt;Laden\n2;;01.03.2024 10:00;5,00;bezahlt;\n"
    parts = read(tmp_path, "Bestellnummer;Mail;Datum;Summe;Status;Weg\n" + rows, mapping)
    assert problems_of(parts) == []
    assert [row["channel"] for row in rows_of(parts)] == ["shop", None]


def test_a_draft_says_when_a_date_is_ambiguous(tmp_path: Path) -> None:
    draft = draft_mapping(written(tmp_path, "order id,order date\n1,03/04/2024\n"), OPTIONS)
    assert "ambiguous: 03/04/2024 also fits %m/%d/%Y; choose" in draft
    assert "# total_minor: …" in draft
    assert "Needed" in draft


def test_a_draft_leaves_words_it_does_not_know_to_its_reader(tmp_path: Path) -> None:
    path = written(tmp_path, "order id,date,total,currency,status\n1,2024-03-01,5,EUR,parked\n")
    draft = draft_mapping(path, OPTIONS)
    assert 'values: {"parked": "?"}' in draft
    options = replace(OPTIONS, mapping=written(tmp_path, draft, "draft.yaml"))
    (problem,) = problems_of(read_mapped(path, options))
    assert (problem.column, problem.found) == ("status", "`parked`")


def test_a_draft_for_a_parquet_file_and_for_no_table(tmp_path: Path) -> None:
    path = tmp_path / "o.parquet"
    pq.write_table(pa.table({"order": [1], "other": [2]}), path)
    draft = draft_mapping(path, OPTIONS)
    assert "delimiter" not in draft
    assert "# not used: other" in draft
    with pytest.raises(UsageError, match="no table `order`"):
        draft_mapping(path, OPTIONS, "order")


SUBSCRIPTIONS = """\
Vertrag;Kunde;Tarif;Beginn;Ende;Preis
V1;ada@example.com;Basis;01.02.2024;;9,90
V2;bob@example.com;Basis;01.02.2024;01.03.2024;9,90
V3;cy@example.com;Basis;01.02.2024;;-9,90
V4;;Basis;01.02.2024;;9,90
"""
SUBSCRIPTION_MAPPING = """\
table: subscriptions
delimiter: ";"
decimal: ","
dates: "%d.%m.%Y"
currency: EUR
columns:
  subscription_id: Vertrag
  customer_id: {{column: Kunde, as: email}}
  plan: Tarif
  started_day: Beginn
  ended_day: Ende
  term_days: {{const: {term}}}
  price_minor: Preis
"""


def test_subscriptions_are_read_by_a_mapping(tmp_path: Path) -> None:
    parts = read(tmp_path, SUBSCRIPTIONS, SUBSCRIPTION_MAPPING.format(term=30))
    running, ended = rows_of(parts, "subscriptions")
    assert running == {
        "subscription_id": "V1",
        "customer_id": "email:ada@example.com",
        "plan": "Basis",
        "started_day": 19_754,
        "ended_day": None,
        "term_days": 30,
        "price_minor": 990,
        "currency": "EUR",
    }
    assert (ended["subscription_id"], ended["ended_day"]) == ("V2", 19_783)
    nobody, below = problems_of(parts)
    assert (below.line, below.column, below.expected) == (4, "Preis", "0 or more")
    assert (nobody.line, nobody.column) == (5, "Kunde")


def test_a_subscription_may_be_cancelled_to_a_day_to_come(tmp_path: Path) -> None:
    text = SUBSCRIPTIONS.replace("01.03.2024", "31.12.2024")
    parts = read(tmp_path, text, SUBSCRIPTION_MAPPING.format(term=30))
    assert [row["ended_day"] for row in rows_of(parts, "subscriptions")] == [None, 20_088]
    late = SUBSCRIPTIONS.replace("01.02.2024;01.03.2024", "31.12.2024;")
    problems = problems_of(read(tmp_path, late, SUBSCRIPTION_MAPPING.format(term=30)))
    (begun,) = (problem for problem in problems if problem.line == 3)
    assert (begun.column, begun.expected) == ("Beginn", "a date in the past")


def test_a_subscription_that_ended_before_it_started_is_left_out_and_told(tmp_path: Path) -> None:
    text = SUBSCRIPTIONS.replace("01.03.2024", "31.01.2024")
    parts = read(tmp_path, text, SUBSCRIPTION_MAPPING.format(term=30))
    assert [row["subscription_id"] for row in rows_of(parts, "subscriptions")] == ["V1"]
    (ended,) = (problem for problem in problems_of(parts) if problem.line == 3)
    assert str(ended) == (
        "orders.csv:3, column `Ende`: expected an end on the day of the start or later, "
        "found `31.01.2024`; mend it in the source; it stays empty while no end is known"
    )


def test_a_term_of_no_days_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="column `term_days`: expected 1 or more, found `0`"):
        read(tmp_path, SUBSCRIPTIONS, SUBSCRIPTION_MAPPING.format(term=0))


def test_costs_are_read_by_a_mapping(tmp_path: Path) -> None:
    text = "no,date,eur,ticket\n1,2024-03-01,4.20,77\n2,2024-03-02,oops,78\n"
    mapping = (
        "table: costs\nid_prefix: z-\ncurrency: EUR\ncolumns:\n"
        "  cost_id: no\n  day: date\n  amount_minor: eur\n  ticket_id: ticket\n"
    )
    parts = read(tmp_path, text, mapping)
    (row,) = rows_of(parts, "costs")
    assert (row["cost_id"], row["day"], row["amount_minor"]) == ("z-1", 19_783, 420)
    assert (row["ticket_id"], row["customer_id"], row["team"]) == ("z-77", None, None)
    (problem,) = problems_of(parts)
    assert (problem.line, problem.column, problem.found) == (3, "eur", "`oops`")


@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_every_table_can_be_read_under_its_own_names(tmp_path: Path, table: str) -> None:
    (columns,) = (found.names for found in TABLES if found.name == table)
    (chosen,) = ([c for c in found.columns if c.choices] for found in TABLES if found.name == table)
    values = {column.name: column.choices[0] for column in chosen}
    values |= {"currency": "EUR", "kind": "refund", "total_minor": "0"}
    values |= {"email": "a@b.de", "phone": "+4930123456"}
    values |= {name: "2024-03-01" for name in columns if name.endswith(("_at", "day"))}
    text = ",".join(columns) + "\n" + ",".join(values.get(name, "1") for name in columns) + "\n"
    mapping = f"table: {table}\ncolumns:\n" + "".join(f"  {name}: {name}\n" for name in columns)
    parts = read(tmp_path, text, mapping)
    assert problems_of(parts) == []
    (row,) = rows_of(parts, table)
    assert tuple(row) == columns
