"""What all customers would have answered, from those who did, and how far that may be wrong.

Answers are weighted so that the kinds of tickets count as often as they were resolved. That helps
against silence that depends on the kind of ticket; against unhappy customers who answer more than
happy ones with the same kind of ticket it does not, and only a supposition (`gamma`) can.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, inf

import numpy as np
from numpy.typing import NDArray

from .figures import Figure, Reason, missing
from .intervals import Interval, wilson
from .response_model import response_chances

Floats = NDArray[np.float64]

FEWEST_IN_STRATUM = 5
FEWEST_EFFECTIVE = 30
LOWEST_RESPONSE = 0.05
_FURTHEST = 20.0  # log-odds: beyond all that can be supposed


@dataclass(frozen=True, slots=True)
class Stratum:
    """Tickets of one kind: how many could be asked about, were answered, and answered happily.

    `key` names the kind, the part that matters most first: (in time, first contact, channel, …).
    """

    key: tuple[str, ...]
    resolved: int
    answered: int
    happy: int


@dataclass(frozen=True, slots=True)
class Weighted:
    """A share of happy customers among all tickets that could be asked about.

    `figure` is pale below a response of 5 %, an effective sample of 30, or with a stratum of
    fewer than 5 answers. `raw` is the share among answers, `effective` how many independent
    answers the weighted ones are worth, `bounds` (Manski) where the share lies if nothing at all
    is supposed of the silent.
    """

    figure: Figure
    raw: float | None
    response: float | None
    effective: float
    bounds: Interval | None


def post_stratified(strata: Iterable[Stratum]) -> Weighted:
    """The share of each kind of ticket, weighted by how many were resolved of it.

    Kinds with fewer than five answers are put together with their like first. The interval is
    Wilson's on the sample that would have the variance of the strata (linearised).
    """
    rows = [row for row in strata if row.resolved]
    cells = collapsed(rows)
    if not sum(cell.answered for cell in cells):
        return _nothing(rows)
    resolved, answered, happy = _columns(cells)
    weights = resolved / resolved.sum()
    share = float(weights @ (happy / answered))
    # One more of each, so that a stratum where all agree is not taken to be certain.
    spread = (happy + 1) / (answered + 2)
    variance = float((weights**2 * spread * (1 - spread) / answered).sum())
    effective = float(1 / (weights**2 / answered).sum())
    return _weighted(rows, (share, variance, effective), float(answered.min()))


def inverse_weighted(strata: Iterable[Stratum]) -> Weighted:
    """Each answer weighted by 1 / its chance to come (Hájek), by a logistic model of the key.

    Main effects of every part of the key; chances below 1 % count as 1 %. The interval takes the
    chances as known, which makes it rather too wide.
    """
    # In the order of keys: effects are drawn towards the first word of each part.
    rows = [row for row in _together(strata) if row.resolved]
    resolved, answered, happy = _columns(rows)
    if not answered.sum():
        return _nothing(rows)
    weight = 1 / response_chances([row.key for row in rows], resolved, answered)
    whole = float((weight * answered).sum())
    share = float((weight * happy).sum()) / whole
    unhappy = answered - happy
    variance = (weight**2 * (happy * (1 - share) ** 2 + unhappy * share**2)).sum() / whole**2
    effective = whole**2 / float((weight**2 * answered).sum())
    # The model speaks for thin strata; what is asked of them is asked of each part of the key.
    return _weighted(rows, (share, float(variance), effective), _thinnest_part(rows))


def collapsed(strata: Iterable[Stratum], fewest: int = FEWEST_IN_STRATUM) -> list[Stratum]:
    """Strata with at least `fewest` answers each, thin ones put together with their like.

    From the last part of the key forward: thin kinds that differ only there become one, and take
    in the smallest of their like if they are thin still. What stays thin goes on to the part
    before. One thin stratum may be left if there are hardly any answers at all.
    """
    cells = _together(strata)
    for depth in range(max((len(cell.key) for cell in cells), default=0), 0, -1):
        alike: defaultdict[tuple[str, ...], list[Stratum]] = defaultdict(list)
        for cell in cells:
            alike[cell.key[: depth - 1]].append(cell)
        cells = [one for key, group in alike.items() for one in _joined(key, group, fewest)]
    return cells


def supposed(strata: Iterable[Stratum], gamma: float) -> float | None:
    """The share if unhappy customers answer more than happy ones with the same kind of ticket.

    `gamma` is by how much, in log-odds of answering; 0 gives the post-stratified share. The odds
    of being happy are then exp(gamma) times higher among the silent of a kind than among those
    who answered. Collapsed as `post_stratified`; None without answers.
    """
    cells = [cell for cell in collapsed(strata) if cell.answered]
    return _tilted(cells, gamma) if cells else None


def flipping_gamma(strata: Iterable[Stratum], target: float) -> float | None:
    """The gamma at which the share crosses the target, so that met becomes missed or the reverse.

    The nearer to 0, the weaker the conclusion. None if no supposition flips it, or nothing is
    known.
    """
    cells = [cell for cell in collapsed(strata) if cell.answered]
    if not cells:
        return None
    low, high = -_FURTHEST, _FURTHEST
    if not _tilted(cells, low) < target <= _tilted(cells, high):
        return None
    # Halving is enough: the share only grows with gamma.
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _tilted(cells, middle) < target else (low, middle)
    return high


def manski_bounds(resolved: int, answered: int, happy: int) -> Interval:
    """Where the share lies if all the silent are unhappy, and if all are happy.

    >>> manski_bounds(1000, 130, 91)
    (0.091, 0.961)
    """
    return happy / resolved, (happy + resolved - answered) / resolved


def _tilted(cells: Sequence[Stratum], gamma: float) -> float:
    happy = sum(_happy_if(cell, exp(gamma)) for cell in cells)
    return happy / sum(cell.resolved for cell in cells)


def _happy_if(cell: Stratum, odds: float) -> float:
    """Happy customers of a kind, if the silent are happy with so many times the odds."""
    unhappy, silent = cell.answered - cell.happy, cell.resolved - cell.answered
    return cell.happy + silent * odds * cell.happy / (odds * cell.happy + unhappy)


def _joined(key: tuple[str, ...], group: Sequence[Stratum], fewest: int) -> Iterable[Stratum]:
    thin = [cell for cell in group if cell.answered < fewest]
    if not thin:
        return group
    others = sorted((cell for cell in group if cell.answered >= fewest), key=lambda c: c.answered)
    is_thin = sum(cell.answered for cell in thin) < fewest
    taken = thin + others[: int(is_thin)]
    return [_sum(key, taken), *others[int(is_thin) :]]


def _sum(key: tuple[str, ...], cells: Sequence[Stratum]) -> Stratum:
    return Stratum(
        key,
        sum(cell.resolved for cell in cells),
        sum(cell.answered for cell in cells),
        sum(cell.happy for cell in cells),
    )


def _together(strata: Iterable[Stratum]) -> list[Stratum]:
    """One stratum per key, in the order of keys: engines tell them in any."""
    alike: defaultdict[tuple[str, ...], list[Stratum]] = defaultdict(list)
    for row in strata:
        alike[row.key].append(row)
    return [_sum(key, rows) for key, rows in sorted(alike.items())]


def _columns(cells: Sequence[Stratum]) -> tuple[Floats, Floats, Floats]:
    rows = [(cell.resolved, cell.answered, cell.happy) for cell in cells]
    resolved, answered, happy = np.array(rows, np.float64).reshape(-1, 3).T
    return resolved, answered, happy


def _thinnest_part(rows: Sequence[Stratum]) -> float:
    """The fewest answers any one value of any part of the key has."""
    answers: defaultdict[tuple[int, str], int] = defaultdict(int)
    for row in rows:
        for place, word in enumerate(row.key):
            answers[place, word] += row.answered
    return min(answers.values(), default=inf)


def _weighted(
    rows: Sequence[Stratum], estimate: tuple[float, float, float], thinnest: float
) -> Weighted:
    """From the share, its variance and its effective sample."""
    share, variance, effective = estimate
    total = _sum((), rows)
    size = share * (1 - share) / variance if variance > 0 and 0 < share < 1 else effective
    low, high = wilson(share * size, size)
    response = total.answered / total.resolved
    is_pale = (
        response < LOWEST_RESPONSE
        # Rounded, so that thirty answers that weigh alike are thirty.
        or round(effective, 6) < FEWEST_EFFECTIVE
        or thinnest < FEWEST_IN_STRATUM
    )
    return Weighted(
        Figure(share, low, high, total.answered, is_pale=is_pale),
        total.happy / total.answered,
        response,
        effective,
        manski_bounds(total.resolved, total.answered, total.happy),
    )


def _nothing(rows: Sequence[Stratum]) -> Weighted:
    resolved = sum(row.resolved for row in rows)
    if not resolved:
        return Weighted(missing(Reason.NOTHING), None, None, 0.0, None)
    return Weighted(missing(Reason.TOO_FEW), None, 0.0, 0.0, (0.0, 1.0))
