"""How likely a ticket of a kind is answered when it is asked about: a logistic model of its key."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEAST_CHANCE = 0.01  # a smaller one would let a single answer speak for everybody
RIDGE = 1e-2  # keeps the effects of parts that nobody, or everybody, answers finite
_ROUNDS = 50
_STILL = 1e-10
_STEEPEST = 30.0


def response_chances(keys: Sequence[tuple[str, ...]], asked: Floats, answered: Floats) -> Floats:
    """The chance of an answer for each kind, at least 1 %: main effects of every part of its key.

    Penalised likelihood by iteratively reweighted least squares (McCullagh and Nelder 1989,
    Generalized Linear Models, §2.5); the constant is not penalised.
    """
    design = _design(keys)
    penalty = np.full(design.shape[1], RIDGE)
    penalty[0] = 0.0
    share = (answered.sum() + 0.5) / (asked.sum() + 1)
    effects = np.zeros(design.shape[1])
    effects[0] = np.log(share / (1 - share))
    for _ in range(_ROUNDS):
        chances = _logistic(design @ effects)
        weight = asked * chances * (1 - chances)
        slope = design.T @ (answered - asked * chances) - penalty * effects
        # A little more on the diagonal, or a column nobody differs in could not be solved for.
        curvature = (design.T * weight) @ design + np.diag(penalty + 1e-9)
        step = np.linalg.solve(curvature, slope)
        effects = effects + step * min(1.0, 2 / max(np.abs(step).max(), 1e-300))
        if np.abs(step).max() < _STILL:
            break
    return np.maximum(_logistic(design @ effects), LEAST_CHANCE)


def _logistic(logits: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(logits, -_STEEPEST, _STEEPEST)))


def _design(keys: Sequence[tuple[str, ...]]) -> Floats:
    """A constant, and a column for every word of every part of the key but the first seen."""
    columns = [np.ones(len(keys))]
    for part in zip(*keys, strict=True):
        words = list(dict.fromkeys(part))
        columns.extend(
            np.array([word == one for one in part], dtype=np.float64) for word in words[1:]
        )
    return np.stack(columns, axis=1)
