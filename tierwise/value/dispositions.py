"""How customers tend to shop: counted per customer, weighed against the shop's usual."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincc

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel

from .disposition_prior import Prior, Tallies, fit_prior
from .purchase_history import Floats

COUNT, FLAG, NUMBER, TEXT = Kind.COUNT, Kind.FLAG, Kind.NUMBER, Kind.TEXT
_DIGITS = 9  # of a score; what is beyond differs between machines


@dataclass(frozen=True, slots=True)
class Disposition:
    """When a customer counts as one: P(share > usual + `margin`) > `sure`.

    And where it did not show on more than `rest_at_most` of the occasions, never. `depth_weight`
    is how much of the score is the mean depth of discount instead of the share.
    """

    name: str
    margin: float = 0.10
    sure: float = 0.90
    rest_at_most: float = 1.0
    depth_weight: float = 0.0


DISPOSITIONS: tuple[Disposition, ...] = (
    Disposition("impulsive"),
    Disposition("sceptical"),
    Disposition("researcher"),
    # .8 and .2 are the weights of Octolis' discount sensitivity.
    Disposition("discount_chaser", rest_at_most=0.20, depth_weight=0.80),
)
NAMES = tuple(row.name for row in DISPOSITIONS)

_TYPE = Column("type", TEXT, "The disposition.", choices=NAMES)
_SHOWN = Column("shown", COUNT, "Occasions at which it showed.", low=0)
_EVIDENCE = Column("evidence", COUNT, "Occasions at which it could have shown.", low=1)
_DEPTH = Column(
    "depth_ppm", COUNT, "Discount as millionths of the list price, summed over the orders.", low=0
)

DISPOSITION_COUNTS = SqlModel(
    package="tierwise.value",
    output=Table(
        "disposition_counts",
        "At how many occasions a customer showed a disposition. Quick orders come within P25 of "
        "the time and P25 of the sessions that the shop's orders take, without a question; "
        "sessions of research view at least P75 of the shop's, and 2; a long way takes at least "
        "P75 of the sessions, and 2.",
        ("customer_id", "type"),
        (
            Column("customer_id", TEXT, "The customer, after identities were settled."),
            _TYPE,
            _SHOWN,
            _EVIDENCE,
            Column("questions", COUNT, "Of the evidence, questions before buying.", low=0),
            _DEPTH,
        ),
    ),
    reads=("orders", "identities", "shopper_sessions", "shopper_questions", "shopper_journeys"),
    parameters=("as_of_day",),
)

DISPOSITION_STATES = SqlModel(
    package="tierwise.value",
    output=Table(
        "disposition_states",
        "Customers with equal counts together.",
        ("type", "shown", "evidence"),
        (
            _TYPE,
            _SHOWN,
            _EVIDENCE,
            Column("customers", COUNT, "How many share them.", low=1),
            _DEPTH,
        ),
    ),
    reads=("disposition_counts",),
)

DISPOSITION_SCORES = Table(
    "disposition_scores",
    "What each state says against the shop's usual. All but the counts are empty for what nobody "
    "in the shop ever showed: it is not recorded there, and nobody is told to lack it.",
    ("type", "shown", "evidence"),
    (
        _TYPE,
        _SHOWN,
        _EVIDENCE,
        Column("usual", NUMBER, "The usual share in this shop.", nullable=True, low=0, high=1),
        Column("shrunk", NUMBER, "Own share, drawn to it.", nullable=True, low=0, high=1),
        Column("chance", NUMBER, "P(share > usual + margin).", nullable=True, low=0, high=1),
        Column("holds", FLAG, "Whether that is clear enough.", nullable=True),
        Column("own_weight", NUMBER, "What the own share weighs.", nullable=True, low=0, high=1),
        Column("depth_weight", NUMBER, "What depth weighs.", nullable=True, low=0, high=1),
        Column("usual_depth", NUMBER, "The usual depth of discount.", nullable=True, low=0, high=1),
    ),
)

DISPOSITION_MODELS = (DISPOSITION_COUNTS, DISPOSITION_STATES)


def score_dispositions(
    states: Mapping[str, Sequence[Any]],
) -> tuple[dict[str, list[Any]], dict[str, Prior]]:
    """The columns of DISPOSITION_SCORES from those of DISPOSITION_STATES, and the priors.

    The order of the rows does not matter: they come back sorted.
    """
    types, numbers = _sorted(states)
    columns: dict[str, list[Any]] = {name: [] for name in DISPOSITION_SCORES.names}
    priors: dict[str, Prior] = {}
    for row in DISPOSITIONS:
        mine = numbers[:, types == row.name]
        if mine.shape[1] == 0:
            continue
        priors[row.name] = fit_prior(Tallies(*mine[:3]))
        for name, values in _scored(row, mine, priors[row.name]).items():
            columns[name].extend(values)
    return columns, priors


def posterior(tallies: Tallies, prior: Prior, margin: float) -> tuple[Floats, Floats]:
    """Own shares drawn to the usual one, and P(share > usual + margin)."""
    a = prior.a + tallies.shown
    b = prior.b + tallies.evidence - tallies.shown
    border = prior.usual + margin
    above = betaincc(a, b, border) if border < 1.0 else np.zeros(len(a))
    return a / (a + b), np.asarray(above, dtype=np.float64)


def _sorted(states: Mapping[str, Sequence[Any]]) -> tuple[NDArray[np.str_], Floats]:
    """Types, and rows of shown, evidence, customers and depth, in the order of the key."""
    types = np.array(states["type"], dtype=np.str_)
    names = ("shown", "evidence", "customers", "depth_ppm")
    numbers = np.array([states[name] for name in names], dtype=np.float64)
    order = np.lexsort((numbers[1], numbers[0], types))
    return types[order], numbers[:, order]


def _scored(row: Disposition, numbers: Floats, prior: Prior) -> dict[str, list[Any]]:
    tallies, depth = Tallies(*numbers[:3]), numbers[3]
    count = len(depth)
    counts = {
        "type": [row.name] * count,
        "shown": tallies.shown.astype(np.int64).tolist(),
        "evidence": tallies.evidence.astype(np.int64).tolist(),
    }
    if tallies.shown.sum() == 0:
        return dict.fromkeys(DISPOSITION_SCORES.names, [None] * count) | counts
    shrunk, chance = posterior(tallies, prior, row.margin)
    few = tallies.evidence - tallies.shown <= row.rest_at_most * tallies.evidence
    usual_depth = depth.sum() / (tallies.customers @ tallies.evidence) / 1e6
    return counts | {
        "usual": [round(prior.usual, _DIGITS)] * count,
        "shrunk": np.round(shrunk, _DIGITS).tolist(),
        "chance": np.round(chance, _DIGITS).tolist(),
        "holds": ((chance > row.sure) & few).tolist(),
        "own_weight": np.round(
            tallies.evidence / (tallies.evidence + prior.worth), _DIGITS
        ).tolist(),
        "depth_weight": [row.depth_weight] * count,
        "usual_depth": [round(float(usual_depth), _DIGITS)] * count,
    }
