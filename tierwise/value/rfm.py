"""Recency, frequency and monetary scores that never tear equal customers apart."""

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel

RFM_SCORES = SqlModel(
    package="tierwise.value",
    output=Table(
        "rfm_scores",
        "Quintile scores of everybody who bought: 1 + the number of whole fifths of customers "
        "with a lower value. Where frequency has fewer than five such scores (half of a shop's "
        "customers bought once), it is cut at 1, 2, 3, 4–5 and 6 or more occasions.",
        ("customer_id",),
        (
            Column("customer_id", Kind.TEXT, "The customer."),
            Column("rfm_r", Kind.COUNT, "Recency, 5 is most recent.", low=1, high=5),
            Column("rfm_f", Kind.COUNT, "Frequency, 5 is most often.", low=1, high=5),
            Column("rfm_m", Kind.COUNT, "Money, 5 is most.", low=1, high=5),
            Column("fixed_cuts", Kind.FLAG, "Whether frequency was cut at fixed numbers."),
        ),
    ),
    reads=("order_history",),
)
