"""Would it have been right? A forecast made on an earlier day against what came after."""

from collections.abc import Mapping
from dataclasses import dataclass

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel

from .forecast import Calibration
from .forecast_tables import SHARES

COUNT, NUMBER, MONEY = Kind.COUNT, Kind.NUMBER, Kind.MONEY

LEAST_DAYS = 60  # of a hold-out
LEAST_ORDERS = 50  # in it, before they calibrate anything
_WIDEST_FACTOR = 4.0

# Ways to pick the best customers, each a column of backtest_then.
METHODS: Mapping[str, str] = {
    "historic": "historic lifetime value",
    "predicted": "predicted value, weighed with the recent pace",
    "forecast": "predicted value alone",
    "total": "historic and predicted together",
    "rfm_sum": "sum of the RFM scores",
    "frequency": "number of occasions",
    "recency": "most recent occasion",
}

BACKTEST_THEN = SqlModel(
    package="tierwise.value",
    output=Table(
        "backtest_then",
        "What was known and expected of each customer on the day of the cut, in revenue.",
        ("customer_id",),
        (
            Column("customer_id", Kind.TEXT, "The customer."),
            *(Column(method, NUMBER, f"By {says}.") for method, says in METHODS.items()),
            Column("occasions_then", COUNT, "Occasions until the cut."),
            Column("expected_orders", NUMBER, "Occasions expected in the hold-out."),
            *(
                Column(f"{end}_{name}", MONEY, f"Bound of the {name} % interval of revenue.")
                for name in SHARES
                for end in ("low", "high")
            ),
            Column("p_buy", NUMBER, "Chance of any revenue."),
        ),
    ),
    reads=("order_history", "customer_values", "forecasts", "rfm_scores"),
)

BACKTEST = SqlModel(
    package="tierwise.value",
    output=Table(
        "backtest",
        "One row: what the forecast and each way of picking the best came to.",
        (),
        (
            Column("customers", COUNT, "Customers known at the cut."),
            Column("bought", COUNT, "Of them, who bought in the hold-out."),
            Column("top_customers", COUNT, "The top by what they brought in it."),
            Column("actual_minor", MONEY, "Revenue in it, net."),
            Column("actual_orders", COUNT, "Occasions in it."),
            Column("predicted_minor", MONEY, "Revenue predicted."),
            Column("predicted_orders", NUMBER, "Occasions predicted."),
            *(
                column
                for name in SHARES
                for column in (
                    Column(
                        f"covered_{name}", NUMBER, f"Share of customers in their {name} % interval."
                    ),
                    Column(f"held_{name}", NUMBER, "Share the intervals say they hold."),
                )
            ),
            *(
                column
                for method in METHODS
                for column in (
                    Column(f"hits_{method}", COUNT, "Of the top, how many it picked."),
                    Column(f"captured_{method}", MONEY, "Revenue of those it picked."),
                )
            ),
        ),
    ),
    reads=("backtest_then", "order_history"),
    parameters=("methods", "top_permille"),
)


@dataclass(frozen=True, slots=True)
class Picked:
    """How well one way picks the best: shares of 0–1, None where nothing could be picked."""

    method: str
    says: str
    hit_rate: float | None
    captured: float | None


@dataclass(frozen=True, slots=True)
class Covered:
    """An interval of so many per cent: how much it says it holds, and how much it held."""

    percent: str
    held: float
    covered: float


@dataclass(frozen=True, slots=True)
class Backtest:
    """A forecast from `cut_day` to `until_day` against what came. Money in minor units."""

    cut_day: int
    until_day: int
    rung: str
    model: str
    customers: int
    bought: int
    actual_orders: int
    predicted_orders: float
    actual_minor: int
    predicted_minor: int
    picked: tuple[Picked, ...]
    covered: tuple[Covered, ...]

    @property
    def orders_bias(self) -> float | None:
        """By what share too many (or too few, below 0) orders were predicted."""
        return self.predicted_orders / self.actual_orders - 1 if self.actual_orders else None

    @property
    def money_bias(self) -> float | None:
        return self.predicted_minor / self.actual_minor - 1 if self.actual_minor > 0 else None


def backtest_of(
    row: Mapping[str, float], *, cut_day: int, until_day: int, rung: str, model: str
) -> Backtest:
    """The row of BACKTEST as a record."""
    top, money = int(row["top_customers"]), float(row["actual_minor"])
    return Backtest(
        cut_day,
        until_day,
        rung,
        model,
        int(row["customers"]),
        int(row["bought"]),
        int(row["actual_orders"]),
        float(row["predicted_orders"]),
        int(row["actual_minor"]),
        int(row["predicted_minor"]),
        tuple(
            Picked(
                method,
                says,
                row[f"hits_{method}"] / top if top else None,
                row[f"captured_{method}"] / money if money > 0 else None,
            )
            for method, says in METHODS.items()
        ),
        tuple(
            Covered(name, float(row[f"held_{name}"]), float(row[f"covered_{name}"]))
            for name in SHARES
        ),
    )


def calibration_of(test: Backtest | None, *, rung: str, model: str) -> tuple[Calibration, str]:
    """What to multiply by after the hold-out, and why not more; the way must be the same as now.

    It goes half of the way, in logarithms: a single hold-out tells of its own season as well
    (docs/decisions/0010).
    """
    if test is None:
        return Calibration(), "no hold-out to calibrate with"
    if (test.rung, test.model) != (rung, model):
        return Calibration(), f"the hold-out was forecast by {test.model}, today is by {model}"
    if test.actual_orders < LEAST_ORDERS or test.predicted_orders <= 0:
        return Calibration(), f"{test.actual_orders} orders in the hold-out are too few"
    orders = test.actual_orders / test.predicted_orders
    if test.actual_minor <= 0 or test.predicted_minor <= 0:
        return Calibration(_half_way(orders)), "no revenue in the hold-out"
    worth = test.actual_minor / test.predicted_minor / orders
    return Calibration(_half_way(orders), _half_way(worth)), ""


def holdout_days(history_days: int, horizon_days: int) -> int | None:
    """How long the hold-out is: the horizon, or half of a shorter history; None if too short."""
    days = min(horizon_days, history_days // 2)
    return days if days >= LEAST_DAYS else None


def _half_way(factor: float) -> float:
    return float(min(max(factor, 1 / _WIDEST_FACTOR), _WIDEST_FACTOR) ** 0.5)
