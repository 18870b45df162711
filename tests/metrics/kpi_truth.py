"""Estimators against known truth: intervals of shares, NPS, quantiles, means, times until.

Rows of the ground-truth test plan. Each makes what is observed from a law that is known, and says
what was asked and what was seen; estimators that are known to fail are there too, and have to.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from math import exp, inf, sqrt
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr

from tierwise.metrics import nps
from tierwise.metrics.intervals import (
    ClusterSums,
    Interval,
    clustered_wilson,
    student_t,
    wilson,
)
from tierwise.metrics.means import LogMoments, Moments, cox_interval, duration_mean_interval
from tierwise.metrics.quantiles import ranks
from tierwise.metrics.survival import (
    Curve,
    ReachedByGroup,
    cumulative_incidence,
    kaplan_meier,
    times_by_group,
)
from tierwise.metrics.survival_steps import State

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

SIGMA = 1.4  # of log-normal times; their median is 1 or 24 h
MEDIAN_H = 24.0
Z_90 = 1.2815515655446004


@dataclass(frozen=True, slots=True)
class Seen:
    """What a row asks of an estimator, from `low` to `high`, and what was seen.

    `slack` is what chance may do in so few rounds, three standard errors.
    """

    row: int
    what: str
    value: float
    low: float = -inf
    high: float = inf
    slack: float = 0.0

    @property
    def holds(self) -> bool:
        return self.low - self.slack <= self.value <= self.high + self.slack

    @property
    def asked(self) -> str:
        ends = {-inf: f"≤ {self.high:g}"}.get(self.low, f"{self.low:g} to {self.high:g}")
        plain = f"≥ {self.low:g}" if self.high == inf else ends
        return f"{plain} ± {self.slack:.3f}" if self.slack else plain

    def __str__(self) -> str:
        verdict = "holds" if self.holds else "MISSED"
        return f"{self.row:4} {self.what:64} {self.asked:20} {self.value:8.3f}  {verdict}"


Row: TypeAlias = Callable[[int, np.random.Generator], Iterator[Seen]]
"""Rounds and chance to what was seen; each row scales the rounds by what it needs."""


def slack(rounds: int, chance: float = 0.95) -> float:
    """Three standard errors of a share of so many rounds."""
    return 3 * sqrt(chance * (1 - chance) / rounds)


def wilson_row(_: int, __: np.random.Generator) -> Iterator[Seen]:
    """Exact sums over the binomial."""
    grid = {
        (p, n): exact_coverage(p, n)
        for p in (0.5, 0.75, 0.9, 0.95, 0.98)
        for n in (10, 20, 30, 50, 100, 200)
    }
    yield Seen(2, "Wilson, least coverage of 5 shares × 6 sizes", min(grid.values()), 0.90)
    yield Seen(2, "Wilson, mean coverage of them", sum(grid.values()) / len(grid), 0.94)
    yield Seen(2, "  control: Wald, share .95, n 10", wald_coverage(0.95, 10), high=0.90)


def binomial_chances(p: float, n: int) -> Floats:
    return np.diff(bdtr(np.arange(n + 1), n, p), prepend=0.0)


def exact_coverage(p: float, n: int) -> float:
    ends = np.array([wilson(k, n) for k in range(n + 1)])
    return float(binomial_chances(p, n) @ ((ends[:, 0] <= p) & (p <= ends[:, 1])))


def wald_coverage(p: float, n: int) -> float:
    share = np.arange(n + 1) / n
    half = 1.959964 * np.sqrt(share * (1 - share) / n)
    return float(binomial_chances(p, n) @ (np.abs(share - p) <= half))


def nps_row(rounds: int, chance: np.random.Generator) -> Iterator[Seen]:
    mixes, sizes = ((0.5, 0.2), (0.7, 0.1), (0.85, 0.03), (1 / 3, 1 / 3)), (10, 30, 100, 300)
    draws = {
        (mix, n): chance.multinomial(n, [mix[0], 1 - sum(mix), mix[1]], 20 * rounds)
        for mix in mixes
        for n in sizes
    }
    held = [nps_coverage(rows, mix, nps.adjusted_interval) for (mix, _), rows in draws.items()]
    allowed = slack(20 * rounds)
    what = "NPS adjusted, 4 mixes × 4 sizes"
    yield Seen(3, f"{what}, least coverage", min(held), 0.94, 0.97, allowed)
    yield Seen(3, f"{what}, most", max(held), 0.94, 0.97, allowed)
    least = nps_coverage(draws[mixes[2], 10], mixes[2], nps.wald_interval)
    yield Seen(3, "  control: NPS Wald, 85 / 3, n 10", least, high=0.90)


def nps_coverage(
    rows: Whole,
    mix: tuple[float, float],
    interval: Callable[[nps.Bands], tuple[float, float]],
) -> float:
    """Of promoters, passives, detractors a row; each different row is looked at once."""
    true = 100 * (mix[0] - mix[1])
    different, many = np.unique(rows, axis=0, return_counts=True)
    ends = np.array([interval(nps.Bands(*row)) for row in different.tolist()])
    return float(many @ ((ends[:, 0] <= true) & (true <= ends[:, 1])) / len(rows))


def quantile_row(rounds: int, chance: np.random.Generator) -> Iterator[Seen]:
    median = min(order_coverage(n, 0.5, 4 * rounds, chance) for n in (6, 10, 30, 100, 300))
    ninetieth = min(order_coverage(n, 0.9, 4 * rounds, chance) for n in (36, 50, 100, 300))
    allowed = slack(4 * rounds)
    yield Seen(4, "median by order, least coverage, n 6 … 300", median, 0.94, slack=allowed)
    yield Seen(4, "90th percentile by order, least, n 36 … 300", ninetieth, 0.94, slack=allowed)
    yield Seen(4, "  control: ranks of n 36 for 20 values", _short_ranks(chance), high=0.90)


def order_coverage(n: int, q: float, rounds: int, chance: np.random.Generator) -> float:
    at = ranks(n, q)
    assert at is not None
    true = exp(SIGMA * (0.0 if q == 0.5 else Z_90))
    values = np.sort(chance.lognormal(0, SIGMA, (rounds, n)), axis=1)
    return float(((values[:, at.low - 1] <= true) & (true <= values[:, at.high - 1])).mean())


def _short_ranks(chance: np.random.Generator) -> float:
    """Twenty values have no interval of their 90th percentile: the largest ends it too soon."""
    assert ranks(20, 0.9) is None
    values = np.sort(chance.lognormal(0, SIGMA, (4_000, 20)), axis=1)
    true = exp(SIGMA * Z_90)
    return float(((values[:, 14] <= true) & (true <= values[:, 19])).mean())


def mean_row(rounds: int, chance: np.random.Generator) -> Iterator[Seen]:
    for n in (30, 100):
        cox, chosen, plain = mean_coverages(chance.lognormal(0, SIGMA, (rounds, n)))
        for name, held in (("Cox", cox), ("chosen by its test", chosen)):
            what = f"mean of log-normal times, {name}, n {n}"
            yield Seen(5, what, held, 0.93, slack=slack(rounds))
        yield Seen(5, f"  control: t, n {n}", plain, high=0.90)


def mean_coverages(samples: Floats) -> tuple[float, ...]:
    """How often Cox's interval, the one chosen and Student's hold the mean."""
    true, ends = exp(SIGMA**2 / 2), []
    for sample in samples:
        plain, logs = Moments.of(sample), LogMoments.of_durations(sample)
        half = student_t(plain.n - 1) * sqrt(plain.variance / plain.n)
        t_ends = (plain.mean - half, plain.mean + half)
        ends.append((cox_interval(logs), duration_mean_interval(plain, logs), t_ends))
    low, high = np.moveaxis(np.array(ends), 2, 0)
    return tuple(((low <= true) & (true <= high)).mean(axis=0).tolist())


def median_row(rounds: int, chance: np.random.Generator) -> Iterator[Seen]:
    many = max(60, rounds // 5)
    for days, (n, bias) in product((3, 7, 28, 90), ((60, 0.07), (1000, 0.02))):
        needs, age = waits(days, (many, n), chance)
        reached = medians(needs, age)
        value = reached.value / (MEDIAN_H * 3600)
        off, chance_off = abs(float(np.nanmean(value)) - 1), 3 * np.nanstd(value) / sqrt(many)
        what = f"time to resolution, median, {days} days, n {n}"
        yield Seen(6, f"{what}: bias", off, high=bias, slack=float(chance_off))
        held = float(np.mean(holds(reached, MEDIAN_H * 3600)))
        yield Seen(6, f"{what}: coverage", held, 0.95, 0.95, slack(many))
        if (days, n) == (7, 1000):
            plain = float(np.median(needs[needs <= age])) / MEDIAN_H - 1
            yield Seen(6, "  control: closed ones only, 7 days: bias", plain, high=-0.25)


def waits(days: int, shape: tuple[int, int], chance: np.random.Generator) -> tuple[Floats, Floats]:
    """Hours each ticket needs, and how old it is, of tickets opened all through the days."""
    return MEDIAN_H * chance.lognormal(0, SIGMA, shape), chance.uniform(0, days * 24, shape)


def medians(needs: Floats, age: Floats) -> ReachedByGroup:
    """The median of each row in seconds, with its interval."""
    seconds = np.rint(np.minimum(needs, age) * 3600).astype(np.int64)
    group = np.repeat(np.arange(len(needs)), needs.shape[1])
    state = (needs <= age).astype(np.int64)
    return times_by_group(group, seconds.ravel(), state.ravel()).quantiles[0.5]


def holds(reached: ReachedByGroup, true: float) -> NDArray[np.bool_]:
    """An end that is not reached is as far as can be."""
    low, high = (np.where(np.isnan(end), inf, end) for end in (reached.low, reached.high))
    return np.asarray((low <= true) & (true <= high))


def merges_row(rounds: int, chance: np.random.Generator) -> Iterator[Seen]:
    """A tenth is merged: anybody, or the hardest; share solved within 24 and 72 h."""
    many = max(60, rounds // 5)
    for name, is_hard in (("anybody", False), ("the hardest", True)):
        solved, merged = tickets(2_000_000, chance, is_hard=is_hard)
        found = np.array([shares_solved(chance, is_hard=is_hard) for _ in range(many)])
        true = [float(((solved <= at) & (solved < merged)).mean()) for at in (24, 72)]
        bias, spread = 100 * (found.mean(axis=0) - np.repeat(true, 2)), found.std(axis=0)
        for place, at in ((0, 24), (2, 72)):
            what = f"solved within {at} h where {name} are merged: bias, points"
            allowed = 300 * float(spread[place]) / sqrt(many)
            yield Seen(7, what, abs(float(bias[place])), high=1.0, slack=allowed)
        yield Seen(7, "  control: merges taken for open, 72 h", float(bias[3]), 1.0)


def shares_solved(chance: np.random.Generator, *, is_hard: bool) -> list[float]:
    """Of 500 tickets of a week, within 24 h and 72 h: as we say, and with merges as open."""
    solved, merged = tickets(500, chance, is_hard=is_hard)
    age = chance.uniform(0, 7 * 24, 500)
    times = np.minimum(np.minimum(solved, merged), age)
    other = np.where(times == merged, State.OTHER_WAY, State.OPEN)
    state = np.where(times == solved, State.HAPPENED, other)
    curves = (cumulative_incidence(times, state), kaplan_meier(times, state == State.HAPPENED))
    return [share_by(curve, at) for at in (24, 72) for curve in curves]


def tickets(n: int, chance: np.random.Generator, *, is_hard: bool) -> tuple[Floats, Floats]:
    """Hours until each would be solved and until it is merged, never for nine in ten."""
    solved = MEDIAN_H * chance.lognormal(0, SIGMA, n)
    # The hardest tenth takes longer than the 90th percentile.
    chosen = solved > MEDIAN_H * exp(SIGMA * Z_90) if is_hard else chance.random(n) < 0.1
    return solved, np.where(chosen, chance.exponential(6.0, n), inf)


def share_by(curve: Curve, at: float) -> float:
    place = int(np.searchsorted(curve.times, at, side="right"))
    return 1 - float(curve.remaining[place - 1]) if place else 0.0


def cluster_row(rounds: int, chance: np.random.Generator) -> Iterator[Seen]:
    """Answers of customers who come again; agents have forty each."""
    laws = (("shop customers", 400, 0.3, 1.0), ("accounts", 80, 5.0, 1.0), ("agents", 8, 0.0, 0.5))
    for name, clusters, more, spread in laws:
        true = float(odds_share(1.5 + spread * chance.normal(size=2_000_000)).mean())
        told = [clustered(clusters, more, spread, chance) for _ in range(rounds)]
        honest = np.mean([low <= true <= high for (low, high), _ in told])
        naive = np.mean([low <= true <= high for _, (low, high) in told])
        what = f"{name}: Wilson on n/deff"
        yield Seen(11, what, float(honest), 0.91, slack=slack(rounds, 0.91))
        if name == "accounts":
            yield Seen(11, "  control: Wilson on answers, accounts", float(naive), high=0.85)


def clustered(
    clusters: int, more: float, spread: float, chance: np.random.Generator
) -> tuple[Interval, Interval]:
    """The honest interval and the naive one; log-odds of clusters are normal round 1.5."""
    again = chance.poisson(more * chance.gamma(1, 1, clusters))
    sizes = 1 + again if more else np.full(clusters, 40)
    hits = chance.binomial(sizes, odds_share(1.5 + spread * chance.normal(size=clusters)))
    k, n = int(hits.sum()), int(sizes.sum())
    sums = ClusterSums(clusters, int(sizes @ sizes), int(sizes @ hits), int(hits @ hits))
    return clustered_wilson(k, n, sums), wilson(k, n)


def odds_share(logits: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-logits)))


ROWS: tuple[Row, ...] = (
    wilson_row,
    nps_row,
    quantile_row,
    mean_row,
    median_row,
    merges_row,
    cluster_row,
)
