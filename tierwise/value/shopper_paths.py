"""What shoppers look at and ask before they buy: sessions, questions and journeys to an order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel

COUNT, INSTANT, TEXT = Kind.COUNT, Kind.INSTANT, Kind.TEXT

CLASSES = (
    *("visit", "product", "spec", "compare", "knowledge"),
    *("policy", "reviews", "cart", "checkout"),
)
TOPICS = ("product", "seller", "complaint", "refund")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a shop's own words stand for: event names or ticket categories, and their class.

    Words are compared in lower case, with `_` for spaces and hyphens.
    """

    stands_for: str
    says: str
    words: tuple[str, ...]


PAGES: tuple[Meaning, ...] = (
    Meaning("visit", "Somebody is there.", ("session_start", "page_view", "app_open", "login")),
    Meaning(
        "product",
        "A product, a list of products or a search.",
        ("product_view", "view_item", "product_viewed", "category_view", "search"),
    ),
    Meaning(
        "spec",
        "What a product is made of.",
        ("spec_view", "specification_view", "datasheet_view", "size_guide_view"),
    ),
    Meaning("compare", "Products side by side.", ("compare", "compare_view", "product_compare")),
    Meaning(
        "knowledge",
        "Articles that explain.",
        ("kb_view", "article_view", "help_view", "faq_view", "manual_view"),
    ),
    Meaning(
        "policy",
        "What the shop promises: returns, warranty, payment, privacy, who it is.",
        (
            *("policy_view", "returns_view", "warranty_view", "shipping_info_view"),
            *("privacy_view", "payment_info_view", "imprint_view", "about_view"),
        ),
    ),
    Meaning("reviews", "What others say.", ("review_view", "reviews_view", "rating_view")),
    Meaning("cart", "Something is chosen.", ("add_to_cart", "cart_add", "cart_view")),
    Meaning(
        "checkout", "Buying itself.", ("begin_checkout", "checkout", "purchase", "order_placed")
    ),
)
QUESTIONS: tuple[Meaning, ...] = (
    Meaning(
        "product",
        "How a product works and whether it fits.",
        (
            *("product", "product_question", "technical", "technical_question"),
            *("compatibility", "specification", "sizing", "availability"),
        ),
    ),
    Meaning(
        "seller",
        "Whether the shop can be trusted.",
        (
            *("pre_sale", "presale", "warranty", "guarantee", "return_policy", "authenticity"),
            *("payment_security", "security", "privacy", "trust", "reviews"),
        ),
    ),
    Meaning("complaint", "Something went wrong.", ("complaint", "complaints", "damaged", "defect")),
    Meaning("refund", "Money back.", ("refund", "refunds", "chargeback", "money_back")),
)

PAGE_CLASSES = Table(
    "page_classes",
    "Which events are views of which class of page; names that are not here count for nothing.",
    ("name",),
    (
        Column("name", TEXT, "Event name in lower case, `_` for spaces and hyphens."),
        Column("page_class", TEXT, "What it shows.", choices=CLASSES),
    ),
)
TICKET_TOPICS = Table(
    "ticket_topics",
    "What ticket categories are about; categories that are not here count for nothing.",
    ("category",),
    (
        Column("category", TEXT, "Category in lower case, `_` for spaces and hyphens."),
        Column("topic", TEXT, "What it is about.", choices=TOPICS),
    ),
)

SHOPPER_SESSIONS = SqlModel(
    package="tierwise.value",
    output=Table(
        "shopper_sessions",
        "Sessions of the last 365 days; events without one are one session a day. Only events "
        "with a known class are seen.",
        ("customer_id", "visit_id"),
        (
            Column("customer_id", TEXT, "The customer, after identities were settled."),
            Column("visit_id", TEXT, "The session."),
            Column("began_at", INSTANT, "Its first event."),
            Column("pages", COUNT, "Events that show what is looked at.", low=0),
            Column("research_pages", COUNT, "Products, specs, comparisons, articles.", low=0),
            Column("trust_pages", COUNT, "Policies and reviews.", low=0),
        ),
    ),
    reads=("app_events", "identities", "page_classes"),
    parameters=("as_of_day",),
)

SHOPPER_QUESTIONS = SqlModel(
    package="tierwise.value",
    output=Table(
        "shopper_questions",
        "Tickets of the last 365 days that ask before buying: about no order, on a known topic.",
        ("ticket_id",),
        (
            Column("ticket_id", TEXT, "The ticket."),
            Column("customer_id", TEXT, "The customer, after identities were settled."),
            Column("asked_at", INSTANT, "When."),
            Column("topic", TEXT, "What it is about.", choices=("product", "seller")),
        ),
    ),
    reads=("tickets", "identities", "ticket_topics"),
    parameters=("as_of_day",),
)

SHOPPER_JOURNEYS = SqlModel(
    package="tierwise.value",
    output=Table(
        "shopper_journeys",
        "The way to each paid order of the last 365 days that a session led to: since the order "
        "before, 30 days at most.",
        ("order_id",),
        (
            Column("order_id", TEXT, "The order."),
            Column("customer_id", TEXT, "The customer, after identities were settled."),
            Column("seconds", COUNT, "From the first session to the order.", low=0),
            Column("sessions", COUNT, "Sessions on the way.", low=1),
            Column("questions", COUNT, "Questions asked on the way.", low=0),
        ),
    ),
    reads=("orders", "identities", "shopper_sessions", "shopper_questions"),
    parameters=("as_of_day",),
)

PATH_MODELS = (SHOPPER_SESSIONS, SHOPPER_QUESTIONS, SHOPPER_JOURNEYS)


def page_classes(own: Mapping[str, str] | None = None) -> tuple[list[str], list[str]]:
    """The columns of PAGE_CLASSES: the defaults, and what the shop itself says of its names.

    >>> names, classes = page_classes({"Produkt-Ansicht": "product"})
    >>> names[-1], classes[-1]
    ('produkt_ansicht', 'product')
    """
    return _columns(PAGES, own or {})


def ticket_topics(own: Mapping[str, str] | None = None) -> tuple[list[str], list[str]]:
    """The columns of TICKET_TOPICS: the defaults, and what the shop says of its categories."""
    return _columns(QUESTIONS, own or {})


def plain_word(word: str) -> str:
    """A name as the models compare it.

    >>> plain_word("Add-to Cart")
    'add_to_cart'
    """
    return word.lower().replace(" ", "_").replace("-", "_")


def _columns(meanings: Iterable[Meaning], own: Mapping[str, str]) -> tuple[list[str], list[str]]:
    known = {word: meaning.stands_for for meaning in meanings for word in meaning.words}
    known |= {plain_word(word): stands_for for word, stands_for in own.items()}
    return list(known), list(known.values())
