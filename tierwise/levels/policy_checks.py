"""What is wrong with a policy as a whole: levels nobody reaches, borders that overlap."""

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import combinations

from tierwise.facts.columns import Kind
from tierwise.facts.money import CURRENCIES

from .calendar_checks import calendars, unknown_zones
from .conditions import Always
from .policy import Experiment, Policy
from .policy_finding import Finding
from .policy_tree import Path
from .promise_checks import promises
from .regions import regions
from .rule_values import COLUMNS, did_you_mean
from .rules import Rule, columns_of, evaluate

NUMERIC = tuple(c.name for c in COLUMNS.values() if c.kind not in {Kind.TEXT, Kind.FLAG})


def findings_of(policy: Policy, known_zones: Collection[str] | None = None) -> tuple[Finding, ...]:
    """Everything to say about a policy whose single parts are sound."""
    found = [finding for check in _CHECKS for finding in check(policy)]
    zones = () if known_zones is None else unknown_zones(policy, known_zones)
    return (*found, *zones)


def _currency(policy: Policy) -> Iterator[Finding]:
    if policy.currency not in CURRENCIES:
        step = did_you_mean(policy.currency, tuple(sorted(CURRENCIES))) or "such as `EUR`"
        yield Finding(("currency",), "an ISO 4217 currency code", f"`{policy.currency}`", step)


def _last_level(policy: Policy) -> Iterator[Finding]:
    last = policy.names[-1]
    level = policy.levels[last]
    if level.who.condition != Always(value=True):
        yield Finding(
            ("levels", last, "who"),
            "`everyone`, because the last level takes all who are left",
            f"`{level.who}`",
            "add a last level with `who: everyone`",
        )
    for key in ("keep_until", "experiment"):
        if getattr(level, key) is not None:
            step = "delete it: nobody can fall below the last level"
            yield Finding(("levels", last, key), f"no `{key}` in the last level", "one", step)


def _experiments(policy: Policy) -> Iterator[Finding]:
    running = [(n, level.experiment) for n, level in policy.levels.items() if level.experiment]
    for name, experiment in running:
        if experiment.column not in NUMERIC:
            yield Finding(
                ("levels", name, "experiment", "column"),
                "a number column of the standing",
                f"`{experiment.column}`",
                did_you_mean(experiment.column, NUMERIC),
            )
    for (first, one), (second, other) in combinations(running, 2):
        if _meet(one, other):
            yield Finding(
                ("levels", second, "experiment", "band"),
                f"a band that does not overlap that of `{first}`, {one.band}",
                f"`{other.band}`",
                "nobody can be in two lots for the same reason: move one of them",
            )


def _meet(one: Experiment, other: Experiment) -> bool:
    same = one.column == other.column
    return same and one.band.low < other.band.high and other.band.low < one.band.high


def _borders(policy: Policy) -> Iterator[Finding]:
    for name, level in policy.levels.items():
        if level.keep_until is None:
            continue
        path: Path = ("levels", name, "keep_until")
        points = regions((level.who, level.keep_until))
        if points is None:
            yield _unsure(path, "whether the borders overlap")
            continue
        both = (p for p in points if evaluate(level.who, p) and evaluate(level.keep_until, p))
        witness = next(both, None)
        if witness is not None:
            yield Finding(
                path,
                "a leaving border that `who` does not overlap",
                f"`{level.keep_until}` with `who: {level.who}`",
                f"a customer with {_words(witness)} would enter and leave at once",
            )


def _reach(policy: Policy) -> Iterator[Finding]:
    for rank, (name, level) in enumerate(policy.levels.items()):
        rules = tuple(better.who for better in policy.levels.values())[:rank]
        path: Path = ("levels", name, "who")
        points = regions((*rules, level.who))
        if points is None:
            yield _unsure(path, "whether a customer can reach this level")
            return
        reached, named = _reached(level.who, rules, points)
        if not reached:
            why = "all it names belong to better levels" if named else "its rule holds for nobody"
            step = "change its rule, move it up or delete it"
            yield Finding(path, f"a level that a customer can reach; {why}", f"`{level.who}`", step)


def _reached(
    who: Rule, better: tuple[Rule, ...], points: Iterable[dict[str, object]]
) -> tuple[bool, bool]:
    """Whether some customer gets the level, and whether its rule holds for any at all."""
    named = False
    for point in points:
        if not evaluate(who, point):
            continue
        named = True
        if not any(evaluate(rule, point) for rule in better):
            return True, named
    return False, named


def _unsure(path: Path, what: str) -> Finding:
    return Finding(
        path,
        "rules that compare columns with constants, so that all cases can be tried",
        "a comparison of two columns, a sum, or too many constants",
        f"could not check {what}; look at a plan before you apply it",
        remark=True,
    )


def _words(point: dict[str, object]) -> str:
    shown = {name: "nothing" if value is None else value for name, value in point.items()}
    parts = (f"{n} {v:g}" if isinstance(v, float) else f"{n} {v}" for n, v in shown.items())
    return ", ".join(parts)


_CHECKS: tuple[Callable[[Policy], Iterator[Finding]], ...] = (
    _currency,
    _last_level,
    calendars,
    promises,
    _experiments,
    _borders,
    _reach,
)


def evidence_columns(policy: Policy) -> tuple[str, ...]:
    """The standing columns the policy looks at, in the order of the standing."""
    levels = policy.levels.values()
    rules = [rule for level in levels for rule in (level.who, level.keep_until) if rule]
    used = {name for rule in rules for name in columns_of(rule)}
    used |= {level.experiment.column for level in levels if level.experiment}
    return tuple(name for name in COLUMNS if name in used)
