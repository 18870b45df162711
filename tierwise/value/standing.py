"""The standing: everything a rule may look at for one customer on one day."""

from dataclasses import replace

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel

from .customer_value import COLUMN, SAYS, Use
from .rfm_groups import GROUP_NAMES
from .rungs import Rung

STANDING = Table(
    "standings",
    "What rules may look at, one row per customer; an account's row covers its people.",
    ("customer_id",),
    (
        Column("customer_id", Kind.TEXT, "The customer, after identities were settled."),
        Column(
            "clv_percentile",
            Kind.NUMBER,
            "Where customer lifetime value stands among all who bought or have a contract: 90 and "
            "more is the top 10 %. The policy says which value it is (`value: use`).",
            nullable=True,
            low=0,
            high=100,
        ),
        Column(
            "clv_minor",
            Kind.MONEY,
            "Customer lifetime value as the policy says: margin so far, predicted or both, net of "
            "the cost to serve, in minor units of the policy's currency.",
            nullable=True,
        ),
        Column(
            "ltv_percentile",
            Kind.NUMBER,
            "Where historic lifetime value stands among all buyers: 90 and more is the top 10 %. "
            "Equal values share the better place.",
            nullable=True,
            low=0,
            high=100,
        ),
        Column(
            "ltv_minor",
            Kind.MONEY,
            "Historic lifetime value: money from paid orders, net of refunds, in minor units "
            "of the policy's currency.",
            nullable=True,
        ),
        Column("orders", Kind.COUNT, "Paid orders ever.", low=0),
        Column(
            "occasions",
            Kind.COUNT,
            "Days with at least one paid order; same-day orders are one occasion.",
            low=0,
        ),
        Column("refunded_minor", Kind.MONEY, "Money given back ever, in minor units.", low=0),
        Column(
            "average_order_minor",
            Kind.NUMBER,
            "Lifetime value divided by occasions, in minor units.",
            nullable=True,
        ),
        Column("recency_days", Kind.COUNT, "Days since the last paid order.", nullable=True, low=0),
        Column("tenure_days", Kind.COUNT, "Days since the first paid order.", nullable=True, low=0),
        Column(
            "gap_days",
            Kind.NUMBER,
            "Mean days between one occasion and the next; empty after a single one.",
            nullable=True,
            low=0,
        ),
        Column("orders_90d", Kind.COUNT, "Paid orders in the last 90 days.", low=0),
        Column(
            "ltv_365d_minor",
            Kind.MONEY,
            "Money of the last 365 days, net of refunds, in minor units.",
        ),
        Column(
            "predicted_minor",
            Kind.MONEY,
            "Margin expected within the policy's horizon, net of the cost to serve.",
            nullable=True,
        ),
        Column(
            "predicted_low_80_minor",
            Kind.MONEY,
            "Low end of what it will be, 4 times in 5.",
            nullable=True,
        ),
        Column("predicted_high_80_minor", Kind.MONEY, "High end of the same.", nullable=True),
        Column(
            "expected_orders",
            Kind.NUMBER,
            "Occasions (or payments of a contract) expected within the horizon.",
            nullable=True,
            low=0,
        ),
        Column(
            "p_alive",
            Kind.NUMBER,
            "Chance that the customer still buys; empty when no model could tell.",
            nullable=True,
            low=0,
            high=1,
        ),
        Column(
            "p_top",
            Kind.NUMBER,
            "Chance to be among the top (`value: top`) by money within the horizon.",
            nullable=True,
            low=0,
            high=1,
        ),
        Column(
            "forecast_basis",
            Kind.TEXT,
            "How the forecast was made; `none` when there was nothing to go by.",
            choices=(*(str(rung) for rung in Rung), "contract", "none"),
        ),
        Column(
            "rfm_r", Kind.COUNT, "Recency score, 5 is most recent.", nullable=True, low=1, high=5
        ),
        Column(
            "rfm_f", Kind.COUNT, "Frequency score, 5 is most often.", nullable=True, low=1, high=5
        ),
        Column(
            "rfm_m", Kind.COUNT, "Monetary score, 5 is most money.", nullable=True, low=1, high=5
        ),
        Column(
            "rfm_group",
            Kind.TEXT,
            "Named group of the three scores; `Prospects` never bought.",
            choices=GROUP_NAMES,
        ),
        Column(
            "active_days_30d",
            Kind.COUNT,
            "Days with an app event in the last 30; empty when there are no app events at all.",
            nullable=True,
            low=0,
            high=30,
        ),
        Column(
            "active_days_trend",
            Kind.COUNT,
            "Active days of the last 30 less those of the 30 before.",
            nullable=True,
            low=-30,
            high=30,
        ),
        Column(
            "app_breadth_30d",
            Kind.COUNT,
            "Kinds of app events in the last 30 days; empty when there are no app events at all.",
            nullable=True,
            low=0,
        ),
        Column(
            "app_sessions_30d",
            Kind.COUNT,
            "App sessions in the last 30 days; events without one are one session a day.",
            nullable=True,
            low=0,
        ),
        Column(
            "app_recency_days",
            Kind.COUNT,
            "Days since the last app event; empty for who was never seen.",
            nullable=True,
            low=0,
        ),
        Column("is_account", Kind.FLAG, "Whether this is an account that covers people."),
    ),
)

BY_USE = ("clv_minor", "clv_percentile")

VALUED = SqlModel(
    package="tierwise.value",
    output=Table(
        "valued_customers",
        "The standing before the policy has said which value levels follow.",
        ("customer_id",),
        (
            *(column for column in STANDING.columns if column.name not in BY_USE),
            *(
                column
                for use, name in COLUMN.items()
                for column in (
                    Column(
                        f"{name}_minor", Kind.MONEY, f"{SAYS[use].capitalize()}.", nullable=True
                    ),
                    Column(
                        f"{name}_percentile",
                        Kind.NUMBER,
                        "Its place.",
                        nullable=True,
                        low=0,
                        high=100,
                    ),
                )
                if column.name not in STANDING.names
            ),
            Column("predicted_low_95_minor", Kind.MONEY, "Low end, 19 times in 20.", nullable=True),
            Column("predicted_high_95_minor", Kind.MONEY, "High end of the same.", nullable=True),
            Column("expected_spend_minor", Kind.NUMBER, "Worth of one occasion.", nullable=True),
            Column(
                "p_buy",
                Kind.NUMBER,
                "Chance to buy within the horizon.",
                nullable=True,
                low=0,
                high=1,
            ),
        ),
    ),
    reads=(
        "identities",
        "order_history",
        "ltv_percentiles",
        "customer_values",
        "forecasts",
        "rfm_scores",
        "rfm_groups",
        "app_engagement",
    ),
    parameters=("as_of_day", "prospects"),
)


def standings_model(use: Use, *, name: str = STANDING.name, of: str = VALUED.name) -> SqlModel:
    """The standings under a policy that follows one of the values."""
    followed = COLUMN[use]
    by_use = {"clv_minor": f"{followed}_minor", "clv_percentile": f"{followed}_percentile"}
    columns = (
        f"{by_use[column]} AS {column}" if column in by_use else column for column in STANDING.names
    )
    text = f"SELECT {', '.join(columns)} FROM {of}"
    return SqlModel("tierwise.value", replace(STANDING, name=name), (of,), text=text, as_view=True)
