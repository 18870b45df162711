"""Answers about attainment: by level and promise, for whole tickets, week by week, in slices."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tierwise.facts.models import SqlModel
from tierwise.levels.policy import Policy
from tierwise.levels.policy_values import duration_text
from tierwise.levels.promise_targets import target_of
from tierwise.metrics.attainment import Counts, asked_on_average, attainment
from tierwise.metrics.attainment_counts import (
    CYCLE_OUTCOMES,
    TICKET_OUTCOMES,
    counts_model,
    counts_of,
)

from .promise_basis import PromiseBasis, before
from .promise_records import AttainmentAnswer, Kept, LevelKept, Period

WEEKS = 13
WEEK_S = 604_800
_ASKED_BY = ("level", "clock", "channel", "priority")

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Counts of a period, and what share was asked of each promise."""

    policy: Policy
    by_case: Mapping[Key, Counts]

    def share(self, **of: str | None) -> float | None:
        """The share asked on average of what fits, as `level="premium", clock="resolution"`."""
        fitting = (
            attainment(counts, self._share(key))
            for key, counts in self.by_case.items()
            if all(key[_ASKED_BY.index(name)] == value for name, value in of.items())
        )
        return asked_on_average(fitting)

    def _share(self, key: Key) -> float | None:
        level, clock, channel, priority = key
        target = target_of(self.policy, level or "", clock, channel=channel, priority=priority)
        return target.share if target else None


def attainment_of(
    basis: PromiseBasis, period: Period | None, by: str | None = None
) -> AttainmentAnswer:
    """How well the promises that were due in a period were kept."""
    wanted = basis.period(period)
    return AttainmentAnswer(
        basis.as_of(),
        wanted,
        basis.world.counting,
        tuple(_levels(basis, wanted)),
        tuple(_slices(basis, wanted, by)) if by else (),
        by,
    )


def counts(
    basis: PromiseBasis, instants: tuple[int, int], by: Sequence[str], of: SqlModel = CYCLE_OUTCOMES
) -> dict[Key, Counts]:
    """Counts of what was due between two instants, by the values of the columns in `by`."""
    model = counts_model(by, of)
    basis.engine.materialise(model, dict(zip(("from_s", "to_s"), instants, strict=True)))
    rows = basis.engine.query(f"SELECT * FROM {model.name}").to_pylist()
    return {tuple(row[name] for name in by): counts_of(row) for row in rows}


def asked_in(basis: PromiseBasis, instants: tuple[int, int]) -> Asked:
    return Asked(basis.policy, counts(basis, instants, _ASKED_BY))


def _levels(basis: PromiseBasis, period: Period) -> Iterable[LevelKept]:
    instants = basis.instants(period)
    asked = asked_in(basis, instants)
    by_clock, by_level = (counts(basis, instants, by) for by in (("level", "clock"), ("level",)))
    tickets = counts(basis, instants, ("level",), TICKET_OUTCOMES)
    earlier = counts(basis, basis.instants(before(period)), ("level",))
    weeks = _weeks(basis, instants[1])
    for level in _in_order(basis.policy, by_level):
        promises = attainment(by_level[level,], asked.share(level=level))
        was = attainment(earlier.get((level,), Counts()))
        yield LevelKept(
            level=level or "",
            promises=Kept(level, None, promises),
            tickets=Kept(level, "ticket", attainment(tickets.get((level,), Counts()))),
            before=was.share,
            weeks=tuple(weeks.get((level, week)) for week in reversed(range(WEEKS))),
            by_clock=tuple(_clocks(basis.policy, level, by_clock, asked)),
        )


def _in_order(policy: Policy, found: Mapping[Key, Counts]) -> list[str | None]:
    """Levels best first: those of the policy with a promise or a ticket, then those it lost."""
    known = [name for name in policy.names if (name,) in found]
    return [*known, *sorted((key[0] for key in found if key[0] not in known), key=str)]


def _clocks(
    policy: Policy, level: str | None, found: Mapping[Key, Counts], asked: Asked
) -> Iterable[Kept]:
    known = policy.levels.get(level or "")
    promised = tuple(known.promises) if known else ()
    others = sorted(clock for at, clock in found if at == level and clock not in promised)
    for clock in (*promised, *others):
        one = found.get((level, clock), Counts())
        share = asked.share(level=level, clock=clock) or _written_share(policy, level, clock)
        yield Kept(level, clock, attainment(one, share), promised_words(policy, level, clock))


def _written_share(policy: Policy, level: str | None, clock: str) -> float | None:
    known = policy.levels.get(level or "")
    return known.promises[clock].share if known and clock in known.promises else None


def promised_words(policy: Policy, level: str | None, clock: str) -> str:
    """What is promised, in words: `1h in office`; with cases of its own, that there are some."""
    known = policy.levels.get(level or "")
    promise = known.promises.get(clock) if known else None
    if promise is None:
        return ""
    words = f"{duration_text(promise.within)} in {promise.calendar}"
    return f"{words}, some otherwise" if promise.where else words


def _weeks(basis: PromiseBasis, until_s: int) -> dict[Key, float | None]:
    """Shares kept by level and week before `until_s`; None where nothing was due."""
    found = counts(basis, (until_s - WEEKS * WEEK_S, until_s), ("level", "week"))
    return {key: attainment(one).share for key, one in found.items()}


def _slices(basis: PromiseBasis, period: Period, by: str) -> Iterable[Kept]:
    instants = basis.instants(period)
    found = counts(basis, instants, ("level", "clock", by))
    asked = asked_in(basis, instants)
    order = {name: place for place, name in enumerate(basis.policy.names)}
    for level, clock, value in sorted(found, key=lambda k: (order.get(k[0], 99), *map(str, k))):
        fits: dict[str, str | None] = {"level": level, "clock": clock}
        share = asked.share(**fits, **({by: value} if by in _ASKED_BY else {}))
        whole = attainment(found[level, clock, value], share)
        yield replace(Kept(level, clock, whole), slice=value)
