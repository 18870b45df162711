"""Pages of lists: by cursor when asked with `page[size]`, by number otherwise."""

import base64
import binascii
from collections.abc import Sequence
from urllib.parse import urlencode

from .standin_calls import PAGE, Call, Reply, Row, bad_request


def paged(call: Call, key: str, rows: Sequence[Row]) -> Reply:
    """One page of `rows` under `key`, as the call asks for it."""
    if "page[size]" in call.query or "page[after]" in call.query:
        return Reply(_by_cursor(call, key, rows))
    return Reply(_by_number(call, key, rows))


def cursor_of(text: str) -> str:
    """A place as a cursor, which says nothing to those who read it."""
    return base64.urlsafe_b64encode(text.encode()).decode()


def place_of(cursor: str) -> str:
    """The place a cursor names; one nobody gave out is refused."""
    try:
        return base64.urlsafe_b64decode(cursor.encode()).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise bad_request("cursor is not valid") from error


def link(call: Call, **query: str | int) -> str:
    """The address of the call with some parameters changed."""
    old = {name: values for name, values in call.query.items() if name not in query}
    return f"{call.base}{call.path}.json?{urlencode({**old, **query}, doseq=True)}"


def _by_cursor(call: Call, key: str, rows: Sequence[Row]) -> Row:
    size = min(max(call.number("page[size]", PAGE), 1), PAGE)
    after = call.one("page[after]")
    start = int(place_of(after) or 0) if after else 0
    some = list(rows[start : start + size])
    has_more = start + size < len(rows)
    here, there = cursor_of(str(max(start - size, 0))), cursor_of(str(start + len(some)))
    onward: dict[str, str | int] = {"page[size]": size, "page[after]": there}
    following = link(call, **onward) if has_more else None
    return {
        key: some,
        "meta": {"has_more": has_more, "after_cursor": there, "before_cursor": here},
        "links": {"next": following, "prev": None},
    }


def _by_number(call: Call, key: str, rows: Sequence[Row]) -> Row:
    size = min(max(call.number("per_page", PAGE), 1), PAGE)
    page = max(call.number("page", 1), 1)
    has_more = page * size < len(rows)
    return {
        key: list(rows[(page - 1) * size : page * size]),
        "next_page": link(call, page=page + 1, per_page=size) if has_more else None,
        "previous_page": link(call, page=page - 1, per_page=size) if page > 1 else None,
        "count": len(rows),
    }
