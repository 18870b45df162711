"""What each customer bought: the order history, and historic lifetime value."""

from collections.abc import Iterable
from fractions import Fraction

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel
from tierwise.facts.money import Rate, dense_rates, exponent_of

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
        ),
    ),
    reads=("orders", "identities", "daily_rates"),
    parameters=("as_of_day",),
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
