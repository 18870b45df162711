"""Why a customer has a level, in one plain sentence that an agent can read to them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tierwise.facts.decisions import Ground

from .conditions import Standing
from .decision import CurrentLevel, Decision
from .policy import Level, Policy
from .policy_promise import Promise, PromiseCase
from .policy_values import duration_text, share_text
from .rules import TAKES_EVERYBODY, Rule, atoms_of, columns_of
from .ways import shown

EPOCH = date(1970, 1, 1)
_UNITS = {"d": "day", "h": "hour", "m": "minute", "s": "second"}


@dataclass(frozen=True, slots=True)
class RuleCheck:
    """One comparison of a rule against a customer; `met` is None when the value is unknown."""

    text: str
    found: str
    met: bool | None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the sentence needs beside the decision."""

    standing: Standing
    current: CurrentLevel
    policy: Policy
    override_reason: str = ""


def reason_of(decision: Decision, circumstances: Circumstances) -> str:
    """The sentence for a decision."""
    return _SENTENCES[decision.ground](decision, circumstances)


def checks_of(rule: Rule, standing: Standing) -> tuple[RuleCheck, ...]:
    """Each comparison of a rule, what was found and whether it holds."""
    return tuple(
        RuleCheck(atom.sql(), _values(names, standing), atom.holds(standing))
        for atom in atoms_of(rule)
        for names in [tuple(dict.fromkeys(atom.columns()))]
    )


def promises_of(level: Level) -> tuple[str, ...]:
    """What a level promises, a line for each clock and for each case of its own.

    A line reads ``First response within 1 hour for 95% of tickets, in calendar `office` ``.
    """
    return tuple(
        line
        for clock, promise in level.promises.items()
        for line in (_promised(clock, promise), *map(_case, promise.where))
    )


def _promised(clock: str, promise: Promise) -> str:
    return (
        f"{clock.replace('_', ' ').capitalize()} within {_spelled(promise.within)} "
        f"for {share_text(promise.share)} of tickets, in calendar `{promise.calendar}`"
    )


def _case(case: PromiseCase) -> str:
    """What differs, as `chat urgent: within 2 minutes`."""
    within = f"within {_spelled(case.within)}" if isinstance(case.within, int) else "no promise"
    told = (
        within if case.within is not None else "",
        f"for {share_text(case.share)} of tickets" if case.share else "",
        f"in calendar `{case.calendar}`" if case.calendar else "",
    )
    of = " or ".join(case.channel), " or ".join(case.priority)
    return f"{', '.join(filter(None, of))}: {', '.join(filter(None, told))}"


def day_text(day: int) -> str:
    """A day since 1970-01-01 as people write it.

    >>> day_text(15328)
    '2011-12-20'
    """
    return (EPOCH + timedelta(days=day)).isoformat()


def _spelled(seconds: int) -> str:
    """A length of time in whole words: `1 hour 30 minutes`."""
    parts = duration_text(seconds).split()
    return " ".join(
        f"{part[:-1]} {_UNITS[part[-1]]}{'' if part[:-1] == '1' else 's'}" for part in parts
    )


def _values(names: tuple[str, ...], standing: Standing) -> str:
    if len(names) == 1:
        return shown(standing[names[0]])
    return ", ".join(f"{name} {shown(standing[name])}" for name in names)


def _by_rule(decision: Decision, at: Circumstances) -> str:
    rule = at.policy.levels[str(decision.deserved)].who
    if rule.condition == TAKES_EVERYBODY.condition:
        return "no better level's rule holds"
    return f"rule `{rule}`: {_values(columns_of(rule), at.standing)}"


def _by_hand(decision: Decision, at: Circumstances) -> str:
    until = day_text(at.current.override_until_day or 0)
    why = f": {at.override_reason}" if at.override_reason else ""
    return f"set by hand until {until}{why}"


def _by_lot(decision: Decision, at: Circumstances) -> str:
    for name, level in at.policy.levels.items():
        lots = level.experiment
        if lots is not None and at.standing[lots.column] in lots.band:
            drawn = "drawn" if decision.deserved == name else "not drawn"
            label = at.policy.label(name)
            return f"experiment band {lots.band} of {lots.column}: {drawn} for {label}"
    return "chosen by lot"


def _at_the_border(decision: Decision, at: Circumstances) -> str:
    rule = at.policy.levels[str(decision.level_from)].keep_until or TAKES_EVERYBODY
    return f"stays until `{rule}`: {_values(columns_of(rule), at.standing)}"


def _minimum_stay(decision: Decision, at: Circumstances) -> str:
    days = at.policy.stability.minimum_stay
    return f"minimum stay of {days} days ends {day_text((at.current.since_day or 0) + days)}"


def _confirmation(decision: Decision, at: Circumstances) -> str:
    names, stability = at.policy.names, at.policy.stability
    up = names.index(str(decision.deserved)) < names.index(str(decision.level_from))
    runs = stability.promote_after if up else stability.demote_after
    label = at.policy.label(str(decision.deserved))
    return f"{label} waits for run {decision.confirmed_runs + 1} of {runs}"


def _gone(decision: Decision, at: Circumstances) -> str:
    return "no longer a customer: merged into another, or erased"


_SENTENCES: Mapping[Ground, Callable[[Decision, Circumstances], str]] = {
    Ground.RULE: _by_rule,
    Ground.OVERRIDE: _by_hand,
    Ground.EXPERIMENT: _by_lot,
    Ground.LEAVING_BORDER: _at_the_border,
    Ground.MINIMUM_STAY: _minimum_stay,
    Ground.CONFIRMATION: _confirmation,
    Ground.NO_CUSTOMER: _gone,
}
