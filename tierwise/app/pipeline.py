"""The line, once through: facts become values, values become standings, standings decisions."""

from collections.abc import Mapping

from tierwise.facts.identities import IDENTITY_MODELS
from tierwise.facts.models import SqlModel
from tierwise.value.engagement import APP_ENGAGEMENT
from tierwise.value.history import ORDER_HISTORY, UNCONVERTED
from tierwise.value.percentiles import LTV_PERCENTILES
from tierwise.value.rfm import RFM_SCORES
from tierwise.value.rfm_groups import PROSPECTS
from tierwise.value.standing import STANDINGS

from .ports import Engine

VALUE_MODELS: tuple[SqlModel, ...] = (
    *IDENTITY_MODELS,
    ORDER_HISTORY,
    UNCONVERTED,
    LTV_PERCENTILES,
    RFM_SCORES,
    APP_ENGAGEMENT,
    STANDINGS,
)


def value_customers(engine: Engine, *, as_of_day: int) -> None:
    """facts -> identities -> history -> percentiles, RFM, engagement -> standings.

    The engine must hold the fact tables, `daily_rates` and `rfm_groups`; every model stays
    there as a table of its name.
    """
    given: Mapping[str, int | str] = {"as_of_day": as_of_day, "prospects": PROSPECTS}
    for model in VALUE_MODELS:
        engine.materialise(model, given)
