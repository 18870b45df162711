"""How well agents do, without a league table: shrunk to the team, with intervals, funnel and ranks.

A share of hits (satisfied answers, contacts resolved at once) is compared with what colleagues
reach with the same kinds of tickets; agents come back sorted by name.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .agent_prior import Prior, fit_prior, shrunk
from .attainment import FEWEST
from .comparisons import discoveries
from .figures import Figure, Reason, missing
from .intervals import Interval

Floats = NDArray[np.float64]

OUTSIDE = 0.025  # chance of each tail beyond the funnel
DRAWS = 2000  # of all posteriors together, for the ranks


@dataclass(frozen=True, slots=True)
class AgentTally:
    """Hits of one agent among tickets of one kind; `kind` is level, category and channel, say."""

    agent: str
    kind: tuple[str, ...]
    hits: float
    size: int


@dataclass(frozen=True, slots=True)
class AgentShare:
    """One agent beside colleagues with the same tickets.

    `share` is shrunk to the team and adjusted for the kinds of tickets, with its 95 % interval;
    `raw` is what was counted, None where nothing was; `expected` what the team reaches with the
    same kinds. `funnel` is where the raw share of an agent like the team would lie, `rank` where
    the agent may stand, 1 the best. `stands_out` holds after all agents were looked at together.
    """

    agent: str
    share: Figure
    raw: float | None
    expected: float
    funnel: Interval
    rank: tuple[int, int]
    stands_out: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Team:
    """Agents by name: hits, sizes, and hits expected of the team with the same tickets."""

    names: list[str]
    hits: Floats
    sizes: Floats
    expected: Floats

    @property
    def share(self) -> float:
        return float(self.hits.sum() / self.sizes.sum())


def agent_shares(
    tallies: Iterable[AgentTally], chance: np.random.Generator
) -> tuple[AgentShare, ...]:
    """Every agent's share of hits, by name; empty if nobody has any answer.

    `chance` draws the ranks.
    """
    team = _team(list(tallies))
    if not team.sizes.sum():
        return ()
    adjusted = adjusted_hits(team.hits, team.sizes, team.expected)
    prior = fit_prior(adjusted, team.sizes)
    a, b = shrunk(prior, adjusted, team.sizes)
    shares = _figures(prior, a, b, team.sizes)
    ranks = rank_intervals(a, b, chance)
    expected = np.where(team.sizes > 0, team.expected / np.maximum(team.sizes, 1), team.share)
    flags = stand_out(team.hits, team.sizes, expected)
    return tuple(
        AgentShare(
            name,
            shares[i],
            float(team.hits[i] / team.sizes[i]) if team.sizes[i] else None,
            float(expected[i]),
            _funnel_shares(float(expected[i]), int(team.sizes[i])),
            ranks[i],
            bool(flags[i]),
        )
        for i, name in enumerate(team.names)
    )


def expected_hits(tallies: Iterable[AgentTally]) -> dict[str, float]:
    """Hits the whole team would have with each agent's tickets: indirect standardisation.

    The rate of a kind is that of all agents, the agent's own tickets among them: who alone has a
    kind is compared with himself there.
    """
    rows = list(tallies)
    kinds: defaultdict[tuple[str, ...], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in rows:
        kinds[row.kind][0] += row.hits
        kinds[row.kind][1] += row.size
    found: defaultdict[str, float] = defaultdict(float)
    for row in rows:
        hits, size = kinds[row.kind]
        found[row.agent] += row.size * hits / size if size else 0.0
    return dict(found)


def adjusted_hits(hits: ArrayLike, sizes: ArrayLike, expected: ArrayLike) -> Floats:
    """Hits each agent would have with the team's mixture of tickets: the team's share and what
    the agent has over the expected, within 0 and the size."""
    hit, size = np.asarray(hits, np.float64), np.asarray(sizes, np.float64)
    mean = hit.sum() / size.sum()
    more = hit - np.asarray(expected, np.float64)
    return np.asarray(np.clip(size * mean + more, 0.0, size), np.float64)


def funnel_limits(mean: float, size: int) -> tuple[int, int]:
    """The fewest and the most hits of `size` that chance explains, exact binomial.

    The smallest k with P(X ≤ k) ≥ 2.5 % and the largest with P(X ≥ k) ≥ 2.5 %.

    >>> funnel_limits(0.85, 20)
    (14, 20)
    """
    below, above = binomial_tails(np.arange(size + 1), size, mean)
    inside = np.flatnonzero((below >= OUTSIDE) & (above >= OUTSIDE))
    return int(inside[0]), int(inside[-1])


def binomial_tails(hits: ArrayLike, sizes: ArrayLike, means: ArrayLike) -> tuple[Floats, Floats]:
    """P(X ≤ hits) and P(X ≥ hits) of binomial counts."""
    from scipy.special import betainc

    k, n, p = (np.asarray(part, np.float64) for part in (hits, sizes, means))
    above = np.where(k > 0, betainc(np.maximum(k, 1e-9), n - k + 1, p), 1.0)
    below = np.where(k < n, betainc(np.maximum(n - k, 1e-9), k + 1, 1 - p), 1.0)
    return below, above


def stand_out(hits: ArrayLike, sizes: ArrayLike, expected: ArrayLike) -> NDArray[np.bool_]:
    """Whose hits chance does not explain, after Benjamini and Hochberg over all agents.

    `expected` are shares. With several kinds of tickets the binomial tail is a little wide,
    which errs on the side of nobody.
    """
    below, above = binomial_tails(hits, sizes, expected)
    chances = np.minimum(1.0, 2 * np.minimum(below, above))
    return np.array(discoveries(chances.tolist()), np.bool_)


def rank_intervals(
    a: Floats, b: Floats, chance: np.random.Generator, draws: int = DRAWS
) -> list[tuple[int, int]]:
    """Between which ranks each agent stands in 95 % of draws from beta posteriors; 1 is best."""
    drawn = chance.beta(a, b, size=(draws, len(a)))
    ranks = (-drawn).argsort(axis=1).argsort(axis=1) + 1
    low, high = np.quantile(ranks, (0.025, 0.975), axis=0, method="nearest")
    return list(zip(low.astype(int).tolist(), high.astype(int).tolist(), strict=True))


def _team(tallies: Sequence[AgentTally]) -> _Team:
    names = sorted({row.agent for row in tallies})
    places = {name: i for i, name in enumerate(names)}
    hits, sizes = np.zeros((2, len(names)))
    for row in tallies:
        hits[places[row.agent]] += row.hits
        sizes[places[row.agent]] += row.size
    expected = expected_hits(tallies)
    return _Team(names, hits, sizes, np.array([expected[name] for name in names]))


def _figures(prior: Prior, a: Floats, b: Floats, sizes: Floats) -> list[Figure]:
    from scipy.special import betaincinv

    low, high = betaincinv(a, b, 0.025), betaincinv(a, b, 0.975)
    means = a / (a + b)
    return [
        Figure(
            float(mean),
            float(one),
            float(other),
            int(size),
            is_pale=bool(size < FEWEST or not prior.is_learnt),
        )
        if size
        else missing(Reason.NOTHING)
        for mean, one, other, size in zip(means, low, high, sizes, strict=True)
    ]


def _funnel_shares(mean: float, size: int) -> Interval:
    if not size:
        return 0.0, 1.0
    low, high = funnel_limits(mean, size)
    return low / size, high / size
