"""A customer's mood: signs of anger, which fade by half in 30 days and end with a good answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import log1p

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel

HALF_LIFE_DAYS = 30
REMEMBERED_DAYS = 365  # as in mood_signals.sql
ANGRY_FROM = 0.3  # a bad CSAT answer is anger for one half-life; as in customer_types.sql
GOOD_ANSWER, CONTACT = "good_answer", "contact"
# What a high CES answer says where the facts do not.
CES_HIGH_IS = ("effort", "ease")

_CUSTOMER = Column("customer_id", Kind.TEXT, "The customer, after identities were settled.")


@dataclass(frozen=True, slots=True)
class Signal:
    """A sign of anger. `weight`, below 1, is what one says on its own on the day it is given."""

    name: str
    weight: float
    says: str


SIGNALS: tuple[Signal, ...] = (
    Signal("csat_bad", 0.6, "a CSAT answer in the lowest 40 % of its scale"),
    Signal("nps_detractor", 0.5, "an NPS answer of 0–6"),
    Signal("escalated", 0.5, "a ticket that was escalated"),
    Signal("complaint", 0.4, "a complaint"),
    Signal("ces_high", 0.4, "a CES answer at the high-effort end"),
    Signal("reopened", 0.4, "a ticket that was opened again"),
    Signal("many_contacts", 0.4, "a third contact about one thing"),
    Signal("refund", 0.2, "a wish to have money back"),
)

MOOD_FADING = Table(
    "mood_fading",
    "What each signal still says after so many days, as the logarithm of what it leaves: "
    "10⁹ · ln(1 − weight · 2^(−age / 30)). Whole numbers, so that sums are the same everywhere.",
    ("signal", "age_days"),
    (
        Column("signal", Kind.TEXT, "The signal.", choices=tuple(s.name for s in SIGNALS)),
        Column("age_days", Kind.COUNT, "Days since it was given.", low=0),
        Column("log_left_ppb", Kind.COUNT, "Billionths of the logarithm; never above 0.", high=0),
    ),
)

MOOD_SIGNALS = SqlModel(
    package="tierwise.value",
    output=Table(
        "mood_signals",
        "What tells a mood in the last 365 days; the same of one issue on one day counts once.",
        ("customer_id", "signal", "issue", "happened_day"),
        (
            _CUSTOMER,
            Column(
                "signal",
                Kind.TEXT,
                "A sign of anger; `good_answer` ends those before it; `contact` is any ticket or "
                "answer, which could have told.",
                choices=(*(s.name for s in SIGNALS), GOOD_ANSWER, CONTACT),
            ),
            Column("issue", Kind.TEXT, "The ticket, order or survey it came with."),
            Column("happened_day", Kind.DAY, "The day in UTC."),
            Column("happened_at", Kind.INSTANT, "When, the last time of that day."),
        ),
    ),
    reads=("tickets", "ticket_events", "surveys", "identities", "ticket_topics"),
    parameters=("as_of_day", "ces_high_is"),
)

MOOD_SCORES = SqlModel(
    package="tierwise.value",
    output=Table(
        "mood_scores",
        "How angry customers are who asked or answered anything in the last 365 days.",
        ("customer_id",),
        (
            _CUSTOMER,
            Column("contacts", Kind.COUNT, "Tickets and answers.", low=1),
            Column("signals", Kind.COUNT, "Signs of anger since the last good answer.", low=0),
            Column(
                "score",
                Kind.NUMBER,
                "1 − Π (1 − weight · 2^(−age / 30)) over those signs, ages in days.",
                low=0,
                high=1,
            ),
            Column("last_days", Kind.COUNT, "Days since the last sign.", nullable=True, low=0),
            Column("heaviest", Kind.TEXT, "The sign that says most today.", nullable=True),
        ),
    ),
    reads=("mood_signals", "mood_fading"),
    parameters=("as_of_day",),
)

MOOD_MODELS = (MOOD_SIGNALS, MOOD_SCORES)


def mood_fading(
    signals: Iterable[Signal] = SIGNALS,
) -> tuple[list[str], list[int], list[int]]:
    """The columns of MOOD_FADING.

    >>> names, ages, left = mood_fading([Signal("complaint", 0.5, "a complaint")])
    >>> names[30], ages[30], left[30]
    ('complaint', 30, -287682072)
    """
    rows = [(signal, age) for signal in signals for age in range(REMEMBERED_DAYS)]
    return (
        [signal.name for signal, _ in rows],
        [age for _, age in rows],
        [
            round(1e9 * log1p(-signal.weight * 0.5 ** (age / HALF_LIFE_DAYS)))
            for signal, age in rows
        ],
    )
