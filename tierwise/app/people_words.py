"""People in words: whether they have room, and between which places they may stand."""

from . import words
from .promise_words import Sign

NEARLY = 0.8  # of the capacity: no room for much more


def load_sign(held: int, capacity: int | None) -> Sign:
    """Whether an agent is full."""
    if capacity is None:
        return Sign("○", "open", "capacity not said")
    if held > capacity:
        return Sign("■", "late", "over")
    if held == capacity:
        return Sign("■", "late", "full")
    if held >= NEARLY * capacity:
        return Sign("▲", "soon", "nearly full")
    return Sign("●", "ok", "has room")


def load_says(held: int, capacity: int | None) -> str:
    """`12 of 10, over`; `3, capacity not said`."""
    of = "" if capacity is None else f" of {words.count(capacity)}"
    return f"{words.count(held)}{of}, {load_sign(held, capacity).text}"


def places(rank: tuple[int, int] | None) -> str:
    """Between which places an agent stands, as far as can be told.

    >>> places((2, 5)), places((3, 3)), places(None)
    ('place 2 to 5', 'place 3', '')
    """
    if rank is None:
        return ""
    first, last = rank
    if first == last:
        return f"place {words.count(first)}"
    return f"place {words.count(first)} to {words.count(last)}"
