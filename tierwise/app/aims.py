"""The targets of a policy as figures to reach: which KPI each word means, in that KPI's unit."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from tierwise.facts.money import exponent_of
from tierwise.facts.problems import Problem
from tierwise.levels.policy import Policy
from tierwise.levels.policy_tree import read_tree
from tierwise.levels.policy_values import Target, Written
from tierwise.levels.rule_values import did_you_mean
from tierwise.metrics.catalogue import AIMS, CATALOGUE
from tierwise.metrics.metric import Better, Metric, Unit

WORDS = tuple(sorted(AIMS, key=lambda word: "." in word))  # plain words first, then ids
_DEPTH = 3  # levels, a level, targets: what comes after them may hold dots itself


class LevelAim(NamedTuple):
    """What a KPI, by its id, should reach at a level, in the unit of its figures."""

    level: str
    metric: str
    target: float


@dataclass(frozen=True, slots=True)
class _Form:
    """How a target of a unit is written, and between which ends, as figures have them."""

    written: Written
    what: str
    example: str
    low: float = float("-inf")
    high: float = float("inf")

    @property
    def expected(self) -> str:
        return f"{self.what} such as `{self.example}`"


_NUMBER = _Form(Written.NUMBER, "a number", "2.5")
_FORMS: Mapping[Unit, _Form] = {
    Unit.COUNT: _Form(Written.NUMBER, "a number", "300"),
    Unit.SHARE: _Form(Written.SHARE, "a share", "95%", 0, 1),
    Unit.SECONDS: _Form(Written.DURATION, "a duration", "4h"),
    Unit.MONEY: _Form(Written.NUMBER, "an amount", "12.00", 0),
    Unit.POINTS: _Form(Written.NUMBER, "points from -100 to 100", "40", -100, 100),
    Unit.EASE: _Form(Written.NUMBER, "ease from 0 to 100", "80", 0, 100),
}


def example_of(metric: Metric) -> str:
    """A target for a KPI as a policy has it; empty for one of which neither way is better.

    >>> example_of(CATALOGUE["csat.share"]), example_of(CATALOGUE["a.occ"])
    ('csat: 95%', '')
    """
    if metric.better is Better.NEITHER:
        return ""
    return f"{(*metric.aims, metric.id)[0]}: {_FORMS.get(metric.unit, _NUMBER).example}"


def aims_of(policy: Policy) -> tuple[tuple[LevelAim, ...], tuple[Problem, ...]]:
    """Every target that a KPI answers, best level first, and what is wrong with the others.

    Problems lead to their place by `column` and have no line; `placed_aims` looks it up.
    """
    found = [
        _aim(policy, level, word, target)
        for level, told in policy.levels.items()
        for word, target in told.targets.items()
    ]
    aims = tuple(one for one in found if isinstance(one, LevelAim))
    problems = [one for one in found if isinstance(one, Problem)]
    return _each_once(aims), (*problems, *_twice(policy))


def unknown_words(policy: Policy) -> tuple[str, ...]:
    """The words in `targets` that no KPI has, each once."""
    words = (word for level in policy.levels.values() for word in level.targets)
    return tuple(dict.fromkeys(word for word in words if word not in AIMS))


def meant(word: str) -> str:
    """The next step for a word that no KPI has."""
    return did_you_mean(word, WORDS) or "`tierwise metric list` shows the words of every KPI"


def placed_aims(policy: Policy, text: str, file: str) -> tuple[Problem, ...]:
    """What is wrong with the targets of a policy, by the lines of its text."""
    tree = read_tree(text, file)
    told = (
        replace(one, source=file, line=tree.line(tuple((one.column or "").split(".", _DEPTH))))
        for one in aims_of(policy)[1]
    )
    return tuple(sorted(told, key=lambda one: one.line or 0))


def _aim(policy: Policy, level: str, word: str, target: Target) -> LevelAim | Problem:
    place, metric = f"levels.{level}.targets.{word}", CATALOGUE.get(AIMS.get(word, ""))
    if metric is None:
        return _problem(place, "a KPI that Tierwise counts", f"`{word}`", meant(word))
    if metric.better is Better.NEITHER:
        step = f"delete it and watch it with `tierwise metric show {metric.id}`"
        expected = "a KPI of which more or less is better"
        return _problem(place, expected, f"`{word}`, which is neither", step)
    form = _FORMS.get(metric.unit, _NUMBER)
    value = target.value * _scale(metric, policy.currency)
    if target.written is form.written and form.low <= value <= form.high:
        return LevelAim(level, metric.id, value)
    return _problem(place, form.expected, f"`{target}`", _rewritten(metric, target))


def _scale(metric: Metric, currency: str) -> int:
    """Figures count minor units, policies are written in major ones."""
    return 10 ** exponent_of(currency) if metric.unit is Unit.MONEY else 1


def _rewritten(metric: Metric, target: Target) -> str:
    """What was meant by a number that should have been a share."""
    if metric.unit is not Unit.SHARE or target.written is not Written.NUMBER:
        return ""
    share = target.value if target.value <= 1 else target.value / 100
    return f"write `{Target(share, Written.SHARE)}`" if 0 < share <= 1 else ""


def _problem(place: str, expected: str, found: str, step: str) -> Problem:
    return Problem("policy", None, place, expected, found, step)


def _each_once(aims: Iterable[LevelAim]) -> tuple[LevelAim, ...]:
    """One target for a KPI of a level: the first that was written."""
    first: dict[tuple[str, str], LevelAim] = {}
    for aim in aims:
        first.setdefault((aim.level, aim.metric), aim)
    return tuple(first.values())


def _twice(policy: Policy) -> Iterator[Problem]:
    """A KPI that a level names again by another word."""
    for level, told in policy.levels.items():
        known = [(word, AIMS[word]) for word in told.targets if word in AIMS]
        first = {metric: word for word, metric in reversed(known)}
        for word in (word for word, metric in known if first[metric] != word):
            found = f"`{word}`, which means the same as `{first[AIMS[word]]}`"
            yield _problem(f"levels.{level}.targets.{word}", "each KPI once", found, "keep one")
