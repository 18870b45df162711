from collections import Counter
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tierwise.connectors.arrow_tables import schema_of
from tierwise.connectors.online_retail import COLUMNS, CREDIT, SAMPLE, read_online_retail
from tierwise.connectors.reading import Part, Remark, Rows
from tierwise.facts.problems import InputError
from tierwise.facts.tables import ORDERS

from .files import OPTIONS, problems_of, rows_of

LINES = [
    # sheet, invoice, stock code, quantity, minute, price, customer
    (1, "500", "A", 2, 20_000_000, 1_250, 7),
    (1, "501", "A", 1, 20_000_060, 1_000, None),
    (2, "501", "A", 3, 20_000_060, 1_000, None),
    (2, "C502", "A", -1, 20_001_000, 1_250, 7),
    (2, "A503", "B", 1, 20_001_000, -9_000, None),
    (2, "504", "TEST001", 1, 20_001_000, 4_500, 8),
    (2, "505", "A", -9, 20_001_000, 0, None),
    (2, "506", "A", 1, 20_001_000, 0, 9),
    (2, "507", "PADS", 1, 20_001_000, 1, 7),
    (2, "507", "A", 1, 20_001_002, 2_004, 7),
    (2, "508", "A", -1, 20_001_000, 1_000, 7),
]


@pytest.fixture(scope="module")
def sample() -> list[Part]:
    return list(read_online_retail(SAMPLE, OPTIONS))


def a_shop(folder: Path) -> Path:
    columns = [*zip(*LINES, strict=True), ["United Kingdom"] * len(LINES)]
    path = folder / "shop.parquet"
    pq.write_table(pa.table(dict(zip(COLUMNS, columns, strict=True))), path)
    return path


def test_lines_become_invoices_refunds_and_test_orders(tmp_path: Path) -> None:
    rows = rows_of(read_online_retail(a_shop(tmp_path), OPTIONS))
    money = itemgetter("order_id", "customer_id", "kind", "state", "total_minor", "refunded_minor")
    assert [money(row) for row in rows] == [
        ("500", "7", "purchase", "paid", 250, 0),
        ("501", None, "purchase", "paid", 300, 0),
        ("C502", "7", "refund", "paid", 0, 125),
        ("504", "8", "purchase", "test", 450, 0),
        ("507", "7", "purchase", "paid", 201, 0),  # 2.004 and 0.001 are rounded once
    ]


def test_everybody_with_a_number_is_a_customer(tmp_path: Path) -> None:
    customers = rows_of(read_online_retail(a_shop(tmp_path), OPTIONS), "customers")
    assert [(row["customer_id"], row["source"]) for row in customers] == [
        ("7", "shop"),
        ("8", "shop"),
        ("9", "shop"),  # has only been given something
    ]


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    parts: list[Part] = list(read_online_retail(a_shop(tmp_path), OPTIONS))
    assert [(p.line, p.found) for p in problems_of(parts)] == [
        (5, "adjustment `A503` of -9.00 GBP"),
        (8, "gift `506` of 0.00 GBP"),
        (11, "negative `508` of -1.00 GBP"),
    ]
    assert [part.text for part in parts if isinstance(part, Remark)] == [
        "1 lines stand in both yearly sheets; they were counted once",
        "1 invoices without price and customer are stock movements, no orders",
    ]


def test_london_summer_time_is_an_hour_ahead(sample: list[Part]) -> None:
    rows = rows_of(sample)
    noon = {row["order_id"]: row for row in rows if row["order_id"] in {"489434", "507000"}}
    assert noon["489434"]["placed_at"] == 1_259_653_500  # 2009-12-01 07:45, winter
    summer = noon["507000"]
    local_minute = (summer["placed_at"] + 3_600) // 60
    assert local_minute // 1_440 == summer["placed_day"]


def test_the_sample_shop_agrees_with_its_published_counts(sample: list[Part]) -> None:
    rows = rows_of(sample)
    kinds = Counter((row["kind"], row["state"]) for row in rows)
    assert kinds == {
        ("purchase", "paid"): 40_066,
        ("refund", "paid"): 8_287,
        ("purchase", "test"): 13,
        ("refund", "test"): 4,
    }
    left_out = Counter(problem.found.partition(" `")[0] for problem in problems_of(sample))
    assert left_out == {"adjustment": 6, "gift": 4, "charging cancellation": 1}
    # 53,628 invoices, 5,942 customers, 8,292 cancellations.
    assert len(rows) + sum(left_out.values()) + 5_247 == 53_628
    assert len(rows_of(sample, "customers")) == 5_942
    assert sum(row["kind"] == "refund" for row in rows) + 1 == 8_292
    assert len({row["order_id"] for row in rows}) == len(rows)


def test_batches_are_in_the_schema_of_orders_and_know_their_lines(sample: list[Part]) -> None:
    batches = [part for part in sample if isinstance(part, Rows) and part.table == "orders"]
    assert all(part.batch.schema.equals(schema_of(ORDERS)) for part in batches)
    assert all(len(part.lines) == part.batch.num_rows for part in batches)
    lines = [line for part in batches for line in part.lines.to_pylist()]
    assert all(len(list(same)) == 1 for _, same in groupby(lines))


def test_the_sample_is_small_whole_and_credited() -> None:
    assert SAMPLE.stat().st_size < 4_000_000
    file = pq.ParquetFile(SAMPLE)
    assert file.metadata.num_rows == 525_461 + 541_909
    assert (file.metadata.metadata or {})[b"credit"].decode() == CREDIT


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.parquet"
    pq.write_table(pa.table({"Invoices": [1]}), path)
    with pytest.raises(InputError, match="did you mean `Invoices`"):
        list(read_online_retail(path, OPTIONS))
