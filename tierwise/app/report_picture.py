"""The chart of a report as a PNG, for mail programs; needs the extra `export`."""

from .print_ink import FONT
from .report_page import picture_of
from .report_records import Report

WIDTH = 660  # as it is shown; drawn at twice that
_SHARP = 2
NO_PICTURES = "no picture: it needs the extra `export`; next: pip install 'tierwise[export]'"


def png_of(report: Report) -> bytes | None:
    """The picture; None where there is nothing to draw, or nothing to draw with."""
    drawing = picture_of(report, width=WIDTH)
    if not drawing or not can_draw():
        return None
    import resvg_py

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=str(drawing),
            width=WIDTH * _SHARP,
            background="#fff",
            font_files=[str(FONT)],
        )
    )


def can_draw() -> bool:
    """Whether the extra is installed."""
    from importlib.util import find_spec

    return find_spec("resvg_py") is not None
