"""A report as one HTML page that needs nothing else: for the browser, for paper, for mail."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from . import print_ink
from .looks import Look
from .promise_charts import PromiseMark, attainment_drawing, mark_sentence
from .promise_words import Sign
from .report_news import counted
from .report_records import Report
from .report_text import change_of, said_of_change, target_lines
from .site import ticks
from .svg import NARROW, mark

PAPER_WIDTH, PAPER_ROW = 790.0, 22.0
MADE_UP = Sign("▲", "soon", "made up")
CHART = "Promises kept, by promise and level"


def written(report: Report, template: str = "report.html", **more: object) -> str:
    """A page of a report; `more` is what only this template asks for."""
    return (
        _templates()
        .get_template(template)
        .render(
            report=report,
            counted=counted(report.targets),
            ink=print_ink.colours(),
            made_up_sign=MADE_UP,
            **more,
        )
    )


def page_of(report: Report) -> str:
    """The page for a browser: on a phone its chart is drawn narrower."""
    narrow = picture_of(report, width=NARROW)
    return written(report, scale=1.0, picture=picture_of(report), narrow=narrow)


def paper_of(report: Report, *, scale: float) -> str:
    """The page for paper; `scale` makes all of it smaller."""
    picture = picture_of(report, width=PAPER_WIDTH / scale)
    return written(report, scale=scale, picture=picture, narrow="")


def picture_of(report: Report, *, width: float = PAPER_WIDTH) -> Markup:
    """The chart in ink on white; nothing where nothing is promised."""
    if not report.marks:
        return Markup("")
    drawn = attainment_drawing(report.marks, CHART, width, row=PAPER_ROW)
    return print_ink.inked(drawn, described(report.marks))


def described(marks: tuple[PromiseMark, ...]) -> str:
    """Everything the chart says, for who cannot see it."""
    return f"{CHART}. {'. '.join(mark_sentence(one) for one in marks)}."


def _shape(look: Look) -> Markup:
    """The shape of a level, in its colour."""
    ink = print_ink.inks()[f"fill-{look.colour}"]
    shape = mark("path", d=look.path, fill=ink["fill"])
    return mark("svg", shape, class_="shape", view_box="0 0 14 14", aria_hidden="true")


def _css(text: str) -> str:
    """Text inside quotes of a style sheet."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


@cache
def _templates() -> Environment:
    env = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    env.filters |= {"css": _css, "ticks": ticks}
    env.globals.update(
        shape=_shape,
        target_lines=target_lines,
        change_of=change_of,
        said_of_change=said_of_change,
    )
    return env
