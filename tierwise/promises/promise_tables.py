"""Tables of whose promise counts when: levels over time, policies over time, tickets with both."""

from dataclasses import replace

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel

from .ticket_tables import HARMFUL, IDLE, TICKET_STORIES, TICKETS_GIVEN

TEXT, COUNT, INSTANT = Kind.TEXT, Kind.COUNT, Kind.INSTANT
PACKAGE = "tierwise.promises"

_FROM = Column("from_s", INSTANT, "Since when.")
FOREVER_S = 10**12
_UNTIL = Column("until_s", INSTANT, f"Until when; {FOREVER_S} while it lasts.")

DECIDED_LEVELS = Table(
    "decided_levels",
    "Every level that was decided and since when it holds, in the order of the decisions.",
    ("decision_id",),
    (
        Column("decision_id", COUNT, "Number of the decision; later ones count."),
        Column("customer_id", TEXT, "The customer."),
        Column("level", TEXT, "The level; empty when it was taken away.", nullable=True),
        _FROM,
    ),
)
POLICY_SPANS = Table(
    "policy_spans",
    "Which policy was in force when, from the beginning of time on.",
    ("policy",),
    (Column("policy", TEXT, "Key of the policy."), _FROM, _UNTIL),
)
LEVEL_SPANS = SqlModel(
    PACKAGE,
    Table(
        "level_spans",
        "Which level a customer had when; a later decision replaces all from its time on.",
        ("customer_id", "from_s"),
        (
            Column("customer_id", TEXT, "The customer."),
            Column("level", TEXT, "The level; empty for none.", nullable=True),
            _FROM,
            _UNTIL,
        ),
    ),
    reads=(DECIDED_LEVELS.name,),
    parameters=("forever_s",),
)
TICKETS_ASKED = SqlModel(
    PACKAGE,
    Table(
        "tickets_asked",
        "Tickets whose promises are counted, with all that says what was promised at creation.",
        ("ticket_id",),
        (
            *TICKETS_GIVEN.output.columns[:2],
            Column("level", TEXT, "Level then; without one, that of everyone."),
            Column("is_floor", COUNT, "1 if the customer had no level then.", low=0, high=1),
            Column("policy", TEXT, "Policy in force then."),
            *TICKETS_GIVEN.output.columns[2:],
            Column("created_s", INSTANT, "When it was opened."),
        ),
    ),
    reads=("tickets", TICKETS_GIVEN.name, LEVEL_SPANS.name, POLICY_SPANS.name, "ticket_problems"),
    parameters=("floor", "harmful"),
)
ASKED_STORIES = SqlModel(
    PACKAGE,
    replace(
        TICKET_STORIES.output,
        name="asked_stories",
        meaning="The stories of tickets that count, with the changes of level and policy in them.",
    ),
    reads=(
        *("tickets", "tickets_told", "ticket_additions", TICKET_STORIES.name),
        *(TICKETS_ASKED.name, LEVEL_SPANS.name, POLICY_SPANS.name),
    ),
    parameters=("floor", "as_of_s"),
    as_view=True,
)
HARMFUL_LISTED, IDLE_LISTED = (", ".join(f"'{kind}'" for kind in of) for of in (HARMFUL, IDLE))
