"""Lists of a desk over all their pages, whichever way of paging each has."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias
from urllib.parse import parse_qsl, urlsplit

from tierwise.facts.desks import BusyError, Json, TakenError

Query: TypeAlias = Mapping[str, str | int]
PAGE_SIZE = 100


def rows_over_pages(
    get: Callable[[str, Query], Json], path: str, key: str, query: Query
) -> Iterator[Json]:
    """The rows under `key` of every page; BusyError when a desk leads in circles."""
    asked: Query = {"page[size]": PAGE_SIZE, **query}
    page = _first_page(get, path, asked, query)
    while True:
        yield from page.get(key) or ()
        following = _following(page, query)
        if following is None:
            return
        if following == asked:
            text = f"the desk gives the same page of {path} again and again"
            raise BusyError(f"{text}; try again in a minute", 60.0)
        asked, page = following, get(path, following)


def _first_page(get: Callable[[str, Query], Json], path: str, paged: Query, plain: Query) -> Json:
    try:
        return get(path, paged)
    except TakenError:
        # A few lists know no pages and stumble over the size of one.
        return get(path, plain)


def _following(page: Json, own: Query) -> Query | None:
    """The query of the page after one; None after the last."""
    meta, links = page.get("meta") or {}, page.get("links") or {}
    if "has_more" in meta and not meta["has_more"]:
        return None  # some desks give a link all the same
    if meta.get("after_cursor"):
        return {"page[size]": PAGE_SIZE, **own, "page[after]": str(meta["after_cursor"])}
    link = links.get("next") or page.get("next_page")
    # Only its query: whatever host it names, ours is asked.
    return {**own, **dict(parse_qsl(urlsplit(link).query))} if link else None
