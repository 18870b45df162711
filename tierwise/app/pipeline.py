"""The line, once through: facts become values, values become standings, standings decisions."""

from dataclasses import dataclass

from tierwise.facts.identities import IDENTITY_MODELS
from tierwise.facts.models import SqlModel
from tierwise.value.backtest import (
    BACKTEST,
    BACKTEST_THEN,
    METHODS,
    Backtest,
    backtest_of,
    calibration_of,
    holdout_days,
)
from tierwise.value.customer_value import CUSTOMER_VALUES, Use
from tierwise.value.engagement import APP_ENGAGEMENT
from tierwise.value.forecast import Calibration, Terms
from tierwise.value.forecast_ladder import Forecaster
from tierwise.value.history import (
    HALF_LIFE_DAYS,
    ORDER_CAP,
    ORDER_HISTORY,
    PAID_ORDERS,
    UNCONVERTED,
)
from tierwise.value.percentiles import LTV_PERCENTILES
from tierwise.value.rfm import RFM_SCORES
from tierwise.value.rfm_groups import PROSPECTS
from tierwise.value.serving_costs import UNCOUNTED_COSTS
from tierwise.value.standing import VALUED, standings_model
from tierwise.value.subscription_tables import SUBSCRIPTION_PROBLEMS

from .forecasting import Fitted, fit_day, forecast_day
from .ports import Engine

# What is bought until a day; what else stands before the forecast of a day, and what stands on it.
HISTORY: tuple[SqlModel, ...] = (PAID_ORDERS, ORDER_CAP, ORDER_HISTORY)
BESIDE: tuple[SqlModel, ...] = (
    UNCONVERTED,
    SUBSCRIPTION_PROBLEMS,
    UNCOUNTED_COSTS,
    LTV_PERCENTILES,
    RFM_SCORES,
    APP_ENGAGEMENT,
)
AFTER: tuple[SqlModel, ...] = (CUSTOMER_VALUES, VALUED)

AS_USUAL = Terms()


@dataclass(frozen=True, slots=True)
class Outlook:
    """What was fitted, the hold-out it was tried on (or why none), and the calibration from it."""

    fitted: Fitted
    backtest: Backtest | None
    why_no_backtest: str
    calibration: Calibration
    why_not_calibrated: str


def value_customers(
    engine: Engine, *, as_of_day: int, terms: Terms = AS_USUAL, start: Forecaster | None = None
) -> Outlook:
    """facts -> identities -> history -> percentiles, RFM, engagement -> forecasts -> standings.

    The engine must hold the fact tables, `daily_rates` and `rfm_groups`; every model stays
    there as a table of its name. `start` is what was fitted on an earlier day.
    """
    for model in IDENTITY_MODELS:
        engine.materialise(model, _given(as_of_day))
    tested = _try_earlier(engine, as_of_day, terms, start)
    for model in (*HISTORY, *BESIDE):
        engine.materialise(model, _given(as_of_day))
    fitted, history = fit_day(engine, terms, as_of_day=as_of_day, start=start)
    outlook = _outlook(engine, tested, fitted)
    forecast_day(
        engine, fitted, history, terms, as_of_day=as_of_day, calibration=outlook.calibration
    )
    for model in (*AFTER, standings_model(Use.BOTH)):
        engine.materialise(model, _given(as_of_day))
    return outlook


@dataclass(frozen=True, slots=True)
class _Earlier:
    """A forecast made on the day of the cut; what was known then waits in the engine."""

    cut_day: int
    until_day: int
    fitted: Fitted
    top_percent: float


def _try_earlier(
    engine: Engine, as_of_day: int, terms: Terms, start: Forecaster | None
) -> _Earlier | str:
    """Forecast from an earlier day what has come since, in plain revenue; or why not."""
    ((first,),) = engine.rows(f"SELECT MIN(placed_day) FROM orders WHERE placed_day <= {as_of_day}")
    history_days = 0 if first is None else as_of_day - int(first)
    days = holdout_days(history_days, terms.horizon_days)
    if days is None:
        return f"{history_days} days of history are too few to hold some out"
    cut_day, revenue = as_of_day - days, Terms(horizon_days=days, top_percent=terms.top_percent)
    for model in (*HISTORY, RFM_SCORES):
        engine.materialise(model, _given(cut_day))
    fitted, history = fit_day(engine, revenue, as_of_day=cut_day, start=start)
    forecast_day(engine, fitted, history, revenue, as_of_day=cut_day, calibration=Calibration())
    engine.materialise(CUSTOMER_VALUES, {})
    engine.materialise(BACKTEST_THEN, {})
    return _Earlier(cut_day, as_of_day, fitted, terms.top_percent)


def _outlook(engine: Engine, tested: _Earlier | str, fitted: Fitted) -> Outlook:
    """Hold the earlier forecast against what came; the engine holds the history of the day."""
    now = fitted.forecaster
    backtest, why = None, ""
    if isinstance(tested, str):
        why = tested
    else:
        given: dict[str, int | str] = {
            "methods": " ".join(METHODS),
            "top_permille": round(tested.top_percent * 10),
        }
        engine.materialise(BACKTEST, given)
        (row,) = engine.query(f"SELECT * FROM {BACKTEST.name}").to_pylist()
        then = tested.fitted.forecaster
        backtest = backtest_of(
            row,
            cut_day=tested.cut_day,
            until_day=tested.until_day,
            rung=str(then.rung),
            model=then.model,
        )
    calibration, why_not = calibration_of(backtest, rung=str(now.rung), model=now.model)
    return Outlook(fitted, backtest, why, calibration, why_not)


def _given(as_of_day: int) -> dict[str, int | str]:
    """What models may ask for."""
    return {"as_of_day": as_of_day, "prospects": PROSPECTS, "half_life": HALF_LIFE_DAYS}
