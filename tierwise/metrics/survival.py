"""Times until something happens, where some are still waiting and some went another way.

A ticket that is open has not been solved in the time it is open, and says no more: leaving it out
makes every median too short, and so does taking its age for its time. One that was merged, or is
spam, will never be solved. Two curves answer two questions:

- `kaplan_meier`: how long it takes if nobody goes another way, who are taken to be like the rest;
- `cumulative_incidence` (Aalen–Johansen): by when how many of all have had it happen, whoever went
  another way never will. `times_by_group` asks this, since a merged ticket is not like the rest:
  duplicates are merged, and who merges hard ones would shorten the time by it. Where nobody goes
  another way the two are the same to the last digit.

At one time, what happens comes before who is last seen. Intervals are by the log-log band: the
first times at which its lower and upper curve have come down to 1 − q (Brookmeyer & Crowley 1982,
Biometrics 38(1), 29–41). An end that is not reached is None, or nan in arrays: longer than known.
"""

from dataclasses import dataclass
from math import isnan

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .intervals import Z_95
from .survival_steps import (
    Floats,
    State,
    Steps,
    Whole,
    group_of_row,
    hazard_terms,
    running,
    steps_of,
)

QUANTILES = (0.5, 0.9)
DAY_S = 86_400
TAU_S = 14 * DAY_S  # up to which restricted means go
_SAME = 1e-9  # curves this near are at the same height; a step is higher than that


@dataclass(frozen=True, slots=True)
class Reached:
    """The time by which a share has had it happen; None where it is longer than known."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class RestrictedMean:
    """The mean time within the first τ, and its standard error; None where τ is not reached."""

    value: float | None
    error: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The share to whom it has not happened, after each different time."""

    steps: Steps

    @property
    def times(self) -> Floats:
        return self.steps.time

    @property
    def remaining(self) -> Floats:
        return self.steps.remaining

    @property
    def error(self) -> Floats:
        """Greenwood's standard error, or what it becomes where some go another way."""
        return self.steps.error

    def quantile(self, q: float) -> Reached:
        """The first time by which at least `q` have had it happen, with its 95 % interval."""
        return Reached(*(_known(array[0]) for array in _reached(self.steps, q)))

    def level_stretch(self, q: float) -> tuple[float, float] | None:
        """From that time to the next step, if exactly `q` have had it happen in between.

        Each time of it is such a quantile: where two of four are solved after 2 h and the third
        after 5 h, so is any median from 2 to 5. None where q is not reached.
        """
        first = self.quantile(q).value
        lower = np.flatnonzero(self.remaining < 1 - q - _SAME)
        if first is None:
            return None
        is_level = bool(np.any(np.abs(self.remaining - (1 - q)) <= _SAME))
        return first, float(self.times[lower[0]]) if is_level and len(lower) else first

    def restricted_mean(self, tau: float) -> RestrictedMean:
        """The area under the curve up to `tau`."""
        return RestrictedMean(*(_known(array[0]) for array in _restricted(self.steps, tau)))


@dataclass(frozen=True, slots=True, eq=False)
class ReachedByGroup:
    """The same as `Reached` for many groups, nan for None."""

    value: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True, eq=False)
class TimesByGroup:
    """For each group: how many there are, to how many it happened, when, and the mean within τ."""

    n: Whole
    happened: Whole
    other_way: Whole
    quantiles: dict[float, ReachedByGroup]
    restricted_mean: Floats
    restricted_error: Floats


def kaplan_meier(durations: ArrayLike, has_happened: ArrayLike) -> Curve:
    """The curve of one sample; who has not had it happen is last seen at that time.

    Kaplan & Meier 1958, J. Am. Statist. Assoc. 53(282), 457–481. ValueError without durations.
    """
    return cumulative_incidence(durations, np.asarray(has_happened, dtype=np.bool_))


def cumulative_incidence(durations: ArrayLike, state: ArrayLike) -> Curve:
    """The curve of one sample in which some go another way (`State`); it ends above 0.

    Aalen & Johansen 1978, Scand. J. Statist. 5(3), 141–150. ValueError without durations.
    """
    times = np.asarray(durations, dtype=np.float64)
    if not times.size:
        raise ValueError("no curve without durations")
    group = np.zeros(times.size, dtype=np.int64)
    return Curve(steps_of(group, times, np.asarray(state, dtype=np.int64)))


def times_by_group(
    group: Whole,
    duration_s: Whole,
    state: Whole,
    *,
    groups: int | None = None,
    tau_s: float = TAU_S,
) -> TimesByGroup:
    """Curves of many groups at once, by what `cumulative_incidence` says of each.

    `group` numbers them from 0 below `groups`, `state` is of `State`. A group without rows, and a
    restricted mean of a group not seen up to τ, are nan.
    """
    count = int(group.max(initial=-1)) + 1 if groups is None else groups
    steps = steps_of(group, duration_s, state)
    present = steps.owner[steps.begins]

    def spread(values: Floats) -> Floats:
        found = np.full(count, np.nan)
        found[present] = values
        return found

    quantiles = {
        q: ReachedByGroup(*(spread(array) for array in _reached(steps, q))) for q in QUANTILES
    }
    mean, error = (spread(array) for array in _restricted(steps, tau_s))
    sizes = (np.bincount(group[state == one], minlength=count) for one in State)
    still_open, happened, other_way = (size.astype(np.int64) for size in sizes)
    n = still_open + happened + other_way
    return TimesByGroup(n, happened, other_way, quantiles, mean, error)


def _known(value: np.float64) -> float | None:
    return None if isnan(value) else float(value)


def _reached(steps: Steps, q: float) -> tuple[Floats, Floats, Floats]:
    """The first time of each group at which the curve, and either side of its band, is down."""
    low, high = _band(steps)
    return (
        _first_down(steps, steps.remaining, q),
        _first_down(steps, low, q),
        _first_down(steps, high, q),
    )


def _band(steps: Steps) -> tuple[Floats, Floats]:
    """The log-log band; it is as wide as the curve where all or none remain."""
    share = steps.remaining
    is_between = (share > _SAME) & (share < 1 - _SAME)
    inside = np.where(is_between, share, 0.5)
    wide = np.exp(Z_95 * steps.error / (inside * -np.log(inside)))
    low, high = inside**wide, inside ** (1 / wide)
    return np.where(is_between, low, share), np.where(is_between, high, share)


def _first_down(steps: Steps, curve: Floats, q: float) -> Floats:
    if not len(steps.begins):
        return np.empty(0)
    never = len(curve)
    row = np.where(curve <= 1 - q + _SAME, np.arange(never), never)
    first = np.minimum.reduceat(row, steps.begins)
    return np.append(steps.time, np.nan)[first]


def _restricted(steps: Steps, tau: float) -> tuple[Floats, Floats]:
    """Mean time within τ and its standard error, nan for groups not seen up to τ.

    τ less the area under the incidence. The error is by the delta method on the hazards too; where
    nobody goes another way it is Σ A² d/(n(n−d)) with A the area from each time on.
    """
    if not len(steps.begins):
        return np.empty(0), np.empty(0)
    weight = np.maximum(0.0, tau - steps.time)
    hazard = steps.happened / steps.at_risk
    gained = weight * steps.anyhow_before * hazard
    lost = np.add.reduceat(gained, steps.begins)
    later = lost[group_of_row(steps)] - running(gained, steps.begins)
    any_end, this_end, both = hazard_terms(
        steps.anyhow_before, steps.at_risk, steps.happened, steps.happened + steps.other_way
    )
    spread = weight**2 * this_end - 2 * weight * both * later + later**2 * any_end
    variance = np.add.reduceat(np.where(weight > 0, spread, 0.0), steps.begins)
    is_seen = _is_seen(steps, tau)
    error = np.sqrt(np.maximum(0.0, variance))
    return np.where(is_seen, tau - lost, np.nan), np.where(is_seen, error, np.nan)


def _is_seen(steps: Steps, tau: float) -> NDArray[np.bool_]:
    """Whether somebody of each group was there at τ, or nobody was left before it."""
    ends = np.append(steps.begins[1:], len(steps.time)) - 1
    nobody_left = (steps.happened + steps.other_way)[ends] == steps.at_risk[ends]
    return np.asarray((steps.time[ends] >= tau) | nobody_left)
