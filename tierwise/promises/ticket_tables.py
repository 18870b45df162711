"""Tables of tickets as clocks need them: stories, what each ticket was given, what is wrong."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel
from tierwise.facts.problems import Problem

from .ticket_merges import SURVIVORS

TEXT, COUNT, INSTANT = Kind.TEXT, Kind.COUNT, Kind.INSTANT

_TICKET = Column("ticket_id", TEXT, "The ticket.")
_NOT_TOLD = "empty if unknown at that time"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a kind of problem is called to the user; `harmed` takes the ticket out of the count."""

    kind: str
    harmed: bool
    column: str
    expected: str
    next_step: str


FINDINGS: Mapping[str, Finding] = {
    finding.kind: finding
    for finding in (
        Finding(
            "event_without_ticket",
            harmed=False,
            column="ticket_id",
            expected="an event of a ticket that is known",
            next_step="read the tickets as well, or leave the event out of the export",
        ),
        Finding(
            "before_creation",
            harmed=True,
            column="happened_at",
            expected="an event at or after the creation of its ticket",
            next_step="mend the times in the source; check that both are written in one zone",
        ),
        Finding(
            "two_creations",
            harmed=True,
            column="happened_at",
            expected="one creation",
            next_step="keep the true one in the source, or split the ticket",
        ),
        Finding(
            "created_again",
            harmed=False,
            column="name",
            expected="one creation",
            next_step="nothing to do: they are of the same second, and one counts",
        ),
        Finding(
            "unknown_status",
            harmed=True,
            column="value",
            expected="a status: new, open, pending, hold, solved, closed, deleted or spam",
            next_step="say in the mapping which of them it is",
        ),
        Finding(
            "unknown_event",
            harmed=False,
            column="name",
            expected="an event that clocks know",
            next_step="nothing to do unless a clock should move: then say which event it is",
        ),
        Finding(
            "status_without_time",
            harmed=False,
            column="status",
            expected="an event that says when the ticket came to its status",
            next_step="export the history of statuses; until then a done ticket was done with the "
            "last thing that happened to it, and any other is open",
        ),
        Finding(
            "done_without_time",
            harmed=True,
            column="status",
            expected="an event that says when the ticket was done",
            next_step="export the history of statuses, or at least the messages",
        ),
        Finding(
            "deleted_without_time",
            harmed=True,
            column="status",
            expected="an event that says when the ticket was deleted",
            next_step="export the history of statuses",
        ),
        Finding(
            "merged_in_a_circle",
            harmed=True,
            column="merged_into",
            expected="a merge that ends at a ticket after at most eight steps",
            next_step="mend the merge in the source",
        ),
        Finding(
            "merged_into_nobody",
            harmed=False,
            column="merged_into",
            expected="a merge into a ticket that is known",
            next_step="read that ticket as well",
        ),
        Finding(
            "customer_unknown",
            harmed=False,
            column="customer_id",
            expected="a customer that is known",
            next_step="read the customers as well; until then the ticket has no level",
        ),
    )
}
NOTHING_TO_DO = "nothing to do"
IDLE = tuple(one.kind for one in FINDINGS.values() if one.next_step.startswith(NOTHING_TO_DO))
HARMFUL = tuple(finding.kind for finding in FINDINGS.values() if finding.harmed)

TICKET_MERGES = SqlModel(
    package="tierwise.promises",
    output=Table(
        "ticket_merges",
        "Tickets that were merged into others, and the ticket that is left.",
        ("ticket_id",),
        (
            _TICKET,
            Column("survivor_id", TEXT, "The ticket that is left.", nullable=True),
            Column(
                "ends_at",
                TEXT,
                "What the merges end at; in a `circle` also if they are more than eight.",
                choices=("survivor", "nobody", "circle"),
            ),
            Column("target", TEXT, "The ticket at which following them ended."),
        ),
    ),
    reads=("tickets",),
    text=SURVIVORS,
)

RETRACTED_EVENTS = SqlModel(
    package="tierwise.promises",
    output=Table(
        "retracted_events",
        "Events that were taken back.",
        ("ticket_id", "event_id"),
        (_TICKET, Column("event_id", TEXT, "The event.")),
    ),
    reads=("ticket_events",),
)


def _when(name: str, meaning: str, *, nullable: bool = True) -> Column:
    return Column(name, INSTANT, meaning, nullable=nullable)


def _whether(name: str, meaning: str) -> Column:
    return Column(name, COUNT, meaning, low=0, high=1)


TICKETS_TOLD = SqlModel(
    package="tierwise.promises",
    output=Table(
        "tickets_told",
        "What the events of each ticket tell in all, without those retracted.",
        ("ticket_id",),
        (
            _TICKET,
            _when("first_s", "The first event.", nullable=False),
            _when("last_s", "The last event.", nullable=False),
            _when("created_s", "The first creation; empty if none is told."),
            _when("created_again_s", "The last creation."),
            Column("creations", COUNT, "How many creations.", low=0),
            _when("after_s", "The last event but creations."),
            _whether("has_status", "1 if they say how it stands."),
            _whether("has_merge", "1 if they tell a merge."),
            *(
                _whether(f"tells_{name}", f"1 if they tell of its {what}.")
                for name, what in (
                    ("channel", "channel"),
                    ("priority", "priority"),
                    ("team", "team"),
                    ("agent_id", "agent"),
                )
            ),
        ),
    ),
    reads=("ticket_events", "retracted_events"),
)

TICKET_STORIES = SqlModel(
    package="tierwise.promises",
    output=Table(
        "ticket_stories",
        "Everything that happened to each ticket: its events without those retracted, a creation "
        "and a merge that the events do not tell, and the messages of tickets merged into it.",
        ("ticket_id", "event_id"),
        (
            _TICKET,
            Column(
                "event_id",
                TEXT,
                "The event; one of a merged ticket begins with that ticket and a stroke.",
            ),
            Column("at_s", INSTANT, "When it happened."),
            Column("name", TEXT, "What happened."),
            Column("actor", TEXT, "Who did it."),
            Column("value", TEXT, "The new value, for a change.", nullable=True),
        ),
    ),
    reads=("tickets", "ticket_events", "retracted_events", "ticket_additions"),
    as_view=True,
)

TICKET_ADDITIONS = replace(
    TICKET_STORIES,
    output=replace(
        TICKET_STORIES.output,
        name="ticket_additions",
        meaning="What belongs to stories and stands in no event of the ticket itself.",
    ),
    reads=("tickets", "ticket_events", "ticket_merges", "tickets_told", "retracted_events"),
    as_view=False,
)

TICKETS_GIVEN = SqlModel(
    package="tierwise.promises",
    output=Table(
        "tickets_given",
        "What each ticket had at its creation. What its events never tell is as it stands now; "
        "what they tell only later was unknown.",
        ("ticket_id",),
        (
            _TICKET,
            Column(
                "customer_id",
                TEXT,
                "Who asked, after identities were settled.",
                nullable=True,
            ),
            Column("channel", TEXT, f"Its channel; {_NOT_TOLD}.", nullable=True),
            Column("priority", TEXT, f"Its priority; {_NOT_TOLD}.", nullable=True),
            Column("team", TEXT, f"Team that held it; {_NOT_TOLD}.", nullable=True),
            Column("agent_id", TEXT, f"Agent who held it; {_NOT_TOLD}.", nullable=True),
        ),
    ),
    reads=("tickets", "ticket_events", "tickets_told", "retracted_events", "identities"),
)

TICKET_PROBLEMS = SqlModel(
    package="tierwise.promises",
    output=Table(
        "ticket_problems",
        "What is wrong with tickets and their events, one row per finding.",
        ("ticket_id", "event_id", "kind"),
        (
            _TICKET,
            Column("event_id", TEXT, "The event; empty if it is about the ticket.", nullable=True),
            Column("kind", TEXT, "What is wrong.", choices=tuple(FINDINGS)),
            Column("found", TEXT, "What was found."),
        ),
    ),
    reads=(
        *("tickets", "ticket_events", "ticket_merges", "tickets_told", "retracted_events"),
        *("identities", "orders"),
    ),
)

STORY_MODELS = (TICKET_MERGES, RETRACTED_EVENTS, TICKETS_TOLD, TICKET_ADDITIONS, TICKET_STORIES)
TICKET_MODELS = (*STORY_MODELS, TICKETS_GIVEN, TICKET_PROBLEMS)
"""In the order in which they are run; `identities` comes before them."""


def ticket_problems(rows: Iterable[tuple[str, str | None, str, str]]) -> Iterator[Problem]:
    """Rows of TICKET_PROBLEMS in the order of its columns, as the user should read them."""
    for ticket_id, event_id, kind, found in rows:
        finding = FINDINGS[kind]
        event = f", event {event_id}" if event_id else ""
        yield Problem(
            f"ticket {ticket_id}{event}",
            None,
            finding.column,
            finding.expected,
            found,
            finding.next_step,
            left_out=finding.harmed,
        )
