"""Reading a policy text: a policy, or every problem with its line."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from tierwise.facts.problems import Problem

from .policy import Experiment, Level, Policy, Stability, Value
from .policy_calendar import Calendar, CalendarVersion, DayHours
from .policy_checks import findings_of
from .policy_finding import Finding
from .policy_part import PolicyPart
from .policy_promise import Changes, ClockRules, Promise, PromiseCase, Warnings
from .policy_tree import Path, Tree, read_tree
from .policy_values import FAULT
from .rule_values import did_you_mean
from .rules import Rule
from .segments import read_segments

_ANY = "*"  # a name, date or number of the user's own
_PARTS: Mapping[tuple[str, ...], type[PolicyPart]] = {
    (): Policy,
    ("calendars", _ANY): Calendar,
    ("calendars", _ANY, "versions", _ANY): CalendarVersion,
    ("calendars", _ANY, _ANY, _ANY): DayHours,
    ("calendars", _ANY, "versions", _ANY, _ANY, _ANY): DayHours,
    ("levels", _ANY): Level,
    ("levels", _ANY, "promises", _ANY): Promise,
    ("levels", _ANY, "promises", _ANY, "where", _ANY): PromiseCase,
    ("levels", _ANY, "experiment"): Experiment,
    ("stability",): Stability,
    ("value",): Value,
    ("clocks", _ANY): ClockRules,
    ("changes",): Changes,
    ("warnings",): Warnings,
}
_EXPECTED: Mapping[str, str] = {
    "string_type": "a text",
    "string_too_short": "a text",
    "string_too_long": "a shorter text",
    "list_type": "a list such as `[phone, email]`",
    "tuple_type": "a list such as `[phone, email]`",
    "dict_type": "keys with values below it",
    "model_type": "keys with values below it",
    "model_attributes_type": "keys with values below it",
    "too_short": "at least one entry",
}
_SHAPES: Mapping[str, tuple[str, str]] = {
    "currency": ("an ISO 4217 code of three capital letters", "such as `EUR`"),
    "zone": ("an IANA time zone", "such as `Europe/Berlin`"),
    "holidays": ("a country, or country and region", "such as `DE` or `DE-BE`"),
    "key": ("letters, digits, `_`, `.` and `-`", "such as `spring-2026`"),
}
_NAME_SHAPE = ("a name of small letters, digits, `_` and `-`", "such as `premium` or `top_10`")


def read_policy(
    text: str, source: str = "policy.yaml", *, known_zones: Collection[str] | None = None
) -> tuple[Policy | None, tuple[Problem, ...]]:
    """The policy a text means, and its problems ordered by line; never raises.

    With a problem that is `left_out` there is no policy. The others are remarks.
    Time zones are looked up in `known_zones` when they are given.
    """
    tree = read_tree(text, source)
    if tree.problems:
        return None, _in_order(tree.problems)
    if not isinstance(tree.values, dict):
        return None, (tree.problem((), "keys such as `currency` and `levels`", "none"),)
    rules, faults = _segments(tree)
    policy, wrong = _validated(tree, rules)
    findings = findings_of(policy, known_zones) if policy and not faults else ()
    problems = _in_order([*faults, *wrong, *_told(tree, findings)])
    return (None if any(p.left_out for p in problems) else policy), problems


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: problem.line or 0))


def _segments(tree: Tree) -> tuple[Mapping[str, Rule], list[Problem]]:
    """The named rules; one that is wrong stands for everyone, so it is told only once."""
    given = tree.values.get("segments")
    written = given.items() if isinstance(given, dict) else ()
    rules, faults = read_segments({k: v for k, v in written if isinstance(v, str)})
    problems = [
        tree.problem(("segments", name), fault.expected, fault.found, fault.next_step)
        for name, fault in faults.items()
    ]
    return rules, problems


def _validated(tree: Tree, rules: Mapping[str, Rule]) -> tuple[Policy | None, list[Problem]]:
    values = tree.values
    if isinstance(values.get("segments"), dict):
        values = {**values, "segments": {**values["segments"], **rules}}
    given = {key: value for key, value in values.items() if value is not None}
    try:
        return Policy.model_validate(given, context={"segments": rules}), []
    except ValidationError as error:
        return None, [_problem(tree, dict(told)) for told in error.errors(include_url=False)]


def _problem(tree: Tree, told: dict[str, Any]) -> Problem:
    ctx, kind, found = told.get("ctx", {}), told["type"], _shown(told["input"])
    path = _place(tree, (*(part for part in told["loc"] if part != "[key]"), *ctx.get("at", ())))
    if kind == FAULT:
        return tree.problem(path, ctx["expected"], ctx["found"], ctx["next_step"])
    if kind == "extra_forbidden":
        return _unknown_key(tree, path)
    if kind == "missing":
        return tree.problem(path, f"the key `{path[-1]}`", "none", "add it")
    if kind == "string_pattern_mismatch":
        expected, step = _SHAPES.get(_key(path), _NAME_SHAPE)
        return tree.problem(path, expected, found, step)
    if kind == "literal_error":
        choices = tuple(re.findall("'([^']*)'", ctx["expected"]))
        listed = ", ".join(f"`{choice}`" for choice in choices)
        step = did_you_mean(str(told["input"]), choices)
        return tree.problem(path, f"one of {listed}", found, "" if listed in step else step)
    return tree.problem(path, _EXPECTED.get(kind, str(told["msg"])), found)


def _place(tree: Tree, path: Path) -> Path:
    """The path as the text has it: a day of a list is found by its number."""
    around: Any = tree.values
    for part in path[:-1]:
        around = around.get(part) if isinstance(around, dict) else None
    listed = isinstance(around, list) and path[-1] in around
    return (*path[:-1], around.index(path[-1])) if listed else path


def _key(path: Path) -> str:
    """The key a path leads to, or the key whose list it leads into."""
    return next((part for part in reversed(path) if isinstance(part, str)), "")


def _unknown_key(tree: Tree, path: Path) -> Problem:
    part = next(part for place, part in _PARTS.items() if _leads_to(path[:-1], place))
    step = did_you_mean(str(path[-1]), tuple(part.model_fields))
    return tree.problem(path, "a key the policy knows", f"`{path[-1]}`", step)


def _leads_to(path: Path, place: tuple[str, ...]) -> bool:
    same = zip(path, place, strict=False)
    return len(path) == len(place) and all(have in {part, _ANY} for part, have in same)


def _shown(value: object) -> str:
    if value is None or value in ({}, []):
        return "nothing"
    return f"`{value}`" if isinstance(value, str | int | float) else "a list or keys"


def _told(tree: Tree, findings: Iterable[Finding]) -> list[Problem]:
    return [
        Problem(
            tree.source,
            tree.line(finding.path),
            ".".join(str(part) for part in finding.path),
            finding.expected,
            finding.found,
            finding.next_step,
            left_out=not finding.remark,
        )
        for finding in findings
    ]
