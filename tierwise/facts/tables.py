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
    "Survey answers, and offers that were not answered. A rating that was changed is two answers, "
    "each with an id of its own; the last one of a ticket counts.",
    ("survey_id",),
    (
        Column("survey_id", TEXT, "Survey as the source names it."),
        _CUSTOMER,
        Column("ticket_id", TEXT, "Ticket it asks about.", nullable=True),
        Column(
            "question",
            TEXT,
            "What was asked: satisfaction, recommendation, effort, or (`fcr`) whether it was "
            "resolved at the first contact, 1, or not, 0.",
            choices=("csat", "nps", "ces", "fcr"),
        ),
        Column("offered_at", INSTANT, "When it was asked."),
        Column("answered_at", INSTANT, "When it was answered; empty if it was not.", nullable=True),
        Column("score", NUMBER, "The answer, on its own scale.", nullable=True),
        Column("scale_low", NUMBER, "Lowest answer possible."),
        Column("scale_high", NUMBER, "Highest answer possible."),
        Column(
            "direction",
            TEXT,
            "What a high answer to `ces` means; says nothing of other questions.",
            nullable=True,
            choices=("high_is_effort", "high_is_ease"),
        ),
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

HANDLING_STATES = ("busy", "wrap_up")
"""Working on a ticket: handle time."""
AVAILABLE_STATES = ("online",)
"""Ready for the next ticket; with handling it is the time that occupancy is a share of."""
PAID_STATES = (*AVAILABLE_STATES, *HANDLING_STATES, "away")
"""On duty: all but offline."""

AGENT_STATES = Table(
    "agent_states",
    "What agents did when, and for which channel.",
    ("agent_id", "began_at", "channel"),
    (
        Column("agent_id", TEXT, "The agent."),
        Column("channel", TEXT, "Channel the state is for."),
        Column(
            "state",
            TEXT,
            "`busy` and `wrap_up` are handling, `online` is available, all but `offline` is paid.",
            choices=("online", "busy", "wrap_up", "away", "offline"),
        ),
        Column("began_at", INSTANT, "When the state began."),
        Column("ended_at", INSTANT, "When it ended; empty while it lasts.", nullable=True),
        Column("ticket_id", TEXT, "The ticket worked on, if it is known.", nullable=True),
    ),
)

HELP_SESSIONS = Table(
    "help_sessions",
    "Visits to the help centre.",
    ("session_id",),
    (
        Column("session_id", TEXT, "Visit as the source names it."),
        Column("customer_id", TEXT, "Who came, if they are known.", nullable=True),
        Column("began_at", INSTANT, "When it began."),
        Column("searches", COUNT, "How often something was searched.", low=0),
        Column("articles", COUNT, "How many articles were read.", low=0),
        Column(
            "solved",
            FLAG,
            "Whether the visitor said that it helped; empty if they said nothing.",
            nullable=True,
        ),
    ),
)

LIVE_CONTACTS = Table(
    "live_contacts",
    "Calls and chats: somebody waits on the line for a person.",
    ("contact_id",),
    (
        Column("contact_id", TEXT, "Contact as the source names it."),
        Column("customer_id", TEXT, "Who called, if they are known.", nullable=True),
        Column("ticket_id", TEXT, "Ticket that came of it.", nullable=True),
        Column("channel", TEXT, "How they came.", choices=("phone", "chat")),
        Column("offered_at", INSTANT, "When they began to wait for a person."),
        Column(
            "answered_at", INSTANT, "When a person took it; empty if nobody did.", nullable=True
        ),
        Column("ended_at", INSTANT, "When it was over; empty while it lasts.", nullable=True),
        Column(
            "callback",
            FLAG,
            "Whether they hung up to be called back; not answered, and not abandoned either.",
        ),
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
    HELP_SESSIONS,
    LIVE_CONTACTS,
    COSTS,
    SUBSCRIPTIONS,
    RATES,
)
