"""What customers said of the service: CSAT, its flips and its recent side, and effort."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean

from tierwise.facts.problems import Problem

from .intervals import Tally, kish_size

HALF_LIFE_DAYS = 30.0


@dataclass(frozen=True, slots=True)
class Rating:
    """What a ticket was rated when, on a scale or as bad 0 and good 1."""

    ticket_id: str
    at_s: int
    score: float


@dataclass(frozen=True, slots=True)
class Flips:
    """Tickets whose last rating is not what an earlier one was."""

    good_to_bad: int
    bad_to_good: int


@dataclass(frozen=True, slots=True)
class Dated:
    """A rating and how old it is."""

    score: float
    age_days: float


class Direction(StrEnum):
    """What a high answer to the question of effort means."""

    EFFORT = "high_is_effort"
    EASE = "high_is_ease"


@dataclass(frozen=True, slots=True)
class EffortScale:
    """The ends of a scale of effort and which of them is the good one."""

    low: int
    high: int
    direction: Direction

    @property
    def answers(self) -> int:
        """How many answers there are."""
        return self.high - self.low + 1

    @property
    def end(self) -> int:
        """How many answers at either end are high or low effort.

        Of up to seven answers all beyond the middle one (2 of 5, 3 of 7), of longer scales three
        tenths (3 of 10), and at least one.
        """
        is_short = self.answers <= 7
        return max(1, (self.answers - 1) // 2 if is_short else round(0.3 * self.answers))

    def ease(self, score: float) -> float:
        """Ease from 0 to 100 of an answer or of a mean of answers, whatever the scale."""
        from_bottom = 100 * (score - self.low) / (self.high - self.low)
        return from_bottom if self.direction is Direction.EASE else 100 - from_bottom

    def is_high_effort(self, score: float) -> bool:
        """4–5 of 5 and 8–10 of 10 where high is effort, 1–3 of 7 where high is ease."""
        return self._is_at(score, top=self.direction is Direction.EFFORT)

    def is_low_effort(self, score: float) -> bool:
        """1–2 of 5 and 1–3 of 10 where high is effort, 5–7 of 7 where high is ease."""
        return self._is_at(score, top=self.direction is Direction.EASE)

    def _is_at(self, score: float, *, top: bool) -> bool:
        return score > self.high - self.end if top else score < self.low + self.end


@dataclass(frozen=True, slots=True)
class EffortAnswer:
    """An answer on its scale."""

    score: float
    scale: EffortScale


@dataclass(frozen=True, slots=True)
class Effort:
    """Answers on one scale: their mean, and who had it hard and who easy."""

    mean: float
    ease: float
    high_effort: Tally
    low_effort: Tally


def satisfied_from(low: int, high: int) -> int:
    """The least answer that is satisfied: the upper two fifths of a scale, at least the best.

    >>> satisfied_from(1, 5), satisfied_from(1, 3), satisfied_from(0, 1), satisfied_from(1, 10)
    (4, 3, 1, 7)
    """
    return high + 1 - max(1, 2 * (high - low + 1) // 5)


def csat(scores: Iterable[float], good_from: float) -> Tally:
    """The satisfied among those who rated; whoever did not is in neither."""
    known = list(scores)
    return Tally(sum(score >= good_from for score in known), len(known))


def last_ratings(ratings: Iterable[Rating]) -> tuple[Rating, ...]:
    """The last rating of each ticket; of several in one second, the one told last."""
    return tuple(told[-1] for told in _by_ticket(ratings))


def flips(ratings: Iterable[Rating], good_from: float) -> Flips:
    """Tickets that were rated good once and bad at last, and the other way round."""
    told = [[one.score >= good_from for one in ticket] for ticket in _by_ticket(ratings)]
    return Flips(
        sum(any(ticket) and not ticket[-1] for ticket in told),
        sum(ticket[-1] and not all(ticket) for ticket in told),
    )


def _by_ticket(ratings: Iterable[Rating]) -> list[list[Rating]]:
    tickets: dict[str, list[Rating]] = {}
    for rating in sorted(ratings, key=lambda rating: rating.at_s):
        tickets.setdefault(rating.ticket_id, []).append(rating)
    return list(tickets.values())


def net_satisfaction(good: float, neutral: float, bad: float) -> float | None:
    """Share of good less share of bad, -1 to 1: another figure than CSAT, which it is often called.

    >>> net_satisfaction(good=10, neutral=6, bad=4)
    0.3
    """
    rated = good + neutral + bad
    return (good - bad) / rated if rated else None


def recent_weight(age_days: float, half_life_days: float = HALF_LIFE_DAYS) -> float:
    """How much an answer counts: half as much for every half-life it is older."""
    return float(2 ** (-age_days / half_life_days))


def recent_csat(
    ratings: Sequence[Dated], good_from: float, half_life_days: float = HALF_LIFE_DAYS
) -> Tally:
    """CSAT in which the recent weighs more, on Kish's effective sample.

    To look at, not to hold a target against: what half-life is right is a matter of taste.
    """
    weights = [recent_weight(one.age_days, half_life_days) for one in ratings]
    size = kish_size(sum(weights), sum(weight**2 for weight in weights))
    if not size:
        return Tally(0.0, 0.0)
    weighted = zip(ratings, weights, strict=True)
    good = sum(weight for one, weight in weighted if one.score >= good_from)
    return Tally(size * good / sum(weights), size)


def response_rate(rated: int, unanswered: int) -> Tally:
    """Who rated among those who were asked; whoever was never asked is in neither."""
    return Tally(rated, rated + unanswered)


def effort(answers: Sequence[EffortAnswer]) -> Effort | Problem:
    """Effort on one scale; a problem where scales or directions are mixed, or nobody answered.

    Their raw means say nothing together; use `mean_ease` there.
    """
    scales = {answer.scale for answer in answers}
    if len(scales) != 1:
        return _not_one_scale(scales)
    (scale,) = scales
    mean = fmean(answer.score for answer in answers)
    return Effort(
        mean,
        scale.ease(mean),
        _tally(answers, scale.is_high_effort),
        _tally(answers, scale.is_low_effort),
    )


def _tally(answers: Sequence[EffortAnswer], holds: Callable[[float], bool]) -> Tally:
    return Tally(sum(holds(answer.score) for answer in answers), len(answers))


def _not_one_scale(scales: Iterable[EffortScale]) -> Problem:
    found = sorted(f"{one.low}–{one.high}, {one.direction}" for one in scales)
    return Problem(
        "surveys",
        None,
        "direction",
        "answers about effort on one scale",
        "; ".join(found) or "no answer",
        "compare them on ease from 0 to 100",
    )


def high_effort(answers: Sequence[EffortAnswer]) -> Tally:
    """Who had it hard, each judged on the scale of the answer."""
    return Tally(sum(one.scale.is_high_effort(one.score) for one in answers), len(answers))


def mean_ease(answers: Sequence[EffortAnswer]) -> float | None:
    """Mean ease from 0 to 100 of answers on any scales; None without answers."""
    eases = [answer.scale.ease(answer.score) for answer in answers]
    return fmean(eases) if eases else None
