"""What the events of many tickets mean to clocks, and what each ticket was after each of them."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from .clock_kinds import ClockKind, Trigger
from .ranges import Flags, Whole, before_each, begins_of, last_set
from .story_arrays import NAMES, Stories, Words
from .ticket_story import GONE, MOVES_TO, Name, TicketNow, meaning

# The code of a trigger is its place here; 0 is no trigger.
TRIGGERS: tuple[Trigger | None, ...] = (None, *Trigger)
# What a change of status may be to a clock, in the order of its codes.
TURNS: tuple[Trigger | None, ...] = (None, Trigger.REMOVED, Trigger.DONE, Trigger.REOPENED)

_NAME = {name: code for code, name in enumerate(NAMES)}


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """The events that may mean something to a clock, in the order of their stories.

    `said` is the trigger of each. `was` and `status` are the statuses before and after it,
    `team` and `has_agent` what the ticket had after it; until a story names a team it is the one
    given.
    """

    words: Words
    begins: Whole
    ticket: Whole
    at_s: Whole
    said: Whole
    was: Whole
    status: Whole
    team: Whole
    has_agent: Flags

    def turned(self, kind: ClockKind) -> Whole:
        """What the status means to a kind of clock after each event, as a place in `TURNS`."""
        is_done = self.words.among(kind.done)
        was, now = is_done[self.was], is_done[self.status]
        turned = np.where(now, 2, 3) * (was != now)
        turned[self.words.among(GONE)[self.status]] = 1
        return np.asarray(turned)


def told(stories: Stories, kinds: Collection[ClockKind]) -> Told:
    """What stories mean to clocks of these kinds; events that mean nothing are left out."""
    firsts = stories.firsts
    status = _status(stories, firsts)
    was = before_each(status, firsts, stories.words.code(TicketNow().status))
    team, team_before = _team(stories, firsts)
    has_agent, had_agent = _agent(stories, firsts)
    said = _said(stories, team_before)
    matters = _triggering(kinds)[said] | (status != was) | stories.words.among(GONE)[status]
    matters |= (stories.name == _NAME[Name.TEAM]) | (has_agent != had_agent)
    rows = np.flatnonzero(matters)
    ticket = stories.ticket[rows]
    return Told(
        stories.words,
        begins_of(ticket, len(stories.begins) - 1),
        ticket,
        stories.at_s[rows],
        said[rows],
        was[rows],
        status[rows],
        team[rows],
        has_agent[rows],
    )


def _triggering(kinds: Collection[ClockKind]) -> Flags:
    """Which triggers one of the kinds has a row for."""
    used = {trigger for kind in kinds for _, trigger in kind.moves}
    return np.array([trigger in used for trigger in TRIGGERS])


def _said(stories: Stories, team_before: Whole) -> Whole:
    """The trigger of each event, changes of status apart."""
    table = [[TRIGGERS.index(meaning(n, a)) for a in stories.actors] for n in (*NAMES, "")]
    said = np.array(table, dtype=np.int64).reshape(len(NAMES) + 1, -1)[stories.name, stories.actor]
    to_somebody = _is_filled(stories)
    for name, moves in MOVES_TO.items():
        some, none = map(TRIGGERS.index, moves)
        rows = np.flatnonzero(stories.name == _NAME[Name(name)])
        said[rows] = np.where(to_somebody[rows], some, none)
    is_old = (stories.name == _NAME[Name.TEAM]) & (stories.value == team_before)
    said[is_old] = 0
    return said


def _is_filled(stories: Stories) -> Flags:
    """Whether each event brings a value that is not empty."""
    return np.asarray((stories.value >= 0) & ~stories.words.among([""])[stories.value])


def _status(stories: Stories, firsts: Whole) -> Whole:
    """The status after each event."""
    brings = np.isin(stories.name, [_NAME[Name.CREATED], _NAME[Name.STATUS]])
    found = last_set(brings & _is_filled(stories), firsts)
    return np.where(found < 0, stories.words.code(TicketNow().status), stories.value[found])


def _team(stories: Stories, firsts: Whole) -> tuple[Whole, Whole]:
    """The team after each event, and before it as far as the story alone tells."""
    found = last_set(stories.name == _NAME[Name.TEAM], firsts)
    by_story = np.where(found < 0, -1, stories.value[found])
    team = np.where(found < 0, stories.given["team"][stories.ticket], by_story)
    return team, before_each(by_story, firsts, -1)


def _agent(stories: Stories, firsts: Whole) -> tuple[Flags, Flags]:
    """Whether an agent had the ticket after each event, and before it."""
    found = last_set(stories.name == _NAME[Name.ASSIGNED], firsts)
    given = stories.had_agent[stories.ticket]
    has_agent = np.where(found < 0, given, _is_filled(stories)[found])
    before = before_each(found, firsts, -1)
    return has_agent, np.where(before < 0, given, _is_filled(stories)[before])
