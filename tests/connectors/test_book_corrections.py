"""What the book keeps of customers' types and values: corrections by agents, and fits."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pyarrow as pa
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from tests.connectors.book_stories import apply, moved, override, saved
from tierwise.connectors.arrow_tables import schema_of
from tierwise.connectors.book import Book
from tierwise.connectors.book_engine import book_engine, reading, writing
from tierwise.connectors.book_schema import type_corrections
from tierwise.facts.corrections import TYPE_CORRECTIONS, TypeCorrection
from tierwise.facts.fits import ValueFit
from tierwise.facts.problems import RefusedError

TOLD = TypeCorrection("", "a", "sceptical", True, "asked twice who we are", "bob", 20)
FIT = ValueFit("", 5, 20_000, "facts-1", '{"horizon_days": 365}', '{"model": "MBG/NBD"}')


def corrected(
    book: Book, customer_id: str, type_name: str, *, holds: bool = True, at: int = 20
) -> TypeCorrection:
    """Bob says what he saw."""
    wanted = replace(TOLD, customer_id=customer_id, type=type_name, holds=holds, at=at)
    return book.correct_type(wanted)


def in_force(book: Book) -> list[tuple[str, str, bool]]:
    rows = book.corrections_arrow().to_pylist()
    return [(row["customer_id"], row["type"], row["holds"]) for row in rows]


def kept(address: str) -> list[tuple[object, ...]]:
    """Every correction that was ever made: holds, from, until, ended by."""
    row = type_corrections.c
    query = select(row.holds, row.set_at, row.ended_at, row.ended_by).order_by(row.number)
    engine = book_engine(address)
    with reading(engine) as connection:
        found = [tuple(line) for line in connection.execute(query)]
    engine.dispose()
    return found


def test_a_correction_is_in_force_at_once(book: Book) -> None:
    made = book.correct_type(TOLD)
    assert made == replace(TOLD, correction_id="c1")
    assert book.corrections_of("a") == (made,)
    assert book.corrections_of("b") == ()


def test_a_customer_may_be_corrected_in_several_types(book: Book) -> None:
    for customer, type_name, holds in [
        ("a", "researcher", True),
        ("a", "discountable", False),
        ("a", "discount_chaser", False),
        ("B", "angry", True),
    ]:
        corrected(book, customer, type_name, holds=holds)
    names = [correction.type for correction in book.corrections_of("a")]
    assert names == ["discount_chaser", "discountable", "researcher"], "by type"
    assert in_force(book) == [
        ("B", "angry", True),
        ("a", "discount_chaser", False),
        ("a", "discountable", False),
        ("a", "researcher", True),
    ]


def test_a_newer_correction_replaces_the_one_in_force(book: Book, address: str) -> None:
    book.correct_type(TOLD)
    newer = book.correct_type(replace(TOLD, holds=False, by="eve", at=50))
    assert newer.correction_id == "c2"
    assert book.corrections_of("a") == (newer,)
    assert kept(address) == [(1, 20, 50, "eve"), (0, 50, None, None)]


def test_a_correction_can_be_withdrawn(book: Book, address: str) -> None:
    made = book.correct_type(TOLD)
    other = corrected(book, "a", "loyal")
    ended = book.withdraw_correction("a", "sceptical", at=40, by="ada")
    assert ended == replace(made, ended_at=40, ended_by="ada")
    assert book.corrections_of("a") == (other,)
    assert kept(address) == [(1, 20, 40, "ada"), (1, 20, None, None)]
    again = corrected(book, "a", "sceptical", at=60)
    assert again in book.corrections_of("a")


def test_only_what_is_in_force_can_be_withdrawn(book: Book) -> None:
    corrected(book, "a", "loyal")
    corrected(book, "a", "angry")
    with pytest.raises(RefusedError, match=r"no correction of `sceptical`.*`angry`, `loyal`"):
        book.withdraw_correction("a", "sceptical", at=40, by="ada")
    with pytest.raises(RefusedError, match=r"`b` has no .* nothing about this customer"):
        book.withdraw_correction("b", "angry", at=40, by="ada")
    book.withdraw_correction("a", "angry", at=40, by="ada")
    with pytest.raises(RefusedError, match="no correction of `angry`"):
        book.withdraw_correction("a", "angry", at=41, by="ada")


BLANK = [
    (replace(TOLD, reason=""), "give a reason"),
    (replace(TOLD, reason=" \n"), "give a reason"),
    (replace(TOLD, customer_id=""), "name the customer"),
    (replace(TOLD, type=""), "name the type"),
    (replace(TOLD, by=""), "say who"),
]


@pytest.mark.parametrize(("wanted", "next_step"), BLANK)
def test_a_correction_nobody_could_understand_is_refused(
    book: Book, wanted: TypeCorrection, next_step: str
) -> None:
    made = book.correct_type(TOLD)
    with pytest.raises(RefusedError, match=next_step):
        book.correct_type(wanted)
    assert book.corrections_of("a") == (made,)


def test_the_end_of_a_correction_is_not_for_the_one_who_makes_it(book: Book) -> None:
    made = book.correct_type(replace(TOLD, correction_id="c9", ended_at=1, ended_by="eve"))
    assert made == replace(TOLD, correction_id="c1")
    assert book.corrections_of("a") == (made,)


def test_types_never_touch_levels(book: Book) -> None:
    plan = saved(book, [moved("a", None, "plus")])
    book.correct_type(TOLD)
    book.withdraw_correction("a", "sceptical", at=40, by="ada")
    book.record_fit(FIT)
    assert book.head() == plan.head
    assert apply(book, plan).changed == 1, "a plan made before still fits"
    assert book.corrections_of("a") == ()
    assert [line.reason for line in book.history("a")] == ["rule of plus"]


def test_corrections_in_force_have_the_declared_columns(book: Book) -> None:
    empty = book.corrections_arrow()
    odd = book.correct_type(replace(TOLD, customer_id="ü,\n\"'", reason='he said "NULL", \\N'))
    book.correct_type(replace(TOLD, holds=False))
    full = book.corrections_arrow()
    assert empty.schema == full.schema == schema_of(TYPE_CORRECTIONS)
    assert full.schema.field("holds").type == pa.bool_()
    assert full.to_pylist() == [
        {
            "customer_id": "a",
            "type": "sceptical",
            "holds": False,
            "reason": TOLD.reason,
            "by": "bob",
            "at": 20,
        },
        {
            "customer_id": odd.customer_id,
            "type": "sceptical",
            "holds": True,
            "reason": odd.reason,
            "by": "bob",
            "at": 20,
        },
    ]


def test_the_audit_says_who_corrected_what(book: Book) -> None:
    override(book, "a", "vip")
    book.correct_type(replace(TOLD, holds=False))
    book.withdraw_correction("a", "sceptical", at=40, by="ada")
    found = [(line.at, line.by, line.deed, line.subject) for line in book.audit(2)]
    assert found == [(40, "ada", "withdraw correction", "a"), (20, "bob", "correct type", "a")]
    assert book.audit(1)[0].detail == "c1: not sceptical; asked twice who we are"


def test_two_agents_may_correct_at_once(address: str) -> None:
    Book.open(address).close()

    def say(at: int) -> None:
        with Book.open(address) as mine:
            corrected(mine, "a", "loyal", holds=at % 2 == 0, at=at)

    with ThreadPoolExecutor(4) as agents:
        list(agents.map(say, range(12)))
    made = kept(address)
    assert {row[1] for row in made} == set(range(12))
    assert [row[2] for row in made].count(None) == 1


def test_the_tables_hold_what_the_records_promise(book: Book, address: str) -> None:
    book.correct_type(TOLD)
    engine = book_engine(address)
    with pytest.raises(IntegrityError), writing(engine) as connection:
        connection.execute(text("UPDATE type_corrections SET holds = 2"))
    twice = type_corrections.insert().from_select(
        [column.name for column in type_corrections.columns],
        select(type_corrections.c.number + 1, *list(type_corrections.columns)[1:]),
    )
    with pytest.raises(IntegrityError), writing(engine) as connection:
        connection.execute(twice)
    engine.dispose()


def test_fits_are_kept_newest_first(book: Book) -> None:
    first = book.record_fit(FIT)
    second = book.record_fit(replace(FIT, made_at=6, as_of_day=20_001))
    assert first == replace(FIT, fit_id="f1")
    assert book.fits() == (second, first)
    assert book.fits(1) == (second,)


def test_the_same_day_facts_and_settings_are_the_same_fit(book: Book) -> None:
    first = book.record_fit(FIT)
    assert book.record_fit(replace(FIT, made_at=9, report="{}")) == first
    long = replace(FIT, settings="x" * 100_000)
    others = [
        book.record_fit(other)
        for other in (replace(FIT, as_of_day=1), replace(FIT, facts_id="facts-2"), long)
    ]
    assert book.record_fit(long) == others[-1]
    assert [fit.fit_id for fit in book.fits()] == ["f4", "f3", "f2", "f1"]
