"""Tables of contract customers: states of their subscriptions, scores of states, forecasts."""

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel

_TERM = Column(
    "term_days",
    Kind.NUMBER,
    "Days of one term on average: 30.4375 for a month, 365.25 for a year.",
    low=1,
)
_RENEWALS = Column("renewals", Kind.COUNT, "How often it came up and was decided.", low=0)
_DAYS_LEFT = "Days until the next decision, which is the next payment"

SUBSCRIPTION_STATES = SqlModel(
    package="tierwise.value",
    output=Table(
        "subscription_states",
        "How far each subscription came by a day; later starts and ends are not known yet.",
        ("subscription_id",),
        (
            Column("subscription_id", Kind.TEXT, "Subscription as the source names it."),
            Column("customer_id", Kind.TEXT, "The customer, after identities were settled."),
            _TERM,
            _RENEWALS,
            Column("ended", Kind.COUNT, "1 if the last decision ended it, else 0.", low=0, high=1),
            Column("days_left", Kind.COUNT, f"{_DAYS_LEFT}; empty if ended.", nullable=True, low=1),
            Column(
                "price_minor",
                Kind.MONEY,
                "Price of one term at the day's rate; empty if ended, or without a rate.",
                nullable=True,
                low=0,
            ),
        ),
    ),
    reads=("subscriptions", "identities", "daily_rates"),
    parameters=("as_of_day",),
)

SUBSCRIPTION_PROBLEMS = SqlModel(
    package="tierwise.value",
    output=Table(
        "subscription_problems",
        "Subscriptions that cannot be counted on that day, or not in money.",
        ("reason", "currency"),
        (
            Column(
                "reason",
                Kind.TEXT,
                "`ends_before_start` leaves it out; with `no_rate` only its money is missing.",
                choices=("ends_before_start", "no_rate"),
            ),
            Column("currency", Kind.TEXT, "Currency of the price."),
            Column("subscriptions", Kind.COUNT, "How many.", low=1),
        ),
    ),
    reads=("subscriptions", "daily_rates"),
    parameters=("as_of_day",),
)

SUBSCRIPTION_SCORES = Table(
    "subscription_scores",
    "What running contracts in one state will pay within the horizon, in prices of a term.",
    ("term_days", "renewals", "days_left"),
    (
        _TERM,
        _RENEWALS,
        Column("days_left", Kind.COUNT, f"{_DAYS_LEFT}.", low=1),
        Column("renews_next", Kind.NUMBER, "Chance that it is renewed next.", low=0, high=1),
        Column("still_runs", Kind.NUMBER, "Chance to run after the horizon.", low=0, high=1),
        Column("payments", Kind.NUMBER, "Payments expected.", low=0),
        Column("expected_payments", Kind.NUMBER, "Payments expected, discounted.", low=0),
        Column("low_80", Kind.NUMBER, "Discounted payments: less with 10 % chance.", low=0),
        Column("high_80", Kind.NUMBER, "Discounted payments: more with 10 % chance.", low=0),
        Column("low_95", Kind.NUMBER, "Discounted payments: less with 2.5 % chance.", low=0),
        Column("high_95", Kind.NUMBER, "Discounted payments: more with 2.5 % chance.", low=0),
    ),
)


def _payments(name: str, meaning: str) -> Column:
    return Column(name, Kind.NUMBER, f"{meaning}; empty if nothing is known.", nullable=True, low=0)


def _money(name: str, meaning: str) -> Column:
    return Column(name, Kind.MONEY, f"{meaning}; empty if nothing is known.", nullable=True, low=0)


SUBSCRIPTION_FORECASTS = SqlModel(
    package="tierwise.value",
    output=Table(
        "subscription_forecasts",
        "Contract customers, who have a running subscription, and what they will still pay. The "
        "bounds of several contracts are added up, so they are wider than they say.",
        ("customer_id",),
        (
            Column("customer_id", Kind.TEXT, "The customer, after identities were settled."),
            Column("contracts", Kind.COUNT, "Running subscriptions.", low=1),
            Column(
                "p_alive",
                Kind.NUMBER,
                "Chance that the contract likeliest to be renewed is renewed next; empty if "
                "nothing is known.",
                nullable=True,
                low=0,
                high=1,
            ),
            _payments("payments", "Payments expected within the horizon"),
            _payments("expected_payments", "Payments expected within the horizon, discounted"),
            _money("predicted_minor", "Money expected within the horizon, discounted"),
            _money("low_80_minor", "Less with 10 % chance"),
            _money("high_80_minor", "More with 10 % chance"),
            _money("low_95_minor", "Less with 2.5 % chance"),
            _money("high_95_minor", "More with 2.5 % chance"),
        ),
    ),
    reads=("subscription_states", "subscription_scores"),
)
