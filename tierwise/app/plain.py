"""Records as JSON knows them, the same for command line and API: days and instants as ISO text."""

from dataclasses import fields, is_dataclass
from datetime import UTC

from tierwise.facts.time import iso_day, iso_instant

# The form of a whole number, as JSON Schema calls it, by the end of its field's name.
FORMATS = {"day": "date", "at": "date-time"}
# Instants whose name ends as lengths of time do.
INSTANTS = (
    *("at_s", "created_s", "started_s", "ended_s", "due_s", "noticed_s", "tell_s"),
    *("start_s", "end_s", "due_would_s", "answered_s"),
)
# Numbers under names that people chose: a level may well be called `same_day`.
COUNTS = ("before", "after", "counts", "held_by_ground", "rows")


def plain(value: object, name: str = "") -> object:
    """A record as JSON knows it; days and instants as ISO text, by the names of their fields.

    >>> plain({"since_day": 15317, "made_at": 1795312800, "days": 3})
    {'since_day': '2011-12-09', 'made_at': '2026-11-22T02:00:00Z', 'days': 3}
    >>> plain({"due_s": 0, "target_s": 3600})
    {'due_s': '1970-01-01T00:00:00Z', 'target_s': 3600}
    >>> plain({"after": {"same_day": 12}})
    {'after': {'same_day': 12}}
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name), f.name) for f in fields(value)}
    if isinstance(value, dict):
        named = {str(key): item for key, item in value.items()}
        return {key: plain(item, "" if name in COUNTS else key) for key, item in named.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return _moment(value, name)
    return value


def format_of(name: str) -> str | None:
    """What the whole numbers of a field stand for: `date`, `date-time`, or just a number."""
    return FORMATS["at"] if name in INSTANTS else FORMATS.get(name.rpartition("_")[2])


def _moment(value: int, name: str) -> object:
    match format_of(name):
        case "date":
            return iso_day(value)
        case "date-time":
            return iso_instant(value, UTC).replace(" ", "T").replace("+00:00", "Z")
        case _:
            return value
