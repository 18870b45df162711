"""What our KPIs of volume, agents, budgets and surveys say of published cases."""

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

import numpy as np
from scipy.special import betaincinv

from tests.published.kpi_judging import Inputs, Judge, Said
from tierwise.metrics.agent_prior import Prior, shrunk
from tierwise.metrics.agents import binomial_tails, funnel_limits
from tierwise.metrics.budget import (
    PERIOD_DAYS,
    burn_rate,
    days_to_exhaustion,
    error_budget,
    largest_burn,
)
from tierwise.metrics.figures import Figure
from tierwise.metrics.self_help import bot_containment
from tierwise.metrics.shares import selection_rate_ratio, share
from tierwise.metrics.survey_weights import (
    Stratum,
    flipping_gamma,
    inverse_weighted,
    post_stratified,
    supposed,
)
from tierwise.metrics.volume import (
    abandonment,
    contact_rate,
    expected_backlog,
    fits_littles_law,
)
from tierwise.metrics.workload import message_volume


def told(inputs: Inputs, *names: str, default: Any = None) -> Any:
    """The first of these that the case has."""
    return next((inputs[name] for name in names if name in inputs), default)


def ends(found: Figure) -> list[float | None]:
    return [found.low, found.high]


def of_contacts(inputs: Inputs) -> Said:
    if "orders" in inputs:
        return of_orders(inputs)
    tickets, active = inputs["tickets"], inputs["active_customers"]
    contacting = inputs.get("contacting_customers", 0)
    rate, part = contact_rate(tickets, active, 1000), share(contacting, active)
    return {
        "tickets_per_1000": rate.value,
        "rate_ci95": ends(rate),
        "share_contacting": part.value,
        "share_ci95": ends(part),
        "tickets_per_contacting_customer": contact_rate(tickets, contacting, 1).value,
    }


def of_orders(inputs: Inputs) -> Said:
    tickets = told(inputs, "tickets", "linked_tickets", "tickets_linked")
    rate = contact_rate(tickets, inputs["orders"], 100)
    names = ("tickets_per_100", "tickets_per_100_orders", "per_100_orders", "contact_rate", "rate")
    return dict.fromkeys(names, rate.value) | {"ci95": ends(rate), "rate_ci95": ends(rate)}


def of_little(inputs: Inputs) -> Said:
    expected = expected_backlog(inputs["arrivals_per_day"], inputs["mean_days"])
    observed = told(inputs, "backlog", "observed_backlog", default=expected)
    return {
        "expected_backlog": expected,
        "difference": observed - expected,
        "plausible": fits_littles_law(observed, expected),
    }


def of_survey(inputs: Inputs) -> Said:
    strata = [
        Stratum((cell["name"],), cell["resolved"], cell["responses"], cell["satisfied"])
        for cell in inputs["cells"]
    ]
    found = post_stratified(strata)
    gamma, target = inputs.get("gamma", 0.0), inputs.get("target")
    return {
        "naive": found.raw,
        "adjusted": found.figure.value,
        "ci95": ends(found.figure),
        "ipw": inverse_weighted(strata).figure.value,
        "response_rate": found.response,
        "effective_n": found.effective,
        "bounds": found.bounds,
        "sensitivity": supposed(strata, gamma),
        "flip_gamma": None if target is None else flipping_gamma(strata, target),
    }


def of_messages(inputs: Inputs) -> Said:
    found = message_volume(inputs["messages"], inputs.get("online_hours", {}))
    return {
        "mean_per_agent": found.mean.value,
        "per_online_hour": {name: one.value for name, one in found.per_hour.items()},
        "gini": found.inequality,
    }


def of_containment(inputs: Inputs) -> Said:
    found = bot_containment(inputs["bot"], inputs["no_human"], inputs["recontact"])
    return {
        "containment_raw": found.raw.value,
        "raw_ci95": ends(found.raw),
        "resolution_confirmed": found.confirmed.value,
        "confirmed_ci95": ends(found.confirmed),
        "ci95": ends(found.confirmed),
    }


def of_abandonment(inputs: Inputs) -> Said:
    found = abandonment(inputs["offered"], inputs["abandoned"], inputs.get("short", 0))
    return {
        "rate_all": found.every.value,
        "ci95": ends(found.every),
        "rate_excl_short": found.without_short.value,
        "excl_short_ci95": ends(found.without_short),
    }


def of_budget(inputs: Inputs) -> Said:
    found = error_budget(inputs["events"], inputs["breaches"], inputs["slo"])
    return {"budget_events": found.allowed, "consumed": found.used, "remaining": found.left}


def of_burn(inputs: Inputs) -> Said:
    found = burn_rate(inputs["breaches"], inputs["events"], inputs["slo"])
    return {
        "error_rate": share(inputs["breaches"], inputs["events"]).value,
        "burn_rate": found.value,
        "ci95": ends(found),
    }


def of_largest_burn(inputs: Inputs) -> Said:
    slo = inputs["slo"]
    most = [largest_burn(one) for one in slo] if isinstance(slo, Iterable) else largest_burn(slo)
    return {"max_burn": most}


def of_exhaustion(inputs: Inputs) -> Said:
    period = inputs.get("period_days", PERIOD_DAYS)
    return {"days": days_to_exhaustion(inputs["remaining"], inputs["burn_rate"], period)}


def of_shrinkage(inputs: Inputs) -> Said:
    hits, sizes = np.array(inputs["agents"], np.float64).T
    a, b = shrunk(Prior(*inputs["prior"]), hits, sizes)
    both = np.stack([betaincinv(a, b, 0.025), betaincinv(a, b, 0.975)], axis=1)
    return {"shrunk": (a / (a + b)).tolist(), "interval95": both.tolist()}


def of_funnel(inputs: Inputs) -> Said:
    """With P(X ≤ k) of every k by its name."""
    low, high = funnel_limits(inputs["mean"], inputs["n"])
    below, _ = binomial_tails(np.arange(inputs["n"] + 1), inputs["n"], inputs["mean"])
    chances = {f"p_{k}": float(chance) for k, chance in enumerate(below)}
    return {"lower_k": low, "upper_k": high} | chances


def of_selection(inputs: Inputs) -> Said:
    found = selection_rate_ratio(*inputs["a"], *inputs["b"])
    return {
        "rate_a": found.one.value,
        "rate_b": found.other.value,
        "ratio": found.ratio.value,
        "ratio_ci95": ends(found.ratio),
        "flag": found.needs_review,
    }


def of_knapsack(inputs: Inputs) -> Said:
    """Every choice of few customers tried: no product code yet, the plan of levels comes later."""
    values, hours = inputs["value"], inputs["hours"]
    choices = product((1, 0), repeat=len(values))
    chosen = max(
        (one for one in choices if np.dot(one, hours) <= inputs["capacity"]),
        key=lambda one: float(np.dot(one, values)),
    )
    return {"total": float(np.dot(chosen, values)), "chosen": list(chosen)}


def of_claim(inputs: Inputs) -> Said:
    """No product code and none planned: a number of the brief that is never quoted."""
    percent = inputs["claim_pct"]
    return {
        "valid_relative_decrease": percent <= 100,
        "as_factor_change": 100 / percent - 1,
    }


JUDGES: Mapping[str, Judge] = {
    "contact_rate": of_contacts,
    "backlog_littles_law": of_little,
    "csat_poststratified": of_survey,
    "message_volume_per_agent": of_messages,
    "error_budget": of_budget,
    "burn_rate": of_burn,
    "burn_rate_max": of_largest_burn,
    "time_to_exhaustion": of_exhaustion,
    "bot_containment": of_containment,
    "abandonment": of_abandonment,
    "empirical_bayes": of_shrinkage,
    "funnel_limits": of_funnel,
    "tier_capacity_knapsack": of_knapsack,
    "selection_rate_ratio": of_selection,
    "claim_sanity": of_claim,
}
