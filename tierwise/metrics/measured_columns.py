"""Columns that measures share: whose it is, by what it may be sliced, and how columns are made."""

from tierwise.facts.columns import Column, Kind, Table

PACKAGE = "tierwise.metrics"
TEXT, COUNT, INSTANT, NUMBER = Kind.TEXT, Kind.COUNT, Kind.INSTANT, Kind.NUMBER


def text(name: str, meaning: str, *, nullable: bool = True) -> Column:
    """A word."""
    return Column(name, TEXT, meaning, nullable=nullable)


def when(name: str, meaning: str, *, nullable: bool = True) -> Column:
    """An instant."""
    return Column(name, INSTANT, meaning, nullable=nullable)


def many(name: str, meaning: str, *, nullable: bool = False) -> Column:
    """A count or a length, never negative."""
    return Column(name, COUNT, meaning, nullable=nullable, low=0)


def whether(name: str, meaning: str, *, nullable: bool = False) -> Column:
    """1 or 0, so that it can be summed up."""
    return Column(name, COUNT, meaning, nullable=nullable, low=0, high=1)


TICKET = Column("ticket_id", TEXT, "The ticket.")
CUSTOMER = Column("customer", TEXT, "Whose it is: a customer, or the ticket of nobody known.")
LEVEL = Column("level", TEXT, "Level at that time.", nullable=True)
CHANNEL = Column("channel", TEXT, "Channel.", nullable=True)
TEAM = Column("team", TEXT, "Team that has or had it.", nullable=True)
AGENT = Column("agent_id", TEXT, "Agent who has it, or had it when it was solved.", nullable=True)
CATEGORY = Column("category", TEXT, "What it is about.", nullable=True)
SLICES = (LEVEL, CHANNEL, TEAM, AGENT, CATEGORY)
"""The columns by which anything measured may be sliced; every measure table has them all."""

OF_TICKET = (CUSTOMER, *SLICES)

LOCAL_DAYS = Table(
    "local_days",
    "The day of the zone to which each quarter of an hour belongs.",
    ("quarter",),
    (
        Column("quarter", COUNT, "Quarters of an hour since 1970-01-01 UTC."),
        Column("day", Kind.DAY, "The day."),
    ),
)

LEVEL_TEAMS = Table(
    "level_teams",
    "The team that answers each level first, as the policy says.",
    ("level",),
    (Column("level", TEXT, "The level."), Column("team", TEXT, "Its team.")),
)
