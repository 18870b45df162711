"""The forecast of one day: states out of the engine, through the models, and back into it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tierwise.value.fitting import NotFitted
from tierwise.value.forecast import (
    Calibration,
    Terms,
    border_of_the_top,
    cells,
    quantiles,
    score,
    score_columns,
    terms_row,
)
from tierwise.value.forecast_ladder import Forecaster, fit_forecaster
from tierwise.value.forecast_tables import (
    ABOVE_QUANTILES,
    BORDER_SAMPLE,
    FORECAST_TERMS,
    FORECASTS,
    MONEY_QUANTILES,
    PURCHASE_SCORES,
    PURCHASE_STATES,
)
from tierwise.value.purchase_history import Floats, History
from tierwise.value.serving_costs import COST_RATES, CREDIBLE_OCCASIONS, SERVING_COSTS
from tierwise.value.spend_model import spending
from tierwise.value.subscription_tables import (
    SUBSCRIPTION_FORECASTS,
    SUBSCRIPTION_SCORES,
    SUBSCRIPTION_STATES,
)
from tierwise.value.subscriptions import (
    Horizon,
    Renewing,
    Running,
    contract_scores,
    contracts_by_term,
    fit_contracts,
)

from .ports import Engine
from .uploads import upload

BORDER_SAMPLED = 20_000  # customers; the share above the border is right to 0.2 points
_DRAWN_OF = 10_000

_CONTRACTS = """
SELECT term_days, renewals, ended, COUNT(*) FROM subscription_states
GROUP BY term_days, renewals, ended
"""
_RUNNING = """
SELECT DISTINCT term_days, renewals, days_left FROM subscription_states WHERE ended = 0
"""
# In order, so that sums come out alike on every engine and with any number of threads.
_SPENT = """
SELECT h.occasions, h.ltv_minor FROM order_history h
LEFT JOIN subscription_forecasts c ON c.customer_id = h.customer_id
WHERE h.occasions > 0 AND c.customer_id IS NULL
ORDER BY h.occasions, h.ltv_minor
"""


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was fitted on one day; `renewing` is by the days of a term."""

    forecaster: Forecaster
    renewing: Mapping[float, Renewing]


def fit_day(
    engine: Engine, terms: Terms, *, as_of_day: int, start: Forecaster | None = None
) -> tuple[Fitted, History]:
    """Fit what the engine holds; `order_history` must be that of the day."""
    renewing = _score_contracts(engine, terms, as_of_day)
    engine.materialise(SERVING_COSTS, {"as_of_day": as_of_day})
    engine.materialise(COST_RATES, {"credible_occasions": CREDIBLE_OCCASIONS})
    engine.materialise(PURCHASE_STATES, {"as_of_day": as_of_day})
    x, t_x, age, customers = _columns(
        engine, f"SELECT x, t_x, age, customers FROM {PURCHASE_STATES.name} ORDER BY x, t_x, age"
    )
    history = History(x, t_x, age, customers)
    occasions, money = _columns(engine, _SPENT)
    known = spending(occasions, money / np.maximum(occasions, 1))
    return Fitted(fit_forecaster(history, known, start), renewing), history


def forecast_day(
    engine: Engine,
    fitted: Fitted,
    history: History,
    terms: Terms,
    *,
    as_of_day: int,
    calibration: Calibration,
) -> None:
    """Score every customer; `forecasts` of the day stay in the engine."""
    forecaster = fitted.forecaster
    scores = score(forecaster, history, terms, calibration)
    (x, age), cell = cells(history)
    multiples = quantiles(forecaster, x, age, scores.horizon)
    state = {"x": history.x, "t_x": history.t_x, "age": history.age}
    upload(engine, PURCHASE_SCORES, state | score_columns(scores, multiples, cell))
    by_level = {f"q_{k}": column for k, column in enumerate(multiples.T, 1)}
    upload(engine, MONEY_QUANTILES, {"x": x, "age": age} | by_level)
    given: dict[str, int | str] = {"as_of_day": as_of_day, "above_quantiles": ABOVE_QUANTILES}
    _upload_terms(engine, terms_row(forecaster, terms, calibration.worth, 0.0))
    border = _border(engine, terms, given)
    _upload_terms(engine, terms_row(forecaster, terms, calibration.worth, border))
    engine.materialise(FORECASTS, given)


def _score_contracts(engine: Engine, terms: Terms, as_of_day: int) -> Mapping[float, Renewing]:
    engine.materialise(SUBSCRIPTION_STATES, {"as_of_day": as_of_day})
    known = contracts_by_term(*_columns(engine, _CONTRACTS))
    if isinstance(known, NotFitted):
        raise ValueError(known.reason)  # the model of the states let a wrong one through
    renewing = fit_contracts(known)
    running = Running(*_columns(engine, _RUNNING))
    horizon = Horizon(terms.horizon_days, terms.discount)
    upload(engine, SUBSCRIPTION_SCORES, contract_scores(renewing, running, horizon))
    engine.materialise(SUBSCRIPTION_FORECASTS, {})
    return renewing


def _border(engine: Engine, terms: Terms, given: Mapping[str, int | str]) -> float:
    ((buyers,),) = engine.rows("SELECT COUNT(*) FROM order_history")
    ((subscribers,),) = engine.rows(f"SELECT COUNT(*) FROM {SUBSCRIPTION_FORECASTS.name}")
    customers = max(buyers + subscribers, 1)
    drawn = min(_DRAWN_OF, int(np.ceil(BORDER_SAMPLED * _DRAWN_OF / customers)))
    engine.materialise(BORDER_SAMPLE, {**given, "drawn": drawn})
    scale, p_buy, *multiples = _columns(
        engine, f"SELECT * FROM {BORDER_SAMPLE.name} ORDER BY scale, p_buy, q_1"
    )
    return border_of_the_top(scale, p_buy, np.array(multiples).T, terms.top_percent)


def _columns(engine: Engine, text: str) -> tuple[Floats, ...]:
    found = engine.query(text)
    return tuple(np.asarray(column.to_numpy(), dtype=np.float64) for column in found.columns)


def _upload_terms(engine: Engine, row: Mapping[str, float | str]) -> None:
    upload(engine, FORECAST_TERMS, {name: [value] for name, value in row.items()})
