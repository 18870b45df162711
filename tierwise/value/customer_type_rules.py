"""The customer types: what each means, how to treat such a customer, what it must rest on."""

from dataclasses import dataclass

from tierwise.facts.columns import Column, Kind, Table

LAYERS = ("life_cycle", "disposition", "mood")
LIFE_CYCLE, DISPOSITION, MOOD = LAYERS
DAYS, SHARE, POINTS = "days", "share", "points"


@dataclass(frozen=True, slots=True)
class CustomerType:
    """A type. Types change how a ticket is handled, never what the customer is entitled to.

    `evidence` says in words what is known of a customer: `counted` is the evidence with the
    word for one or several, `own` and `usual` are told in `unit`, `ago` is `own` days ago.
    `least_evidence` is how many it takes: below, nothing is said.
    """

    name: str
    label: str
    layer: str
    says: str
    advice: str
    counts: tuple[str, str]
    least_evidence: int
    evidence: str
    unit: str = DAYS


KNOWN_TYPES: tuple[CustomerType, ...] = (
    CustomerType(
        "prospect",
        "Prospect",
        LIFE_CYCLE,
        "Known, but without a paid order.",
        "Answer what keeps them from ordering; link the product, not the shop.",
        ("day with a paid order", "days with paid orders"),
        0,
        "{counted}",
    ),
    CustomerType(
        "novice",
        "Novice buyer",
        LIFE_CYCLE,
        "Ordered once, and the time in which most order again has not passed.",
        "Explain every step, what happens next and when; make the first weeks easy.",
        ("day with a paid order", "days with paid orders"),
        0,
        "{counted}, the first {ago}; most who come back do so within {usual}",
    ),
    CustomerType(
        "regular",
        "Regular buyer",
        LIFE_CYCLE,
        "Orders again and again, and is neither loyal nor lapsing.",
        "Keep it quick: the history is there, so ask nothing that it answers.",
        ("day with a paid order", "days with paid orders"),
        0,
        "{counted}, the last {ago}",
    ),
    CustomerType(
        "loyal",
        "Loyal customer",
        LIFE_CYCLE,
        "Orders often, did so lately, for long, and very likely still buys.",
        "Thank them for their time with the shop; solve it in one go, without proofs.",
        ("day with a paid order", "days with paid orders"),
        3,
        "{counted} in {own}; half the buyers have been here for {usual} or less",
    ),
    CustomerType(
        "lapsing",
        "Lapsing buyer",
        LIFE_CYCLE,
        "Ordered once and not again in time, or has probably stopped.",
        "Find out what went wrong; a good answer now may be the last chance.",
        ("day with a paid order", "days with paid orders"),
        0,
        "{counted}, the last {ago}",
    ),
    CustomerType(
        "advocate",
        "Advocate",
        DISPOSITION,
        "Would recommend the shop: the latest NPS answer of 12 months is 9 or 10.",
        "Thank them; ask for a review once the matter is solved.",
        ("NPS answer in 12 months", "NPS answers in 12 months"),
        1,
        "{counted}, the latest {own} of 10",
        POINTS,
    ),
    CustomerType(
        "impulsive",
        "Impulsive buyer",
        DISPOSITION,
        "Orders soon after coming, in few sessions, without asking.",
        "Keep it short; make changing, cancelling and sending back easy.",
        ("order", "orders"),
        3,
        "{shown} of {counted} came quickly; the shop's usual is {usual}",
        SHARE,
    ),
    CustomerType(
        "sceptical",
        "Sceptical buyer",
        DISPOSITION,
        "Looks at policies and reviews, and asks whether the shop can be trusted.",
        "Give proof: warranty, returns, where it comes from; in writing, with links.",
        ("session or question", "sessions and questions"),
        3,
        "{shown} of {counted} were about trust in the shop; the shop's usual is {usual}",
        SHARE,
    ),
    CustomerType(
        "researcher",
        "Researcher",
        DISPOSITION,
        "Reads and compares much, and asks about the product.",
        "Send the article or data sheet first; be exact, with numbers.",
        ("session, order or question", "sessions, orders and questions"),
        3,
        "{shown} of {counted} went into research; the shop's usual is {usual}",
        SHARE,
    ),
    CustomerType(
        "discount_chaser",
        "Discount chaser",
        DISPOSITION,
        "Orders nearly always with a discount, clearly more than is usual here.",
        "Say which offers hold and until when; do not open with a voucher.",
        ("order", "orders"),
        5,
        "{shown} of {counted} were discounted; the shop's usual is {usual}",
        SHARE,
    ),
    CustomerType(
        "angry",
        "Angry",
        MOOD,
        "Has shown anger lately; it fades by half in 30 days and ends with a good answer.",
        "Apologise once, own the matter, name a time; an experienced agent, no survey.",
        ("contact in 12 months", "contacts in 12 months"),
        1,
        "signs of anger in {counted}: {shown}",
    ),
)

TYPES: tuple[str, ...] = tuple(row.name for row in KNOWN_TYPES)

TYPE_RULES = Table(
    "customer_type_rules",
    "The customer types.",
    ("type",),
    (
        Column("type", Kind.TEXT, "The type.", choices=TYPES),
        Column("layer", Kind.TEXT, "What kind of type it is.", choices=LAYERS),
        Column("least_evidence", Kind.COUNT, "What it must rest on.", low=0),
    ),
)


def type_called(name: str) -> CustomerType:
    """The type of that name; KeyError if there is none.

    >>> type_called("discount_chaser").label
    'Discount chaser'
    """
    return _BY_NAME[name]


def type_rules() -> tuple[list[str], list[str], list[int]]:
    """The columns of TYPE_RULES."""
    rows = KNOWN_TYPES
    return (
        [row.name for row in rows],
        [row.layer for row in rows],
        [row.least_evidence for row in rows],
    )


_BY_NAME = {row.name: row for row in KNOWN_TYPES}
