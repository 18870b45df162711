"""What every page shares: the shop behind it, what was asked, and how a page is written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from tierwise.facts.problems import Problem

from . import charts, words
from .answers import DataState
from .long_work import LongWork
from .looks import level_look, look_for, looks
from .page_words import FILTERS
from .plain import plain
from .promise_strips import swatch
from .questions import Answers
from .session import Session, SessionSecrets, form_token
from .shelf import Shelf

FOLDER = Path(__file__).parent
STALE_AFTER_S = 26 * 3600
FEW = 1_000  # one row to look at among so many is nothing to worry about
THEMES = ("light", "dark")
# How it goes, ticket by ticket, who is served how, and what all of it stands on.
MENU = (
    (
        ("/today", "Today"),
        ("/metrics", "Scorecard"),
        ("/budget", "Budget"),
        ("/voice", "Voice"),
        ("/people", "People"),
    ),
    (("/breaches", "Breaches"), ("/tickets", "Tickets")),
    (
        ("/levels", "Levels"),
        ("/segments", "Segments"),
        ("/customers", "Customers"),
        ("/plans", "Plans"),
        ("/desk", "Desk"),
    ),
    (("/data", "Data"),),
)


@dataclass(frozen=True, slots=True)
class Site:
    """One server: the shop it shows, its secrets, and where it gets time and chance."""

    answers: Answers
    secrets: SessionSecrets
    demo: bool
    port: int
    hosts: tuple[str, ...]
    clock: Callable[[], int]
    chance: Callable[[int], bytes]
    shelf: Shelf
    templates: Environment
    work: LongWork


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, read to the end."""

    path: str
    address: str
    parts: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    session: Session
    now: int
    theme: str


@dataclass(frozen=True, slots=True)
class Freshness:
    """How much the numbers can be trusted: a sign, a word for the style sheet, a sentence."""

    sign: str
    state: str
    text: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not answered, and what to do next; `problems` name lines to mend."""

    status: int
    title: str
    next_step: str
    problems: tuple[Problem, ...] = ()


def path_of(request: Request) -> str:
    """The path as a link wants it: names may hold `?`, `#` and `%`."""
    return quote(str(request.scope["path"]))


def load_templates(shelf: Shelf) -> Environment:
    """The templates, with the words of the house as filters."""
    loader = FileSystemLoader(FOLDER / "templates")
    env = Environment(
        loader=loader,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    for filter_ in FILTERS:
        env.filters[filter_.__name__] = filter_
    env.filters["ticks"] = ticks
    env.filters["segment"] = lambda text: quote(str(text), safe="")
    env.globals.update(
        asset=shelf.address,
        strip=charts.strip,
        swatch=swatch,
        menu=MENU,
        nothing=words.NOTHING,
        change_words=words.CHANGE_WORDS,
        ground_words=words.GROUND_WORDS,
        look_for=look_for,
        level_look=level_look,
    )
    return env


def ticks(text: str) -> Markup:
    """A sentence of ours: what stands in backticks is the user's, and set apart.

    >>> str(ticks("expected digits, found `<b>`"))
    'expected digits, found <code>&lt;b&gt;</code>'
    """
    parts = (escape(part) for part in text.split("`"))
    whole = (Markup("<code>{}</code>").format(p) if n % 2 else p for n, p in enumerate(parts))
    return Markup("").join(whole)


def write_page(
    site: Site, asked: Asked, template: str, *, status: int = 200, **found: object
) -> HTMLResponse:
    """A whole page or a part of one, with what all of them show."""
    state = site.answers.data_state()
    html = site.templates.get_template(template).render(
        asked=asked,
        theme=asked.theme,
        csrf=form_token(site.secrets, asked.session, nonce=site.chance(8).hex()),
        shop=site.answers.shop_name(),
        currency=site.answers.currency(),
        looks=looks(site.answers.levels()),
        as_of_day=state.as_of_day,
        fresh=freshness(state, now=asked.now, sample=site.demo),
        demo=site.demo,
        **found,
    )
    return HTMLResponse(html, status_code=status)


def freshness(state: DataState, *, now: int, sample: bool) -> Freshness:
    """The pill on every page: how old the facts are, and whether something asks to be mended.

    It warns when there is reason to: facts older than a day (a sample cannot grow older), numbers
    that could not be settled, or more than one row in a thousand to look at.
    """
    if state.run_at is None or state.as_of_day is None:
        return Freshness("▲", "soon", "No orders yet")
    stale = not sample and now - state.run_at >= STALE_AFTER_S
    rows = sum(sum(source.rows.values()) for source in state.sources)
    warns = stale or state.unsettled or state.to_mend * FEW > rows
    text = f"Orders to {words.day(state.as_of_day)}, read {words.age(now - state.run_at)}"
    if state.to_mend:
        text += f", {words.many(state.to_mend, 'problem')} to look at"
    return Freshness("▲", "soon", text) if warns else Freshness("●", "ok", text)


def write_refusal(site: Site, path: str, why: Refusal) -> Response:
    """An error in plain words; JSON for the API. It shows nothing of the shop."""
    if path.startswith("/api/"):
        problems = {"problems": plain(why.problems)} if why.problems else {}
        body = {"error": why.title, "next_step": why.next_step, **problems}
        return JSONResponse(body, status_code=why.status)
    html = site.templates.get_template("error.html").render(why=why, theme="")
    return HTMLResponse(html, status_code=why.status)
