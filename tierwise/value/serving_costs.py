"""What serving each customer cost, and what serving their next order will cost."""

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel

CREDIBLE_OCCASIONS = 5
"""Occasions or payments after which own cost counts as much as the shop's: k of COST_RATES."""

SERVING_COSTS = SqlModel(
    package="tierwise.value",
    output=Table(
        "serving_costs",
        "Cost to serve until a day: costs that name a customer, or one of their tickets.",
        ("customer_id",),
        (
            Column("customer_id", Kind.TEXT, "The customer, after identities were settled."),
            Column("cost_minor", Kind.MONEY, "What serving them cost."),
            Column("costs", Kind.COUNT, "Costs counted.", low=1),
        ),
    ),
    reads=("costs", "tickets", "identities", "daily_rates"),
    parameters=("as_of_day",),
)

UNCOUNTED_COSTS = SqlModel(
    package="tierwise.value",
    output=Table(
        "uncounted_costs",
        "Costs that are in nobody's cost to serve, or in no sum at all.",
        ("reason", "currency"),
        (
            Column(
                "reason",
                Kind.TEXT,
                "`no_customer` names neither a team nor a customer nor a ticket of one; `no_rate` "
                "has a currency without a rate on its day.",
                choices=("no_customer", "no_rate"),
            ),
            Column("currency", Kind.TEXT, "Currency of the costs."),
            Column("costs", Kind.COUNT, "How many.", low=1),
        ),
    ),
    reads=("costs", "tickets", "daily_rates"),
    parameters=("as_of_day",),
)

COST_RATES = SqlModel(
    package="tierwise.value",
    output=Table(
        "cost_rates",
        "Expected cost to serve of one more occasion, or payment of a contract. The customer's own "
        "counts with credibility n / (n + k), the shop's with the rest (Bühlmann 1967). n is the "
        "customer's occasions, or the payments of all contracts so far if those are more, as "
        "where they do not stand in `orders`; k is `credible_occasions`. Empty without any costs.",
        ("customer_id",),
        (
            Column("customer_id", Kind.TEXT, "A customer who has bought or subscribed."),
            Column(
                "cost_per_occasion_minor",
                Kind.NUMBER,
                "Cost of one more day with an order, or of one more payment, in minor units.",
            ),
        ),
    ),
    reads=("serving_costs", "order_history", "subscription_states"),
    parameters=("credible_occasions",),
)
