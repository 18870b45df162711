"""What is measured of every ticket, wait, answer, contact and hour, before anything is counted.

One row per thing measured, by SQL models, so that engines agree to the second. Instants are `_s`,
lengths end with `_length_s`; customers who are not known are customers of their own.
"""

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel

from .talk_tables import (
    STATUS_SPANS,
    TICKET_ANSWERS,
    TICKET_COURSES,
    TICKET_DEEDS,
    TICKET_HANDLING,
    TICKET_ISSUES,
    TICKET_REOPENINGS,
    TICKET_STEPS,
    TICKET_TALK,
    TICKET_WORDS,
)

PACKAGE = "tierwise.metrics"
TEXT, COUNT, INSTANT, NUMBER, MONEY = (
    Kind.TEXT,
    Kind.COUNT,
    Kind.INSTANT,
    Kind.NUMBER,
    Kind.MONEY,
)


def _when(name: str, meaning: str, *, nullable: bool = True) -> Column:
    return Column(name, INSTANT, meaning, nullable=nullable)


def _many(name: str, meaning: str, *, nullable: bool = False) -> Column:
    return Column(name, COUNT, meaning, nullable=nullable, low=0)


def _whether(name: str, meaning: str, *, nullable: bool = False) -> Column:
    return Column(name, COUNT, meaning, nullable=nullable, low=0, high=1)


_TICKET = Column("ticket_id", TEXT, "The ticket.")
_CUSTOMER = Column("customer", TEXT, "Whose it is: a customer, or the ticket of nobody known.")
_LEVEL = Column("level", TEXT, "Level at that time.", nullable=True)
_CHANNEL = Column("channel", TEXT, "Channel.", nullable=True)
_TEAM = Column("team", TEXT, "Team that has or had it.", nullable=True)
_AGENT = Column("agent_id", TEXT, "Agent who has it, or had it when it was solved.", nullable=True)
_CATEGORY = Column("category", TEXT, "What it is about.", nullable=True)
LOCAL_DAYS = Table(
    "local_days",
    "The day of the zone to which each quarter of an hour belongs.",
    ("quarter",),
    (
        Column("quarter", COUNT, "Quarters of an hour since 1970-01-01 UTC."),
        Column("day", Kind.DAY, "The day."),
    ),
)
SLICES = (_LEVEL, _CHANNEL, _TEAM, _AGENT, _CATEGORY)
"""The columns by which anything measured may be sliced; every measure table has them all."""

_OF_TICKET = (_CUSTOMER, *SLICES)

LEVEL_TEAMS = Table(
    "level_teams",
    "The team that answers each level first, as the policy says.",
    ("level",),
    (Column("level", TEXT, "The level."), Column("team", TEXT, "Its team.")),
)

TICKET_MEASURES = SqlModel(
    PACKAGE,
    Table(
        "ticket_measures",
        "One row a ticket that has a level and no harmful problem, as far as it is known. "
        "Tickets that went (merged, spam, deleted) or were opened by an automation stay in the "
        "table and are not countable.",
        ("ticket_id",),
        (
            _TICKET,
            *_OF_TICKET,
            Column("priority", TEXT, "Priority at creation.", nullable=True),
            Column(
                "opened_by", TEXT, "Who opened it.", choices=("customer", "agent", "automation")
            ),
            _whether("is_countable", "1 unless it went or was opened by an automation."),
            _when("created_s", "When it was opened.", nullable=False),
            _when("asked_s", "First message of the customer, the opening included."),
            _when("human_s", "First public reply of a person after that."),
            _when("any_s", "First public reply of a person or a bot after that."),
            _when("handed_over_s", "When a bot handed it over."),
            _when("after_handover_s", "First public reply of a person after the hand-over."),
            _when("solved_s", "First time it was done."),
            _when("full_s", "Last time it was done; empty while it is open."),
            _when("gone_s", "When it was merged into another, or became spam or deleted."),
            Column(
                "gone_as",
                TEXT,
                "How it went.",
                nullable=True,
                choices=("merged", "spam", "deleted"),
            ),
            _many("solves", "How often it was done."),
            _many("reopens", "How often a customer reopened it within the window after a solve."),
            _many(
                "courtesy_reopens",
                "Such reopenings solved again within a day without a public reply of a person; "
                "not in `reopens`.",
            ),
            _when("reopened_s", "First reopening that was no courtesy."),
            _many("human_messages", "Public replies of people."),
            _many("customer_messages", "Messages of the customer, the opening included."),
            _many("bot_messages", "Public messages of bots and automations."),
            _many("actions", "Updates by people of ours; all at one instant are one."),
            _many(
                "touches",
                "Public replies of people without a customer's message between them count once; "
                "on live channels so do those of one session, with no longer pause between them.",
            ),
            _many("contacts", "The same of the customer's messages."),
            _many("touches_to_solve", "Touches until it was first done."),
            _many(
                "asks_after_answer",
                "Messages of the customer after the first answer of a person and before it was "
                "done, thanks not counted, nor those of the same live session.",
            ),
            _many("teams", "How many teams had it."),
            Column("first_team", TEXT, "The first team it was given to.", nullable=True),
            Column("level_team", TEXT, "The team its level prescribes.", nullable=True),
            _whether("escalated", "1 if it was escalated, or an agent raised its priority."),
            _many("new_length_s", "In status new, up to now or its end."),
            _many("open_length_s", "In status open."),
            _many("pending_length_s", "In status pending: the customer is waited for."),
            _many("hold_length_s", "On hold: others are waited for."),
            _whether(
                "opens_issue",
                "1 unless the customer had asked about the same in the issue window before it: the "
                "same order, or where neither names one the same category. 0 if it is not "
                "countable or the customer said nothing in it.",
            ),
            _when(
                "again_s",
                "When the customer next asked about the same: opening of the next countable ticket "
                "in which they said something or that was opened on a live channel.",
            ),
            Column("again_channel", TEXT, "The channel of that one.", nullable=True),
            _whether(
                "other_channel_before",
                "1 if a countable ticket about the same in the issue window before it came by "
                "another channel.",
            ),
            _when("next_s", "When the customer next asked about anything."),
            _many(
                "handled_length_s",
                "Time of agents on it, shared out among tickets worked on at once; empty if no "
                "state names it.",
                nullable=True,
            ),
        ),
    ),
    reads=(
        *("tickets", "tickets_asked", LEVEL_TEAMS.name, TICKET_COURSES.name, TICKET_ANSWERS.name),
        *(TICKET_REOPENINGS.name, TICKET_DEEDS.name, TICKET_HANDLING.name, TICKET_ISSUES.name),
    ),
)

WAITING_SPELLS = SqlModel(
    PACKAGE,
    Table(
        "waiting_spells",
        "Every wait of a customer for a person: from the first unanswered message to the next "
        "public reply, to the end of the ticket, or until now. Of countable tickets.",
        ("ticket_id", "number"),
        (
            _TICKET,
            _many("number", "1 is the wait for the first response."),
            *_OF_TICKET,
            _when("asked_s", "First message that was not answered.", nullable=False),
            _when("answered_s", "The reply of a person that ended the wait."),
            _when("dropped_s", "When it ended without one: done or gone."),
            _whether("was_solved", "1 if the ticket was done before this wait began."),
        ),
    ),
    reads=(TICKET_WORDS.name, STATUS_SPANS.name, TICKET_MEASURES.name),
)

OPEN_SPANS = SqlModel(
    PACKAGE,
    Table(
        "open_spans",
        "Every stretch in which a ticket that counts was not done, for stocks at any time. A "
        "ticket that went is in them until it went.",
        ("ticket_id", "number"),
        (
            _TICKET,
            _many("number", "Number of the stretch, from 1; later ones are reopenings."),
            *_OF_TICKET,
            _when("from_s", "When it was opened or opened again.", nullable=False),
            _when("until_s", "When it was done, or went; empty while it is open."),
            _whether("was_solved", "1 if it ended with being done, 0 if it went or is open."),
            _when("created_s", "When the ticket was opened.", nullable=False),
        ),
    ),
    reads=(STATUS_SPANS.name, TICKET_MEASURES.name),
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
            *_OF_TICKET,
            Column("question", TEXT, "What was asked.", choices=("csat", "nps", "ces", "fcr")),
            _whether("is_of_ticket", "1 if it asks about a ticket."),
            _when("offered_s", "When it was asked; never after the answer.", nullable=False),
            _when("answered_s", "When a score was given."),
            Column("score", NUMBER, "The answer, on its own scale.", nullable=True),
            Column("scale_low", NUMBER, "Lowest answer possible."),
            Column("scale_high", NUMBER, "Highest answer possible."),
            Column("direction", TEXT, "What a high answer means, for effort.", nullable=True),
            _whether(
                "is_good",
                "CSAT: from three quarters of the scale on, as 4 and 5 of 5, 3 of 3, 2 of 2, 8 to "
                "10 of 10, 6 and 7 of 7. FCR: the highest answer, yes. NPS: 9 or 10; empty on a "
                "scale that does not end at 10.",
                nullable=True,
            ),
            _whether(
                "is_bad",
                "NPS: 0 to 6. CES: high effort, the worst three tenths of all answers there are, "
                "rounded up to whole ones: 4 and 5 of 5, 8 to 10 of 10, ease 1 to 3 of 7.",
                nullable=True,
            ),
            Column("ease", NUMBER, "CES: ease from 0 to 100, whatever the scale.", nullable=True),
            _whether(
                "flips_down", "1 if an earlier rating of the ticket was good and this is not."
            ),
            _whether("flips_up", "1 if an earlier rating of the ticket was bad and this is good."),
            _when(
                "next_s",
                "Of an NPS answer about no ticket: that customer's next one. In a period the one "
                "counts whose next comes after its end.",
            ),
        ),
    ),
    reads=("surveys", TICKET_MEASURES.name, "ticket_merges", "level_spans", "identities"),
    parameters=("as_of_s", "floor"),
)

AGENT_DAYS = SqlModel(
    PACKAGE,
    Table(
        "agent_days",
        "What each agent did on each day of the zone, in seconds; parallel work counts once.",
        ("agent_id", "day"),
        (
            Column("agent_id", TEXT, "The agent."),
            Column("day", Kind.DAY, "The day."),
            Column("customer", TEXT, "The agent again: days of one agent are alike."),
            *(one for one in SLICES if one.name != "agent_id"),
            _many("handling_length_s", "Busy or wrapping up."),
            _many("available_length_s", "Online, waiting for work."),
            _many("paid_length_s", "All but offline."),
            _many("messages", "Public replies; of who had the ticket if nobody says whose."),
            _many("solves", "Tickets first done while this agent had them."),
        ),
    ),
    reads=(
        *("agents", "agent_states", "ticket_events", "ticket_stories"),
        *(TICKET_TALK.name, TICKET_MEASURES.name, "local_days"),
    ),
    parameters=("as_of_s",),
)

HELP_MEASURES = SqlModel(
    PACKAGE,
    Table(
        "help_measures",
        "One row a session in the help centre.",
        ("session_id",),
        (
            Column("session_id", TEXT, "The session."),
            *_OF_TICKET,
            _when("began_s", "When it began.", nullable=False),
            _whether("is_known", "1 if the visitor is known; no ticket of others is found."),
            _whether("has_intent", "1 if something was searched or read."),
            _whether("is_solved", "1 if the visitor said so."),
            _when("ticket_s", "Their next ticket; a merged one counts, spam does not."),
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
            *_OF_TICKET,
            _when("offered_s", "When it came.", nullable=False),
            _when("answered_s", "When a person took it."),
            _whether("is_abandoned", "1 if the customer left unanswered and took no callback."),
            _many("waited_length_s", "How long they waited; empty while they do.", nullable=True),
        ),
    ),
    reads=("live_contacts", TICKET_MEASURES.name, "level_spans", "identities"),
    parameters=("as_of_s", "floor"),
)

BOT_MEASURES = SqlModel(
    PACKAGE,
    Table(
        "bot_measures",
        "One row a conversation that a bot answered first.",
        ("ticket_id",),
        (
            _TICKET,
            *_OF_TICKET,
            _when("created_s", "When it began.", nullable=False),
            _whether("is_contained", "1 if no person answered and it was not handed over."),
            _when("again_s", "When the customer next asked about the same, or opened it again."),
        ),
    ),
    reads=(TICKET_MEASURES.name,),
)

ACTIVE_SPANS = SqlModel(
    PACKAGE,
    Table(
        "active_spans",
        "Every stretch in which a customer was active at a level: an order, a visit or a "
        "subscription in the year before. Days of subscriptions are taken as days of UTC.",
        ("customer", "from_s"),
        (
            *_OF_TICKET,
            _when("from_s", "Since when.", nullable=False),
            _when("until_s", "Until when; empty while it lasts."),
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
            *_OF_TICKET,
            _when("placed_s", "When it was placed.", nullable=False),
            _many("tickets", "Countable tickets about it."),
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
            *_OF_TICKET,
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

MEASURES = (
    *TICKET_STEPS,
    TICKET_MEASURES,
    WAITING_SPELLS,
    OPEN_SPANS,
    SURVEY_MEASURES,
    AGENT_DAYS,
    HELP_MEASURES,
    LIVE_MEASURES,
    BOT_MEASURES,
    ACTIVE_SPANS,
    ORDER_MEASURES,
    COST_MEASURES,
)
"""In the order in which they are run; stories, `tickets_asked` and `level_spans` come before."""
