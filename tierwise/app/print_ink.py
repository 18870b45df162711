"""Charts for paper and pictures: style classes become ink, links become plain marks.

A printed drawing stands alone, so it carries its colours, its font and its description itself.
The colours are those of the light pages, read from their style sheet.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from markupsafe import Markup, escape

STATIC = Path(__file__).parent / "static"
FONT = STATIC / "inter-print.ttf"
FAMILY = "Inter"
TEXT_SIZE = 12  # of the drawings, in their own units
LEVELS = ("vip", "premium", "plus", "standard")

Ink = Mapping[str, str]
_TOKEN = re.compile(r"--([\w-]+): light-dark\((#\w+), #\w+\)")
_MARK = re.compile(r"<(/?)(\w+)([^>]*?)(/?)>")
_CLASS = re.compile(r' class="([^"]*)"')
_WHOLE = re.compile(r'<svg[^>]*viewBox="0 0 (\S+) (\S+)"[^>]*>')


@cache
def colours() -> Ink:
    """The light colour of every token of the style sheet, by its name."""
    return dict(_TOKEN.findall((STATIC / "tierwise.css").read_text("utf-8")))


@cache
def inks() -> Mapping[str, Ink]:
    """How each class of the drawings looks on paper."""
    tint = colours()
    levels = {f"fill-{one}": {"fill": tint[one]} for one in LEVELS}
    lines = {f"line-{one}": {"stroke": tint[one]} for one in LEVELS}
    found: dict[str, Ink] = {
        "ink": {"fill": tint["ink"]},
        "strong": {"fill": tint["ink"], "font-weight": "600"},
        "grid": {"stroke": tint["line"], "fill": "none"},
        "dashed": {"stroke": tint["muted"], "stroke-dasharray": "4 4", "fill": "none"},
        "expect": {"stroke": tint["ink"], "stroke-width": "2"},
        "ring": {"stroke": tint["card"], "stroke-width": "1.5"},
        "spread": {"fill-opacity": ".36"},
        "pale": {"opacity": ".5"},
        "hit": {"fill": "none"},
        "fill-none": {"fill": tint["edge"]},
        "fill-accent": {"fill": tint["accent"]},
    }
    plain: dict[str, Ink] = {one: {} for one in ("c", "row", "firm")}
    return MappingProxyType({**found, **levels, **lines, **plain})


def inked(drawing: Markup, says: str) -> Markup:
    """One drawing in ink on white, described by `says`; its links lead nowhere on paper."""
    size = _WHOLE.match(drawing)
    if size is None:
        raise ValueError("a drawing begins with its size")
    inside = _MARK.sub(_in_ink, drawing[size.end() :])
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {size[1]} {size[2]}" '
        f'width="{size[1]}" height="{size[2]}" font-family="{FAMILY}, sans-serif" '
        f'font-size="{TEXT_SIZE}"><title>{escape(says)}</title>'
        f'<rect width="100%" height="100%" fill="{colours()["card"]}"/>{inside}'
    )


def _in_ink(found: re.Match[str]) -> str:
    closing, name, attributes, ended = found.groups()
    if name == "a":
        return f"<{closing}g>"
    classes = _CLASS.search(attributes)
    look: dict[str, str] = {"fill": colours()["muted"]} if name == "text" and not closing else {}
    for one in classes[1].split() if classes else ():
        look |= inks()[one]
    pairs = "".join(f' {key}="{value}"' for key, value in look.items())
    return f"<{closing}{name}{_CLASS.sub('', attributes)}{pairs}{ended}>"
