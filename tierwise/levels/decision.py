"""Deciding the level of one customer; the SQL model of the same name is held to this page."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import md5

from tierwise.facts.decisions import Change, Ground

from .conditions import Standing
from .policy import Experiment, Level, Policy, Stability
from .rules import evaluate

LOTS = 10_000

HELD = (Ground.LEAVING_BORDER, Ground.MINIMUM_STAY, Ground.CONFIRMATION)


@dataclass(frozen=True, slots=True)
class CurrentLevel:
    """What the book says of one customer before a run."""

    customer_id: str
    level: str | None = None
    since_day: int | None = None
    by_hand: bool = False
    waiting_level: str | None = None
    waiting_runs: int = 0
    waiting_day: int | None = None
    override_level: str | None = None
    override_until_day: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a run decides for one customer: a row of `facts.decisions.DECISIONS`."""

    customer_id: str
    level_from: str | None
    deserved: str | None
    level_to: str | None
    change: Change
    ground: Ground
    confirmed_runs: int


@dataclass(frozen=True, slots=True)
class Deserved:
    """The level the rules give, and whether a lot had a say in it."""

    level: str
    by_lot: bool = False


def draw(key: str, customer_id: str) -> int:
    """A customer's lot, 0 to 9999: always the same for a key, unrelated between keys."""
    digest = md5(f"{key}:{customer_id}".encode(), usedforsecurity=False).hexdigest()
    return int(digest[:8], 16) % LOTS


def winning_lots(experiment: Experiment) -> int:
    """Lots below this number get the level."""
    return round(experiment.share * LOTS)


def lot_key(name: str, experiment: Experiment) -> str:
    return experiment.key or name


def deserved_level(standing: Standing, policy: Policy) -> Deserved:
    """The first level whose rule holds; inside a level's band the lot stands for its rule."""
    by_lot = False
    for name, level in policy.levels.items():
        lots = level.experiment
        if lots is not None and standing[lots.column] in lots.band:
            by_lot = True
            gets_it = draw(lot_key(name, lots), str(standing["customer_id"])) < winning_lots(lots)
        else:
            gets_it = evaluate(level.who, standing) is True
        if gets_it:
            return Deserved(name, by_lot)
    return Deserved(policy.names[-1], by_lot)


def decide_level(
    standing: Standing | None, current: CurrentLevel, policy: Policy, as_of_day: int
) -> Decision:
    """The level a customer gets, and why.

    1. Whoever has no standing is gone.
    2. A level set by hand holds to its last day, if the policy still has that level.
    3. Inside the band of an experiment the lot decides, at once and in both directions.
    4. New customers, customers of a level that is no more, and those whose level by hand has
       ended get what they deserve: there is no stay to protect.
    5. Going up waits for `promote_after` runs.
    6. Going down waits for the leaving border, then the minimum stay, then `demote_after` runs.
    """
    if standing is None:
        return _gone(current)
    deserved = deserved_level(standing, policy)
    confirmed = confirmed_runs(current, deserved.level, as_of_day)
    ground = _ground(_Case(standing, current, deserved, confirmed, as_of_day), policy)
    level = deserved.level
    if ground is Ground.OVERRIDE:
        level = str(current.override_level)
    elif ground in HELD:
        level = str(current.level)
    return Decision(
        current.customer_id,
        current.level,
        deserved.level,
        level,
        Change.HELD if ground in HELD else change_of(current.level, level, policy),
        ground,
        0 if ground is Ground.LEAVING_BORDER else confirmed,
    )


def change_of(before: str | None, after: str, policy: Policy) -> Change:
    """What it is to a customer to come from one level to another."""
    if before is None:
        return Change.NEW
    if before not in policy.levels:
        return Change.MOVED
    steps = policy.rank(after) - policy.rank(before)
    return Change.SAME if steps == 0 else Change.DOWN if steps > 0 else Change.UP


def confirmed_runs(current: CurrentLevel, deserved: str, as_of_day: int) -> int:
    """Applied runs that say so, this one included; a second run of a day counts once."""
    if current.waiting_level != deserved:
        return 1
    earlier = current.waiting_day is not None and current.waiting_day < as_of_day
    return current.waiting_runs + 1 if earlier else max(current.waiting_runs, 1)


@dataclass(frozen=True, slots=True)
class _Case:
    """One customer on one day."""

    standing: Mapping[str, object]
    current: CurrentLevel
    deserved: Deserved
    confirmed: int
    as_of_day: int


def _gone(current: CurrentLevel) -> Decision:
    change = Change.SAME if current.level is None else Change.GONE
    return Decision(current.customer_id, current.level, None, None, change, Ground.NO_CUSTOMER, 1)


def _ground(case: _Case, policy: Policy) -> Ground:
    current = case.current
    if current.override_level in policy.levels and _until(current) >= case.as_of_day:
        return Ground.OVERRIDE
    if case.deserved.by_lot:
        return Ground.EXPERIMENT
    if current.level is None or current.level not in policy.levels or current.by_hand:
        return Ground.RULE
    steps = policy.rank(case.deserved.level) - policy.rank(current.level)
    if steps == 0:
        return Ground.RULE
    if steps < 0:
        waits = case.confirmed < policy.stability.promote_after
        return Ground.CONFIRMATION if waits else Ground.RULE
    return _way_down(case, policy.levels[current.level], policy.stability)


def _until(current: CurrentLevel) -> int:
    return -1 if current.override_until_day is None else current.override_until_day


def _way_down(case: _Case, level: Level, stability: Stability) -> Ground:
    if level.keep_until and not evaluate(level.keep_until, case.standing):
        return Ground.LEAVING_BORDER
    since = case.current.since_day
    if since is not None and case.as_of_day - since < stability.minimum_stay:
        return Ground.MINIMUM_STAY
    if case.confirmed < stability.demote_after:
        return Ground.CONFIRMATION
    return Ground.RULE
