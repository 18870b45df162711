"""People and load: who is full, who has room, and how agents and teams do without a league."""

from collections.abc import Sequence
from unicodedata import normalize

from markupsafe import Markup
from starlette.responses import Response

from tierwise.metrics.metric import Unit

from . import figure_words
from .desk_records import AgentLine
from .figure_charts import FigureGroup, FigureRow, figure_chart
from .load_chart import LoadBar, load_chart
from .looks import ALL_LEVELS, Look
from .people_words import places
from .promise_asked import period_of, wanted
from .promise_pages import needs_tickets
from .promise_records import Period
from .promise_strips import patterns
from .promise_words import Sign
from .scorecard_asked import write_days
from .scorecard_lines import matrix_of
from .scorecard_links import rows_link
from .site import Asked, Site

STANDS_OUT = Sign("▲", "soon", "stands out")


@needs_tickets
def people_page(site: Site, asked: Asked) -> Response:
    """Open tickets against capacity, teams, and agents by name."""
    want = wanted(asked)
    found = site.answers.people(period_of(want)[0])
    agents = sorted(found.agents, key=lambda one: _by_name(one.name))
    matrix = matrix_of(found.lines)
    return write_days(
        site,
        asked,
        "people.html",
        found,
        agents=[(one, *_links(one, found.period)) for one in agents],
        load=load_chart([_bar(one, found.period) for one in agents]),
        shares=_shares(agents, found.period),
        outstanding=[one for one in agents if one.stands_out],
        matrix=matrix,
        patterns=patterns(),
        levels=list(dict.fromkeys(one.level for one in found.lines)),
    )


def _by_name(name: str) -> str:
    """Where a name stands in a list: `É` beside `E`.

    >>> sorted(["Farid", "Élodie", "ada"], key=_by_name)
    ['ada', 'Élodie', 'Farid']
    """
    return normalize("NFKD", name).casefold()


def _links(one: AgentLine, period: Period) -> tuple[str, str]:
    """The open tickets of an agent, and the answers of their customers."""
    return (
        rows_link("vol.backlog", period, by="agent_id", slice=one.agent_id),
        rows_link("csat.share", period, by="agent_id", slice=one.agent_id),
    )


def _bar(one: AgentLine, period: Period) -> LoadBar:
    return LoadBar(one.name, one.open_tickets, one.capacity, _links(one, period)[0])


def _shares(agents: Sequence[AgentLine], period: Period) -> Markup:
    """Satisfaction of each agent's customers, drawn towards that of all, by name."""
    rows = tuple(
        FigureRow(
            look=Look(one.name, ALL_LEVELS.colour, ALL_LEVELS.sign, ALL_LEVELS.path),
            figure=one.csat_shrunk,
            written=figure_words.figure_text(one.csat_shrunk, Unit.SHARE, counts_rows=False),
            says=_says(one),
            link=_links(one, period)[1],
            change=places(one.rank),
            change_sign=STANDS_OUT if one.stands_out else Sign("", "open", ""),
        )
        for one in agents
    )
    group = FigureGroup("", "", Unit.SHARE, rows)
    return figure_chart([group], "CSAT of each agent, by name", "")


def _says(one: AgentLine) -> str:
    said = figure_words.figure_sentence(
        one.csat_shrunk, Unit.SHARE, grain="survey answer", counts_rows=False
    )
    told = [f"{one.name}: {said}", places(one.rank)]
    return "; ".join(part for part in (*told, "stands out" if one.stands_out else "") if part)
