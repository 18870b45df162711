"""How much a customer uses the app: how often, how broadly, how lately, and the trend."""

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel

APP_ENGAGEMENT = SqlModel(
    package="tierwise.value",
    output=Table(
        "app_engagement",
        "What everybody did who was ever seen in the app or on the site.",
        ("customer_id",),
        (
            Column("customer_id", Kind.TEXT, "The customer, after identities were settled."),
            Column("active_days_30d", Kind.COUNT, "Active days of the last 30.", low=0, high=30),
            Column("active_days_before", Kind.COUNT, "Of the 30 before.", low=0, high=30),
            Column(
                "breadth_30d", Kind.COUNT, "Kinds of events in the last 30 days, by name.", low=0
            ),
            Column(
                "sessions_30d",
                Kind.COUNT,
                "Sessions of the last 30 days; events without one are one session a day.",
                low=0,
            ),
            Column("recency_days", Kind.COUNT, "Days since the last event.", low=0),
        ),
    ),
    reads=("app_events", "identities"),
    parameters=("as_of_day",),
)
