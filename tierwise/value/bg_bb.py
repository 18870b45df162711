"""BG/BB: chances to order come one by one (a yearly appeal, a weekly box); all may be missed.

Fader, Hardie & Shang 2010, Customer-Base Analysis in a Discrete-Time Noncontractual Setting,
Marketing Science 29(6). In a `History`, `x` counts the chances taken, `t_x` is the number of
the last one taken and `age` how many there were (n in the paper).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, gammaln, psi

from .fitting import Likelihood
from .purchase_history import Floats, History, Places


@dataclass(frozen=True, slots=True, eq=False)
class _Stories:
    """Every way a row can have come about: alive to the end, or gone after `until` chances.

    `first[k]` is where the stories of row k begin; `row` leads back.
    """

    x: Floats
    until: Floats
    gone: Floats  # 1 or 0
    row: Places
    first: Places


def likelihood(history: History) -> Likelihood:
    """The log-likelihood of the base, equation (5); parameters α, β, γ, δ."""
    stories = _stories(history)

    def height_and_slope(values: Floats) -> tuple[float, Floats]:
        chances = _log_chances(values, stories)
        rows = np.logaddexp.reduceat(chances, stories.first)
        shares = np.exp(chances - rows[stories.row]) * history.weight[stories.row]
        return float(history.weight @ rows), _slopes(values, stories) @ shares

    return height_and_slope


def p_alive(values: Floats, history: History) -> Floats:
    """Probability of being alive at the next chance: equation (11)."""
    alpha, beta, gamma, delta = values
    stories = _stories(history)
    rows = np.logaddexp.reduceat(_log_chances(values, stories), stories.first)
    taken = betaln(alpha + history.x, beta + history.age - history.x) - betaln(alpha, beta)
    stays = betaln(gamma, delta + history.age + 1) - betaln(gamma, delta)
    return np.asarray(np.exp(taken + stays - rows), dtype=np.float64)


def orders_if_alive(values: Floats, history: History, horizon: float) -> Floats:
    """Chances taken among the next `horizon`: equation (13) without the chance of being alive.

    The paper's closed sum is 0/0 at γ = 1; the sum itself is not. Part of a chance counts as
    that part.
    """
    alpha, beta, gamma, delta = values
    willing = (alpha + history.x) / (alpha + beta + history.age)
    now = betaln(gamma, delta + history.age + 1)
    alive = np.zeros(len(history.x))
    for step in range(1, int(np.ceil(horizon)) + 1):
        part = min(1.0, horizon - step + 1)
        alive += part * np.exp(betaln(gamma, delta + history.age + step) - now)
    return np.asarray(willing * alive, dtype=np.float64)


def count_if_alive(values: Floats, history: History, horizon: float, count: int) -> Floats:
    """Probability of taking exactly `count` of the next chances: equation (12)."""
    alpha, beta, gamma, delta = values
    alpha, beta = alpha + history.x, beta + history.age - history.x
    delta = delta + history.age + 1
    last = int(horizon)
    found = np.full(len(history.x), float(count == 0 and last == 0))
    for until in range(max(count, 1), last + 1):
        # Alive at the first of the chances, so gone after `until` of them is until − 1 later.
        gone = float(until < last)
        chance = _log_choose(until, count) + betaln(alpha + count, beta + until - count)
        chance += betaln(gamma + gone, delta + until - 1) - betaln(gamma, delta)
        found += np.exp(chance - betaln(alpha, beta))
    return found


def draw_histories(
    values: Floats, age: Floats, generator: np.random.Generator
) -> tuple[Floats, Floats]:
    """x and t_x of customers who had so many chances."""
    alpha, beta, gamma, delta = values
    willing = generator.beta(alpha, beta, len(age))
    leaving = np.maximum(generator.beta(gamma, delta, len(age)), 1e-12)
    alive_for = np.minimum(age, generator.geometric(leaving) - 1)
    x, t_x = np.zeros(len(age)), np.zeros(len(age))
    for chance in range(1, int(age.max(initial=0)) + 1):
        taken = (chance <= alive_for) & (generator.random(len(age)) < willing)
        x[taken] += 1
        t_x[taken] = chance
    return x, t_x


def draw_orders(
    values: Floats, history: History, horizon: float, generator: np.random.Generator
) -> Floats:
    """Chances taken among the next `horizon`, one draw for each row, if alive at the first."""
    alpha, beta, gamma, delta = values
    willing = generator.beta(alpha + history.x, beta + history.age - history.x)
    leaving = np.maximum(generator.beta(gamma, delta + history.age + 1), 1e-12)
    alive_for = np.minimum(int(horizon), generator.geometric(leaving))
    return np.asarray(generator.binomial(alive_for, willing), dtype=np.float64)


def _stories(history: History) -> _Stories:
    ways = (history.age - history.t_x).astype(np.int64) + 1
    first = np.concatenate(([0], np.cumsum(ways)[:-1]))
    row = np.repeat(np.arange(len(ways)), ways)
    until = history.t_x[row] + np.arange(len(row)) - first[row]
    gone = (until < history.age[row]).astype(np.float64)
    return _Stories(history.x[row], until, gone, row, first)


def _log_chances(values: Floats, stories: _Stories) -> Floats:
    alpha, beta, gamma, delta = values
    taken = betaln(alpha + stories.x, beta + stories.until - stories.x) - betaln(alpha, beta)
    stays = betaln(gamma + stories.gone, delta + stories.until) - betaln(gamma, delta)
    return np.asarray(taken + stays, dtype=np.float64)


def _slopes(values: Floats, stories: _Stories) -> Floats:
    """Slopes of the log chances in α, β, γ and δ, one row each."""
    alpha, beta, gamma, delta = values
    taken = psi(alpha + beta) - psi(alpha + beta + stories.until)
    stays = psi(gamma + delta) - psi(gamma + delta + stories.gone + stories.until)
    return np.array(
        (
            taken + psi(alpha + stories.x) - psi(alpha),
            taken + psi(beta + stories.until - stories.x) - psi(beta),
            stays + psi(gamma + stories.gone) - psi(gamma),
            stays + psi(delta + stories.until) - psi(delta),
        )
    )


def _log_choose(of: int, count: int) -> float:
    return float(gammaln(of + 1) - gammaln(count + 1) - gammaln(of - count + 1))
