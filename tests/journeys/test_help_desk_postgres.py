"""The whole way with the book on PostgreSQL, where jobs have a schema beside it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.connectors.book_places import fresh_address
from tierwise.app.jobs import schema_of_jobs
from tierwise.connectors.standin import StandIn

from .desk_shops import DeskShop, connected, level, new_world, shop_with_levels

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a new book, which is the one of every command."""
    with fresh_address("postgresql", tmp_path) as address:
        monkeypatch.setenv("TIERWISE_BOOK", address)
        yield address
        on_server(address, f"DROP SCHEMA IF EXISTS {schema_of_jobs(address)} CASCADE")


def on_server(address: str, statement: str) -> list[tuple[object, ...]]:
    engine = create_engine(address)
    try:
        with engine.begin() as connection:
            found = connection.execute(text(statement))
            return [tuple(row) for row in found] if found.returns_rows else []
    finally:
        engine.dispose()


def test_from_the_first_connection_to_the_last(
    book: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, world = shop_with_levels(tmp_path / "model", is_apart=True), new_world()
    folder = tmp_path / "shop"
    with connected(model.project, folder, world, monkeypatch, is_apart=True) as shop:
        assert "saved as dp1" in shop("plan").out
        for words in (("apply", "dp1"), ("push",)):
            shop("read")
            done = shop.writes(*words)
            assert done.code == 0, done.err
        assert level(world, "c19@x.org") == "sl_premium"
        assert "nothing to change" in shop("plan").out
        assert "0 written, 9 as they should be" in shop.writes("push").out
        (standing,) = json.loads(shop("status", "--json").out)["rows"]
        assert standing["people"]["in_step"] == 9
        _is_kept_there_and_nowhere_else(book, shop, world)
        assert shop.writes("disconnect").code == 0
        assert "no help desk is connected" in shop("status").out
        assert level(world, "c19@x.org") == "sl_premium"
        assert on_server(book, "SELECT COUNT(*) FROM desk_written") == [(0,)]


def _is_kept_there_and_nowhere_else(book: str, shop: DeskShop, world: StandIn) -> None:
    """Jobs are in their schema, no database lies in the project, and no secret is readable."""
    jobs = f"SELECT COUNT(*) FROM {schema_of_jobs(book)}.workflow_status WHERE status = 'SUCCESS'"
    assert on_server(book, jobs) == [(5,)]
    assert not list(shop.project.rglob("*.sqlite"))
    sealed = str(on_server(book, "SELECT sealed FROM desk_secrets"))
    given = str(on_server(book, f"SELECT * FROM {schema_of_jobs(book)}.workflow_status"))
    for secret in (world.client_secret, *world.tokens):
        assert secret not in sealed + given
