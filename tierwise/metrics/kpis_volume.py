"""KPIs of volume: how much is asked, answered and waiting, and by how many."""

from .kinds import Age, Count, Flow, Per, Ratio, Rows, Share, Stock
from .metric import ALL_THERE_IS, MEDIANS, SHARES, Better, Group, Metric, Unit
from .windows import ABOUT_ORDER_S, SHORT_ABANDON_S, over_by_now

COUNTABLE = "is_countable = 1"
CREATED = Rows("ticket_measures", "created_s", COUNTABLE)
_OPENED = Rows("open_spans", "from_s", "number > 1")
_SOLVES = Rows("open_spans", "until_s", "was_solved = 1")
_BRIEF = "support desks at large; Zendesk's ticket dataset keeps neither deleted nor merged ones"

VOLUME = (
    Metric(
        "vol.new",
        "New tickets",
        Group.VOLUME,
        "Tickets opened in the period that count: not spam, not deleted, not merged into another, "
        "not opened by an automation. What becomes spam or is merged later changes the past.",
        "count",
        Unit.COUNT,
        Better.NEITHER,
        Count(CREATED),
        ALL_THERE_IS,
        _BRIEF,
        ("vol_01",),
        ("new_tickets",),
    ),
    Metric(
        "vol.resolved",
        "Solves",
        Group.VOLUME,
        "How often tickets were solved in the period; one that was reopened may count twice.",
        "count",
        Unit.COUNT,
        Better.NEITHER,
        Count(_SOLVES),
        ALL_THERE_IS,
        _BRIEF,
        ("vol_01",),
    ),
    Metric(
        "vol.resolved_unique",
        "Tickets first solved",
        Group.VOLUME,
        "Tickets that were solved for the first time in the period.",
        "count",
        Unit.COUNT,
        Better.NEITHER,
        Count(Rows("ticket_measures", "solved_s", COUNTABLE)),
        ALL_THERE_IS,
        _BRIEF,
        ("vol_01",),
    ),
    Metric(
        "vol.reopened",
        "Reopenings",
        Group.VOLUME,
        "How often solved tickets became open again in the period, whoever did it.",
        "count",
        Unit.COUNT,
        Better.DOWN,
        Count(_OPENED),
        ALL_THERE_IS,
        _BRIEF,
        ("vol_01",),
    ),
    Metric(
        "vol.backlog",
        "Backlog",
        Group.VOLUME,
        "Tickets not solved at the end of the period, whether they wait for us, for the customer "
        "or for others.",
        "tickets open at the end",
        Unit.COUNT,
        Better.DOWN,
        Stock("open_spans"),
        ALL_THERE_IS,
        "a stock, never an average of snapshots",
        ("vol_01", "vol_04"),
        ("backlog",),
    ),
    Metric(
        "vol.flow",
        "Net flow",
        Group.VOLUME,
        "New and reopened tickets less solves: by how much the backlog grew in the period.",
        "new + reopened − solves",
        Unit.COUNT,
        Better.DOWN,
        Flow(("vol.new", "vol.reopened"), ("vol.resolved",)),
        ALL_THERE_IS,
        "the identity of stocks and flows",
        ("vol_01",),
    ),
    Metric(
        "vol.rate_customer",
        "Contact rate per customer",
        Group.VOLUME,
        "New tickets for every thousand customers who were active at the end of the period: an "
        "order, a visit or a subscription in the 365 days before.",
        "1000 × new tickets / active customers",
        Unit.RATE,
        Better.DOWN,
        Per("vol.new", "vol.active", 1000),
        ALL_THERE_IS,
        "contact rate, its denominator said",
        ("vol_03",),
        ("contact_rate",),
    ),
    Metric(
        "vol.active",
        "Active customers",
        Group.VOLUME,
        "Customers with an order, a visit or a subscription in the 365 days before the end of the "
        "period.",
        "customers active at the end",
        Unit.COUNT,
        Better.NEITHER,
        Stock("active_spans"),
        ALL_THERE_IS,
        "denominator of the contact rate",
    ),
    Metric(
        "vol.rate_order",
        "Contact rate per order",
        Group.VOLUME,
        "Tickets for every hundred orders placed in the period: those that name the order, and "
        "those that name none and came within 60 days of the customer's last one. Younger orders "
        "are not judged.",
        "100 × tickets about them / orders",
        Unit.RATE,
        Better.DOWN,
        Ratio(
            Rows("order_measures", "placed_s", over_by_now("placed_s", ABOUT_ORDER_S)),
            "tickets",
            "1",
            per=100,
        ),
        SHARES,
        "by the day of the order: a ratio of one period misleads when orders move",
        ("vol_02",),
        window_s=ABOUT_ORDER_S,
    ),
    Metric(
        "vol.abandoned",
        "Abandonment",
        Group.VOLUME,
        "Calls and chats that the customer left unanswered. Who left within ten seconds, or took "
        "a callback, is not counted.",
        "abandoned / offered, short ones in neither",
        Unit.SHARE,
        Better.DOWN,
        Share(
            Rows(
                "live_measures",
                "offered_s",
                f"NOT (is_abandoned = 1 AND COALESCE(waited_length_s, 0) < {SHORT_ABANDON_S})",
            ),
            "is_abandoned = 1",
        ),
        SHARES,
        "contact centres; short ones apart",
        ("aband_01",),
        ("abandonment",),
    ),
    Metric(
        "vol.age",
        "Age of the backlog",
        Group.VOLUME,
        "How long the tickets of the backlog had been there at the end of the period: half of "
        "them longer.",
        "median of end − opened",
        Unit.SECONDS,
        Better.DOWN,
        Age("open_spans", "created_s", 0.5),
        MEDIANS,
        "a census of what is open",
    ),
    Metric(
        "vol.age.p90",
        "Age of the backlog, 9 in 10",
        Group.VOLUME,
        "How long the tickets of the backlog had been there at the end of the period: one in ten "
        "longer.",
        "90th percentile of end − opened",
        Unit.SECONDS,
        Better.DOWN,
        Age("open_spans", "created_s", 0.9),
        MEDIANS,
        "a census of what is open",
    ),
)
