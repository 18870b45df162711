"""The tables and models of a forecast: states out, scores in, a row for every customer."""

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel

from .predictive import LEVELS

SHARES = {"80": 0.80, "95": 0.95}  # how much of what may happen an interval holds

COUNT, NUMBER, MONEY = Kind.COUNT, Kind.NUMBER, Kind.MONEY

_STATE = (
    Column("x", COUNT, "Occasions after the first.", low=0),
    Column("t_x", COUNT, "Days from the first occasion to the last.", low=0),
    Column("age", COUNT, "Days from the first occasion to the day of the run.", low=0),
)

# The chance of more than each quantile, from none of them on, as numbers of SQL.
ABOVE_QUANTILES = " ".join(f"{1 - level:.6e}" for level in (0.0, *LEVELS))

_QUANTILES = tuple(
    Column(f"q_{k}", NUMBER, f"Quantile at {level:g}.") for k, level in enumerate(LEVELS, 1)
)

PURCHASE_STATES = SqlModel(
    package="tierwise.value",
    output=Table(
        "purchase_states",
        "Customers without a contract by what purchase models look at.",
        ("x", "t_x", "age"),
        (*_STATE, Column("customers", COUNT, "How many customers share the state.", low=1)),
    ),
    reads=("order_history", "subscription_forecasts"),
    parameters=("as_of_day",),
)

PURCHASE_SCORES = Table(
    "purchase_scores",
    "What a purchase model says of each state. Bounds are multiples of v + money paid so far.",
    ("x", "t_x", "age"),
    (
        *_STATE,
        Column(
            "p_alive", NUMBER, "Chance that they still buy; empty below a model.", nullable=True
        ),
        Column("expected_orders", NUMBER, "Occasions expected within the horizon."),
        Column("discounted_orders", NUMBER, "The same, later ones counting less."),
        Column("p_buy", NUMBER, "Chance of at least one occasion within the horizon."),
        *(
            Column(f"{end}_{name}", NUMBER, f"Bound of the {name} % interval of money.")
            for name in SHARES
            for end in ("low", "high")
        ),
    ),
)

MONEY_QUANTILES = Table(
    "money_quantiles",
    "Quantiles of the money of who buys within the horizon, as multiples of v + money so far.",
    ("x", "age"),
    (
        Column("x", COUNT, "Occasions after the first.", low=0),
        Column("age", COUNT, "Days from the first occasion to the day of the run.", low=0),
        *_QUANTILES,
    ),
)

FORECAST_TERMS = Table(
    "forecast_terms",
    "The one row of what is the same for everybody.",
    (),
    (
        Column("p", NUMBER, "Gamma-Gamma: evenness of a customer's orders."),
        Column("q", NUMBER, "Gamma-Gamma: evenness of customers."),
        Column("v", NUMBER, "Gamma-Gamma: scale, in minor units."),
        Column("worth", NUMBER, "Calibration of the worth of an order."),
        Column("margin", NUMBER, "Share of revenue that is kept."),
        Column("pace", NUMBER, "What the horizon holds of `recent_minor`, at an even pace."),
        Column("border_minor", NUMBER, "Money within the horizon that the top begins at."),
        Column("basis", Kind.TEXT, "How the forecast was made."),
    ),
)

FORECASTS = SqlModel(
    package="tierwise.value",
    output=Table(
        "forecasts",
        "What each customer will bring within the horizon: margin, net of the cost to serve.",
        ("customer_id",),
        (
            Column("customer_id", Kind.TEXT, "The customer."),
            Column("basis", Kind.TEXT, "model, cohort mean, shop mean or contract."),
            Column("p_alive", NUMBER, "Chance that they still buy.", nullable=True),
            Column("p_buy", NUMBER, "Chance that they buy within the horizon."),
            Column("expected_orders", NUMBER, "Occasions or payments expected."),
            Column("expected_spend_minor", NUMBER, "Worth expected of one of them."),
            Column("predicted_minor", MONEY, "Customer lifetime value over the horizon."),
            *(
                Column(f"predicted_{end}_{name}_minor", MONEY, f"{name} % interval, {end} end.")
                for name in SHARES
                for end in ("low", "high")
            ),
            Column("p_top", NUMBER, "Chance to be among the top by money within the horizon."),
        ),
    ),
    reads=(
        "order_history",
        "purchase_scores",
        "money_quantiles",
        "forecast_terms",
        "subscription_forecasts",
        "cost_rates",
    ),
    parameters=("as_of_day", "above_quantiles"),
)

BORDER_SAMPLE = SqlModel(
    package="tierwise.value",
    output=Table(
        "border_sample",
        "Some customers drawn evenly, to find where the top begins.",
        (),
        (
            Column("scale", NUMBER, "v + money so far, calibrated: what multiples are taken of."),
            Column("p_buy", NUMBER, "Chance of at least one occasion within the horizon."),
            *_QUANTILES,
        ),
    ),
    reads=(
        "order_history",
        "purchase_scores",
        "money_quantiles",
        "forecast_terms",
        "subscription_forecasts",
    ),
    parameters=("as_of_day", "above_quantiles", "drawn"),
)
