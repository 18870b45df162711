"""The clocks of many tickets at once, by the same tables of moves as one ticket's clock."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from .clock_kinds import Action, ClockKind, Phase
from .meaning_arrays import TRIGGERS, TURNS, Told
from .ranges import Flags, Whole, begins_of, counts_of

_PHASES, _ACTIONS = tuple(Phase), tuple(Action)
_WAIT = _ACTIONS.index(Action.WAIT)
_SYMBOLS = len(TRIGGERS) * len(TURNS)
# What actions do to cycles: some begin a run of time, some of these a cycle; some end a run.
_BEGINS, _STARTS, _ENDS = (
    np.array([action in actions for action in _ACTIONS])
    for actions in (
        {Action.START, Action.RESET, Action.RESUME},
        {Action.START, Action.RESET},
        {Action.STOP, Action.CANCEL, Action.RESET},
    )
)


@dataclass(frozen=True, slots=True, eq=False)
class Cycles:
    """The cycles of one kind of clock, by ticket and number; open ones end now.

    `first_row` is the event that started each, and `end_row` the one that ended it, or the first
    event after its ticket's.
    """

    ticket: Whole
    number: Whole
    started_s: Whole
    ended_s: Whole
    is_open: Flags
    is_cancelled: Flags
    is_paused: Flags
    first_row: Whole
    end_row: Whole

    def only(self, which: Whole) -> "Cycles":
        """Some of the cycles."""
        return Cycles(*(getattr(self, one.name)[which] for one in fields(self)))


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Stretches of time in which cycles run, in their order; those that last end now."""

    cycle: Whole
    start_s: Whole
    end_s: Whole
    lasts: Flags


@dataclass(frozen=True, slots=True, eq=False)
class _Machine:
    """A kind's moves for an event's two triggers at once, by phase and by symbol."""

    then: NDArray[np.int8]
    acts: NDArray[np.int8]
    matters: Flags


@dataclass(frozen=True, slots=True, eq=False)
class _Runs:
    """Time of cycles from a start or resumption to the next end; places tell rows and halves."""

    cycle: Whole
    begin: Whole
    end: Whole
    ended_s: Whole
    is_open: Flags


def cycles_of(kind: ClockKind, events: Told, now_s: int) -> tuple[Cycles, Pieces]:
    """Every cycle of a kind of clock on the tickets, and the time that counts in it."""
    # The place of an action is twice its row, and one more if it is the event's second.
    place, action = _actions(kind, events)
    number = np.cumsum(_STARTS[action]) - 1
    runs = _runs(place, action, number, (events, now_s))
    paused = events.words.among(kind.pauses)
    pieces, is_paused = _pieces(runs, events, paused)
    starts = place[_STARTS[action]]
    last = begins_of(runs.cycle, len(starts))[1:] - 1
    ticket = events.ticket[starts // 2]
    first = np.searchsorted(ticket, ticket)
    cancelled = np.unique(number[action == _ACTIONS.index(Action.CANCEL)])
    cycles = Cycles(
        ticket,
        np.arange(len(starts)) - first + 1,
        events.at_s[starts // 2],
        runs.ended_s[last],
        runs.is_open[last],
        np.isin(np.arange(len(starts)), cancelled),
        runs.is_open[last] & is_paused[last],
        starts // 2,
        runs.end[last] // 2,
    )
    return cycles, pieces


def _machine(kind: ClockKind) -> _Machine:
    """The moves of a kind as arrays; a trigger without a row leaves all as it is."""
    rows = [[_move(kind, phase, symbol) for symbol in range(_SYMBOLS)] for phase in _PHASES]
    then = np.array([[phase for phase, _ in row] for row in rows], dtype=np.int8)
    acts = np.array([[done for _, done in row] for row in rows], dtype=np.int8)
    stays = then == np.arange(len(_PHASES))[:, None]
    return _Machine(then, acts, ~(stays & (acts == _WAIT).all(axis=2)).all(axis=0))


def _move(kind: ClockKind, phase: Phase, symbol: int) -> tuple[int, list[int]]:
    """The phase after an event's two triggers, and the action of each."""
    acts = []
    for trigger in (TRIGGERS[symbol // len(TURNS)], TURNS[symbol % len(TURNS)]):
        move = kind.moves.get((phase, trigger)) if trigger else None
        acts.append(_ACTIONS.index(move.action) if move else _WAIT)
        phase = move.then if move else phase
    return _PHASES.index(phase), acts


def _actions(kind: ClockKind, events: Told) -> tuple[Whole, Whole]:
    """The actions on cycles, with their places."""
    machine = _machine(kind)
    symbol = events.said * len(TURNS) + events.turned(kind)
    rows = np.flatnonzero(machine.matters[symbol])
    symbol = symbol[rows]
    counts = counts_of(events.ticket[rows], len(events.begins) - 1)
    phase = _phases(machine, symbol, counts, _PHASES.index(kind.first))
    acts = machine.acts[phase, symbol].ravel()
    found = np.flatnonzero(acts != _WAIT)
    return rows[found // 2] * 2 + found % 2, acts[found].astype(np.int64)


def _phases(machine: _Machine, symbol: Whole, counts: Whole, first: int) -> Whole:
    """The phase before each event: one step for the k-th event of all tickets that have it."""
    longest_first = np.argsort(-counts, kind="stable")
    begins = (np.cumsum(counts) - counts)[longest_first]
    still = len(counts) - np.cumsum(np.bincount(counts, minlength=1))
    then, before = machine.then.ravel(), np.empty(len(symbol), dtype=np.int64)
    phase = np.full(len(counts), first, dtype=np.int64)
    for step, many in enumerate(still.tolist()):
        place = begins[:many] + step
        before[place] = phase[:many]
        phase[:many] = then[phase[:many] * _SYMBOLS + symbol[place]]
    return before


def _runs(place: Whole, action: Whole, number: Whole, seen: tuple[Told, int]) -> _Runs:
    """Each run, and where it ends: with the ticket's next action, if that ends something."""
    events, now_s = seen
    begins = np.flatnonzero(_BEGINS[action])
    ticket = events.ticket[place // 2]
    following = np.minimum(begins + 1, len(place) - 1)
    ends = (following > begins) & _ENDS[action[following]] & (ticket[following] == ticket[begins])
    stop = place[following]
    return _Runs(
        number[begins],
        place[begins],
        np.where(ends, stop, 2 * events.begins[ticket[begins] + 1]),
        np.where(ends, events.at_s[stop // 2], now_s),
        ~ends,
    )


def _pieces(runs: _Runs, events: Told, paused: Flags) -> tuple[Pieces, Flags]:
    """The running time of runs, cut where a pause begins or ends; and which runs end paused."""
    turns = np.flatnonzero(paused[events.was] != paused[events.status])
    # After its run began, and before it ended: at the same event the run itself begins anew.
    run = np.searchsorted(runs.begin, 2 * turns) - 1
    inside = (run >= 0) & (2 * turns + 1 < runs.end[run]) if len(runs.begin) else run >= 0
    turns, run = turns[inside], run[inside]
    every = np.concatenate([np.arange(len(runs.begin)), run])
    row = np.concatenate([runs.begin // 2, turns])
    order = np.argsort(every, kind="stable")
    every, row = every[order], row[order]
    start_s = events.at_s[row]
    is_last = np.append(every[1:] != every[:-1], [True])[: len(every)]
    end_s = np.where(is_last, runs.ended_s[every], np.append(start_s[1:], [0])[: len(every)])
    is_paused = paused[events.status[row]]
    counts = ~is_paused
    lasts = is_last & runs.is_open[every]
    pieces = (runs.cycle[every], start_s, end_s, lasts)
    return Pieces(*(column[counts] for column in pieces)), is_paused[is_last]
