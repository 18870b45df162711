"""The canonical tables: what Tierwise knows about a company, whatever system it came from."""

from .columns import Column, Kind, Table

TEXT, FLAG, COUNT, NUMBER = Kind.TEXT, Kind.FLAG, Kind.COUNT, Kind.NUMBER
MONEY, INSTANT, DAY = Kind.MONEY, Kind.INSTANT, Kind.DAY

_CUSTOMER = Column(
    "customer_id", TEXT, "Customer as the source names them; guests are `email:` or `phone:`."
)
_CURRENCY = Column("currency", TEXT, "ISO 4217 code of every amount in the row.")

CUSTOMERS = Table(
    "customers",
    "People and accounts, one row per record of a source; identity decides who is the same.",
    ("customer_id",),
    (
        _CUSTOMER,
        Column("source", TEXT, "The source that names this customer."),
        Column("email", TEXT, "Normalised e-mail address.", nullable=True),
        Column("phone", TEXT, "Phone number: `+` and digits.", nullable=True),
        Column("name", TEXT, "Name to show.", nullable=True),
        Column("account_id", TEXT, "Account whose level covers this person.", nullable=True),
        Column("merged_into", TEXT, "Customer this one was merged into.", nullable=True),
        Column("created_at", INSTANT, "When the source first knew them.", nullable=True),
    ),
)

ORDERS = Table(
    "orders",
    "Purchases, and refunds or cancellations that come as documents of their own.",
    ("order_id",),
    (
        Column("order_id", TEXT, "Order as the source names it."),
        Column(
            "customer_id", TEXT, "Who bought; empty when the source does not say.", nullable=True
        ),
        Column(
            "kind",
            TEXT,
            "`purchase`, or `refund` for a credit note: it changes money, never time.",
            choices=("purchase", "refund"),
        ),
        Column(
            "state",
            TEXT,
            "Only `paid` orders count as purchases.",
            choices=("paid", "unpaid", "cancelled", "test"),
        ),
        Column("placed_at", INSTANT, "When the order was placed."),
        Column("placed_day", DAY, "The day it was placed, in the shop's zone."),
        Column("total_minor", MONEY, "What was charged, tax and shipping included; 0 on a refund."),
        Column("refunded_minor", MONEY, "What was given back, never negative.", low=0),
        Column("discount_minor", MONEY, "List price less price paid.", low=0),
        _CURRENCY,
        Column("channel", TEXT, "Where it was placed: web, app, shop …", nullable=True),
        Column("refers_to", TEXT, "The order a refund belongs to, if known.", nullable=True),
    ),
)

APP_EVENTS = Table(
    "app_events",
    "What customers did in the app or on the site.",
    ("event_id",),
    (
        Column("event_id", TEXT, "Event as the source names it."),
        _CUSTOMER,
        Column("name", TEXT, "What was done: `session_start`, `product_view` …"),
        Column("happened_at", INSTANT, "When it was done."),
        Column("happened_day", DAY, "The day it was done, in the shop's zone."),
        Column("session_id", TEXT, "Session the event belongs to.", nullable=True),
    ),
)

TICKETS = Table(
    "tickets",
    "Requests for help, one row per ticket as it stands now.",
    ("ticket_id",),
    (
        Column("ticket_id", TEXT, "Ticket as the desk names it."),
        Column("customer_id", TEXT, "Who asked.", nullable=True),
        Column("created_at", INSTANT, "When it was opened."),
        Column("channel", TEXT, "email, chat, phone, web …"),
        Column("priority", TEXT, "Priority as the desk names it.", nullable=True),
        Column(
            "status",
            TEXT,
            "How it stands; `pending` waits for the customer, `hold` for somebody else.",
            choices=("new", "open", "pending", "hold", "solved", "closed", "deleted"),
        ),
        Column("team", TEXT, "Team that holds it.", nullable=True),
        Column("agent_id", TEXT, "Agent who holds it.", nullable=True),
        Column("category", TEXT, "What it is about.", nullable=True),
        Column("order_id", TEXT, "Order it is about.", nullable=True),
        Column("merged_into", TEXT, "Ticket this one was merged into.", nullable=True),
    ),
)

TICKET_EVENTS = Table(
    "ticket_events",
    "Everything that happened to a ticket, in the order it happened.",
    ("ticket_id", "event_id"),
    (
        Column("ticket_id", TEXT, "The ticket."),
        Column("event_id", TEXT, "Event as the desk names it."),
        Column("happened_at", INSTANT, "When it happened."),
        Column("name", TEXT, "created, public_reply, private_note, status, assigned …"),
        Column(
            "actor", TEXT, "Who did it.", choices=("customer", "agent", "bot", "automation", "team")
        ),
        Column("actor_id", TEXT, "Which customer or agent.", nullable=True),
        Column("value", TEXT, "The new value, for a change.", nullable=True),
    ),
)

SURVEYS = Table(
    "surveys",
    "Survey answers, and offers that were not answered.",
    ("survey_id",),
    (
        Column("survey_id", TEXT, "Survey as the source names it."),
        _CUSTOMER,
        Column("ticket_id", TEXT, "Ticket it asks about.", nullable=True),
        Column("question", TEXT, "What was asked.", choices=("csat", "nps", "ces")),
        Column("offered_at", INSTANT, "When it was asked."),
        Column("answered_at", INSTANT, "When it was answered; empty if it was not.", nullable=True),
        Column("score", NUMBER, "The answer, on its own scale.", nullable=True),
        Column("scale_low", NUMBER, "Lowest answer possible."),
        Column("scale_high", NUMBER, "Highest answer possible."),
        Column("comment", TEXT, "What the customer wrote.", nullable=True),
    ),
)

AGENTS = Table(
    "agents",
    "The people who answer.",
    ("agent_id",),
    (
        Column("agent_id", TEXT, "Agent as the desk names them."),
        Column("name", TEXT, "Name to show."),
        Column("team", TEXT, "Team they work in.", nullable=True),
        Column("capacity", COUNT, "Tickets they can hold at once.", nullable=True, low=0),
    ),
)

AGENT_STATES = Table(
    "agent_states",
    "When agents were available, and for which channel.",
    ("agent_id", "began_at", "channel"),
    (
        Column("agent_id", TEXT, "The agent."),
        Column("channel", TEXT, "Channel the state is for."),
        Column("state", TEXT, "online, away, busy, wrap_up or offline."),
        Column("began_at", INSTANT, "When the state began."),
        Column("ended_at", INSTANT, "When it ended; empty while it lasts.", nullable=True),
    ),
)

COSTS = Table(
    "costs",
    "What serving customers cost.",
    ("cost_id",),
    (
        Column("cost_id", TEXT, "Cost as the source names it."),
        Column("day", DAY, "The day it belongs to."),
        Column("amount_minor", MONEY, "How much."),
        _CURRENCY,
        Column("customer_id", TEXT, "Customer it was spent on.", nullable=True),
        Column("ticket_id", TEXT, "Ticket it was spent on.", nullable=True),
        Column("team", TEXT, "Team it was spent on.", nullable=True),
    ),
)

SUBSCRIPTIONS = Table(
    "subscriptions",
    "Contracts paid by the term until somebody ends them; what was paid stands in `orders`.",
    ("subscription_id",),
    (
        Column("subscription_id", TEXT, "Subscription as the source names it."),
        _CUSTOMER,
        Column("plan", TEXT, "What was subscribed to.", nullable=True),
        Column("started_day", DAY, "First day of the first paid term."),
        Column(
            "ended_day",
            DAY,
            "The day from which it is no longer paid, also one to come; empty while none is known.",
            nullable=True,
            may_be_future=True,
        ),
        Column(
            "term_days",
            COUNT,
            "Days of one paid term; 30 stands for a month, 91 for a quarter, 182 for half a year, "
            "365 for a year.",
            low=1,
        ),
        Column("price_minor", MONEY, "Price of one term.", low=0),
        _CURRENCY,
    ),
)

RATES = Table(
    "rates",
    "Exchange rates the company uses, by day.",
    ("currency", "day"),
    (
        Column("currency", TEXT, "ISO 4217 code to convert from."),
        Column("day", DAY, "First day the rate holds; it holds until the next one."),
        Column(
            "rate_ppm",
            COUNT,
            "Millionths of one major unit of the policy's currency for one major unit.",
            low=1,
        ),
    ),
)

TABLES: tuple[Table, ...] = (
    CUSTOMERS,
    ORDERS,
    APP_EVENTS,
    TICKETS,
    TICKET_EVENTS,
    SURVEYS,
    AGENTS,
    AGENT_STATES,
    COSTS,
    SUBSCRIPTIONS,
    RATES,
)
