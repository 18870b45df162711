"""Opening a book: making its tables, racing for them, and addresses that are no book."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, select, text
from sqlalchemy.exc import DatabaseError

from tests.connectors.book_stories import apply, carry_out, level_names, moved, override, saved
from tests.connectors.desk_stories import DESK_TABLES
from tierwise.connectors.book import Book
from tierwise.connectors.book_columns import metadata
from tierwise.connectors.book_engine import MIGRATIONS, book_engine, reading, writing
from tierwise.connectors.book_schema import REVISION
from tierwise.facts.corrections import TypeCorrection
from tierwise.facts.problems import InputError, RefusedError

OPEN = "import sys; from tierwise.connectors.book import Book; Book.open(sys.argv[1]).close()"
FIRST = "0001"


def first_book(address: str) -> Book:
    """A book as the first version of Tierwise made it."""
    script = ScriptDirectory(str(MIGRATIONS), version_locations=[str(MIGRATIONS)])
    first = script.get_revision(FIRST)
    assert first
    engine = book_engine(address)
    with writing(engine) as connection:
        context = MigrationContext.configure(connection)
        with Operations.context(context):
            first.module.upgrade()
        context.stamp(script, FIRST)
    return Book(engine)


def rows_of(address: str) -> dict[str, set[tuple[object, ...]]]:
    """All rows of all tables, by table."""
    engine = book_engine(address)
    with reading(engine) as connection:
        found = MetaData()
        found.reflect(connection)
        rows = {
            name: {tuple(row) for row in connection.execute(select(table))}
            for name, table in found.tables.items()
        }
    engine.dispose()
    return rows


def test_the_known_revision_is_the_last_migration() -> None:
    script = ScriptDirectory(str(MIGRATIONS), version_locations=[str(MIGRATIONS)])
    assert script.get_heads() == [REVISION]


def test_migrations_make_the_schema(address: str) -> None:
    Book.open(address).close()
    engine = book_engine(address)
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_sqlite_tables_are_strict(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'book.sqlite'}"
    Book.open(address).close()
    engine = book_engine(address)
    loose = text("SELECT name FROM pragma_table_list WHERE schema = 'main' AND NOT strict")
    settings = {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2}
    with reading(engine) as connection:
        found = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in settings}
        ours = set(connection.execute(loose).scalars()) & set(metadata.tables)
    engine.dispose()
    assert found == settings
    assert not ours


def test_opening_again_changes_nothing(address: str) -> None:
    with Book.open(address) as book:
        carry_out(book, {"a": (None, "plus")})
    with Book.open(address) as again:
        assert level_names(again) == {"a": "plus"}


def test_many_processes_may_open_a_new_book_at_once(address: str) -> None:
    words = [sys.executable, "-c", OPEN, address]
    opening = [subprocess.Popen(words, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    complaints = [process.communicate(timeout=60)[1] for process in opening]
    assert [process.returncode for process in opening] == [0, 0, 0], complaints
    with Book.open(address) as book:
        assert book.head() == 0


def test_a_first_book_keeps_what_it_holds(address: str) -> None:
    with first_book(address) as old:
        carry_out(old, {"a": (None, "plus"), "b": (None, "vip")})
        carry_out(old, {"a": ("plus", "vip")})
        old.undo(at=30, by="eve")
        override(old, "b", "standard")
        open_plan = saved(old, [moved("c", None, "plus")])
    before = rows_of(address)
    assert before["alembic_version"] == {(FIRST,)}
    with Book.open(address) as book:
        after = rows_of(address)
        made = book.correct_type(TypeCorrection("", "a", "loyal", True, "ten years", "bob", 40))
        assert book.corrections_of("a") == (made,)
        assert apply(book, open_plan).changed == 1, "its open plans still fit"
    numbered = ("type_corrections", "value_fits", "desk_accounts", "desk_plans", "desk_pushes")
    assert after.pop("counters") == before.pop("counters") | {(name, 0) for name in numbered}
    assert (after.pop("alembic_version"), before.pop("alembic_version")) == (
        {(REVISION,)},
        {(FIRST,)},
    )
    desks = (table.name for table in DESK_TABLES)
    since = ("type_corrections", "value_fits", "alarms", "closed_days", *desks)
    assert after == {**before, **{name: set() for name in since}}


def test_a_first_book_gets_the_schema_of_a_new_one(address: str) -> None:
    first_book(address).close()
    test_migrations_make_the_schema(address)


def test_many_processes_may_open_a_first_book_at_once(address: str) -> None:
    first_book(address).close()
    test_many_processes_may_open_a_new_book_at_once(address)


CHANGES = ["UPDATE decisions SET level = 'vip'", "DELETE FROM decisions"]


@pytest.mark.parametrize("statement", CHANGES)
def test_decisions_are_never_changed(address: str, book: Book, statement: str) -> None:
    carry_out(book, {"a": (None, "plus")})
    engine = book_engine(address)
    with (
        pytest.raises(DatabaseError, match="decisions are never changed"),
        writing(engine) as connection,
    ):
        connection.execute(text(statement))
    engine.dispose()
    assert level_names(book) == {"a": "plus"}


def test_a_book_of_a_newer_version_is_refused(address: str) -> None:
    Book.open(address).close()
    engine = book_engine(address)
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(RefusedError, match=r"another version of Tierwise.*9999"):
        Book.open(address)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "book.db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:////no/such/folder/book.sqlite",
        "oracle://server/book",
        "nonsense://x",
        "postgresql+psycopg://ada:secret@127.0.0.1:1/book",
    ],
)
def test_an_address_that_is_no_book_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="expected a book that can be opened") as refused:
        Book.open(url)
    assert "secret" not in str(refused.value)


def test_a_file_that_is_no_book_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("order_id,customer_id\n" * 100)
    with pytest.raises(InputError, match="not a database"):
        Book.open(f"sqlite:///{file}")
    assert file.read_text().startswith("order_id")
