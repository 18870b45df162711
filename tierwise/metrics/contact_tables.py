"""What is measured around the desk: answers, sessions, contacts, customers, orders and costs.

Instants end with `_s`, lengths with `_length_s`.
"""

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel

from .desk_tables import TICKET_MEASURES
from .measured_columns import (
    LOCAL_DAYS,
    NUMBER,
    OF_TICKET,
    PACKAGE,
    TEXT,
    many,
    when,
    whether,
)

SURVEY_MEASURES = SqlModel(
    PACKAGE,
    Table(
        "survey_measures",
        "One row an offer that counts: the last rating of a ticket by question, or its last offer "
        "where nothing was answered; every offer to a customer who was asked of no ticket. What "
        "was said about a ticket that was merged is said about the one that is left; of other "
        "tickets that do not count nothing counts. The level is that of the ticket, or that of "
        "the customer when asked. An effort answer without a direction is neither good nor bad: "
        "it has `answered_s` and no `ease`.",
        ("survey_id",),
        (
            Column("survey_id", TEXT, "The survey."),
            Column("ticket_id", TEXT, "Ticket it asks about.", nullable=True),
            *OF_TICKET,
            Column("question", TEXT, "What was asked.", choices=("csat", "nps", "ces", "fcr")),
            whether("is_of_ticket", "1 if it asks about a ticket."),
            when("offered_s", "When it was asked; never after the answer.", nullable=False),
            when("answered_s", "When a score was given."),
            Column("score", NUMBER, "The answer, on its own scale.", nullable=True),
            Column("scale_low", NUMBER, "Lowest answer possible."),
            Column("scale_high", NUMBER, "Highest answer possible."),
            Column("direction", TEXT, "What a high answer means, for effort.", nullable=True),
            whether(
                "is_good",
                "CSAT: from three quarters of the scale on, as 4 and 5 of 5, 3 of 3, 2 of 2, 8 to "
                "10 of 10, 6 and 7 of 7. FCR: the highest answer, yes. NPS: 9 or 10; empty on a "
                "scale that does not end at 10.",
                nullable=True,
            ),
            whether(
                "is_bad",
                "NPS: 0 to 6. CES: high effort, the worst three tenths of all answers there are, "
                "rounded up to whole ones: 4 and 5 of 5, 8 to 10 of 10, ease 1 to 3 of 7.",
                nullable=True,
            ),
            Column("ease", NUMBER, "CES: ease from 0 to 100, whatever the scale.", nullable=True),
            whether("flips_down", "1 if an earlier rating of the ticket was good and this is not."),
            whether("flips_up", "1 if an earlier rating of the ticket was bad and this is good."),
            when(
                "next_s",
                "Of an NPS answer about no ticket: that customer's next one. In a period the one "
                "counts whose next comes after its end.",
            ),
        ),
    ),
    reads=("surveys", TICKET_MEASURES.name, "ticket_merges", "level_spans", "identities"),
    parameters=("as_of_s", "floor"),
)

HELP_MEASURES = SqlModel(
    PACKAGE,
    Table(
        "help_measures",
        "One row a session in the help centre.",
        ("session_id",),
        (
            Column("session_id", TEXT, "The session."),
            *OF_TICKET,
            when("began_s", "When it began.", nullable=False),
            whether("is_known", "1 if the visitor is known; no ticket of others is found."),
            whether("has_intent", "1 if something was searched or read."),
            whether("is_solved", "1 if the visitor said so."),
            when("ticket_s", "Their next ticket; a merged one counts, spam does not."),
        ),
    ),
    reads=("help_sessions", TICKET_MEASURES.name, "level_spans", "identities"),
    parameters=("as_of_s", "floor"),
)

LIVE_MEASURES = SqlModel(
    PACKAGE,
    Table(
        "live_measures",
        "One row a contact on a channel on which somebody waits, but for spam. The level is that "
        "of its ticket, or that of the customer when it came.",
        ("contact_id",),
        (
            Column("contact_id", TEXT, "The contact."),
            *OF_TICKET,
            when("offered_s", "When it came.", nullable=False),
            when("answered_s", "When a person took it."),
            whether("is_abandoned", "1 if the customer left unanswered and took no callback."),
            many("waited_length_s", "How long they waited; empty while they do.", nullable=True),
        ),
    ),
    reads=("live_contacts", TICKET_MEASURES.name, "level_spans", "identities"),
    parameters=("as_of_s", "floor"),
)

ACTIVE_SPANS = SqlModel(
    PACKAGE,
    Table(
        "active_spans",
        "Every stretch in which a customer was active at a level: an order, a visit or a "
        "subscription in the year before. Days of subscriptions are taken as days of UTC.",
        ("customer", "from_s"),
        (
            *OF_TICKET,
            when("from_s", "Since when.", nullable=False),
            when("until_s", "Until when; empty while it lasts."),
        ),
    ),
    reads=("orders", "app_events", "subscriptions", "level_spans", "identities"),
    parameters=("as_of_s", "floor", "active_s"),
)

ORDER_MEASURES = SqlModel(
    PACKAGE,
    Table(
        "order_measures",
        "One row a paid purchase, with the tickets about it in sixty days; one that names no order "
        "that is known belongs to the customer's last purchase before it.",
        ("order_id",),
        (
            Column("order_id", TEXT, "The order."),
            *OF_TICKET,
            when("placed_s", "When it was placed.", nullable=False),
            many("tickets", "Countable tickets about it."),
        ),
    ),
    reads=("orders", "tickets", TICKET_MEASURES.name, "level_spans", "identities"),
    parameters=("as_of_s", "floor", "about_s"),
)

COST_MEASURES = SqlModel(
    PACKAGE,
    Table(
        "cost_measures",
        "What was spent, by ticket where a cost names one; what a team costs is shared out among "
        "the tickets it first solved in that month, by the time spent on them, or by touches where "
        "no time is known (at the pace of the others, if theirs is); a ticket has one part of "
        "all of a month, by the id of the first of them. Without such a ticket, and where only a "
        "customer or nobody is named, it stays one row without a ticket. Costs "
        "without a rate are left out. In minor units of the policy's currency.",
        ("cost_id", "ticket_id"),
        (
            Column("cost_id", TEXT, "The cost."),
            Column("ticket_id", TEXT, "The ticket.", nullable=True),
            *OF_TICKET,
            Column("day", Kind.DAY, "The day it belongs to."),
            Column("amount", NUMBER, "How much, in minor units; a share need not be whole."),
        ),
    ),
    reads=(
        *("costs", "daily_rates", TICKET_MEASURES.name, LOCAL_DAYS.name),
        *("level_spans", "identities"),
    ),
    parameters=("as_of_s", "floor"),
)
