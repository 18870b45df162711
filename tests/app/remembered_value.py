"""What the made-up shop expects of its customers; figures like those of a real one."""

from dataclasses import replace

from tierwise.app.forecast_records import (
    Flipped,
    Flips,
    ForecastRow,
    Stability,
    TypeRow,
    ValueChoice,
    ValueWay,
)
from tierwise.app.value_report import ModelFit, ValueReport
from tierwise.facts.corrections import TypeCorrection
from tierwise.value.backtest import METHODS, Backtest, Covered, Picked
from tierwise.value.customer_type_rules import KNOWN_TYPES
from tierwise.value.customer_value import SAYS, Use
from tierwise.value.forecast import Calibration, Terms
from tierwise.value.rungs import Rung

from .remembered_shop import TO_DAY, Known, customers

FITTED = ModelFit(
    "MBG/NBD",
    {"r": 0.73, "alpha": 67.2, "a": 0.14, "b": 3.22},
    {"r": 0.02, "alpha": 2.13, "a": 0.02, "b": None},
    -139_024.2,
    5878.0,
    (),
)
SPENT = ModelFit("Gamma-Gamma", {"p": 2.34, "q": 3.63, "v": 42_962.6}, {}, -66_148.5, 5837.0, ())
PICKED = {"historic": (0.639, 0.614), "predicted": (0.655, 0.624), "total": (0.648, 0.62)}
BACKTEST = Backtest(
    cut_day=TO_DAY - 365,
    until_day=TO_DAY,
    rung="model",
    model="MBG/NBD",
    customers=4380,
    bought=2705,
    actual_orders=12_275,
    predicted_orders=18_939.6,
    actual_minor=654_387_302,
    predicted_minor=887_600_494,
    picked=tuple(
        Picked(method, says, *PICKED.get(method, (None, None))) for method, says in METHODS.items()
    ),
    covered=(Covered("80", 0.803, 0.831), Covered("95", 0.951, 0.95)),
)
REPORT = ValueReport(
    as_of_day=TO_DAY,
    terms=Terms(),
    rung=Rung.MODEL,
    why="",
    orders=FITTED,
    spend_rung=Rung.MODEL,
    spend_why="",
    spend=SPENT,
    contracts=(),
    calibration=Calibration(0.805, 1.067),
    why_not_calibrated="",
    backtest=BACKTEST,
    why_no_backtest="",
    tried=("MBG/NBD: reached the top after 16 rounds",),
)
THIN = replace(
    REPORT,
    rung=Rung.COHORT,
    why="312 of the 500 buyers a model needs",
    calibration=Calibration(),
    why_not_calibrated="no hold-out to calibrate with",
    backtest=None,
    why_no_backtest="94 days of history are too short for a hold-out",
)
MOVES = {Use.HISTORIC: 61, Use.PREDICTED: 137, Use.BOTH: 0}
COLUMNS = {Use.HISTORIC: "historic", Use.PREDICTED: "predicted", Use.BOTH: "total"}
LOST = {Use.HISTORIC: (0.018, 0.0), Use.PREDICTED: (0.098, 0.003), Use.BOTH: (0.036, 0.0)}
# Of the made-up customers: what is known of one who buys often, by type; the rest is unknown.
HELD = {
    "prospect": ("no", 0, "11 days with paid orders"),
    "novice": ("no", 11, "11 days with paid orders"),
    "regular": ("no", 11, "11 days with paid orders, the last 12 days ago"),
    "loyal": ("yes", 11, "11 days with paid orders in 612 days"),
    "lapsing": ("no", 11, "11 days with paid orders, the last 12 days ago"),
    "discount_chaser": ("yes", 7, "7 of 7 orders were discounted; the shop's usual is 31 %"),
    "researcher": ("no", 4, "1 of 4 sessions went into research; the shop's usual is 20 %"),
}


def choice(use: Use, *, follows: bool, report: ValueReport) -> ValueChoice:
    found = {one.method: one for one in report.backtest.picked} if report.backtest else {}
    ways = tuple(
        ValueWay(
            way,
            SAYS[way],
            picked.hit_rate if picked else None,
            picked.captured if picked else None,
            MOVES[way] if follows and way is not use else 0,
        )
        for way in Use
        for picked in (found.get(COLUMNS[way]),)
    )
    return ValueChoice(use, ways, follows)


def stability() -> Stability:
    days = tuple(TO_DAY - 30 * number for number in (3, 2, 1, 0))
    one, two, three = customers()[580:583]
    flipped = (
        Flipped(one.customer_id, one.name, came_in=True, percentile_before=None, percentile=98.6),
        Flipped(two.customer_id, "Harrow & Sons", True, 75.98, 95.18),
        Flipped(three.customer_id, three.name, False, 91.2, 88.47),
    )
    flips = tuple(Flips(use, *LOST[use]) for use in Use)
    return Stability(days, 30, 10.0, flips, flipped, 67)


def no_refits() -> Stability:
    return Stability((TO_DAY,), 30, 10.0, (), (), 0)


def forecast(one: Known, use: Use) -> ForecastRow:
    """Of the last customer nothing is known."""
    if one is customers()[-1]:
        none = (None,) * 9
        return ForecastRow(
            one.customer_id, one.name, one.value, 0.01, one.value, *none, basis="none"
        )
    better = (one.percentile / 100) ** 4
    predicted = int(one.value * 0.45)
    clv = {Use.HISTORIC: one.value, Use.PREDICTED: predicted, Use.BOTH: one.value + predicted}
    return ForecastRow(
        customer_id=one.customer_id,
        name=one.name,
        clv_minor=clv[use],
        clv_percentile=one.percentile,
        historic_minor=one.value,
        predicted_minor=predicted,
        low_80_minor=int(predicted * 0.5 * better),
        high_80_minor=int(predicted * 1.8),
        low_95_minor=0,
        high_95_minor=int(predicted * 2.7),
        expected_orders=one.orders * 0.42,
        p_alive=0.4 + 0.59 * better,
        p_buy=0.2 + 0.79 * better,
        p_top=better**3,
        basis="model",
    )


def types(one: Known, corrections: dict[tuple[str, str], TypeCorrection]) -> tuple[TypeRow, ...]:
    rows = []
    for known in KNOWN_TYPES:
        state, evidence, because = HELD.get(known.name, ("unknown", 0, "no ticket yet"))
        rows.append(
            TypeRow(
                type=known.name,
                label=known.label,
                layer=known.layer,
                says=known.says,
                advice=known.advice,
                state=state,
                score=None if state == "unknown" else 0.7,
                evidence=evidence,
                least_evidence=known.least_evidence,
                because=because,
                correction=corrections.get((one.customer_id, known.name)),
            )
        )
    return tuple(rows)
