"""Opening a book: making its tables, racing for them, and addresses that are no book."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from tests.connectors.book_stories import carry_out, level_names
from tierwise.connectors.book import Book
from tierwise.connectors.book_engine import MIGRATIONS, book_engine, reading, writing
from tierwise.connectors.book_schema import REVISION, metadata
from tierwise.facts.problems import InputError, RefusedError

OPEN = "import sys; from tierwise.connectors.book import Book; Book.open(sys.argv[1]).close()"


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
