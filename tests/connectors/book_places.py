"""Books to test with: a fresh one on SQLite and a fresh one on PostgreSQL."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

SERVER = os.environ.get(
    "TIERWISE_TEST_POSTGRES", "postgresql+psycopg://root@127.0.0.1:5432/test?connect_timeout=3"
)

ENGINES = [
    pytest.param("sqlite", id="sqlite"),
    pytest.param("postgresql", id="postgresql", marks=pytest.mark.postgres),
]


@contextmanager
def fresh_address(engine: str, folder: Path) -> Iterator[str]:
    """The address of a book nobody has opened yet; what it leaves behind is removed."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'book.sqlite'}"
        return
    with _own_schema() as address:
        yield address


@contextmanager
def _own_schema() -> Iterator[str]:
    schema = f"book_{uuid.uuid4().hex}"
    _on_server(f"CREATE SCHEMA {schema}")
    try:
        here = make_url(SERVER).update_query_dict({"options": f"-csearch_path={schema}"})
        yield here.render_as_string(hide_password=False)
    finally:
        _on_server(f"DROP SCHEMA {schema} CASCADE")


def _on_server(statement: str) -> None:
    server = create_engine(SERVER)
    try:
        with server.begin() as connection:
            connection.execute(text(statement))
    except OperationalError as error:
        _missing(str(error.orig))
    finally:
        server.dispose()


def _missing(why: str) -> None:
    words = f"no PostgreSQL at the address in TIERWISE_TEST_POSTGRES: {why}"
    if os.environ.get("CI") == "true":
        pytest.fail(words)
    pytest.skip(words)
