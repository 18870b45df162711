"""How Zendesk tells people of one level from others, and tickets of one channel from others."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from tierwise.facts.desk_people import VALUE_PREFIX
from tierwise.facts.desks import Json

TAGS = "current_tags"
CUSTOM = "requester.custom_fields."


Condition: TypeAlias = dict[str, Any]
Conditions: TypeAlias = dict[str, list[Condition]]

# Where tickets come from in our words, and the numbers Zendesk has for it.
_VIAS: Mapping[str, tuple[str, ...]] = {
    "web": ("0",),
    "email": ("4",),
    "api": ("5",),
    "chat": ("29", "72"),
    "phone": ("33", "34", "44", "45"),
    "sms": ("57",),
}
_TITLES: Mapping[str, tuple[str, ...]] = {
    "web": ("web form",),
    "email": ("email", "mail"),
    "api": ("web service (api)",),
    "chat": ("chat", "messaging", "native messaging"),
    "phone": ("voicemail", "phone call (incoming)", "cti phone call (incoming)"),
    "sms": ("text",),
}


@dataclass(frozen=True, slots=True)
class Matching:
    """Conditions for people by their level. `levels` come best first, the last takes the rest.

    `field` is the field of the requester, or the tags of the ticket, which it got from them.
    """

    field: str
    levels: tuple[str, ...]

    def people(self, wanted: Sequence[str]) -> Conditions:
        """Those who have one of some levels; with the last level also those who have none."""
        if self.levels[-1] in wanted:
            return self.nobody_of([one for one in self.levels if one not in wanted])
        values = [level_value(one) for one in self.levels if one in wanted]
        if self.field == TAGS:
            return both([condition(TAGS, "includes", " ".join(sorted(values)))])
        found = [condition(self.field, "is", value) for value in values]
        return both(found) if len(found) == 1 else both([], found)

    def nobody_of(self, levels: Iterable[str]) -> Conditions:
        """Those who have none of some levels."""
        values = [level_value(one) for one in levels]
        if self.field == TAGS:
            text = " ".join(sorted(values))
            return both([condition(TAGS, "not_includes", text)] if values else [])
        return both([condition(self.field, "is_not", value) for value in values])


def level_value(level: str) -> str:
    """What stands in the field of a person of a level.

    >>> level_value("premium")
    'sl_premium'
    """
    return f"{VALUE_PREFIX}{level}"


def condition(field: str, operator: str, value: str) -> Condition:
    return {"field": field, "operator": operator, "value": value}


def both(wanted: Sequence[Condition], some: Sequence[Condition] = ()) -> Conditions:
    """All of the first, and any of the others if there are others."""
    return {"all": list(wanted), "any": list(some)}


def with_all(found: Conditions, *more: Condition) -> Conditions:
    """Conditions that ask for more."""
    return both([*more, *found["all"]], found["any"])


def field_to_match(offered: Iterable[str], key: str, fields: Iterable[Json]) -> str | None:
    """What conditions may ask for the level by; None if nothing is offered.

    A field that is yet to be made is in no list of what is offered: then it is taken for granted
    unless fields like it are kept from the list.
    """
    known, wanted = set(offered), f"{CUSTOM}{key}"
    if wanted in known:
        return wanted
    alike = [str(one.get("key")) for one in fields if one.get("type") == "dropdown"]
    is_kept_back = bool(alike) and not any(f"{CUSTOM}{one}" in known for one in alike)
    if key not in alike and not is_kept_back:
        return wanted
    return TAGS if TAGS in known else None


def offered_fields(definitions: Json, part: str, name: str) -> dict[str, Json]:
    """The fields that conditions may name, with what the desk says of each."""
    rows = definitions.get("definitions", {}).get(part) or ()
    return {str(row.get(name)): row for row in rows}


def vias_of(offered: Json | None) -> dict[str, tuple[str, ...]]:
    """The numbers of each channel that the desk offers; without a list those it usually has."""
    listed = dict(_choices(offered or {}))
    if not listed:
        return dict(_VIAS)
    found = {channel: _numbers(channel, listed) for channel in _VIAS}
    named = {title: (number,) for number, title in listed.items()}
    return named | {channel: numbers for channel, numbers in found.items() if numbers}


def _numbers(channel: str, listed: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        number
        for number, title in listed.items()
        if number in _VIAS[channel] or title in _TITLES[channel]
    )


def _choices(offered: Json) -> Iterator[tuple[str, str]]:
    values = offered.get("values") or ()
    rows = values.get("list") or () if isinstance(values, Mapping) else values
    for row in rows:
        if row.get("value") not in {None, ""}:
            yield str(row["value"]), str(row.get("title") or "").casefold()
