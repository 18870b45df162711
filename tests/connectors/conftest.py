"""Fixtures for connectors: every book test runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connectors.book_places import ENGINES, fresh_address
from tierwise.connectors.book import Book
from tierwise.connectors.book_desks import DeskBook
from tierwise.connectors.secret_box import SecretBox


@pytest.fixture(params=ENGINES)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a book nobody has opened yet."""
    with fresh_address(request.param, tmp_path) as fresh:
        yield fresh


@pytest.fixture
def book(address: str) -> Iterator[Book]:
    """A new book."""
    with Book.open(address) as opened:
        yield opened


@pytest.fixture
def box(tmp_path: Path) -> SecretBox:
    """A box whose key is a file beside the book."""
    return SecretBox("", tmp_path / "secret.key")


@pytest.fixture
def desk_book(address: str, box: SecretBox) -> Iterator[DeskBook]:
    """The desks of a new book."""
    with DeskBook.open(address, box) as opened:
        yield opened
