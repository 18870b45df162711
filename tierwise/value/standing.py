"""The standing: everything a rule may look at for one customer on one day."""

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel

from .rfm_groups import GROUP_NAMES

STANDING = Table(
    "standings",
    "What rules may look at, one row per customer; an account's row covers its people.",
    ("customer_id",),
    (
        Column("customer_id", Kind.TEXT, "The customer, after identities were settled."),
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
        Column("is_account", Kind.FLAG, "Whether this is an account that covers people."),
    ),
)

STANDINGS = SqlModel(
    package="tierwise.value",
    output=STANDING,
    reads=(
        "identities",
        "order_history",
        "ltv_percentiles",
        "rfm_scores",
        "rfm_groups",
        "app_engagement",
    ),
    parameters=("as_of_day", "prospects"),
)
