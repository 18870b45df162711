"""Unusual numbers of tickets in words."""

from . import words
from .desk_records import UnusualDay, VolumeAnswer, VolumeDrift


def unusual_says(one: UnusualDay) -> str:
    """A day that stands out: `409 tickets on 6 Dec 2011, 280 expected`."""
    about = f" about {one.category}" if one.category else ""
    seen = words.many(one.seen, "ticket")
    return f"{seen}{about} on {words.day(one.day)}, {words.count(round(one.expected))} expected"


def way_of(one: UnusualDay) -> str:
    """Whether there were more than expected, or fewer."""
    return "more" if one.seen > one.expected else "fewer"


def rarity(p_value: float) -> str:
    """How rarely chance does so much: `less than once in 1 000 days`.

    >>> rarity(0.0004) == "about once in 2\u202f500 days", rarity(0.04)
    (True, 'about once in 25 days')
    """
    if p_value < 0.0001:
        return f"less than once in {words.count(10_000)} days"
    return f"about once in {words.count(words.rough(round(1 / p_value)))} days"


def drift_says(one: VolumeDrift) -> str:
    """A slow change: `Since 3 Nov 2011 there are more tickets than usual`."""
    way = "more" if one.is_up else "fewer"
    since, noticed = words.day(one.since_day), words.day(one.noticed_day)
    return f"Since {since} there are {way} tickets than usual, certain on {noticed}"


def volume_sentence(found: VolumeAnswer) -> str:
    """The rarest day, and how many stand out beside it; empty where none does."""
    if not found.unusual:
        return ""
    first = min(found.unusual, key=lambda one: one.p_value)
    others = len(found.unusual) - 1
    more = f"; {words.many(others, 'more stands', 'more stand')} out" if others else ""
    return f"{unusual_says(first)}{more}."
