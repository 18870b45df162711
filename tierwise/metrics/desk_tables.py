"""What is measured at the desk: tickets, waits, open stretches, bots, and what agents did.

Instants end with `_s`, lengths with `_length_s`.
"""

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel

from .measured_columns import (
    LEVEL_TEAMS,
    OF_TICKET,
    PACKAGE,
    SLICES,
    TEXT,
    TICKET,
    many,
    when,
    whether,
)
from .talk_tables import (
    STATUS_SPANS,
    TICKET_ANSWERS,
    TICKET_COURSES,
    TICKET_DEEDS,
    TICKET_HANDLING,
    TICKET_ISSUES,
    TICKET_REOPENINGS,
    TICKET_TALK,
    TICKET_WORDS,
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
            TICKET,
            *OF_TICKET,
            Column("priority", TEXT, "Priority at creation.", nullable=True),
            Column(
                "opened_by", TEXT, "Who opened it.", choices=("customer", "agent", "automation")
            ),
            whether("is_countable", "1 unless it went or was opened by an automation."),
            when("created_s", "When it was opened.", nullable=False),
            when("asked_s", "First message of the customer, the opening included."),
            when("human_s", "First public reply of a person after that."),
            when("any_s", "First public reply of a person or a bot after that."),
            when("handed_over_s", "When a bot handed it over."),
            when("after_handover_s", "First public reply of a person after the hand-over."),
            when("solved_s", "First time it was done."),
            when("full_s", "Last time it was done; empty while it is open."),
            when("gone_s", "When it was merged into another, or became spam or deleted."),
            Column(
                "gone_as",
                TEXT,
                "How it went.",
                nullable=True,
                choices=("merged", "spam", "deleted"),
            ),
            many("solves", "How often it was done."),
            many("reopens", "How often a customer reopened it within the window after a solve."),
            many(
                "courtesy_reopens",
                "Such reopenings solved again within a day without a public reply of a person; "
                "not in `reopens`.",
            ),
            when("reopened_s", "First reopening that was no courtesy."),
            many("human_messages", "Public replies of people."),
            many("customer_messages", "Messages of the customer, the opening included."),
            many("bot_messages", "Public messages of bots and automations."),
            many("actions", "Updates by people of ours; all at one instant are one."),
            many(
                "touches",
                "Public replies of people without a customer's message between them count once; "
                "on live channels so do those of one session, with no longer pause between them.",
            ),
            many("contacts", "The same of the customer's messages."),
            many("touches_to_solve", "Touches until it was first done."),
            many(
                "asks_after_answer",
                "Messages of the customer after the first answer of a person and before it was "
                "done, thanks not counted, nor those of the same live session.",
            ),
            many("teams", "How many teams had it."),
            Column("first_team", TEXT, "The first team it was given to.", nullable=True),
            Column("level_team", TEXT, "The team its level prescribes.", nullable=True),
            whether("escalated", "1 if it was escalated, or an agent raised its priority."),
            many("new_length_s", "In status new, up to now or its end."),
            many("open_length_s", "In status open."),
            many("pending_length_s", "In status pending: the customer is waited for."),
            many("hold_length_s", "On hold: others are waited for."),
            whether(
                "opens_issue",
                "1 unless the customer had asked about the same in the issue window before it: the "
                "same order, or where neither names one the same category. 0 if it is not "
                "countable or the customer said nothing in it.",
            ),
            when(
                "again_s",
                "When the customer next asked about the same: opening of the next countable ticket "
                "in which they said something or that was opened on a live channel.",
            ),
            Column("again_channel", TEXT, "The channel of that one.", nullable=True),
            whether(
                "other_channel_before",
                "1 if a countable ticket about the same in the issue window before it came by "
                "another channel.",
            ),
            when("next_s", "When the customer next asked about anything."),
            many(
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
            TICKET,
            many("number", "1 is the wait for the first response."),
            *OF_TICKET,
            when("asked_s", "First message that was not answered.", nullable=False),
            when("answered_s", "The reply of a person that ended the wait."),
            when("dropped_s", "When it ended without one: done or gone."),
            whether("was_solved", "1 if the ticket was done before this wait began."),
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
            TICKET,
            many("number", "Number of the stretch, from 1; later ones are reopenings."),
            *OF_TICKET,
            when("from_s", "When it was opened or opened again.", nullable=False),
            when("until_s", "When it was done, or went; empty while it is open."),
            whether("was_solved", "1 if it ended with being done, 0 if it went or is open."),
            when("created_s", "When the ticket was opened.", nullable=False),
        ),
    ),
    reads=(STATUS_SPANS.name, TICKET_MEASURES.name),
)

BOT_MEASURES = SqlModel(
    PACKAGE,
    Table(
        "bot_measures",
        "One row a conversation that a bot answered first.",
        ("ticket_id",),
        (
            TICKET,
            *OF_TICKET,
            when("created_s", "When it began.", nullable=False),
            whether("is_contained", "1 if no person answered and it was not handed over."),
            when("again_s", "When the customer next asked about the same, or opened it again."),
        ),
    ),
    reads=(TICKET_MEASURES.name,),
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
            many("handling_length_s", "Busy or wrapping up."),
            many("available_length_s", "Online, waiting for work."),
            many("paid_length_s", "All but offline."),
            many("messages", "Public replies; of who had the ticket if nobody says whose."),
            many("solves", "Tickets first done while this agent had them."),
        ),
    ),
    reads=(
        *("agents", "agent_states", "ticket_events", "ticket_stories"),
        *(TICKET_TALK.name, TICKET_MEASURES.name, "local_days"),
    ),
    parameters=("as_of_s",),
)
