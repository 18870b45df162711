"""The few SVG parts every chart is drawn with; colours come from style sheet classes."""

from collections.abc import Callable

from markupsafe import Markup, escape

WIDE, NARROW = 620, 350
_CAMEL = {"view_box": "viewBox"}


def mark(name: str, *inside: str, **attributes: str | float) -> Markup:
    """One element; text inside is escaped, `class_` is `class`, `aria_label` is `aria-label`."""
    pairs = "".join(f' {_attribute(key)}="{_written(v)}"' for key, v in attributes.items())
    if not inside:
        return Markup(f"<{name}{pairs}/>")
    return Markup(f"<{name}{pairs}>{''.join(escape(part) for part in inside)}</{name}>")


def _attribute(key: str) -> str:
    return _CAMEL.get(key) or key.rstrip("_").replace("_", "-")


def _written(value: str | float) -> str:
    if isinstance(value, str):
        return str(escape(value))
    return f"{value:.1f}".rstrip("0").rstrip(".")


def text(x: float, y: float, words: str, *, at: str = "start", kind: str = "") -> Markup:
    """Words at a place; `at` is start, middle or end."""
    shape: dict[str, str | float] = {"x": x, "y": y}
    if at != "start":
        shape["text_anchor"] = at
    if kind:
        shape["class_"] = kind
    return mark("text", words, **shape)


def path(d: str, kind: str) -> Markup:
    """A line or area."""
    return mark("path", d=d, class_=kind)


def group(title: str, *inside: Markup) -> Markup:
    """Marks that belong together, with the sentence a pointer or screen reader gets."""
    return mark("g", mark("title", title), *inside)


def drawing(size: tuple[float, float], label: str, *inside: Markup, kind: str = "") -> Markup:
    """A whole picture; a screen reader reads `label`."""
    box = f"0 0 {size[0]:.0f} {size[1]:.0f}"
    return mark(
        "svg", *inside, class_=f"c {kind}".strip(), view_box=box, role="img", aria_label=label
    )


def scale(
    span: tuple[float, float], onto: tuple[float, float], *, clip: bool = True
) -> Callable[[float], float]:
    """A straight map from values to places; an empty span maps to the middle."""
    (low, high), (start, end) = span, onto
    if high == low:
        return lambda _value: (start + end) / 2

    def place(value: float) -> float:
        part = (value - low) / (high - low)
        return start + (min(1.0, max(0.0, part)) if clip else part) * (end - start)

    return place


def both(draw: Callable[[float], Markup], *, wide: float = WIDE) -> Markup:
    """The chart twice, for a desk and for a phone; the style sheet shows the one that fits."""
    return Markup("{}{}").format(
        mark("div", draw(wide), class_="wide"), mark("div", draw(NARROW), class_="narrow")
    )


def tone(value: float, most: float) -> str:
    """One of five tones, by the root of the share of the most; the class name."""
    if value <= 0 or most <= 0:
        return "tone-0"
    return f"tone-{min(5, 1 + int(5 * (value / most) ** 0.5))}"
