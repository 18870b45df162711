"""Promises as JSON under /api/v1: attainment, late ones, the tickets behind a mark, one ticket."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from tierwise.facts.problems import UsageError
from tierwise.facts.time import day_number
from tierwise.promises.counting import Counting

from .api import Asks, Limit, Offset, PlainJSON, found_or_404
from .promise_records import (
    AttainmentAnswer,
    Cause,
    LateAnswer,
    Period,
    TicketAnswer,
    TicketList,
)

promise_router = APIRouter(prefix="/api/v1", default_response_class=PlainJSON)


class Days(BaseModel):
    """The days an answer is about; the last thirty known if none are given."""

    from_day: date | None = Field(default=None, description="First day; needs `to_day`.")
    to_day: date | None = Field(default=None, description="Last day, included.")

    def period(self) -> Period | None:
        if self.from_day is None and self.to_day is None:
            return None
        if self.from_day is None or self.to_day is None or self.from_day > self.to_day:
            raise UsageError("days need a first and a last one, in that order")
        return Period(day_number(self.from_day), day_number(self.to_day))


class AttainmentWanted(Days):
    """How to count, and what to slice by."""

    counting: Counting | None = None
    by: Literal["channel", "team", "priority"] | None = None


class LateWanted(Days):
    """Which late promises, and which page of them."""

    level: str | None = None
    clock: str | None = None
    cause: Cause | None = None
    offset: Offset = 0
    limit: Limit = 50


class TicketsWanted(Days):
    """Which tickets, and which page of them; `week` 0 is the oldest of those shown."""

    level: str | None = None
    clock: str | None = None
    outcome: Literal["all", "met", "late", "open_late", "not_due", "not_counted"] = "all"
    week: int | None = Field(default=None, ge=0, le=12)
    offset: Offset = 0
    limit: Limit = 50


@promise_router.get("/attainment")
def attainment(answers: Asks, wanted: Annotated[AttainmentWanted, Query()]) -> AttainmentAnswer:
    """Share of promises kept, by level and promise."""
    return answers.attainment(wanted.period(), counting=wanted.counting, by=wanted.by)


@promise_router.get("/late")
def late(answers: Asks, wanted: Annotated[LateWanted, Query()]) -> LateAnswer:
    """A page of late promises with whom each waited for, and all of them by cause."""
    return answers.late(
        wanted.period(),
        level=wanted.level,
        clock=wanted.clock,
        cause=wanted.cause,
        offset=wanted.offset,
        limit=wanted.limit,
    )


@promise_router.get("/tickets")
def tickets(answers: Asks, wanted: Annotated[TicketsWanted, Query()]) -> TicketList:
    """A page of tickets by how their promises came out."""
    return answers.tickets(
        wanted.period(),
        level=wanted.level,
        clock=wanted.clock,
        outcome=wanted.outcome,
        week=wanted.week,
        offset=wanted.offset,
        limit=wanted.limit,
    )


@promise_router.get("/tickets/{ticket_id:path}")
def ticket(answers: Asks, ticket_id: str) -> TicketAnswer:
    """One ticket with its clocks, their spans and its story."""
    return found_or_404(answers.ticket(ticket_id), f"ticket `{ticket_id}`")
