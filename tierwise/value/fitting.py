"""Maximum likelihood: climb to the best parameters, tell how sure they are and what was tried."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .purchase_history import Floats

# Parameters to the log-likelihood of the whole base and its slope in each parameter.
Likelihood = Callable[[Floats], tuple[float, Floats]]

FLAT = 1e-6  # largest slope per customer, in log parameters, that counts as the top
_STEP = 1e-5  # of the finite differences behind the curvature
_POLISH = 4  # Newton steps at most
_UPHILL_LIMIT = 1e10


@dataclass(frozen=True, slots=True)
class Parameter:
    """A positive parameter and where it may lie, in the unit the likelihood is told in.

    `in_unit` says that it is measured in the caller's unit and grows with it.
    """

    name: str
    low: float
    high: float
    in_unit: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A fitted model.

    `converged` says that the climb ended on flat ground. `standard_errors` are None where the data
    do not tell: at the border of what is allowed (`at_border`), or everywhere if there is a
    direction in which the likelihood does not fall (all customers leave at one rate, say).
    `log_covariance` belongs to the logarithms of the parameters (Laplace); rows of parameters
    without standard error are 0.
    `log_likelihood` is that of the data in the caller's unit, without terms free of parameters.
    """

    model: str
    parameters: dict[str, float]
    standard_errors: dict[str, float | None]
    log_likelihood: float
    customers: float
    iterations: int
    converged: bool
    at_border: tuple[str, ...]
    tried: tuple[str, ...]
    log_covariance: Floats

    @property
    def values(self) -> Floats:
        """The parameters in the order of the model."""
        return np.array(list(self.parameters.values()))


@dataclass(frozen=True, slots=True)
class NotFitted:
    """Why there is no fit, and what was tried."""

    model: str
    reason: str
    tried: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Climb:
    """What to maximise. `unit` is the caller's unit, in which `in_unit` parameters are told.

    `shift` is added to the log-likelihood to tell it in the caller's unit.
    """

    model: str
    parameters: tuple[Parameter, ...]
    likelihood: Likelihood
    starts: tuple[tuple[float, ...], ...]
    customers: float
    unit: float = 1.0
    shift: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class _Peak:
    """Where a climb ended: log parameters, height and slope per customer, curvature."""

    theta: Floats
    height: float
    slope: Floats
    curvature: Floats
    rounds: int

    @property
    def steepness(self) -> float:
        return float(np.abs(self.slope).max())


def best_fit(climb: Climb) -> Fit | NotFitted:
    """The highest peak found; every start is tried until one ends on flat ground."""
    tried: list[str] = []
    best: _Peak | None = None
    for start in climb.starts:
        peak = _climbed(climb, start)
        tried.append(_told(climb, start, peak))
        if np.isfinite(peak.height) and (best is None or peak.height > best.height):
            best = peak
        if best is not None and best.steepness <= FLAT:
            return _fit(climb, best, tuple(tried))
    if best is None:
        return NotFitted(climb.model, "the likelihood is not a number anywhere", tuple(tried))
    return _fit(climb, best, tuple(tried))


def warm_start(fit: Fit, parameters: tuple[Parameter, ...], unit: float) -> tuple[float, ...]:
    """The parameters of an earlier fit, told in the unit the likelihood is told in."""
    return tuple(fit.parameters[p.name] / (unit if p.in_unit else 1.0) for p in parameters)


def draw_parameters(fit: Fit, size: int, generator: np.random.Generator) -> Floats:
    """`size` rows of parameters as likely as the data allow: normal in their logarithms."""
    spread = generator.multivariate_normal(
        np.zeros(len(fit.values)), fit.log_covariance, size=size, method="eigh"
    )
    return np.asarray(fit.values * np.exp(spread), dtype=np.float64)


def _climbed(climb: Climb, start: tuple[float, ...]) -> _Peak:
    # It takes a quarter of a second to load, and most commands fit nothing.
    from scipy.optimize import minimize

    low, high = _borders(climb)
    found = minimize(
        lambda theta: _downhill(climb, theta),
        np.clip(np.log(start), low, high),
        jac=True,
        method="L-BFGS-B",
        bounds=list(zip(low, high, strict=True)),
        options={"maxiter": 500, "ftol": 1e-12, "gtol": 1e-6},
    )
    return _polished(climb, found.x, int(found.nit))


def _polished(climb: Climb, theta: Floats, rounds: int) -> _Peak:
    """Newton steps with the curvature that the standard errors need anyway."""
    low, high = _borders(climb)
    height, slope = _projected(climb, theta)
    curvature = _curvature(climb, theta)
    for _ in range(_POLISH):
        step = _newton(curvature, slope)
        if step is None or np.abs(slope).max() < FLAT / 1e4:
            break
        ahead = np.clip(theta + step, low, high)
        height_ahead, slope_ahead = _projected(climb, ahead)
        if not np.abs(slope_ahead).max() < np.abs(slope).max():
            break
        if np.abs(ahead - theta).max() > _STEP:
            curvature = _curvature(climb, ahead)
        theta, height, slope, rounds = ahead, height_ahead, slope_ahead, rounds + 1
    return _Peak(theta, height, slope, curvature, rounds)


def _downhill(climb: Climb, theta: Floats) -> tuple[float, Floats]:
    """Minus the log-likelihood per customer and its slope in the log parameters."""
    values = np.exp(theta)
    with np.errstate(all="ignore"):
        height, slope = climb.likelihood(values)
    if not (np.isfinite(height) and np.isfinite(slope).all()):
        return _UPHILL_LIMIT, np.zeros(len(theta))
    return -height / climb.customers, -slope * values / climb.customers


def _projected(climb: Climb, theta: Floats) -> tuple[float, Floats]:
    """Height and slope per customer; the slope is 0 where a border stops the climb."""
    low, high = _borders(climb)
    depth, slope = _downhill(climb, theta)
    if depth >= _UPHILL_LIMIT:
        return -np.inf, np.full(len(theta), np.inf)
    stopped = ((theta <= low) & (slope > 0)) | ((theta >= high) & (slope < 0))
    return -depth, np.where(stopped, 0.0, -slope)


def _curvature(climb: Climb, theta: Floats) -> Floats:
    """Minus the second derivatives per customer; 0 in rows and columns of borders."""
    low, high = _borders(climb)
    free = (theta > low) & (theta < high)
    rows, here = np.zeros((len(theta), len(theta))), _downhill(climb, theta)[1]
    for i in np.flatnonzero(free):
        step = np.zeros(len(theta))
        step[i] = _STEP
        rows[i] = _downhill(climb, theta + step)[1] - here
    rows = np.where(np.outer(free, free), rows / _STEP, 0.0)
    return np.asarray((rows + rows.T) / 2, dtype=np.float64)


def _inverse(curvature: Floats) -> Floats | None:
    """The inverse over the free parameters; None unless the ground falls in every direction."""
    free = np.flatnonzero(curvature.any(axis=0))
    inner = curvature[np.ix_(free, free)]
    if len(free) == 0 or np.linalg.eigvalsh(inner)[0] <= 1e-12:
        return None
    full = np.zeros_like(curvature)
    full[np.ix_(free, free)] = np.linalg.inv(inner)
    return full


def _newton(curvature: Floats, slope: Floats) -> Floats | None:
    inverse = _inverse(curvature)
    return None if inverse is None else np.asarray(inverse @ slope, dtype=np.float64)


def _fit(climb: Climb, peak: _Peak, tried: tuple[str, ...]) -> Fit:
    names = [p.name for p in climb.parameters]
    units = np.array([climb.unit if p.in_unit else 1.0 for p in climb.parameters])
    values = np.exp(peak.theta) * units
    low, high = _borders(climb)
    inverse = _inverse(peak.curvature)
    covariance = np.zeros_like(peak.curvature) if inverse is None else inverse / climb.customers
    errors = values * np.sqrt(np.diag(covariance))
    return Fit(
        climb.model,
        dict(zip(names, values.tolist(), strict=True)),
        {name: float(e) if e > 0 else None for name, e in zip(names, errors, strict=True)},
        peak.height * climb.customers + climb.shift,
        climb.customers,
        peak.rounds,
        peak.steepness <= FLAT,
        tuple(np.array(names)[(peak.theta <= low) | (peak.theta >= high)].tolist()),
        tried,
        covariance,
    )


def _borders(climb: Climb) -> tuple[Floats, Floats]:
    return (
        np.log([p.low for p in climb.parameters]),
        np.log([p.high for p in climb.parameters]),
    )


def _told(climb: Climb, start: tuple[float, ...], peak: _Peak) -> str:
    begun = ", ".join(
        f"{p.name} {value * (climb.unit if p.in_unit else 1.0):.4g}"
        for p, value in zip(climb.parameters, start, strict=True)
    )
    end = "reached the top" if peak.steepness <= FLAT else f"stopped at slope {peak.steepness:.1g}"
    return f"L-BFGS-B and Newton from {begun}: {end} after {peak.rounds} rounds"
