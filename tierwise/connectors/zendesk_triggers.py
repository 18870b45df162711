"""Triggers and views for the levels: a priority, the right hours and team, and open tickets."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tierwise.facts.desk_config import REF, DeskObject, DeskWish
from tierwise.facts.findings import Finding

from .zendesk_canonical import canonical
from .zendesk_matching import TAGS, Conditions, Matching, condition, level_value, with_all

NO_LEVEL = "no_service_level"
WEBHOOK = "webhook/tierwise"
NEWS = '{"type":"ticket","ticket_id":"{{ticket.id}}"}'

_OPEN = condition("status", "less_than", "solved")
_NEW = condition("update_type", "is", "Create")
_NO_PRIORITY = condition("priority", "is", "")
_NO_TEAM = condition("group_id", "is", "")
_GUARDED = condition(TAGS, "includes", NO_LEVEL)


@dataclass(frozen=True, slots=True)
class Rule:
    """One trigger of ours: when it works, and what it does to the ticket."""

    logical_id: str
    title: str
    when: Conditions
    does: tuple[tuple[str, Any], ...]

    def as_object(self) -> DeskObject:
        actions = [{"field": name, "value": value} for name, value in self.does]
        raw = {"title": self.title, "conditions": self.when, "actions": actions}
        return DeskObject(self.logical_id, "trigger", self.title, canonical("trigger", raw))


@dataclass(frozen=True, slots=True)
class Routed:
    """What tickets get by their level: `hours` from level to schedule, `needs_priority` for SLA."""

    matching: Matching
    hours: Mapping[str, str] = field(default_factory=dict)
    needs_priority: bool = True


def trigger_objects(
    wish: DeskWish, routed: Routed, actions: Iterable[str]
) -> Iterator[DeskObject | Finding]:
    """The triggers in the order in which they work; `actions` are those the desk offers."""
    offered = set(actions)
    for rule in _rules(wish, routed):
        lacking = [name for name, _ in rule.does if offered and name not in offered]
        if lacking:
            text = f"triggers of this account cannot set `{lacking[0]}`"
            yield Finding("warn", rule.logical_id, text, f"left out: {rule.title}")
        else:
            yield rule.as_object()


def view_objects(wish: DeskWish) -> Iterator[DeskObject]:
    """Views of open tickets by level, best first, and of those without one; they go by tags."""
    values = sorted(level_value(level.name) for level in wish.levels)
    for level in wish.levels:
        tag = condition(TAGS, "includes", level_value(level.name))
        yield _view(f"view/{level.name}", f"{level.label}: open tickets", tag)
    none = condition(TAGS, "not_includes", " ".join(values))
    yield _view("view/no_level", f"Open tickets without {wish.field_title.lower()}", none)


def teams_of(wish: DeskWish) -> dict[str, tuple[str, ...]]:
    """The teams that answer first, and the levels of each."""
    teams: dict[str, tuple[str, ...]] = {}
    for level in wish.levels:
        if level.team:
            teams[level.team] = (*teams.get(level.team, ()), level.name)
    return teams


def _rules(wish: DeskWish, routed: Routed) -> Iterator[Rule]:
    matching = routed.matching
    nobody = matching.nobody_of(matching.levels)
    title = wish.field_title
    yield Rule(
        "trigger/no_level",
        f"{title}: mark tickets of people without one",
        with_all(nobody, _NEW),
        ((TAGS, NO_LEVEL),),
    )
    yield Rule(
        "trigger/level_came",
        f"{title}: take the mark away again",
        with_all(_anybody(matching), _GUARDED),
        (("remove_tags", NO_LEVEL),),
    )
    if routed.needs_priority:
        everybody = with_all(matching.nobody_of(()), _OPEN, _NO_PRIORITY)
        name = f"{title}: priority Normal where there is none"
        yield Rule("trigger/priority", name, everybody, (("priority", "normal"),))
    yield from _hours_rules(title, routed)
    for team, levels in teams_of(wish).items():
        when = with_all(matching.people(levels), _NEW, _NO_TEAM)
        does = (("group_id", {REF: f"group/{team}"}),)
        yield Rule(f"trigger/team/{team}", f"{title}: team {team}", when, does)
    if wish.webhook:
        told = (("notification_webhook", [{REF: WEBHOOK}, NEWS]),)
        yield Rule("trigger/news", f"{title}: tell Tierwise", _any_change(matching), told)


def _hours_rules(title: str, routed: Routed) -> Iterator[Rule]:
    for name in dict.fromkeys(routed.hours.values()):
        levels = [level for level, hours in routed.hours.items() if hours == name]
        when = with_all(routed.matching.people(levels), _OPEN)
        does = (("set_schedule", {REF: f"schedule/{name}"}),)
        yield Rule(f"trigger/hours/{name}", f"{title}: hours {name}", when, does)


def _anybody(matching: Matching) -> Conditions:
    """Those who have any of the levels."""
    values = [level_value(one) for one in matching.levels]
    if matching.field == TAGS:
        return {"all": [condition(TAGS, "includes", " ".join(sorted(values)))], "any": []}
    return {"all": [], "any": [condition(matching.field, "is", value) for value in values]}


def _any_change(matching: Matching) -> Conditions:
    changes = [condition("update_type", "is", word) for word in ("Create", "Change")]
    return {"all": matching.nobody_of(())["all"], "any": changes}


def _view(logical_id: str, title: str, tag: dict[str, Any]) -> DeskObject:
    raw = {"title": title, "conditions": {"all": [_OPEN, tag], "any": []}}
    return DeskObject(logical_id, "view", title, canonical("view", raw))
