"""Answers about replays: what would have come out otherwise, and which breaches come and go."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from tierwise.metrics.attainment import Attainment, Counts, attainment
from tierwise.promises.cycle_table import CLOCK_CYCLES

from .promise_basis import PromiseBasis
from .promise_records import AttainmentAnswer, ReplayAnswer, ReplayChange, ReplayRow
from .ticket_answers import lost_levels

OTHER = replace(CLOCK_CYCLES, name="other_cycles")
_KEY = "ticket_id, clock, cycle"
# Each promise as it was counted beside what it would be; one of them may be missing.
_PAIRS = f"""
SELECT {_KEY}, COALESCE(a.level, b.level) AS level,
    a.state AS state, b.state AS state_would, a.due_s AS due_s, b.due_s AS due_would_s
FROM clock_cycles a FULL JOIN other_cycles b USING ({_KEY})
WHERE COALESCE(b.due_s, a.due_s, b.started_s, a.started_s) >= ?
    AND COALESCE(b.due_s, a.due_s, b.started_s, a.started_s) < ?
"""
_CHANGED = "(state IS DISTINCT FROM state_would OR due_s IS DISTINCT FROM due_would_s)"
_APPEAR = "state_would = 'breached' AND state IS DISTINCT FROM 'breached'"
_VANISH = "state = 'breached' AND state_would IS DISTINCT FROM 'breached'"


def replay_of(
    basis: PromiseBasis,
    other: PromiseBasis,
    answers: tuple[AttainmentAnswer, AttainmentAnswer],
    limit: int,
) -> ReplayAnswer:
    """What the other count says of the same tickets; `answers` are the attainment of both."""
    period = answers[0].period
    basis.engine.read(OTHER, [other.counted.file(CLOCK_CYCLES)])
    instants = list(basis.instants(period))
    moved = {
        (level, clock): (int(appear), int(vanish))
        for level, clock, appear, vanish in basis.engine.rows(
            f"SELECT level, clock, COUNT(*) FILTER ({_APPEAR}), COUNT(*) FILTER ({_VANISH}) "
            f"FROM ({_PAIRS}) GROUP BY level, clock",
            instants,
        )
    }
    ((changed,),) = basis.engine.rows(f"SELECT COUNT(*) FROM ({_PAIRS}) WHERE {_CHANGED}", instants)
    rows = basis.engine.rows(
        f"SELECT {_KEY}, level, state, state_would, due_s, due_would_s FROM ({_PAIRS}) "
        f"WHERE {_CHANGED} ORDER BY ({_APPEAR}) DESC, ({_VANISH}) DESC, {_KEY} LIMIT ?",
        [*instants, limit],
    )
    return ReplayAnswer(
        other.as_of(),
        period,
        tuple(_rows(answers, moved)),
        int(changed),
        tuple(ReplayChange(*row) for row in rows),
        tuple(lost_levels(other)),
    )


def _rows(
    answers: tuple[AttainmentAnswer, AttainmentAnswer],
    moved: Mapping[tuple[str | None, str], tuple[int, int]],
) -> Iterator[ReplayRow]:
    then, would = (dict(_kept(answer)) for answer in answers)
    nothing = attainment(Counts())
    for level, clock in dict.fromkeys((*would, *then)):
        key = level, clock
        appear, vanish = moved.get(key, (0, 0))
        yield ReplayRow(
            level, clock, then.get(key, nothing), would.get(key, nothing), appear, vanish
        )


def _kept(answer: AttainmentAnswer) -> Iterator[tuple[tuple[str | None, str], Attainment]]:
    for level in answer.levels:
        for one in level.by_clock:
            yield (one.level, str(one.clock)), one.found
