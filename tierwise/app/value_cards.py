"""What the pages say of forecasts: the values to choose from, the hold-out, one customer's band."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from tierwise.value.backtest import Backtest
from tierwise.value.customer_type_rules import LIFE_CYCLE, type_called
from tierwise.value.customer_value import Use
from tierwise.value.rungs import Rung

from . import words
from .band_chart import ForecastBand, band_chart, band_of, band_sentence
from .forecast_records import ForecastRow, TypeRow, ValueChoice
from .questions import Answers
from .value_report import ValueReport

USE_WORDS: Mapping[Use, str] = {
    Use.HISTORIC: "so far",
    Use.PREDICTED: "predicted",
    Use.BOTH: "so far and predicted",
}
NOTHING_TO_GO_BY = "There is no paid order and no contract to go by, so nothing is forecast."
_ORDERS_BY: Mapping[Rung, str] = {
    Rung.MODEL: "the model {model} of how often people buy",
    Rung.COHORT: "the mean of customers who came in the same quarter",
    Rung.SHOP: "the mean of all customers",
}
_CONTRACT = "By how contracts of the same length are renewed and paid here."
# The states, in the order they are shown: a sign each, and a word for the style sheet.
_SIGNS = {"yes": ("●", "ok"), "no": ("○", "muted"), "unknown": ("?", "muted")}


@dataclass(frozen=True, slots=True)
class HoldoutRow:
    """One line of the hold-out, as it is written: what was said, what came, and by how much off."""

    what: str
    said: str
    came: str
    off: str


@dataclass(frozen=True, slots=True)
class ValueCard:
    """What the Levels page says of the value that decides."""

    choice: ValueChoice
    report: ValueReport
    use_says: str
    forecast_by: str
    corrected: str
    holdout: tuple[HoldoutRow, ...]


@dataclass(frozen=True, slots=True)
class CustomerOutlook:
    """What one customer will bring, and how sure that is; no `sentence` without a forecast."""

    row: ForecastRow
    value: str  # what levels follow; empty if there is none
    value_says: str
    value_range: str  # empty if nothing of it is forecast
    sentence: str
    picture: Markup
    figures: tuple[tuple[str, str], ...]
    forecast_by: str
    corrected: str


@dataclass(frozen=True, slots=True)
class BelievedType:
    """A type as a page shows it: `state` is a person's word where there is one.

    `rests_on` is empty where nothing is needed, or the reason says that it is too little.
    """

    row: TypeRow
    state: str
    rests_on: str

    @property
    def sign(self) -> tuple[str, str]:
        """A shape, and its word for the style sheet."""
        return _SIGNS[self.state]

    @property
    def is_aside(self) -> bool:
        """What an agent need not read first: the unknown, and the other stages of life."""
        other_stage = self.row.layer == LIFE_CYCLE and self.state == "no"
        return self.row.correction is None and (other_stage or self.state == "unknown")


def value_card(answers: Answers) -> ValueCard:
    """The values levels could follow, and how the forecast did in the hold-out."""
    choice, report = answers.value_choice(), answers.value_report()
    return ValueCard(
        choice,
        report,
        USE_WORDS[choice.use],
        forecast_by(report),
        correction(report),
        holdout_rows(report.backtest, answers.currency()) if report.backtest else (),
    )


def customer_outlook(answers: Answers, customer_id: str) -> CustomerOutlook | None:
    """What is expected of a customer; None for a stranger."""
    row = answers.forecast(customer_id)
    if row is None:
        return None
    report, use, currency = answers.value_report(), answers.value_use(), answers.currency()
    band, days = band_of(row), report.terms.horizon_days
    return CustomerOutlook(
        row=row,
        value="" if row.clv_minor is None else words.rough_money(row.clv_minor, currency),
        value_says=USE_WORDS[use if band else Use.HISTORIC],
        value_range=_range(row, band, use, currency) if band else "",
        sentence=band_sentence(band, currency, days=days) if band else "",
        picture=band_chart(band, currency, days=days) if band else Markup(""),
        figures=_figures(row, report.terms.top_percent),
        forecast_by=_forecast_of(row, report),
        corrected="" if row.basis == "contract" else customer_correction(report),
    )


def believed_types(answers: Answers, customer_id: str) -> tuple[BelievedType, ...]:
    """Every type of a customer, those that hold first; nothing where the shop keeps none."""
    found = [_believed(row) for row in answers.types(customer_id)]
    return tuple(sorted(found, key=lambda one: tuple(_SIGNS).index(one.state)))


def forecast_by(report: ValueReport) -> str:
    """How forecasts are made today, and why not by a better way."""
    orders = _ORDERS_BY[report.rung].format(model=report.model)
    spend = f"the model {report.spend.model} of what an order is worth"
    if report.spend_rung is not Rung.MODEL:
        spend = "the mean worth of an order"
    reasons = " and ".join(why for why in (report.why, report.spend_why) if why)
    return f"By {orders} and {spend}{f' ({reasons})' if reasons else ''}."


def correction(report: ValueReport) -> str:
    """What today's forecasts have learnt from the hold-out."""
    if report.why_not_calibrated:
        return f"They are not corrected by a hold-out: {report.why_not_calibrated}."
    return (
        f"Half of the error is corrected in them: {_factors(report)}. "
        "Only half, because a single hold-out tells of its own season as well."
    )


def customer_correction(report: ValueReport) -> str:
    """The same beside one customer's number: how far off the last hold-out was."""
    test = report.backtest
    if report.why_not_calibrated or test is None:
        return (
            f"Not corrected by a hold-out: {report.why_not_calibrated or report.why_no_backtest}."
        )
    orders = _than(test.actual_orders / test.predicted_orders - 1, "fewer orders", "more orders")
    return (
        f"In the last hold-out {orders}{_came(test)} came than predicted; "
        f"half of that is corrected here ({_factors(report)})."
    )


def _came(test: Backtest) -> str:
    if test.predicted_minor <= 0 or test.actual_minor <= 0:
        return ""
    part = test.actual_minor / test.predicted_minor - 1
    return f" and {_than(part, 'less money', 'more money')}"


def _than(part: float, less: str, more: str) -> str:
    return f"{words.share(abs(part))} {less if part < 0 else more}"


def _factors(report: ValueReport) -> str:
    orders, worth = (
        words.decimal(factor, digits=2)
        for factor in (report.calibration.orders, report.calibration.worth)
    )
    return f"orders × {orders}, worth of an order × {worth}"


def holdout_rows(test: Backtest, currency: str) -> tuple[HoldoutRow, ...]:
    """Orders and money predicted against what came, and how much the intervals held."""
    return (
        HoldoutRow(
            "Orders",
            words.count(round(test.predicted_orders)),
            words.count(test.actual_orders),
            _off(test.orders_bias),
        ),
        HoldoutRow(
            "Revenue",
            words.rough_money(test.predicted_minor, currency),
            words.rough_money(test.actual_minor, currency),
            _off(test.money_bias),
        ),
        *(
            HoldoutRow(
                f"{one.percent}% interval",
                words.share(one.held),
                words.share(one.covered),
                f"{words.signed_share(one.covered - one.held)[:-1]} points",
            )
            for one in test.covered
        ),
    )


def _off(bias: float | None) -> str:
    return words.NOTHING if bias is None else words.signed_share(bias)


def _forecast_of(row: ForecastRow, report: ValueReport) -> str:
    by_basis = {"none": NOTHING_TO_GO_BY, "contract": _CONTRACT}
    return by_basis.get(row.basis) or forecast_by(report)


def _figures(row: ForecastRow, top_percent: float) -> tuple[tuple[str, str], ...]:
    """Chances and orders with their names, as they are written."""
    orders = words.NOTHING if row.expected_orders is None else words.decimal(row.expected_orders)
    return (
        ("Still a customer", _chance(row.p_alive)),
        ("Buys in that time", _chance(row.p_buy)),
        (f"Among the {words.top(top_percent)}", _chance(row.p_top)),
        ("Orders expected", orders),
    )


def _chance(part: float | None) -> str:
    return words.NOTHING if part is None else words.chance(part)


def _range(row: ForecastRow, band: ForecastBand, use: Use, currency: str) -> str:
    if use is Use.HISTORIC:
        return ""
    sure = (row.historic_minor or 0) if use is Use.BOTH else 0
    low, high = (words.rough_money(sure + end, currency) for end in (band.low_80, band.high_80))
    return f"{low} to {high}, 4 times in 5"


def _believed(row: TypeRow) -> BelievedType:
    state = row.state
    if row.correction:
        state = "yes" if row.correction.holds else "no"
    if row.evidence < max(1, row.least_evidence) or not row.least_evidence:
        return BelievedType(row, state, "")
    counted = words.many(row.evidence, *type_called(row.type).counts)
    return BelievedType(row, state, f"Evidence: {counted}, {row.least_evidence} needed.")
