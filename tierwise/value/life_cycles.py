"""Where a customer stands with the shop: prospect, novice, regular, loyal or lapsing."""

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel

COUNT, NUMBER, TEXT = Kind.COUNT, Kind.NUMBER, Kind.TEXT

LIFE_CYCLES = ("prospect", "novice", "regular", "loyal", "lapsing")
NOVICE_DAYS = 90  # where fewer than 100 customers ordered again; as in life_cycle_borders.sql

_CUSTOMER = Column("customer_id", TEXT, "The customer, after identities were settled.")

FORECASTS_READ = Table(
    "forecasts",
    "What is read of the forecasts.",
    ("customer_id",),
    (
        _CUSTOMER,
        Column("p_alive", NUMBER, "Chance that they still buy.", nullable=True, low=0, high=1),
    ),
)

LIFE_CYCLE_BORDERS = SqlModel(
    package="tierwise.value",
    output=Table(
        "life_cycle_borders",
        "One row: how long customers of this shop take, read from the shop itself.",
        (),
        (
            Column("second_orders", COUNT, "Customers who ordered on a second day.", low=0),
            Column(
                "novice_days",
                COUNT,
                "Days within which 80 % of them came back; 90 below 100 such customers.",
                low=0,
            ),
            Column("median_gap_days", COUNT, "Half of them came back so soon.", nullable=True),
            Column("median_tenure_days", COUNT, "Half the buyers have been here no longer."),
        ),
    ),
    reads=("orders", "identities", "order_history"),
    parameters=("as_of_day",),
)

LIFE_CYCLE = SqlModel(
    package="tierwise.value",
    output=Table(
        "life_cycles",
        "The one life cycle of each customer. Loyal: 3 days with orders or more, recency 3 and "
        "frequency 4 or better, P(alive) of 0.7 or more, a tenure above the median. Lapsing: one "
        "order longer ago than a novice's time, or P(alive) below 0.5. Where P(alive) is not "
        "known, recency stands for it: 4 or better is loyal, 2 or worse is lapsing.",
        ("customer_id",),
        (
            _CUSTOMER,
            Column("life_cycle", TEXT, "Where they stand.", choices=LIFE_CYCLES),
            Column("occasions", COUNT, "Days with a paid order.", low=0),
            Column("tenure_days", COUNT, "Days since the first.", nullable=True, low=0),
            Column("recency_days", COUNT, "Days since the last.", nullable=True, low=0),
            Column("p_alive", NUMBER, "Chance that they still buy.", nullable=True),
            Column("novice_days", COUNT, "A novice's time."),
            Column("median_tenure_days", COUNT, "Half the buyers have been here no longer."),
        ),
    ),
    reads=("standings", "forecasts", "life_cycle_borders"),
)

SHOPPER_ADVOCATES = SqlModel(
    package="tierwise.value",
    output=Table(
        "shopper_advocates",
        "The latest NPS answer of the last 365 days.",
        ("customer_id",),
        (
            _CUSTOMER,
            Column("answers", COUNT, "NPS answers of the last 365 days.", low=1),
            Column("nps", NUMBER, "The latest, on a scale of 0–10.", low=0, high=10),
        ),
    ),
    reads=("surveys", "identities"),
    parameters=("as_of_day",),
)

LIFE_CYCLE_MODELS = (LIFE_CYCLE_BORDERS, LIFE_CYCLE, SHOPPER_ADVOCATES)
