"""The voice of the customer: what is asked after a ticket and every quarter, and who answers.

CES is coded as effort: 1 is none, 5 very much. Unhappy customers answer less, so that what is
answered looks better than it was. Some rate twice, and mean the second rating.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import log1p
from typing import NamedTuple

import numpy as np

from .support_contacts import SOLVE
from .support_log import Case, Judged
from .support_orders import NOBODY, Orders
from .support_world import DAY_S, DELAYED, HOUR_S, World

_QUARTER_S, _RECENT_S = 91 * DAY_S, 182 * DAY_S
_OFFERED_AFTER_S, _ANSWER_S = 2 * HOUR_S, 12 * HOUR_S
_NPS_ANSWER_S = 14 * DAY_S
_PROMOTER, _PASSIVE = 9, 7
_COMMENTED, _GOOD = 0.3, 4.0
_TAKEN_BACK = "-first"
_NPS_MIDDLE, _NPS_SPREAD = 7.8, 1.9
_NPS_AFTER = {True: 0.8, False: -3.0, None: 0.0}
# Chances of the scores 1 to 5, by question and by whether the customer was satisfied.
SCORES = {
    ("csat", True): (0.0, 0.0, 0.0, 0.35, 0.65),
    ("csat", False): (0.4, 0.3, 0.3, 0.0, 0.0),
    ("ces", True): (0.5, 0.3, 0.15, 0.05, 0.0),
    ("ces", False): (0.0, 0.1, 0.2, 0.35, 0.35),
}
COMMENTS = {
    True: ("Quick and friendly.", "Sorted, thank you.", "All fine.", "Good as ever."),
    False: ("I had to wait too long.", "I had to explain it twice.", "Still not happy."),
}


class Asked(NamedTuple):
    """One survey; its fields are columns of `surveys`."""

    survey_id: str
    customer_id: str
    ticket_id: str | None
    question: str
    offered_at: int
    answered_at: int | None
    score: float | None
    scale_low: float
    scale_high: float
    comment: str | None
    direction: str | None = None


def asked_of(
    world: World, orders: Orders, cases: Sequence[Case], left: Mapping[str, int]
) -> Iterator[Asked]:
    """Every question that was asked, and what came back by the last order."""
    until_s = orders.ends_s
    after = tuple(asked_after_tickets(world, cases, until_s))
    yield from after
    yield from rated_before(world, after)
    yield from asked_whether_resolved(world, cases, until_s)
    yield from asked_every_quarter(world, orders, cases, left)


def asked_after_tickets(world: World, cases: Sequence[Case], until_s: int) -> Iterator[Asked]:
    """CSAT after most tickets, CES after the others."""
    chance = np.random.default_rng((world.seed, 31))
    for case, luck in zip(cases, chance.random((len(cases), 5)).tolist(), strict=True):
        if case.judged and _is_asked(case, until_s):
            yield _until(_asked(world, case, case.judged, luck), until_s)


def rated_before(world: World, asked: Iterable[Asked]) -> Iterator[Asked]:
    """First ratings of those who rate again: the other way round, on the way to the last one."""
    rated = [one for one in asked if one.question == "csat" and one.score is not None]
    chance = np.random.default_rng((world.seed, 35)).random((len(rated), 3))
    for last, (again, when, which) in zip(rated, chance.tolist(), strict=True):
        gap_s = (last.answered_at or 0) - last.offered_at
        if again < world.rates_again and gap_s > 1:
            is_good = (last.score or 0) >= _GOOD
            score = _score("csat", which, satisfied=not is_good)
            at_s = last.offered_at + int(when * (gap_s - 1))
            name = last.survey_id + _TAKEN_BACK
            yield last._replace(survey_id=name, answered_at=at_s, score=score, comment=None)


def is_taken_back(asked: Asked) -> bool:
    """Whether the customer rated again after this."""
    return asked.survey_id.endswith(_TAKEN_BACK)


def asked_whether_resolved(world: World, cases: Sequence[Case], until_s: int) -> Iterator[Asked]:
    """Some are asked whether it was resolved at first contact; a few who answer err."""
    chance = np.random.default_rng((world.seed, 34)).random((len(cases), 4))
    firsts = first_contacts(cases)
    for case, luck in zip(cases, chance.tolist(), strict=True):
        if case.judged and luck[0] < world.fcr_share and _is_asked(case, until_s):
            truth = case.contact.number in firsts
            yield _until(_resolved(world, case, luck[1:], truth=truth), until_s)


def first_contacts(cases: Iterable[Case]) -> frozenset[int]:
    """Numbers of the tickets that were solved at once, for customers who wrote only once."""
    known = list(cases)
    repeated = {case.contact.again for case in known}
    # Who hung up and then wrote brings the same luck along.
    given_up = {case.contact.dice for case in known if case.abandoned}
    return frozenset(
        case.contact.number
        for case in known
        if case.judged
        and case.contact.cause is not DELAYED
        and not case.reopened
        and case.contact.course == (SOLVE,)
        and case.contact.number not in repeated
        and case.contact.dice not in given_up
    )


def _resolved(world: World, case: Case, luck: Sequence[float], *, truth: bool) -> Asked:
    """`truth` is whether it was; satisfied customers answer more."""
    answers, when, errs = luck
    offered_s = (case.solved_s or 0) + _OFFERED_AFTER_S
    about = (f"fcr-{case.ticket_id}", case.contact.customer or "", case.ticket_id, "fcr", offered_s)
    is_happy = case.judged is not None and case.judged.satisfied
    if answers >= world.feelings.chance_answering(satisfied=is_happy):
        return Asked(*about, None, None, 0.0, 1.0, None)
    said = truth if errs >= world.fcr_errs else not truth
    return Asked(*about, _comes_s(offered_s, when), float(said), 0.0, 1.0, None)


def _is_asked(case: Case, until_s: int) -> bool:
    """Whether a solved ticket is of somebody to ask, whose turn has come."""
    is_theirs = bool(case.contact.customer) and case.contact.cause is not DELAYED
    return is_theirs and (case.solved_s or 0) + _OFFERED_AFTER_S <= until_s


def _comes_s(offered_s: int, luck: float) -> int:
    return offered_s + 60 + int(-log1p(-luck) * _ANSWER_S)


def _asked(world: World, case: Case, judged: Judged, luck: Sequence[float]) -> Asked:
    kind, when, answers, which, says = luck
    question = "csat" if kind < world.csat_share else "ces"
    offered_s = (case.solved_s or 0) + _OFFERED_AFTER_S
    about = (f"{question}-{case.ticket_id}", case.contact.customer or "", case.ticket_id, question)
    coded = "high_is_effort" if question == "ces" else None
    if answers >= world.feelings.chance_answering(satisfied=judged.satisfied):
        return Asked(*about, offered_s, None, None, 1.0, 5.0, None, coded)
    score = _score(question, which, satisfied=judged.satisfied)
    comment = _comment(says, satisfied=judged.satisfied)
    comes_s = _comes_s(offered_s, when)
    return Asked(*about, offered_s, comes_s, score, 1.0, 5.0, comment, coded)


def _score(question: str, luck: float, *, satisfied: bool) -> float:
    borders = np.cumsum(SCORES[question, satisfied][:-1])
    return 1.0 + int(np.searchsorted(borders, luck, "right"))


def _until(asked: Asked, until_s: int) -> Asked:
    """An answer that is still to come is none yet."""
    is_late = asked.answered_at is not None and asked.answered_at > until_s
    return asked._replace(answered_at=None, score=None, comment=None) if is_late else asked


def asked_every_quarter(
    world: World, orders: Orders, cases: Sequence[Case], left: Mapping[str, int]
) -> Iterator[Asked]:
    """NPS of some of those who had bought within half a year, by how their last ticket ended."""
    chance = np.random.default_rng((world.seed, 32))
    for quarter, asked_s in enumerate(range(*_quarters(orders)), 1):
        names = _recent_buyers(orders, asked_s)
        moods = _moods(cases, asked_s)
        lucks = np.hstack((chance.random((len(names), 3)), chance.standard_normal((len(names), 1))))
        asked = (
            _asked_nps(f"nps-{quarter}-{name}", asked_s, (name, moods.get(name)), luck[1:])
            for name, luck in zip(names, lucks.tolist(), strict=True)
            if luck[0] < world.nps_share and left.get(name, asked_s) >= asked_s
        )
        yield from (_until(one, orders.ends_s) for one in asked)


def _asked_nps(
    survey_id: str, asked_s: int, whom: tuple[str, bool | None], luck: Sequence[float]
) -> Asked:
    """`whom` is a customer and whether their last ticket left them satisfied."""
    (name, mood), (answers, when, bell) = whom, luck
    score = max(0, min(10, round(_NPS_MIDDLE + _NPS_AFTER[mood] + _NPS_SPREAD * bell)))
    comes_s = asked_s + 60 + int(when * _NPS_ANSWER_S)
    answered_s = comes_s if answers < chance_of_nps(score) else None
    given = None if answered_s is None else float(score)
    return Asked(survey_id, name, None, "nps", asked_s, answered_s, given, 0.0, 10.0, None)


def chance_of_nps(score: int) -> float:
    """How likely somebody answers who would give this score."""
    return 0.30 if score >= _PROMOTER else 0.18 if score >= _PASSIVE else 0.24


def _quarters(orders: Orders) -> tuple[int, int, int]:
    return int(orders.placed_s[0]) + _QUARTER_S, orders.ends_s, _QUARTER_S


def _recent_buyers(orders: Orders, at_s: int) -> list[str]:
    recent = (orders.placed_s < at_s) & (orders.placed_s >= at_s - _RECENT_S)
    places = np.unique(orders.customer[recent & (orders.customer != NOBODY) & ~orders.is_refund])
    return sorted(orders.names[place] for place in places.tolist())


def _moods(cases: Sequence[Case], at_s: int) -> dict[str | None, bool]:
    """Whether customers were satisfied at the end of their last ticket."""
    ended = (
        (case.solved_s or 0, case.contact.number, case.contact.customer, case.judged.satisfied)
        for case in cases
        if case.judged and at_s - _RECENT_S <= (case.solved_s or 0) < at_s
    )
    return {customer: satisfied for _, _, customer, satisfied in sorted(ended, key=_when)}


def _when(ended: tuple[int, int, str | None, bool]) -> tuple[int, int]:
    return ended[:2]


def _comment(luck: float, *, satisfied: bool) -> str | None:
    """Three in ten write something."""
    said = COMMENTS[satisfied]
    return said[int(luck / _COMMENTED * len(said))] if luck < _COMMENTED else None
