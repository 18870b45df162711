"""What a shop's customers are usually like: the beta prior that single customers are drawn to."""

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, digamma

from .fitting import Climb, Fit, Likelihood, Parameter, best_fit
from .purchase_history import Floats

FALLBACK_WORTH = 10.0
FEWEST_TO_FIT = 30
# A shop whose customers hardly differ says little about the one who does.
MOST_WORTH = 50.0
_PARAMETERS = (Parameter("odds", 1e-4, 1e4), Parameter("worth", 1e-1, MOST_WORTH))


@dataclass(frozen=True, slots=True, eq=False)
class Tallies:
    """Customers by how often something showed: `shown` of `evidence`, `customers` of each."""

    shown: Floats
    evidence: Floats
    customers: Floats


@dataclass(frozen=True, slots=True)
class Prior:
    """The usual share, and how many occasions of one customer weigh as much as the whole shop.

    `why` tells how it was found.
    """

    usual: float
    worth: float
    why: str

    @property
    def a(self) -> float:
        return self.usual * self.worth

    @property
    def b(self) -> float:
        return (1.0 - self.usual) * self.worth


def fit_prior(tallies: Tallies) -> Prior:
    """The beta-binomial prior by maximum likelihood; a prior worth 10 occasions without one.

    Empirical Bayes as in Casella (1985, The American Statistician 39(2)). There is nothing to
    fit when fewer than 30 customers have two occasions, or when it always or never showed.
    However alike customers are, the prior is worth 50 occasions at most.
    """
    thin = _why_thin(tallies)
    if thin:
        return _fallback(tallies, thin)
    fit = best_fit(_climb(tallies))
    if not isinstance(fit, Fit):
        return _fallback(tallies, fit.reason)
    odds, worth = fit.values
    why = "fitted to the shop's customers"
    if "worth" in fit.at_border:
        why = f"{why}, who differ by chance alone" if worth > 1.0 else f"{why}, all or nothing"
    return Prior(float(odds / (1.0 + odds)), float(worth), why)


def _why_thin(tallies: Tallies) -> str | None:
    repeated = tallies.customers[tallies.evidence >= 2].sum()
    if repeated < FEWEST_TO_FIT:
        return f"fewer than {FEWEST_TO_FIT} customers with two occasions"
    if tallies.customers @ tallies.shown == 0:
        return "it never showed"
    if tallies.customers @ (tallies.evidence - tallies.shown) == 0:
        return "it always showed"
    return None


def _fallback(tallies: Tallies, why: str) -> Prior:
    shown, evidence = tallies.customers @ tallies.shown, tallies.customers @ tallies.evidence
    usual = float((shown + 0.5) / (evidence + 1.0))
    return Prior(usual, FALLBACK_WORTH, f"worth {FALLBACK_WORTH:.0f} occasions: {why}")


def _climb(tallies: Tallies) -> Climb:
    shown, evidence = tallies.customers @ tallies.shown, tallies.customers @ tallies.evidence
    odds = float(shown / (evidence - shown))
    return Climb(
        "beta-binomial",
        _PARAMETERS,
        _likelihood(tallies),
        ((odds, 5.0), (odds, 50.0), (odds, 0.5)),
        float(tallies.customers.sum()),
    )


def _likelihood(tallies: Tallies) -> Likelihood:
    """The log-likelihood without the binomial coefficients, and its slope in odds and worth."""
    shown, weight = tallies.shown, tallies.customers
    rest = tallies.evidence - shown

    def told(values: Floats) -> tuple[float, Floats]:
        odds, worth = values
        a, b = worth * odds / (1.0 + odds), worth / (1.0 + odds)
        height = weight @ (betaln(a + shown, b + rest) - betaln(a, b))
        whole = digamma(worth) - digamma(worth + tallies.evidence)
        in_a = weight @ (digamma(a + shown) - digamma(a) + whole)
        in_b = weight @ (digamma(b + rest) - digamma(b) + whole)
        in_odds = (in_a - in_b) * worth / (1.0 + odds) ** 2
        in_worth = (in_a * odds + in_b) / (1.0 + odds)
        return float(height), np.array([in_odds, in_worth])

    return told
