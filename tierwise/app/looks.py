"""How each level looks: a shape and a colour by rank, never a colour alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Look:
    """A level's label, its shape (a path in a 14 × 14 box) and its colour class."""

    label: str
    colour: str
    sign: str
    path: str


_STAR = ("★", "M7 0l2 4.8 5 .4-3.8 3.3L11.4 14 7 11 2.6 14l1.2-5.5L0 5.2l5-.4z")
_DIAMOND = ("◆", "M7 0l7 7-7 7-7-7z")
_TRIANGLE = ("▲", "M7 0l7 13H0z")
_DISC = ("●", "M7 0a7 7 0 110 14A7 7 0 017 0z")
_SQUARE = ("■", "M1 1h12v12H1z")
_HEXAGON = ("⬢", "M4 1h6l4 6-4 6H4L0 7z")

VIP = ("vip", *_STAR)
PREMIUM = ("premium", *_DIAMOND)
PLUS = ("plus", *_TRIANGLE)
STANDARD = ("standard", *_DISC)
# More than four levels: the middle ones share a colour, and a shape of their own tells them apart.
_MIDDLE = (("premium", *_SQUARE), ("plus", *_HEXAGON))

_BY_COUNT: dict[int, tuple[tuple[str, str, str], ...]] = {
    1: (STANDARD,),
    2: (PREMIUM, STANDARD),
    3: (PREMIUM, PLUS, STANDARD),
    4: (VIP, PREMIUM, PLUS, STANDARD),
    5: (VIP, PREMIUM, PLUS, _MIDDLE[0], STANDARD),
}

NO_LEVEL = Look(
    "no level", "none", "○", "M7 1a6 6 0 110 12A6 6 0 017 1zm0 2a4 4 0 100 8 4 4 0 000-8z"
)

ALL_LEVELS = Look("All levels", "accent", "▬", "M0 4h14v6H0z")


def look_for(known: Mapping[str, Look], level: str | None) -> Look:
    """The look of a level; one that the policy no longer has shows its name."""
    if level is None:
        return NO_LEVEL
    return known.get(level) or replace(NO_LEVEL, label=level)


def level_look(known: Mapping[str, Look], level: str | None) -> Look:
    """The look of a figure's level: None is all levels together, empty is none."""
    return ALL_LEVELS if level is None else look_for(known, level or None)


def looks(levels: tuple[tuple[str, str], ...]) -> dict[str, Look]:
    """The look of every level, from (name, label) pairs that come best first."""
    return {
        name: Look(label, *kind)
        for (name, label), kind in zip(levels, _kinds(len(levels)), strict=True)
    }


def _kinds(number: int) -> tuple[tuple[str, str, str], ...]:
    if number in _BY_COUNT or number == 0:
        return _BY_COUNT.get(number, ())
    middle = tuple(_MIDDLE[place % 2] for place in range(number - 4))
    return (VIP, PREMIUM, PLUS, *middle, STANDARD)
