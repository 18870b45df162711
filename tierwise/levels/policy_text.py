"""Reading a policy text: a policy, or every problem with its line."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from tierwise.facts.problems import Problem

from .policy import Calendar, Experiment, Level, Policy, PolicyPart, Promise, Stability, Value
from .policy_checks import Finding, findings_of
from .policy_tree import Path, Tree, read_tree
from .policy_values import FAULT
from .rule_values import did_you_mean
from .rules import Rule
from .segments import read_segments

_PARTS: Mapping[tuple[str, int], type[PolicyPart]] = {
    ("", 0): Policy,
    ("calendars", 2): Calendar,
    ("levels", 2): Level,
    ("levels", 4): Promise,
    ("levels", 3): Experiment,
    ("stability", 1): Stability,
    ("value", 1): Value,
}
_EXPECTED: Mapping[str, str] = {
    "string_type": "a text",
    "string_too_short": "a text",
    "string_too_long": "a shorter text",
    "list_type": "a list such as `[phone, email]`",
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
    path: Path = tuple(part for part in told["loc"] if part != "[key]")
    kind, found = told["type"], _shown(told["input"])
    if kind == FAULT:
        ctx = told["ctx"]
        return tree.problem(path, ctx["expected"], ctx["found"], ctx["next_step"])
    if kind == "extra_forbidden":
        return _unknown_key(tree, path)
    if kind == "missing":
        return tree.problem(path, f"the key `{path[-1]}`", "none", "add it")
    if kind == "string_pattern_mismatch":
        expected, step = _SHAPES.get(str(path[-1]), _NAME_SHAPE)
        return tree.problem(path, expected, found, step)
    return tree.problem(path, _EXPECTED.get(kind, str(told["msg"])), found)


def _unknown_key(tree: Tree, path: Path) -> Problem:
    around = path[:-1]
    part = _PARTS[str(around[0]) if around else "", len(around)]
    step = did_you_mean(str(path[-1]), tuple(part.model_fields))
    return tree.problem(path, "a key the policy knows", f"`{path[-1]}`", step)


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
