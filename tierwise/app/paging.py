"""Pages of a list: where one begins, and the addresses of those beside it."""

from collections.abc import Callable

from .site import Asked

PAGE_ROWS = 50


def offset_of(asked: Asked) -> int:
    """How many rows of the list come before; 0 for anything that is no such number."""
    text = asked.query.get("offset", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def pager(
    address: Callable[[int], str], offset: int, total: int, *, rows: int = PAGE_ROWS
) -> dict[str, object]:
    """First, last and number of rows, and the addresses of the pages beside this one."""
    first, last = min(offset, total), min(offset + rows, total)
    return {
        "first": min(first + 1, total),
        "last": last,
        "total": total,
        "back": address(max(0, first - rows)) if first else None,
        "on": address(last) if last < total else None,
    }
