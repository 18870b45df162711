"""The table of clock cycles: what a replay says of every promise on every ticket."""

from tierwise.facts.columns import Column, Kind, Table

from .clock_readings import State

TEXT, FLAG, COUNT, INSTANT = Kind.TEXT, Kind.FLAG, Kind.COUNT, Kind.INSTANT

_SECONDS = "seconds in which the calendar is open"

CLOCK_CYCLES = Table(
    "clock_cycles",
    "Every cycle of every clock: what was promised, what was used, and how it stands.",
    ("ticket_id", "clock", "cycle"),
    (
        Column("ticket_id", TEXT, "The ticket."),
        Column("clock", TEXT, "Kind of clock: first_response, resolution …"),
        Column("cycle", COUNT, "Number of the cycle, from 1."),
        Column("customer_id", TEXT, "Who asked.", nullable=True),
        Column("level", TEXT, "Level whose promise counts.", nullable=True),
        Column("channel", TEXT, "Channel whose promise counts.", nullable=True),
        Column("priority", TEXT, "Priority whose promise counts.", nullable=True),
        Column("team", TEXT, "Team that had the ticket when the cycle began.", nullable=True),
        Column(
            "state",
            TEXT,
            "How it stands; `none` is no promise or a cancelled cycle, and is never kept.",
            choices=tuple(State),
        ),
        Column("started_s", INSTANT, "When the cycle began."),
        Column("ended_s", INSTANT, "When it ended; empty while it is open.", nullable=True),
        Column("target_s", COUNT, f"What was promised: {_SECONDS}.", nullable=True),
        Column("calendar", TEXT, "Calendar in which it counts.", nullable=True),
        Column("elapsed_s", COUNT, f"What was used: {_SECONDS}.", nullable=True),
        Column("due_s", INSTANT, "The deadline; empty while it is paused.", nullable=True),
        Column(
            "noticed_s",
            INSTANT,
            "When the breach could first be seen by the terms of that time.",
            nullable=True,
        ),
        Column("unassigned_s", COUNT, f"Late cycles: no agent had it, {_SECONDS}.", nullable=True),
        Column("agent_s", COUNT, f"Late cycles: an agent had it, {_SECONDS}.", nullable=True),
        Column(
            "other_team_s", COUNT, f"Late cycles: another team had it, {_SECONDS}.", nullable=True
        ),
        Column("hold_s", COUNT, f"Late cycles: on hold, {_SECONDS}.", nullable=True),
        Column("customer_s", COUNT, f"Late cycles: pending, {_SECONDS}.", nullable=True),
        Column(
            "outside_s", COUNT, "Late cycles: not done, but the calendar was closed.", nullable=True
        ),
    ),
)
