"""The company's exchange rates, day by day, for engines."""

import pyarrow as pa

from tierwise.facts.money import Rate
from tierwise.value.history import RATES_BY_DAY, daily_rates

from .ports import Engine

_FIRST_DAY = """
SELECT MIN(day) FROM (
    SELECT placed_day AS day FROM orders
    UNION ALL SELECT day FROM costs
    UNION ALL SELECT started_day AS day FROM subscriptions
) AS known
"""


def hold_rates(engine: Engine, currency: str, *, last_day: int) -> None:
    """Make `daily_rates` available, from the first order, cost or subscription on."""
    ((first,),) = engine.rows(_FIRST_DAY)
    given = [Rate(*row) for row in engine.rows("SELECT currency, day, rate_ppm FROM rates")]
    columns = daily_rates(given, currency, first_day=first or 0, last_day=last_day)
    engine.upload(RATES_BY_DAY.name, pa.table(list(columns), names=list(RATES_BY_DAY.names)))
