import fcntl
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierwise.connectors.fact_store import FactStore, Origin, ReadReport
from tierwise.connectors.online_retail import SAMPLE, read_online_retail
from tierwise.connectors.reading import Part, Problems, Remark
from tierwise.facts.problems import InputError, Problem, RefusedError

from .files import OPTIONS, orders


def add(store: FactStore, parts: Iterable[Part], source: str = "shop") -> ReadReport:
    return store.add(Origin(source, "generic", f"{source}.csv", "sha", 1_717_000_000), parts)


def kept(store: FactStore) -> dict[str, int]:
    """Order id -> total of all orders; each order must stand once."""
    rows = [row for path in store.files("orders") for row in pq.read_table(path).to_pylist()]
    totals = {row["order_id"]: row["total_minor"] for row in rows}
    assert len(totals) == len(rows)
    return totals


def sale(order_id: str, total_minor: int = 1_000) -> dict[str, object]:
    return {"order_id": order_id, "total_minor": total_minor}


def problem(line: int) -> Problem:
    return Problem("shop.csv", line, "Total", "an amount", "`x`", "mend it")


def files_in(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


def test_an_empty_store_has_no_facts(tmp_path: Path) -> None:
    store = FactStore(tmp_path / "facts")
    assert (store.sources(), store.files("orders"), store.problem_count) == ((), [], 0)
    assert store.problems(10) == ()


def test_what_is_read_is_kept_with_its_origin(tmp_path: Path) -> None:
    store = FactStore(tmp_path / "facts")
    parts = [*orders(sale("1"), sale("2")), Problems((problem(9), problem(10))), Remark("hm")]
    report = add(store, parts)
    assert report.rows == {"orders": 2}
    assert report.facts_id == store.facts_id
    (batch,) = FactStore(tmp_path / "facts").sources()
    assert (batch.source, batch.problems, batch.remarks) == ("shop", 2, ("hm",))
    assert (batch.tables["orders"].first_day, batch.tables["orders"].last_day) == (19_783, 19_783)
    assert store.problems(1) == (problem(9),)
    assert kept(store) == {"1": 1_000, "2": 1_000}


def test_the_same_source_read_again_replaces_itself(tmp_path: Path) -> None:
    store = FactStore(tmp_path)
    first = add(store, orders(sale("1"), sale("2")))
    again = add(store, orders(sale("1"), sale("2")))
    assert first.facts_id == again.facts_id
    assert add(store, orders(sale("2"), sale("3"))).facts_id != first.facts_id
    assert kept(store) == {"2": 1_000, "3": 1_000}
    assert len(store.sources()) == 1


def test_twins_in_a_file_are_merged_or_told(tmp_path: Path) -> None:
    store = FactStore(tmp_path)
    report = add(store, orders(sale("1"), sale("2"), sale("1"), sale("2", 900), sale("3")))
    assert (report.merged, report.rows) == (1, {"orders": 3})
    assert kept(store) == {"1": 1_000, "2": 1_000, "3": 1_000}
    (told,) = store.problems(10)
    assert str(told) == (
        "shop.csv:5, column `order_id`: expected one row for `2` (the first is on line 3), found "
        "the same `order_id` again with total_minor 900 instead of 1000; "
        "keep one of them in the file; the first one was taken"
    )


def test_of_two_files_the_one_read_last_counts(tmp_path: Path) -> None:
    store = FactStore(tmp_path)
    add(store, orders(sale("1"), sale("2"), sale("3")), "january")
    report = add(store, orders(sale("2"), sale("3", 700), sale("4")), "february")
    assert (report.repeated, report.updated) == (1, 1)
    assert kept(store) == {"1": 1_000, "2": 1_000, "3": 700, "4": 1_000}
    assert [batch.tables["orders"].rows for batch in store.sources()] == [1, 3]


def test_what_a_file_hid_comes_back_when_it_no_longer_does(tmp_path: Path) -> None:
    store = FactStore(tmp_path)
    add(store, orders(sale("1"), sale("2", 500)), "january")
    add(store, orders(sale("2", 700)), "february")
    add(store, orders(sale("3")), "february")
    assert kept(store) == {"1": 1_000, "2": 500, "3": 1_000}


READS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.dictionaries(st.sampled_from("12345"), st.integers(1, 3), min_size=1, max_size=4),
    ),
    max_size=5,
)


@settings(max_examples=12, deadline=None)
@given(READS)
def test_any_order_of_reads_leaves_the_last_word_of_each_source(
    tmp_path_factory: pytest.TempPathFactory, reads: list[tuple[str, dict[str, int]]]
) -> None:
    store = FactStore(tmp_path_factory.mktemp("facts"))
    said: dict[str, dict[str, int]] = {}
    for source, totals in reads:
        add(store, orders(*(sale(key, total) for key, total in totals.items())), source)
        said = {key: value for key, value in said.items() if key != source} | {source: totals}
    expected: dict[str, int] = {}
    for totals in said.values():
        expected |= totals
    assert kept(store) == expected


def test_nothing_but_problems_stores_nothing(tmp_path: Path) -> None:
    store = FactStore(tmp_path)
    add(store, orders(sale("1")))
    before, files = store.facts_id, files_in(tmp_path)
    with pytest.raises(InputError) as caught:
        add(store, [Problems(tuple(problem(line) for line in range(2, 5_002)))])
    first, *few = str(caught.value).splitlines()
    assert first.startswith("shop.csv: expected rows that can be read, found 5,000 problems and no")
    assert len(few) == 5
    assert (store.facts_id, files_in(tmp_path)) == (before, files)


def test_a_reader_that_fails_half_way_leaves_the_old_state(tmp_path: Path) -> None:
    def broken() -> Iterator[Part]:
        yield from orders(sale("2"))
        raise InputError((problem(3),))

    store = FactStore(tmp_path)
    add(store, orders(sale("1")))
    files = files_in(tmp_path)
    with pytest.raises(InputError):
        add(store, broken())
    assert (kept(store), files_in(tmp_path)) == ({"1": 1_000}, files)


def test_a_reader_of_the_old_state_can_finish(tmp_path: Path) -> None:
    store = FactStore(tmp_path)
    add(store, orders(sale("1")))
    (path,) = store.files("orders")
    add(store, orders(sale("2")))
    assert path.exists()
    add(store, orders(sale("3")))
    assert not path.exists()


def test_two_reads_do_not_mix(tmp_path: Path) -> None:
    store = FactStore(tmp_path)
    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(RefusedError, match="another read is running"):
            add(store, orders(sale("1")))
    add(store, orders(sale("1")))


def test_a_store_of_a_later_tierwise_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"format": 2}')
    with pytest.raises(InputError, match="update Tierwise"):
        FactStore(tmp_path).sources()


def test_the_sample_shop_is_stored_whole(tmp_path: Path) -> None:
    store = FactStore(tmp_path)
    report = add(store, read_online_retail(SAMPLE, OPTIONS), "sample")
    assert report.rows == {"customers": 5_942, "orders": 48_370}
    assert (report.merged, store.problem_count, len(report.first_problems)) == (0, 11, 11)
