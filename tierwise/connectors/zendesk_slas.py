"""SLA policies for the promises of a policy: one for each level, and for channels that differ."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tierwise.facts.desk_config import DeskObject, DeskWish, WishedLevel, WishedPromise
from tierwise.facts.findings import Finding

from .zendesk_canonical import PRIORITIES, canonical
from .zendesk_matching import Conditions, Matching, both, condition, with_all

METRICS: Mapping[str, str] = {
    "first_response": "first_reply_time",
    "next_response": "next_reply_time",
    "periodic_update": "periodic_update_time",
    "pausable_update": "pausable_update_time",
    "requester_wait": "requester_wait_time",
    "agent_work": "agent_work_time",
    "resolution": "total_resolution_time",
}
OURS = "Tierwise goes on counting it by itself"
_VIA = "via_id"
_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class LevelPromises:
    """What one level promises, of what Zendesk has a clock for."""

    level: WishedLevel
    promises: tuple[WishedPromise, ...]

    @property
    def part(self) -> str:
        return f"sla/{self.level.name}"

    @property
    def channels(self) -> tuple[str, ...]:
        """Channels with a promise of their own."""
        named = (word.casefold() for one in self.promises for word in one.channels)
        return tuple(dict.fromkeys(named))

    def given(self, channel: str | None) -> list[tuple[str, WishedPromise]]:
        """Priorities and the promises that hold for them, of tickets of a channel.

        None stands for all channels that have no promise of their own.
        """
        asked = ((clock, priority) for clock in METRICS for priority in PRIORITIES)
        found = ((priority, self._target(clock, priority, channel)) for clock, priority in asked)
        return [(priority, one) for priority, one in found if one and one.within_s is not None]

    def rows(self, channel: str | None) -> list[dict[str, Any]]:
        """The targets as Zendesk writes them."""
        return [_row(priority, one) for priority, one in self.given(channel)]

    def _target(self, clock: str, priority: str, channel: str | None) -> WishedPromise | None:
        """The most specific promise for a ticket; of equals the first."""
        holding = (
            one
            for one in self.promises
            if one.clock == clock
            and _holds(one.channels, channel)
            and _holds(one.priorities, priority)
        )
        return max(holding, key=lambda one: bool(one.channels) + bool(one.priorities), default=None)


def promises_of(wish: DeskWish) -> tuple[LevelPromises, ...]:
    """The promises of every level, best level first."""
    return tuple(
        LevelPromises(
            level,
            tuple(p for p in wish.promises if p.level == level.name and p.clock in METRICS),
        )
        for level in wish.levels
    )


def sla_objects(
    wish: DeskWish, matching: Matching, vias: Mapping[str, tuple[str, ...]]
) -> Iterator[DeskObject]:
    """The SLA policies in the order in which Zendesk looks at them."""
    for level in promises_of(wish):
        yield from _policies(level, matching.people([level.level.name]), vias)


def _policies(
    level: LevelPromises, people: Conditions, vias: Mapping[str, tuple[str, ...]]
) -> Iterator[DeskObject]:
    """One for each channel that differs, and then one for all others."""
    usual = level.rows(None)
    own = {one: level.rows(one) for one in level.channels if one in vias}
    for channel, rows in own.items():
        if rows and rows != usual:
            yield _policy(level.level, _by_channel(people, vias[channel]), rows, channel)
    silent = [number for one, rows in own.items() if not rows for number in vias[one]]
    elsewhere = [condition(_VIA, "is_not", number) for number in silent]
    if usual:
        yield _policy(level.level, with_all(people, *elsewhere), usual)


def sla_findings(wish: DeskWish, vias: Mapping[str, tuple[str, ...]]) -> Iterator[Finding]:
    """What the promises ask for and SLA policies cannot say."""
    unknown = dict.fromkeys(one.clock for one in wish.promises if one.clock not in METRICS)
    for clock in unknown:
        levels = dict.fromkeys(one.level for one in wish.promises if one.clock == clock)
        text = f"the desk has no clock for `{clock}`, which {', '.join(levels)} promise"
        yield Finding("warn", "sla", text, OURS)
    for what in wish.unsayable:
        yield Finding("warn", "sla", f"the desk cannot be told {what}", OURS)
    for level in promises_of(wish):
        yield from _findings(level, vias)


def _findings(level: LevelPromises, vias: Mapping[str, tuple[str, ...]]) -> Iterator[Finding]:
    for channel in (one for one in level.channels if one not in vias):
        text = f"the desk cannot tell tickets that come by `{channel}`"
        yield Finding("warn", level.part, text, f"there they get the other targets; {OURS}")
    named = dict.fromkeys(word for one in level.promises for word in one.priorities)
    for word in (one for one in named if one.casefold() not in PRIORITIES):
        yield Finding("warn", level.part, f"the desk has no priority `{word}`", OURS)
    for one in level.promises:
        if one.within_s is not None and one.within_s % _MINUTE_S:
            text = f"`{one.clock}` within {one.within_s} s: the desk counts whole minutes"
            step = f"it gets {_whole_minutes(one.within_s) // _MINUTE_S} min there"
            yield Finding("warn", level.part, text, step)


def _policy(
    level: WishedLevel, found: Conditions, rows: Sequence[dict[str, Any]], channel: str = ""
) -> DeskObject:
    title = f"{level.label}, {channel}" if channel else level.label
    logical_id = f"sla/{level.name}/{channel}" if channel else f"sla/{level.name}"
    raw = {"title": title, "filter": found, "policy_metrics": rows}
    return DeskObject(logical_id, "sla_policy", title, canonical("sla_policy", raw))


def _by_channel(people: Conditions, numbers: Sequence[str]) -> Conditions:
    """People of one level, which leaves `any` free, and one of some channels."""
    came = [condition(_VIA, "is", number) for number in numbers]
    return with_all(people, *came) if len(came) == 1 else both(people["all"], came)


def _row(priority: str, one: WishedPromise) -> dict[str, Any]:
    return {
        "priority": priority,
        "metric": METRICS[one.clock],
        "target_in_seconds": _whole_minutes(one.within_s or 0),
        "business_hours": one.hours is not None,
    }


def _whole_minutes(seconds: int) -> int:
    """The nearest whole minutes in seconds, at least one."""
    return max(1, round(seconds / _MINUTE_S)) * _MINUTE_S


def _holds(words: Sequence[str], word: str | None) -> bool:
    return not words or (word is not None and word in map(str.casefold, words))
