"""Steps to the measures of tickets: what was said, how each stood, who had it, what came next."""

from tierwise.facts.columns import Column, Table
from tierwise.facts.models import SqlModel

from .measured_columns import COUNT, PACKAGE, TEXT, TICKET, many, text, when, whether

_EVENT = Column("event_id", TEXT, "The event, as in its story.")
_PLACE = Column("place", COUNT, "What comes first at the same instant.", low=0)
_ORDER = (_PLACE, _EVENT)
_KINDS = ("ask", "thanks", "reply", "bot", "automation", "handover", "opening", "status")

TICKET_TALK = SqlModel(
    PACKAGE,
    Table(
        "ticket_talk",
        "What was said on each ticket and how it stood, as far as it is known; in the order of "
        "`at_s`, `place`, the length of `event_id` and `event_id`.",
        ("ticket_id", "event_id"),
        (
            TICKET,
            _EVENT,
            when("at_s", "When it happened.", nullable=False),
            _PLACE,
            Column(
                "kind",
                TEXT,
                "`ask` and `thanks` are the customer's, the opening included; `reply` is a "
                "person's; `opening` is an opening by us.",
                choices=(*_KINDS, "done", "gone"),
            ),
            text("status", "How the ticket stands then, if this tells."),
            text("name", "What happened, as in its story.", nullable=False),
            text("actor", "Who did it.", nullable=False),
        ),
    ),
    reads=("ticket_stories",),
    parameters=("as_of_s",),
    as_view=True,
)

STATUS_SPANS = SqlModel(
    PACKAGE,
    Table(
        "status_spans",
        "Which status each ticket was in when; that it went is its last.",
        ("ticket_id", "number"),
        (
            TICKET,
            many("number", "Number of the status, from 1."),
            text("status", "The status; `merged` if merged into another.", nullable=False),
            text("actor", "Who brought it about.", nullable=False),
            when("from_s", "Since when.", nullable=False),
            when("until_s", "Until when; empty while it lasts."),
            Column(
                "turn",
                TEXT,
                "What it means: `logged` was opened and done at once. Empty if it means neither.",
                nullable=True,
                choices=("opened", "logged", "done", "reopened", "gone"),
            ),
            *_ORDER,
        ),
    ),
    reads=(TICKET_TALK.name,),
)

TICKET_COURSES = SqlModel(
    PACKAGE,
    Table(
        "ticket_courses",
        "How each ticket went, one row a ticket that counts for promises.",
        ("ticket_id",),
        (
            TICKET,
            text("opened_by", "Who opened it.", nullable=False),
            whether("is_countable", "1 unless it went or was opened by an automation."),
            whether("is_live", "1 if somebody waits on its channel."),
            when("created_s", "When it was opened.", nullable=False),
            when("solved_s", "First time it was done."),
            when("full_s", "Last time it was done; empty while it is open."),
            when("gone_s", "When it went."),
            text("gone_as", "How it went."),
            many("solves", "How often it was done."),
            *(
                many(f"{status}_length_s", f"How long it was {status}.")
                for status in ("new", "open", "pending", "hold")
            ),
        ),
    ),
    reads=("tickets_asked", STATUS_SPANS.name),
    parameters=("as_of_s",),
)

TICKET_WORDS = SqlModel(
    PACKAGE,
    Table(
        "ticket_words",
        "Messages of customers and people, each once, with what came before it on its ticket.",
        (),
        (
            TICKET,
            when("at_s", "When it was said.", nullable=False),
            Column("kind", TEXT, "What it was.", choices=("ask", "thanks", "reply")),
            Column("last_side", COUNT, "Whose the last word was: 2 is a person's.", nullable=True),
            when("last_ask_s", "The last one of the customer before it, thanks apart."),
            when("last_reply_s", "The last one of a person before it."),
            *_ORDER,
        ),
    ),
    reads=(TICKET_TALK.name,),
)

TICKET_ANSWERS = SqlModel(
    PACKAGE,
    Table(
        "ticket_answers",
        "How each ticket was answered; the columns are explained at `ticket_measures`.",
        ("ticket_id",),
        (
            TICKET,
            *(
                when(name, "When.")
                for name in ("asked_s", "human_s", "any_s", "handed_over_s", "after_handover_s")
            ),
            *(
                many(name, "How many.")
                for name in (
                    *("human_messages", "customer_messages", "bot_messages"),
                    *("touches", "touches_to_solve", "contacts", "asks_after_answer"),
                )
            ),
        ),
    ),
    reads=(TICKET_TALK.name, TICKET_WORDS.name, TICKET_COURSES.name),
    parameters=("session_s",),
)

TICKET_REOPENINGS = SqlModel(
    PACKAGE,
    Table(
        "ticket_reopenings",
        "Reopenings by the customer within the window after a solve.",
        ("ticket_id", "number"),
        (
            TICKET,
            many("number", "Number of the status it was opened to."),
            when("from_s", "When.", nullable=False),
            whether("is_courtesy", "1 if it was soon done again, and nobody wrote."),
        ),
    ),
    reads=(STATUS_SPANS.name, TICKET_WORDS.name),
    parameters=("reopen_s", "courtesy_s"),
)

TICKET_DEEDS = SqlModel(
    PACKAGE,
    Table(
        "ticket_deeds",
        "What we did with each ticket, and who had it when it was first solved, or has it now.",
        ("ticket_id",),
        (
            TICKET,
            text("team", "Team that has or had it."),
            text("agent_id", "Agent who has or had it."),
            text("first_team", "The first team it was given to."),
            many("teams", "How many teams had it."),
            many("actions", "Instants at which a person did something to it."),
            whether("escalated", "1 if it was escalated, or an agent raised its priority."),
        ),
    ),
    reads=("ticket_stories", "tickets_asked", TICKET_COURSES.name),
    parameters=("as_of_s",),
)

TICKET_HANDLING = SqlModel(
    PACKAGE,
    Table(
        "ticket_handling",
        "Time of agents on tickets that their states name, shared out among those at once.",
        ("ticket_id",),
        (TICKET, many("handled_length_s", "The time.")),
    ),
    reads=("agent_states",),
    parameters=("as_of_s",),
)

TICKET_ISSUES = SqlModel(
    PACKAGE,
    Table(
        "ticket_issues",
        "Countable tickets in which the customer said something, among the others of the customer; "
        "the columns are explained at `ticket_measures`.",
        ("ticket_id",),
        (
            TICKET,
            whether("opens_issue", "1 if nothing was asked about the same just before."),
            when("again_s", "When the same was asked again."),
            text("again_channel", "By which channel."),
            whether("other_channel_before", "1 if asked by another channel just before."),
            when("next_s", "When anything was asked again."),
        ),
    ),
    reads=(TICKET_COURSES.name, TICKET_ANSWERS.name, "tickets_asked", "tickets"),
    parameters=("issue_s",),
)

TICKET_STEPS = (
    TICKET_TALK,
    STATUS_SPANS,
    TICKET_COURSES,
    TICKET_WORDS,
    TICKET_ANSWERS,
    TICKET_REOPENINGS,
    TICKET_DEEDS,
    TICKET_HANDLING,
    TICKET_ISSUES,
)
"""In the order in which they are run, before `ticket_measures`."""
