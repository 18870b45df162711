"""KPIs the catalogue names with a number, but whose cases are not published here.

What such a case calls its inputs and results is not known: inputs are looked for under the names
they may have, and results are said under several.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from tests.published.kpi_judges_workload import ends, of_orders, told
from tests.published.kpi_judging import Inputs, Judge, Said
from tierwise.metrics.anomalies import chance_of_so_many
from tierwise.metrics.budget import (
    BurnTerms,
    Decided,
    burn_rate,
)
from tierwise.metrics.burn_alerts import (
    FEWEST_BREACHES,
    RAREST,
    BurnRule,
    chance_of_breaches,
    refusal,
    speaks,
)
from tierwise.metrics.cost import LevelWork, cost_by_level, cost_per_resolution
from tierwise.metrics.self_help import deflection, self_service_score
from tierwise.metrics.volume import (
    net_flow,
    seasonal_index,
)
from tierwise.metrics.workload import handle_times, time_use

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOUR_S = 3600.0


def of_flow(inputs: Inputs) -> Said:
    new = told(inputs, "new", "created", default=0)
    reopened = told(inputs, "reopened", "reopen", default=0)
    solved = told(inputs, "resolved", "solved", "solve_events", default=0)
    before = told(inputs, "backlog_start", "backlog", "open_start", "start_backlog", default=0)
    gone = sum(inputs.get(name, 0) for name in ("merged", "spam", "deleted"))
    grown = net_flow(new, reopened, solved)
    after = before + grown - gone
    return {
        **dict.fromkeys(("new", "new_tickets"), new),
        **dict.fromkeys(("resolved", "resolve_events"), solved),
        **dict.fromkeys(("net_flow", "flow", "delta"), grown),
        **dict.fromkeys(("backlog", "backlog_end", "open_end", "end_backlog"), after),
    }


def of_anomaly(inputs: Inputs) -> Said:
    mean = told(inputs, "expected", "mean", "mu")
    count = told(inputs, "observed", "count", "x")
    spread = told(inputs, "alpha", "dispersion", default=0.0)
    varied, plain = (float(chance_of_so_many(count, mean, one)) for one in (spread, 0.0))
    excess = (count - mean) / mean
    return {
        **dict.fromkeys(("p_negbin", "p_nb", "p_nb2", "p_negative_binomial"), varied),
        "p": varied,
        **dict.fromkeys(("p_poisson", "poisson_p"), plain),
        "excess": excess,
        "variance": mean + spread * mean**2,
        "alarm": bool(varied < 0.01 and excess >= 0.2 and count - mean >= 5),
        "alarm_poisson": plain < 0.05,
        "alarm_nb": varied < 0.05,
    }


def of_season(inputs: Inputs) -> Said:
    """Days in their order from a Monday, or pairs of weekday and count."""
    days = told(inputs, "counts", "daily", "days", "values", "volume")
    if isinstance(days, Mapping):
        rows = [(name, count) for name, counts in days.items() for count in counts]
    else:
        names = told(inputs, "weekdays", "dow", default=[WEEKDAYS[i % 7] for i in range(len(days))])
        rows = list(zip(names, days, strict=True))
    known = list(dict.fromkeys(name for name, _ in rows))
    slots = [known.index(name) for name, _ in rows]
    index = seasonal_index([count for _, count in rows], slots, len(known)).tolist()
    by_name = {str(name): value for name, value in zip(known, index, strict=True)}
    return dict.fromkeys(("index", "seasonal_index", "ratio"), by_name) | by_name


def of_time(inputs: Inputs) -> Said:
    """In any one unit."""
    handling = told(inputs, *(f"handling{unit}" for unit in UNITS), "handle", "talk_and_wrap")
    waiting = told(inputs, *(f"available{unit}" for unit in UNITS), "waiting", "idle", default=0)
    paid = told(inputs, *(f"paid{unit}" for unit in UNITS), "paid_time", default=handling + waiting)
    found = time_use(handling, waiting, paid)
    return {
        "occupancy": found.occupancy.value,
        "utilisation": found.utilisation.value,
        "utilization": found.utilisation.value,
        "availability": found.availability.value,
        "availability_share": found.availability.value,
        "shrinkage": found.shrinkage.value,
    }


UNITS = ("", "_min", "_minutes", "_h", "_hours", "_s")


def of_handling(inputs: Inputs) -> Said:
    pairs = told(inputs, "intervals", "chats", "active")
    rows = [tuple(one.values())[-2:] if isinstance(one, Mapping) else one[-2:] for one in pairs]
    starts, ends_ = zip(*rows, strict=True)
    each = handle_times(starts, ends_)
    whole = float(each.sum())
    return {
        **dict.fromkeys(("handle_time", "union", "union_min", "handle_min", "total"), whole),
        **dict.fromkeys(("sum", "naive_sum", "sum_min"), float(np.subtract(ends_, starts).sum())),
        **dict.fromkeys(("per_ticket", "per_chat", "split", "each"), each.tolist()),
        "aht": whole / len(rows),
    }


def of_cost(inputs: Inputs) -> Said:
    cost = told(inputs, "cost", "total_cost", "costs")
    whole = sum(cost.values()) if isinstance(cost, Mapping) else cost
    solved = told(inputs, "resolutions", "unique_first_resolutions", "resolved", "resolved_unique")
    value = cost_per_resolution(whole, solved).value
    return dict.fromkeys(("cost_per_resolution", "cpr"), value) | {"total_cost": whole}


def of_cost_by_level(inputs: Inputs) -> Said:
    minutes = told(inputs, "handle_minutes", "minutes", "handle_min")
    solved = told(inputs, "resolutions", "resolved", "tickets")
    keys = told(inputs, "overhead_key", "overhead_keys", default=minutes)
    overhead = inputs.get("overhead", 0)
    labour = told(inputs, "labour", "cost", "total_cost") - (overhead if "cost" in inputs else 0)
    work = {name: LevelWork(minutes[name], solved[name], keys[name]) for name in minutes}
    found = cost_by_level(labour, overhead, work)
    costs = {name: one.cost_minor for name, one in found.items()}
    each = {name: one.per_resolution.value for name, one in found.items()}
    return {
        **dict.fromkeys(("cost", "cost_by_tier", "tier_cost"), costs),
        **dict.fromkeys(("cost_per_resolution", "cpr", "per_resolution"), each),
    }


def of_self_service(inputs: Inputs) -> Said:
    readers = told(inputs, "help_center_users", "help_centre_users", "help_users")
    found = self_service_score(readers, told(inputs, "ticket_users", "users_with_tickets"))
    names = ("score", "self_service_score", "ratio")
    return dict.fromkeys(names, found.value) | {"ci95": ends(found)}


def of_deflection(inputs: Inputs) -> Said:
    sessions = told(inputs, "sessions", "sessions_with_intent")
    solved = told(inputs, "explicit_solved", "said_solved", "solved", "explicit")
    silent = told(inputs, "no_ticket_72h", "no_ticket", "without_ticket")
    if silent is None:
        silent = sessions - told(inputs, "ticket_within_72h", "with_ticket", "tickets")
    found = deflection(sessions, solved, silent)
    return {
        **dict.fromkeys(("lower", "lower_bound"), found.at_least.value),
        **dict.fromkeys(("upper", "upper_bound"), found.at_most.value),
        "bounds": [found.at_least.value, found.at_most.value],
        "lower_ci95": ends(found.at_least),
        "upper_ci95": ends(found.at_most),
    }


def of_evidence(inputs: Inputs) -> Said:
    """How likely so many breaches are while the promise is kept."""
    breaches, events = told(inputs, "breaches", "k"), told(inputs, "events", "n")
    chance = float(chance_of_breaches(breaches, events, inputs["slo"], inputs.get("deff", 1.0)))
    is_enough = breaches >= FEWEST_BREACHES and chance <= RAREST
    return {
        **dict.fromkeys(("p", "p_value", "tail", "p_tail"), chance),
        **dict.fromkeys(("evidence", "fires", "alert", "significant"), is_enough),
        "burn_rate": burn_rate(breaches, events, inputs["slo"]).value,
    }


def counts_in(window: Any) -> tuple[int, int]:
    """Breaches and events, as a pair or by name."""
    if isinstance(window, Mapping):
        return told(window, "breaches", "k"), told(window, "events", "n")
    breaches, events = window
    return breaches, events


def of_alert(inputs: Inputs) -> Said:
    """A rule of a budget share or a threshold, with what is in both windows."""
    if "long" not in inputs:
        return of_threshold(inputs)
    (many, of_many), (few, of_few) = counts_in(inputs["long"]), counts_in(inputs["short"])
    slo = inputs["slo"]
    rule, terms = rule_of(inputs)
    at = np.repeat([-1.5 * rule.short_h * HOUR_S, 0.0], [of_many - of_few, of_few])
    missed = np.concatenate([_missed(many - few, of_many - of_few), _missed(few, of_few)])
    fires = bool(speaks(rule, Decided(at, missed), [0.0], terms)[0])
    return {
        **dict.fromkeys(("burn_long", "long_burn"), burn_rate(many, of_many, slo).value),
        **dict.fromkeys(("burn_short", "short_burn"), burn_rate(few, of_few, slo).value),
        "p": float(chance_of_breaches(many, of_many, slo)),
        "threshold": rule.threshold(terms.period_s),
        **dict.fromkeys(("fires", "alert", "page"), fires),
    }


def _missed(breaches: int, events: int) -> Any:
    return np.arange(events) < breaches


def rule_of(inputs: Inputs) -> tuple[BurnRule, BurnTerms]:
    """The rule of a case; where it tells a threshold alone, of windows that have it."""
    period_h = told(inputs, "period_h", "period_hours", "period_bh", default=180)
    long_h = told(inputs, "long_h", "window_h", "long_window_h", default=2)
    short_h = told(inputs, "short_h", "short_window_h", default=long_h / 4)
    part = told(inputs, "budget_share", "budget_fraction", "share")
    if part is None:
        part = inputs["threshold"] * long_h / period_h
    terms = BurnTerms(told(inputs, "slo", default=0.95), period_h * HOUR_S)
    return BurnRule("page", part, long_h, short_h), terms


def of_threshold(inputs: Inputs) -> Said:
    rule, terms = rule_of(inputs)
    why = refusal(rule, terms)
    return {
        **dict.fromkeys(("threshold", "burn_rate_threshold"), rule.threshold(terms.period_s)),
        **dict.fromkeys(("rejected", "refused"), why is not None),
        **dict.fromkeys(("valid", "accepted", "can_fire"), why is None),
    }


JUDGES: Mapping[str, Judge] = {
    **dict.fromkeys(
        ("contact_rate_per_order", "contact_rate_order", "contacts_per_order"), of_orders
    ),
    **dict.fromkeys(("volume_flow", "ticket_flow", "backlog_flow", "backlog", "net_flow"), of_flow),
    **dict.fromkeys(("volume_anomaly", "anomaly", "anomaly_p", "volume_anomaly_nb"), of_anomaly),
    **dict.fromkeys(("seasonal_index", "weekday_index", "day_of_week_index"), of_season),
    **dict.fromkeys(("occupancy", "utilisation", "occupancy_utilisation", "agent_time"), of_time),
    **dict.fromkeys(("handle_time", "average_handle_time", "aht"), of_handling),
    "cost_per_resolution": of_cost,
    **dict.fromkeys(("cost_per_resolution_by_tier", "cost_per_resolution_tier"), of_cost_by_level),
    **dict.fromkeys(("self_service_score", "self_service_ratio"), of_self_service),
    **dict.fromkeys(("deflection", "deflection_bounds", "ticket_deflection"), of_deflection),
    **dict.fromkeys(("burn_rate_alert", "burn_alert", "multiwindow_burn_alert"), of_alert),
    **dict.fromkeys(("burn_rate_threshold", "burn_threshold", "burn_windows"), of_threshold),
    **dict.fromkeys(("burn_evidence", "burn_rate_evidence", "binomial_evidence"), of_evidence),
}
