"""Answers about people and load: who is full, who has room, and how it goes with whom."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from tierwise.metrics.agents import AgentShare, AgentTally, agent_shares
from tierwise.metrics.catalogue import CATALOGUE
from tierwise.metrics.cells import Cells
from tierwise.metrics.figures import Figure, Reason, missing
from tierwise.metrics.metric import Group
from tierwise.metrics.periods import Periods

from .desk_records import AgentLine, PeopleAnswer, TeamLine
from .promise_records import Period
from .scorecard_answers import lines_of, usual
from .scorecard_basis import ScoreBasis, ensure_cells

RANK_SEED = 20_260
_AGENTS = "SELECT agent_id, name, team, capacity FROM agents ORDER BY name, agent_id"
_OPEN = """
SELECT {by}, COUNT(*) FROM open_spans WHERE until_s IS NULL AND {by} IS NOT NULL GROUP BY {by}
"""
_RATED = """
SELECT agent_id, COALESCE(level, ''), COALESCE(channel, ''), SUM(is_good), COUNT(*)
FROM survey_measures
WHERE question = 'csat' AND score IS NOT NULL AND agent_id IS NOT NULL
    AND answered_s >= ? AND answered_s < ?
GROUP BY agent_id, level, channel
"""
_NOTHING = missing(Reason.NOTHING)


@dataclass(frozen=True, slots=True)
class _Load:
    """Figures of a period by agent or team, and the tickets open now."""

    cells: Cells
    day: int
    open_tickets: Mapping[str | None, int]

    def figure(self, metric_id: str, of: str | None) -> Figure:
        return self.cells.get((metric_id, (of,), self.day), _NOTHING)


def people_of(basis: ScoreBasis, asked: Period | None) -> PeopleAnswer:
    """Teams and agents in a period, agents by name."""
    period = usual(basis, asked)
    agents = basis.engine.rows(_AGENTS)
    work = [one for one in CATALOGUE.values() if one.group is Group.WORK]
    return PeopleAnswer(
        basis.promises.as_of(),
        period,
        tuple(_teams(basis, period, agents)),
        tuple(_agents(basis, period, agents)),
        tuple(line for one in work for line in lines_of(basis, period, one)),
    )


def _load(basis: ScoreBasis, period: Period, by: str) -> _Load:
    cells = ensure_cells(basis, (by,), Periods(period.from_day, period.days))
    held = {name: int(n) for name, n in basis.engine.rows(_OPEN.format(by=by))}
    return _Load(cells, period.from_day, held)


def _teams(
    basis: ScoreBasis, period: Period, agents: Iterable[tuple[object, ...]]
) -> Iterable[TeamLine]:
    load = _load(basis, period, "team")
    people = [None if team is None else str(team) for _, _, team, _ in agents]
    for team in sorted({*people, *load.open_tickets}, key=lambda one: (one is None, str(one))):
        yield TeamLine(
            team,
            load.open_tickets.get(team, 0),
            people.count(team),
            load.figure("a.occ", team),
            load.figure("a.util", team),
            load.figure("a.aht", team),
            load.figure("c.cpr", team),
        )


def _agents(
    basis: ScoreBasis, period: Period, agents: Iterable[tuple[object, ...]]
) -> Iterable[AgentLine]:
    load = _load(basis, period, "agent_id")
    shares = _shares(basis, period)
    for agent_id, name, team, capacity in agents:
        own = str(agent_id)
        share = shares.get(own)
        yield AgentLine(
            own,
            str(name),
            None if team is None else str(team),
            load.open_tickets.get(own, 0),
            capacity if isinstance(capacity, int) else None,
            int(load.figure("vol.resolved_unique", own).value or 0),
            load.figure("a.msgs", own),
            load.figure("a.occ", own),
            load.figure("csat.share", own),
            share.share if share else _NOTHING,
            share.rank if share else None,
            bool(share and share.stands_out),
        )


def _shares(basis: ScoreBasis, period: Period) -> dict[str, AgentShare]:
    """CSAT of agents, drawn towards that of all and adjusted for level and channel."""
    rows = basis.engine.rows(_RATED, list(basis.promises.instants(period)))
    tallies = [
        AgentTally(agent, (level, channel), hits, n) for agent, level, channel, hits, n in rows
    ]
    # Ranks are drawn; the same seed, so that a page does not change when it is read again.
    return {one.agent: one for one in agent_shares(tallies, np.random.default_rng(RANK_SEED))}
