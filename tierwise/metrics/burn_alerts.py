"""Alarms on budgets that burn too fast: rules as data, and evidence before anybody is woken.

The rules look at a long and a short window, after the SRE workbook of Google, "Alerting on SLOs"
(multiwindow, multi-burn-rate); hours are open hours of the promise's calendar.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .budget import BurnTerms, Decided, largest_burn

Floats = NDArray[np.float64]

FEWEST_BREACHES = 3
RAREST = 0.001  # likelier than this at the promised share, and it is no alarm
REACHABLE = 0.8  # of the largest burn rate: a rule that waits for more hardly ever speaks
_HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class BurnRule:
    """An alarm when `budget_share` of a period's budget went in the last `long_h` open hours.

    `short_h` ends it soon after the trouble is over.
    """

    severity: str
    budget_share: float
    long_h: float
    short_h: float

    def threshold(self, period_s: float) -> float:
        """The burn rate it waits for: its share of the budget × period / window."""
        return self.budget_share * period_s / (self.long_h * _HOUR_S)


USUAL_PERIOD_S = 180 * _HOUR_S  # four weeks, Monday to Friday, nine hours a day
USUAL_RULES = (
    BurnRule("page", 0.05, 2, 0.5),
    BurnRule("page", 0.10, 9, 1),
    BurnRule("ticket", 0.20, 27, 4.5),
)


@dataclass(frozen=True, slots=True)
class Refused:
    """A rule that could never speak, or has nothing to speak of, and why."""

    rule: BurnRule
    why: str


@dataclass(frozen=True, slots=True)
class BurnAlert:
    """A rule that speaks now: burn rates of both windows, and what is in the long one.

    `chance` is how likely so many breaches are while the promise is kept.
    """

    rule: BurnRule
    long_burn: float
    short_burn: float
    breaches: int
    events: int
    chance: float


def stretched(rules: Iterable[BurnRule], period_s: float) -> tuple[BurnRule, ...]:
    """The same rules for a calendar open longer or shorter: windows grow, thresholds stay."""
    by = period_s / USUAL_PERIOD_S
    return tuple(
        replace(rule, long_h=rule.long_h * by, short_h=rule.short_h * by) for rule in rules
    )


def refusal(rule: BurnRule, terms: BurnTerms) -> str | None:
    """Why a rule is of no use for a promise; None if it is."""
    if terms.target >= 1:
        return "a promise of 100 % has no budget to burn"
    threshold, most = rule.threshold(terms.period_s), largest_burn(terms.target)
    if threshold <= REACHABLE * most:
        return None
    return (
        f"it waits for a burn rate of {threshold:.4g}, and with everything late a promise of "
        f"{terms.target:.4%} burns at {most:.4g}: take a longer window or a smaller share"
    )


def checked(
    rules: Iterable[BurnRule], terms: BurnTerms
) -> tuple[tuple[BurnRule, ...], tuple[Refused, ...]]:
    """The rules that can speak, and those refused with the reason."""
    told = [(rule, refusal(rule, terms)) for rule in rules]
    return (
        tuple(rule for rule, why in told if why is None),
        tuple(Refused(rule, why) for rule, why in told if why is not None),
    )


def chance_of_breaches(
    breaches: ArrayLike, events: ArrayLike, target: float, effect: float = 1.0
) -> Floats:
    """P(at least so many breaches | the promise is kept), binomial on events / `effect`.

    By the incomplete beta function (Abramowitz and Stegun 26.5.24), which takes parts of events.
    """
    from scipy.special import betainc

    k, n = np.asarray(breaches, np.float64) / effect, np.asarray(events, np.float64) / effect
    tail = betainc(np.maximum(k, 1e-9), np.maximum(n - k, 0.0) + 1, 1 - target)
    return np.where(k > 0, tail, 1.0)


def speaks(rule: BurnRule, clocks: Decided, at_s: ArrayLike, terms: BurnTerms) -> NDArray[np.bool_]:
    """Whether a rule speaks at each instant; a refused rule never does.

    Only if both windows burn at its threshold or more, the long one has three breaches, and so
    many would come about once in a thousand windows while the promise is kept.
    """
    if refusal(rule, terms):
        return np.zeros(np.shape(at_s), dtype=np.bool_)
    at, threshold = np.asarray(at_s, np.float64), rule.threshold(terms.period_s)
    (events, breaches), (few, few_breaches) = _windows(rule, clocks, at)
    burns = (
        (breaches >= FEWEST_BREACHES)
        & (_burn(breaches, events, terms.target) >= threshold)
        & (_burn(few_breaches, few, terms.target) >= threshold)
    )
    found = np.zeros(burns.shape, dtype=np.bool_)
    chance = chance_of_breaches(breaches[burns], events[burns], terms.target, terms.effect)
    found[burns] = chance <= RAREST
    return found


def alerts(
    rules: Iterable[BurnRule], clocks: Decided, now_s: float, terms: BurnTerms
) -> tuple[BurnAlert, ...]:
    """The rules that speak now, in their order."""
    return tuple(
        _alert(rule, clocks, now_s, terms)
        for rule in rules
        if speaks(rule, clocks, np.array([now_s]), terms)[0]
    )


def _alert(rule: BurnRule, clocks: Decided, now_s: float, terms: BurnTerms) -> BurnAlert:
    (events, breaches), (few, few_breaches) = _windows(rule, clocks, np.array([now_s]))
    chance = chance_of_breaches(breaches, events, terms.target, terms.effect)
    return BurnAlert(
        rule,
        float(_burn(breaches, events, terms.target)[0]),
        float(_burn(few_breaches, few, terms.target)[0]),
        int(breaches[0]),
        int(events[0]),
        float(chance[0]),
    )


def _windows(
    rule: BurnRule, clocks: Decided, at: Floats
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Events and breaches of the long and of the short window that end at each instant."""
    long_s, short_s = rule.long_h * _HOUR_S, rule.short_h * _HOUR_S
    return clocks.within(at - long_s, at), clocks.within(at - short_s, at)


def _burn(breaches: Floats, events: Floats, target: float) -> Floats:
    # Rounded, so that a rate exactly at the threshold is there whatever the last digit.
    return np.round(breaches / np.maximum(events, 1.0) / (1 - target), 9)
