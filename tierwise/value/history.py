"""What each customer bought: the order history, and historic lifetime value."""

from collections.abc import Iterable
from fractions import Fraction

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel
from tierwise.facts.money import Rate, dense_rates, exponent_of

HALF_LIFE_DAYS = 180

RATES_BY_DAY = Table(
    "daily_rates",
    "Rates carried forward to every day, the policy's own currency (1 / 1) included: minor "
    "units in the policy's currency are amount × numerator / denominator, rounded half up.",
    ("currency", "day"),
    (
        Column("currency", Kind.TEXT, "ISO 4217 code to convert from."),
        Column("day", Kind.DAY, "The day."),
        Column("numerator", Kind.COUNT, "Multiply by this.", low=1),
        Column("denominator", Kind.COUNT, "Then divide by this.", low=1),
    ),
)

PAID_ORDERS = SqlModel(
    package="tierwise.value",
    output=Table(
        "paid_orders",
        "Paid orders and refunds of known customers until a day, in the policy's currency.",
        ("order_id",),
        (
            Column("order_id", Kind.TEXT, "Order as the source names it."),
            Column("customer_id", Kind.TEXT, "Who bought, as the source names them."),
            Column("placed_day", Kind.DAY, "The day of the order or refund."),
            Column(
                "bought_day", Kind.DAY, "The same for an order; empty for a refund.", nullable=True
            ),
            Column("gross_minor", Kind.MONEY, "Money charged."),
            Column("refunded_minor", Kind.MONEY, "Money given back.", low=0),
        ),
    ),
    reads=("orders", "daily_rates"),
    parameters=("as_of_day",),
    as_view=True,
)

ORDER_CAP = SqlModel(
    package="tierwise.value",
    output=Table(
        "order_cap",
        "One row: what all but the largest twentieth of orders are worth at most. More of a "
        "single order does not count in `recent_minor`, so that one order does not decide.",
        (),
        (Column("cap_minor", Kind.MONEY, "95th percentile of what an order brought."),),
    ),
    reads=("paid_orders",),
)

ORDER_HISTORY = SqlModel(
    package="tierwise.value",
    output=Table(
        "order_history",
        "Everything bought until a day, one row per customer with a paid order or a refund.",
        ("customer_id",),
        (
            Column("customer_id", Kind.TEXT, "The customer, after identities were settled."),
            Column("orders", Kind.COUNT, "Paid orders.", low=0),
            Column("occasions", Kind.COUNT, "Days with a paid order.", low=0),
            Column("first_day", Kind.DAY, "First of those days.", nullable=True),
            Column("last_day", Kind.DAY, "Last of those days.", nullable=True),
            Column("gross_minor", Kind.MONEY, "Money charged."),
            Column("refunded_minor", Kind.MONEY, "Money given back.", low=0),
            Column("ltv_minor", Kind.MONEY, "Historic lifetime value: charged less given back."),
            Column("orders_90d", Kind.COUNT, "Paid orders of the last 90 days.", low=0),
            Column("ltv_365d_minor", Kind.MONEY, "Lifetime value of the last 365 days alone."),
            Column(
                "recent_minor",
                Kind.MONEY,
                f"Money less what was given back, capped at `order_cap`, each counting half for "
                f"every {HALF_LIFE_DAYS} days that have passed.",
            ),
        ),
    ),
    reads=("paid_orders", "order_cap", "identities"),
    parameters=("as_of_day", "half_life"),
    in_parts=True,
)

UNCONVERTED = SqlModel(
    package="tierwise.value",
    output=Table(
        "unconverted_orders",
        "Orders left out because no rate is known for their currency and day.",
        ("currency",),
        (
            Column("currency", Kind.TEXT, "Currency without a rate."),
            Column("orders", Kind.COUNT, "Orders left out.", low=1),
            Column("first_day", Kind.DAY, "First day without one."),
            Column("last_day", Kind.DAY, "Last day without one."),
        ),
    ),
    reads=("orders", "daily_rates"),
    parameters=("as_of_day",),
)


def daily_rates(
    rates: Iterable[Rate], currency: str, *, first_day: int, last_day: int
) -> tuple[list[str], list[int], list[int], list[int]]:
    """The columns of RATES_BY_DAY: the company's rates for every day, and 1 / 1 for `currency`.

    >>> daily_rates([Rate("JPY", 7, 6_250)], "EUR", first_day=7, last_day=7)
    (['JPY', 'EUR'], [7, 7], [5, 1], [8, 1])
    """
    dense = [rate for rate in dense_rates(rates, first_day, last_day) if rate.currency != currency]
    own = range(first_day, last_day + 1)
    exact = [_exact(rate, currency) for rate in dense]
    return (
        [rate.currency for rate in dense] + [currency] * len(own),
        [rate.day for rate in dense] + list(own),
        [rate.numerator for rate in exact] + [1] * len(own),
        [rate.denominator for rate in exact] + [1] * len(own),
    )


def _exact(rate: Rate, currency: str) -> Fraction:
    """Minor units of `currency` for one minor unit of the rate's own."""
    shift = exponent_of(currency) - exponent_of(rate.currency)
    return Fraction(rate.rate_ppm, 1_000_000) * Fraction(10) ** shift
