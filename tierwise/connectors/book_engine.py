"""How the book is reached: connections, one writer at a time, migrations, short ids."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Table,
    create_engine,
    event,
    func,
    inspect,
    make_url,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from tierwise.facts.problems import InputError, Problem, RefusedError

from .book_schema import REVISION, counters

MIGRATIONS = Path(__file__).parent / "migrations"
Thing = TypeVar("Thing")
ENGINES = ("sqlite", "postgresql")
MIGRATION_LOCK = 7_159_244_038  # any number nobody else locks in the same database

PRAGMAS = (
    "PRAGMA busy_timeout = 60000",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA cache_size = -65536",
    "PRAGMA journal_size_limit = 67108864",
)


def book_engine(url: str) -> Engine:
    """An engine for the book at `url`; InputError when it is no book we can use."""
    try:
        place = make_url(url)
        engine = create_engine(place)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise InputError((_unusable(url.partition(":")[0], str(error)),)) from error
    if engine.dialect.name not in ENGINES or place.database in {None, "", ":memory:"}:
        raise InputError((_unusable(shown(place), "another address"),))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def shown(place: URL) -> str:
    """The address without its password."""
    return place.render_as_string(hide_password=True)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one state of the book and changes nothing."""
    with engine.begin() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection that writes all or nothing."""
    with engine.execution_options(writes=True).begin() as connection:
        yield connection


def next_number(connection: Connection, name: str) -> int:
    """Count up, in this transaction; on PostgreSQL the next one to count waits for its end."""
    counting = (
        update(counters)
        .where(counters.c.name == name)
        .values(value=counters.c.value + 1)
        .returning(counters.c.value)
    )
    number: int = connection.execute(counting).scalar_one()
    return number


def take_turn(connection: Connection, name: str) -> None:
    """Wait until nobody else counts `name`, and make others wait for this transaction's end."""
    connection.execute(select(counters.c.value).where(counters.c.name == name).with_for_update())


def upsert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say what happens on a conflict."""
    return sqlite.insert(table) if _is_sqlite(connection) else postgresql.insert(table)


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def number_in(letter: str, name: str) -> int:
    """The 12 in `p12`; RefusedError when it is no such id."""
    digits = name.removeprefix(letter)
    if name.startswith(letter) and digits.isdecimal() and digits.isascii() and len(digits) < 19:
        return int(digits)
    raise RefusedError(f"`{name}` is no id: expected `{letter}` and a number, like `{letter}7`")


def found(what: Thing | None, otherwise: str) -> Thing:
    """What was looked for; RefusedError when there is none."""
    if what is None:
        raise RefusedError(otherwise)
    return what


def migrate(engine: Engine) -> None:
    """Bring the book to today's tables; processes that open it at once take turns."""
    try:
        _migrate(engine)
    except DatabaseError as error:
        problem = _unusable(shown(engine.url), str(error.orig))
        raise InputError((problem,)) from error


def _migrate(engine: Engine) -> None:
    with reading(engine) as connection:
        if _revision(connection) == REVISION:
            return
    with writing(engine) as connection:
        _migrate_alone(connection)
        if _revision(connection) != REVISION:
            _upgrade(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _migrate_alone(connection: Connection) -> None:
    # SQLite writers already took their turn with BEGIN IMMEDIATE.
    if not _is_sqlite(connection):
        connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))


def _upgrade(connection: Connection) -> None:
    # Alembic takes longer to import than a current book takes to open.
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    script = ScriptDirectory(str(MIGRATIONS), version_locations=[str(MIGRATIONS)])
    environment = EnvironmentContext(
        Config(),
        script,
        fn=lambda revision, _: script._upgrade_revs("head", revision),
        destination_rev="head",
    )
    try:
        with environment:
            environment.configure(connection=connection)
            environment.run_migrations()
    except CommandError as error:
        raise RefusedError(
            f"the book was made by another version of Tierwise ({error}); "
            "use that version, or a newer one"
        ) from error


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # We say BEGIN ourselves; the driver would begin too late and commit before DDL.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.execute("PRAGMA journal_mode")
    if cursor.fetchone() != ("wal",):
        cursor.execute("PRAGMA journal_mode = WAL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A reader that becomes a writer after another commit is refused at once, however long
    # the busy timeout: a writer says so at the start.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _unusable(place: str, found: str) -> Problem:
    return Problem(
        source=place,
        line=None,
        column=None,
        expected="a book that can be opened: `sqlite:///book.db` or `postgresql+psycopg://…`",
        found=found,
        next_step="check the address, the folder and its permissions; PostgreSQL needs the extra "
        "`tierwise[postgres]`",
    )
