"""What all tables of the book are made of, the same on SQLite and PostgreSQL."""

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData, Table, Text
from sqlalchemy.schema import SchemaItem

# STRICT tables know INTEGER, not BIGINT; both hold 64 bits.
WHOLE = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData()


def book_table(name: str, *items: SchemaItem, **options: Any) -> Table:
    """A table of the book, in the one metadata of all of them."""
    return Table(name, metadata, *items, sqlite_strict=True, **options)


def whole_key(name: str, *refers_to: ForeignKey) -> Column[int]:
    """A whole number of the primary key, given by us."""
    return Column(name, WHOLE, *refers_to, primary_key=True, autoincrement=False)


def text_key(name: str) -> Column[str]:
    """A text of the primary key."""
    return Column(name, Text, primary_key=True)


def whole(name: str, *refers_to: ForeignKey, nullable: bool = False) -> Column[int]:
    """A whole number: an instant, a day, a count, a flag or another row's number."""
    return Column(name, WHOLE, *refers_to, nullable=nullable)


def words(name: str, *, nullable: bool = False) -> Column[str]:
    """A text."""
    return Column(name, Text, nullable=nullable)
