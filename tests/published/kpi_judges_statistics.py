"""What our statistics say of published cases: shares, NPS, effort, means, times until."""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

import numpy as np

from tests.published.kpi_judging import Inputs, Judge, Said
from tests.published.test_business_time_cases import WEEK, found, instant
from tierwise.metrics import nps, satisfaction
from tierwise.metrics.comparisons import share_difference
from tierwise.metrics.intervals import Tally, wilson
from tierwise.metrics.means import Moments
from tierwise.metrics.quantiles import quantile, quantile_interval, ranks, smallest_sample
from tierwise.metrics.satisfaction import Direction, EffortAnswer, EffortScale, Rating
from tierwise.metrics.survival import Curve, kaplan_meier
from tierwise.promises.clock_kinds import FIRST_RESPONSE
from tierwise.promises.clocks import clock_of
from tierwise.promises.ticket_story import Name, Story, TicketEvent, story
from tierwise.value.fitting import Fit
from tierwise.value.purchase_history import one_customer
from tierwise.value.purchase_model import p_alive

GOOD = {"good": 1.0, "bad": 0.0}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # as cases number them, from 0
SAID_BY = {
    ("customer", True): Name.CUSTOMER_MESSAGE,
    ("agent", True): Name.PUBLIC_REPLY,
    ("agent", False): Name.PRIVATE_NOTE,
    ("bot", True): Name.PUBLIC_REPLY,
    ("automation", True): Name.PUBLIC_REPLY,
}


def of_tally(tally: Tally, name: str) -> Said:
    interval = wilson(tally.hits, tally.size) if tally.size else None
    return {name: tally.share, "n": tally.size, "ci95": interval}


def good_from(inputs: Inputs) -> float:
    low, high = inputs.get("scale", (1, 5))
    return float(inputs.get("satisfied_from", satisfaction.satisfied_from(low, high)))


def csat(inputs: Inputs) -> Said:
    if "responses" not in inputs:
        return csat_counted(inputs)
    scores = inputs["responses"]
    known = of_tally(satisfaction.csat(scores, good_from(inputs)), "csat")
    return known | {"mean": fmean(scores) if scores else None} | response_rate(inputs, len(scores))


def csat_counted(inputs: Inputs) -> Said:
    rated = inputs["good"] + inputs["bad"]
    return of_tally(Tally(inputs["good"], rated), "csat") | response_rate(inputs, rated)


def response_rate(inputs: Inputs, rated: int) -> Said:
    unanswered = inputs.get("offered_no_answer", 0)
    return {"response_rate": satisfaction.response_rate(rated, unanswered).share}


def wilson_ci(inputs: Inputs) -> Said:
    known = of_tally(Tally(inputs["k"], inputs["n"]), "p")
    return known | {"k": inputs["k"]}


def csat_recent(inputs: Inputs) -> Said:
    half_life = inputs.get("half_life_days", satisfaction.HALF_LIFE_DAYS)
    rated = [satisfaction.Dated(one["score"], one["age_days"]) for one in inputs["responses"]]
    tally = satisfaction.recent_csat(rated, good_from(inputs), half_life)
    return {
        "csat_weighted": tally.share,
        "weights": [satisfaction.recent_weight(one.age_days, half_life) for one in rated],
        "effective_n": tally.size,
        "ci95": wilson(tally.hits, tally.size) if tally.size else None,
    }


def csat_dedupe(inputs: Inputs) -> Said:
    ratings = [
        Rating(str(one["ticket"]), instant(one["at"]), GOOD.get(one["score"], one["score"]))
        for one in inputs["ratings"]
    ]
    has_words = any(one["score"] in GOOD for one in inputs["ratings"])
    least = 1.0 if has_words else good_from(inputs)
    last = [one.score for one in satisfaction.last_ratings(ratings)]
    flipped = satisfaction.flips(ratings, least)
    return of_tally(satisfaction.csat(last, least), "csat") | {
        "good_to_bad": flipped.good_to_bad,
        "bad_to_good": flipped.bad_to_good,
    }


def net_satisfaction(inputs: Inputs) -> Said:
    great, okay, bad = (inputs.get(name, 0) for name in ("great", "okay", "bad"))
    rated = great + okay + bad
    return {
        "csat_great_only": Tally(great, rated).share,
        "csat_great_or_okay": Tally(great + okay, rated).share,
        "net_satisfaction": satisfaction.net_satisfaction(great, okay, bad),
    }


def bands_of(inputs: Inputs) -> nps.Bands:
    if "scores" in inputs:
        return nps.bands(inputs["scores"])
    named = (inputs.get(name, 0) for name in ("promoters", "passives", "detractors"))
    return nps.Bands(*named)


def of_bands(counted: nps.Bands) -> Said:
    has_any = counted.n > 0
    return {
        "nps": nps.nps(counted),
        "n": counted.n,
        "promoters": counted.promoters,
        "passives": counted.passives,
        "detractors": counted.detractors,
        "se": nps.standard_error(counted) if has_any else None,
        "ci95_wald": nps.wald_interval(counted) if has_any else None,
        "ci95_adjusted": nps.adjusted_interval(counted) if has_any else None,
    }


def nps_score(inputs: Inputs) -> Said:
    return of_bands(bands_of(inputs))


def nps_difference(inputs: Inputs) -> Said:
    difference = nps.nps_difference(bands_of(inputs["a"]), bands_of(inputs["b"]))
    return {
        "diff": difference.value,
        "ci95": (difference.low, difference.high),
        "p": difference.p,
        "significant": difference.p < 0.05,
    }


def nps_dedupe(inputs: Inputs) -> Said:
    answers = [
        nps.Answer(str(one["customer"]), instant(f"{one['at']}"), one["score"])
        for one in inputs["responses"]
    ]
    return of_bands(nps.bands(answer.score for answer in nps.one_each(answers)))


def scale_of(inputs: Inputs) -> EffortScale:
    low, high = inputs["scale"]
    return EffortScale(low, high, Direction(inputs["direction"]))


def ces(inputs: Inputs) -> Said:
    scale = scale_of(inputs)
    known = satisfaction.effort([EffortAnswer(one, scale) for one in inputs["responses"]])
    assert isinstance(known, satisfaction.Effort), known
    low = known.low_effort
    return {
        "mean": known.mean,
        "ease_pct": known.ease,
        "effort_pct": 100 - known.ease,
        "high_effort_share": known.high_effort.share,
        "high_effort_ci95": wilson(known.high_effort.hits, known.high_effort.size),
        "low_effort_share": low.share,
        "agree_share": low.share,
        "agree_ci95": wilson(low.hits, low.size),
        "n": low.size,
    }


def ces_harmonise(inputs: Inputs) -> Said:
    """Every survey of a case by its letter."""
    return {f"ease_{name}": scale_of(one).ease(one["mean"]) for name, one in inputs.items()}


def interactions(inputs: Inputs) -> Said:
    counts = inputs["per_ticket"]
    return {"mean": Moments.of(counts).mean, "median": quantile(counts, 0.5), "n": len(counts)}


def mean_response(inputs: Inputs) -> Said:
    """Over all replies together, and over tickets by the mean of each."""
    waits = [Moments.of(ticket) for ticket in inputs["tickets"] if ticket]
    together = sum(waits, Moments(0, 0, 0, 0))
    return {
        "mean_over_replies": together.mean,
        "mean_over_tickets": Moments.of([ticket.mean for ticket in waits]).mean,
    }


def resolution_mean(inputs: Inputs) -> Said:
    solved = [one for one in inputs["tickets"] if one["solved"]]
    first, full = (
        Moments.of([pick(one["solved"]) - one["created"] for one in solved]) for pick in (min, max)
    )
    return {
        "mean_first": first.mean,
        "mean_full": full.mean,
        "reopened": sum(len(one["solved"]) > 1 for one in solved),
    }


def median_interval(inputs: Inputs) -> Said:
    q, values = inputs.get("q", 0.5), inputs.get("values", ())
    n = inputs.get("n", len(values))
    at = ranks(n, q)
    return {
        "ranks": (at.low, at.high) if at else None,
        "coverage": at.coverage if at else None,
        "ci95": quantile_interval(values, q) if values else None,
        "median": quantile(values, q) if values else None,
    }


def smallest(inputs: Inputs) -> Said:
    asked = inputs["q"]
    many = [smallest_sample(q) for q in asked] if isinstance(asked, Sequence) else None
    return {"min_n": many or smallest_sample(asked)}


def time_to_resolution(inputs: Inputs) -> Said:
    """With open ones kept in; beside it what closed ones alone would say."""
    hours, resolved = np.asarray(inputs["hours"]), np.asarray(inputs["resolved"], dtype=bool)
    curve = kaplan_meier(hours, resolved)
    tau = inputs.get("tau", inputs.get("rmst_tau", float(hours.max())))
    median = curve.quantile(0.5)
    return {
        "times": curve.times.tolist(),
        "survival": curve.remaining.tolist(),
        "std_err_greenwood": curve.error.tolist(),
        "median": AnyOf(curve),
        "ci95": (median.low, median.high),
        "p90": curve.quantile(0.9).value,
        "median_closed_only": quantile(hours[resolved], 0.5) if resolved.any() else None,
        "rmst": curve.restricted_mean(tau).value,
        "rmst_tau": tau,
    }


class AnyOf:
    """A median: where exactly half is left between two steps, any time of that stretch is one.

    The outside judge of cases says one end or the other there, by the last digit of a product.
    """

    def __init__(self, curve: Curve, q: float = 0.5) -> None:
        self.stretch = curve.level_stretch(q)

    def __eq__(self, other: object) -> bool:
        if self.stretch is None or not isinstance(other, (int, float)):
            return self.stretch is None and other is None
        return self.stretch[0] - 1e-9 <= other <= self.stretch[1] + 1e-9

    def __hash__(self) -> int:
        return hash(self.stretch)

    def __repr__(self) -> str:
        return f"anything in {self.stretch}"


def first_response(inputs: Inputs) -> Said:
    if "tickets" in inputs:
        return first_responses(inputs)
    minutes = business_s(inputs) / 60
    apart = instant(inputs["end"]) - instant(inputs["start"])
    return {"business_minutes": minutes, "calendar_minutes": apart / 60}


def business_s(inputs: Inputs) -> int:
    """By the calendar of a case, which tells hours in minutes of days from Monday, 0."""
    hours = inputs.get("hours", {str(day): [0, 1440] for day in range(len(DAYS))})
    week = {DAYS[int(day)]: [told_span(*span) for span in spans(of)] for day, of in hours.items()}
    assert set(week) <= WEEK
    return found(
        {
            "op": "elapsed",
            "start": inputs["start"],
            "end": inputs["end"],
            "time_zone": inputs.get("timezone", "UTC"),
            "weekly_hours": week,
            "holidays": inputs.get("holidays", []),
        }
    )


def spans(of_day: Sequence[Any]) -> list[Sequence[int]]:
    """One span or several."""
    return list(of_day) if of_day and isinstance(of_day[0], Sequence) else [of_day]


def told_span(opens: int, closes: int) -> list[str]:
    return [f"{minute // 60:02}:{minute % 60:02}" for minute in (opens, closes)]


def first_responses(inputs: Inputs) -> Said:
    """By the clock of the first response; without a customer's message none starts."""
    clocks = [clock_of(FIRST_RESPONSE, told_story(one)) for one in inputs["tickets"]]
    started = [clock.cycles[0] for clock in clocks if clock.cycles]
    return {
        "frt_human_min": [
            (clock.cycles[0].ended_s - clock.cycles[0].started_s) / 60
            if clock.cycles and clock.cycles[0].ended_s is not None
            else None
            for clock in clocks
        ],
        "population": len(started),
    }


def told_story(ticket: Mapping[str, Any]) -> Story:
    """A ticket is opened with its first message."""
    messages = ticket["messages"]
    opened = TicketEvent(
        instant(messages[0]["at"]), "opened", Name.CREATED, ticket.get("created_by", "customer")
    )
    events = [
        TicketEvent(
            instant(one["at"]),
            f"then {place}",
            SAID_BY[one["by"], one.get("public", True)],
            one["by"],
        )
        for place, one in enumerate(messages)
    ]
    return story([opened, *events])


def cohort_retention(inputs: Inputs) -> Said:
    return of_tally(Tally(inputs["active"], inputs["cohort"]), "retention")


def bgnbd_p_alive(inputs: Inputs) -> Said:
    values = {name: float(inputs[name]) for name in ("r", "alpha", "a", "b")}
    fit = Fit("BG/NBD", values, {}, 0.0, 0.0, 0, True, (), (), np.zeros((4, 4)))
    history = one_customer(inputs["x"], inputs["t_x"], inputs["T"])
    return {"p_alive": float(p_alive(fit, history)[0])}


def holdout_uplift(inputs: Inputs) -> Said:
    treated, held_out = (Tally(inputs[f"k{arm}"], inputs[f"n{arm}"]) for arm in (1, 2))
    difference = share_difference(treated, held_out)
    return {
        "uplift": difference.value,
        "ci95": (difference.low, difference.high),
        "p": difference.p,
        "significant": difference.p < 0.05,
    }


JUDGES: Mapping[str, Judge] = {
    "csat": csat,
    "wilson_ci": wilson_ci,
    "csat_weighted_recent": csat_recent,
    "csat_dedupe": csat_dedupe,
    "csat_vs_net_satisfaction": net_satisfaction,
    "nps": nps_score,
    "nps_difference": nps_difference,
    "nps_dedupe": nps_dedupe,
    "ces": ces,
    "ces_harmonise": ces_harmonise,
    "interactions_per_ticket": interactions,
    "first_response_time": first_response,
    "first_response_time_mean_of": mean_response,
    "time_to_resolution": resolution_mean,
    "median_ci_order_statistics": median_interval,
    "quantile_min_n": smallest,
    "time_to_resolution_km": time_to_resolution,
    "time_to_resolution_km_ci": time_to_resolution,
    "cohort_retention": cohort_retention,
    "bgnbd_p_alive": bgnbd_p_alive,
    "holdout_uplift": holdout_uplift,
}
