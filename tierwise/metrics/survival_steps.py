"""The steps of survival curves: the times of each group, who is left, and how sure that is."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


class State(IntEnum):
    """How a time ended."""

    OPEN = 0
    HAPPENED = 1
    OTHER_WAY = 2


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Curves of one group or many, a row for every different time of each, group by group.

    `remaining` is the share to whom it has not happened after that time, `error` its standard
    error, `anyhow_before` the share that had come to no end just before it; `begins` has the first
    row of each group, `owner` the group of each row.
    """

    begins: Whole
    owner: Whole
    time: Floats
    at_risk: Floats
    happened: Floats
    other_way: Floats
    anyhow_before: Floats
    remaining: Floats
    error: Floats


def steps_of(group: Whole, duration: NDArray[np.generic], state: Whole) -> Steps:
    """The curve of every group; durations of any unit, states of `State`."""
    owner, time, counts = _counted(group, duration, state)
    begins = np.flatnonzero(np.diff(owner, prepend=-1))
    left = counts.sum(axis=1)
    sizes = np.add.reduceat(left, begins) if len(begins) else left
    at_risk = np.repeat(sizes, _lengths(begins, len(owner))) - running(left, begins) + left
    happened, other_way = counts[:, State.HAPPENED], counts[:, State.OTHER_WAY]
    before = _anyhow_before(at_risk, happened + other_way, begins)
    incidence = running(before * happened / at_risk, begins)
    error = _incidence_error(before, incidence, (at_risk, happened, happened + other_way), begins)
    remaining = np.maximum(0.0, 1 - incidence)
    return Steps(begins, owner, time, at_risk, happened, other_way, before, remaining, error)


def _counted(
    group: Whole, duration: NDArray[np.generic], state: Whole
) -> tuple[Whole, Floats, Floats]:
    """Different times of each group in order, with how many ended in each state there."""
    times, place = _placed(duration)
    # One number a row, so that a single sort of numbers does; much faster than by three columns.
    keys = np.sort((group * len(times) + place) * len(State) + state)
    rows = keys // len(State)
    is_first = np.diff(rows, prepend=-1) > 0
    row = np.cumsum(is_first) - 1
    cells = row * len(State) + keys % len(State)
    counts = np.bincount(cells, minlength=int(is_first.sum()) * len(State))
    at = rows[is_first]
    by_state = counts.reshape(-1, len(State)).astype(np.float64)
    owner, place_of = np.divmod(at, max(1, len(times)))
    return owner, times[place_of].astype(np.float64), by_state


def _placed(duration: NDArray[np.generic]) -> tuple[NDArray[np.generic], Whole]:
    """Different durations in order, and which of them each is."""
    times, place = np.unique(duration, return_inverse=True)
    return times, place.astype(np.int64)


def _anyhow_before(at_risk: Floats, ended: Floats, begins: Whole) -> Floats:
    """The share still waiting just before each time: Kaplan–Meier of either end."""
    is_last = ended == at_risk
    # Where none are left the logarithm has no end; nobody comes after, so it is not needed.
    logs = np.log1p(-np.where(is_last, 0.0, ended / at_risk))
    return np.asarray(np.exp(running(logs, begins) - logs))


def _incidence_error(
    before: Floats, incidence: Floats, counts: tuple[Floats, Floats, Floats], begins: Whole
) -> Floats:
    """The standard error of an incidence; Greenwood's where nobody goes another way.

    The delta method on the hazards, Var F(t) = Σ (F(t) − F)² d/(n(n−d)) + Σ S² d₁(n−d₁)/n³
    − 2 Σ (F(t) − F) S d₁/n², over times up to t (Dinse & Larson 1986, Biometrika 73(2), 379–386);
    the squares are opened up, so that running sums do.
    """
    at_risk, happened, ended = counts
    any_end, this_end, both = hazard_terms(before, at_risk, happened, ended)
    sums = (any_end, any_end * incidence, any_end * incidence**2, this_end, both, both * incidence)
    g0, g1, g2, a, b0, b1 = (running(one, begins) for one in sums)
    f = incidence
    variance = f**2 * g0 - 2 * f * g1 + g2 + a - 2 * (f * b0 - b1)
    return np.asarray(np.sqrt(np.maximum(0.0, variance)))


def hazard_terms(
    before: Floats, at_risk: Floats, happened: Floats, ended: Floats
) -> tuple[Floats, Floats, Floats]:
    """What the hazards at each time add to a variance: of any end, of this end, of both."""
    stay = at_risk - ended
    any_end = np.where(stay > 0, ended / (at_risk * np.maximum(stay, 1.0)), 0.0)
    this_end = before**2 * happened * (at_risk - happened) / at_risk**3
    return any_end, this_end, before * happened / at_risk**2


def group_of_row(steps: Steps) -> Whole:
    """The place of each row's group among those that have rows."""
    return np.repeat(np.arange(len(steps.begins)), _lengths(steps.begins, len(steps.time)))


def _lengths(begins: Whole, rows: int) -> Whole:
    return np.diff(begins, append=rows)


def running(values: Floats, begins: Whole) -> Floats:
    """Running sums that start anew in each group."""
    sums = np.cumsum(values)
    base = (sums - values)[begins]
    return np.asarray(sums - np.repeat(base, _lengths(begins, len(values))))
