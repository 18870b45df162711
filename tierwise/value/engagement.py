"""How much a customer uses the app: active days and their trend."""

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel

APP_ENGAGEMENT = SqlModel(
    package="tierwise.value",
    output=Table(
        "app_engagement",
        "Active days of everybody seen in the app or on the site.",
        ("customer_id",),
        (
            Column("customer_id", Kind.TEXT, "The customer, after identities were settled."),
            Column("active_days_30d", Kind.COUNT, "Active days of the last 30.", low=0, high=30),
            Column("active_days_before", Kind.COUNT, "Of the 30 before.", low=0, high=30),
        ),
    ),
    reads=("app_events", "identities"),
    parameters=("as_of_day",),
)
