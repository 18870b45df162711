"""What a run says about its forecasts, kept beside its tables: the fit, the hold-out, the terms."""

from dataclasses import dataclass

from pydantic import TypeAdapter

from tierwise.value.backtest import Backtest
from tierwise.value.fitting import Fit
from tierwise.value.forecast import Calibration, Terms
from tierwise.value.forecast_ladder import Cohort, Forecaster, given_fit
from tierwise.value.rungs import Rung

from .pipeline import Outlook


@dataclass(frozen=True, slots=True)
class ModelFit:
    """A fitted model: times in days, money in minor units; None where the data do not tell."""

    model: str
    parameters: dict[str, float]
    standard_errors: dict[str, float | None]
    log_likelihood: float
    customers: float
    at_border: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContractFit:
    """How contracts of one term length are renewed; why not on a better rung."""

    term_days: float
    rung: str
    fit: ModelFit | None
    rate: float | None
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ValueReport:
    """Everything behind the forecasts of one run."""

    as_of_day: int
    terms: Terms
    rung: Rung
    why: str  # not a higher rung
    orders: ModelFit
    spend_rung: Rung
    spend_why: str
    spend: ModelFit
    contracts: tuple[ContractFit, ...]
    calibration: Calibration
    why_not_calibrated: str
    backtest: Backtest | None
    why_no_backtest: str
    tried: tuple[str, ...]

    @property
    def model(self) -> str:
        return self.orders.model if self.rung is Rung.MODEL else str(self.rung)


_JSON = TypeAdapter(ValueReport)


def report_of(outlook: Outlook, *, as_of_day: int, terms: Terms) -> ValueReport:
    now = outlook.fitted.forecaster
    return ValueReport(
        as_of_day,
        terms,
        now.rung,
        now.why,
        _told(now.cohorts[0].orders),
        now.spend_rung,
        now.spend_why,
        _told(now.spend),
        tuple(
            ContractFit(
                days,
                str(one.rung),
                _told(one.fit) if one.fit else None,
                one.rate,
                one.tried,
            )
            for days, one in sorted(outlook.fitted.renewing.items())
        ),
        outlook.calibration,
        outlook.why_not_calibrated,
        outlook.backtest,
        outlook.why_no_backtest,
        now.tried,
    )


def written(report: ValueReport) -> bytes:
    return _JSON.dump_json(report, indent=1)


def read_report(text: bytes) -> ValueReport:
    return _JSON.validate_json(text)


def start_of(report: ValueReport) -> Forecaster:
    """The forecaster of an earlier run, good enough to begin a climb with."""
    return Forecaster(
        report.rung,
        report.why,
        (Cohort(0.0, given_fit(report.orders.model, report.orders.parameters)),),
        given_fit(report.spend.model, report.spend.parameters),
        report.spend_rung,
        report.spend_why,
        (),
    )


def _told(fit: Fit) -> ModelFit:
    return ModelFit(
        fit.model,
        fit.parameters,
        fit.standard_errors,
        fit.log_likelihood,
        fit.customers,
        fit.at_border,
    )
