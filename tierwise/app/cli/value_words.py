"""What the commands about forecasts say; a forecast never stands without how sure it is."""

from collections.abc import Iterator

from tierwise.app import words
from tierwise.app.forecast_answers import BAND
from tierwise.app.forecast_records import Flipped, ForecastRow, Stability
from tierwise.app.value_report import ContractFit, ModelFit, ValueReport, read_report
from tierwise.facts.fits import ValueFit
from tierwise.facts.money import exponent_of
from tierwise.levels.policy import Policy
from tierwise.levels.policy_checks import evidence_columns
from tierwise.value.backtest import Backtest
from tierwise.value.customer_value import SAYS
from tierwise.value.forecast import Calibration
from tierwise.value.rungs import Rung
from tierwise.value.standing import BY_USE

Line = tuple[str, ...]

FORECAST_HEADS = (
    "customer",
    "so far>",
    "predicted (80% interval)>",
    "still buys>",
    "in the top>",
    "percentile>",
    "forecast by",
)
PARAMETER_HEADS = ("", "", "value>", "standard error>")
PAST_HEADS = ("fit", "as of", "model", "parameters", "best found>", "orders ×>", "worth ×>")
PICKED_HEADS = ("the best picked by", "of the best>", "of the revenue>")
TOTAL_HEADS = ("", "predicted>", "came>", "off by>")
FLIP_HEADS = ("by", "leave per refit>", "with a leaving band>")
FLIPPED_HEADS = ("", "customer", "before>", "now>")

# Parameters that have a unit, by model; all others are plain numbers.
IN_DAYS = {"MBG/NBD": ("alpha",), "BG/NBD": ("alpha",), "NBD": ("alpha",)}
IN_MONEY = {"Gamma-Gamma": ("v",)}


# Customers.


def forecast_line(row: ForecastRow, currency: str) -> Line:
    return (
        row.customer_id,
        _money(row.historic_minor, currency),
        with_interval(row, currency),
        _share(row.p_alive),
        _share(row.p_top),
        _place(row.clv_percentile),
        row.basis,
    )


def with_interval(row: ForecastRow, currency: str) -> str:
    """What is predicted, and between what it will lie 4 times in 5."""
    if row.predicted_minor is None or row.low_80_minor is None or row.high_80_minor is None:
        return words.NOTHING
    low, high = (_bare(bound, currency) for bound in (row.low_80_minor, row.high_80_minor))
    return f"{words.rough_money(row.predicted_minor, currency)} ({low}–{high})"


def behind(report: ValueReport, policy: Policy) -> Iterator[str]:
    """What must be known beside any forecast: what is followed, how it was made, how right."""
    use = policy.value.use
    follows = any(column in BY_USE for column in evidence_columns(policy))
    yield f"percentile: of {SAYS[use]} (`value: use: {use}`)" + (
        "" if follows else "; no rule of the policy looks at it"
    )
    yield f"forecast: {how(report)}"
    yield f"calibration: {calibrated(report)}"


def how(report: ValueReport) -> str:
    """By what, how far and in what money a forecast was made."""
    terms = report.terms
    ahead = f"{words.days(terms.horizon_days)} ahead"
    margin = f", margin {words.share(terms.margin)}" if terms.margin != 1 else ""
    discount = f", discount {words.share(terms.discount)} a year" if terms.discount else ""
    orders = report.model if report.rung is Rung.MODEL else f"the {report.rung} ({report.why})"
    worth = report.spend.model
    if report.spend_rung is not Rung.MODEL:
        worth = f"the {report.spend_rung} ({report.spend_why})"
    return f"{ahead}{margin}{discount}; orders by {orders}, worth of an order by {worth}"


def calibrated(report: ValueReport) -> str:
    """By what the hold-out changed the forecast, and why not more."""
    test, why = report.backtest, report.why_not_calibrated
    if report.calibration == Calibration() or test is None:
        return f"none, {report.why_no_backtest or why or 'the hold-out was met'}"
    orders, worth = (_factor(one) for one in _factors(report.calibration))
    held = f"{words.day(test.cut_day)} to {words.day(test.until_day)}"
    rest = f" ({why})" if why else ""
    return f"orders × {orders}, worth of an order × {worth} after the hold-out of {held}{rest}"


# Fits.


def orders_fitted(report: ValueReport) -> str:
    """The purchase model in one line; below a model, how often customers order."""
    if report.rung is Rung.MODEL:
        return _fitted("orders", report.orders)
    why = f"orders: the {report.rung}, because {report.why}"
    if report.orders.customers == 0:
        return why
    rate = words.days(report.orders.parameters["alpha"] / report.orders.parameters["r"])
    if report.rung is Rung.SHOP:
        return f"{why}: every customer once in {rate}"
    return f"{why}: each quarter of first buyers at its own rate, the latest once in {rate}"


def spend_fitted(report: ValueReport, currency: str) -> str:
    """The spend model in one line; below a model, what an order is worth."""
    if report.spend_rung is Rung.MODEL:
        return _fitted("worth of an order", report.spend)
    p, q, v = (report.spend.parameters[name] for name in ("p", "q", "v"))
    worth = words.money(round(p * v / (q - 1)), currency)
    return f"worth of an order: the {report.spend_rung}, because {report.spend_why}: {worth}"


def parameter_lines(report: ValueReport, currency: str) -> list[Line]:
    """Every parameter of the fitted models with its standard error, in its unit."""
    models = [(report.orders, report.rung), (report.spend, report.spend_rung)]
    fitted = [model for model, rung in models if rung is Rung.MODEL]
    fitted += [one.fit for one in report.contracts if one.fit]
    return [
        (
            model.model if number == 0 else "",
            name,
            _parameter(model, name, found, currency),
            _doubt(model, name, currency),
        )
        for model in fitted
        for number, (name, found) in enumerate(model.parameters.items())
    ]


def contract_line(one: ContractFit) -> str:
    """How contracts of one term length are renewed."""
    found = f"contracts of {words.days(one.term_days)}: {one.rung}"
    if one.fit:
        found += f", {words.many(round(one.fit.customers), 'contract')}"
    if one.rate is not None:
        found += f", {words.share(one.rate)} renewed a term"
    return f"{found} ({'; '.join(one.why)})" if one.why else found


def past_line(fit: ValueFit, use_column: str) -> Line:
    """One recorded fit: the parameters, and how well the top was found before."""
    report = read_report(fit.report.encode())
    picked = report.backtest.picked if report.backtest else ()
    rates = [one.hit_rate for one in picked if one.method == use_column]
    orders, worth = _factors(report.calibration)
    told = report.orders.parameters.items() if report.rung is Rung.MODEL else ()
    return (
        fit.fit_id,
        words.day(fit.as_of_day),
        report.model,
        ", ".join(f"{name} {_number(found)}" for name, found in told) or words.NOTHING,
        _share(rates[0] if rates else None),
        _factor(orders),
        _factor(worth),
    )


# Backtests.


def picked_lines(test: Backtest) -> list[Line]:
    return [(one.says, _share(one.hit_rate), _share(one.captured)) for one in test.picked]


def total_lines(test: Backtest, currency: str) -> list[Line]:
    """What was predicted of everybody together, and what came."""
    predicted, came = (
        words.rough_money(minor, currency) for minor in (test.predicted_minor, test.actual_minor)
    )
    orders = (words.count(round(test.predicted_orders)), words.count(test.actual_orders))
    return [
        ("orders", *orders, _bias(test.orders_bias)),
        ("revenue", predicted, came, _bias(test.money_bias)),
    ]


def covered_lines(test: Backtest) -> Iterator[str]:
    for one in test.covered:
        said, held = words.share(one.held), words.share(one.covered)
        yield f"{one.percent}% intervals: said {said}, held {held}"


def tested(test: Backtest) -> str:
    known, bought = words.many(test.customers, "customer"), words.count(test.bought)
    days = words.days(test.until_day - test.cut_day)
    by = test.model if test.rung == Rung.MODEL else f"the {test.model}"
    return (
        f"forecast by {by} on {words.day(test.cut_day)} for {days}: "
        f"{known} known then, {bought} of them bought until {words.day(test.until_day)}"
    )


# Stability.


def flip_lines(found: Stability) -> list[Line]:
    return [
        (SAYS[one.use], words.share(one.lost), words.share(one.lost_with_band))
        for one in found.flips
    ]


def flipped_line(one: Flipped) -> Line:
    before, now = _place(one.percentile_before), _place(one.percentile)
    return ("into" if one.came_in else "out of", one.customer_id, before, now)


def refitted(found: Stability) -> Iterator[str]:
    """Between which days, and what the two columns mean."""
    days = ", ".join(words.day(day) for day in found.days)
    yield f"mean over the refits of {days}"
    top, band = (words.top(share) for share in (found.top_percent, found.top_percent * BAND))
    yield f"leave per refit: of the {top}, the share that the next refit puts out of it"
    yield f"with a leaving band: the share that it puts out of the {band}"


def flipped(found: Stability, policy: Policy) -> str:
    """How many came and went at the last refit, by the value the policy follows."""
    number = words.many(found.flipped_count, "customer")
    then, now = (words.day(day) for day in found.days[-2:])
    shown = f"; the {len(found.flipped)} that moved most" if found.flipped else ""
    return f"{number} came or went from {then} to {now} by {SAYS[policy.value.use]}{shown}"


# Numbers.


def _fitted(of: str, model: ModelFit) -> str:
    customers = words.many(round(model.customers), "customer")
    border = f"; at the border of what is allowed: {', '.join(model.at_border)}"
    likelihood = words.decimal(model.log_likelihood)
    told = f"{of}: {model.model} of {customers}, log-likelihood {likelihood}"
    return told + (border if model.at_border else "")


def _parameter(model: ModelFit, name: str, found: float, currency: str) -> str:
    if name in IN_DAYS.get(model.model, ()):
        return f"{_number(found)} days"
    if name in IN_MONEY.get(model.model, ()):
        return words.money(round(found), currency)
    return _number(found)


def _doubt(model: ModelFit, name: str, currency: str) -> str:
    error = model.standard_errors[name]
    return "not known" if error is None else _parameter(model, name, error, currency)


def _factors(calibration: Calibration) -> tuple[float, float]:
    return calibration.orders, calibration.worth


def _factor(number: float) -> str:
    return f"{number:.2f}"


def _number(number: float) -> str:
    return f"{number:.4g}"


def _bias(share: float | None) -> str:
    sign = "+" if share is not None and share > 0 else ""
    return words.NOTHING if share is None else sign + words.share(share)


def _share(part: float | None) -> str:
    return words.NOTHING if part is None else words.share(part)


def _place(percentile: float | None) -> str:
    return words.NOTHING if percentile is None else words.percentile(percentile)


def _money(minor: int | None, currency: str) -> str:
    return words.NOTHING if minor is None else words.round_money(minor, currency)


def _bare(minor: int, currency: str) -> str:
    """An amount, to three digits, without its currency, which stands before it already."""
    return words.count(round(words.rough(minor) / 10 ** exponent_of(currency)))
