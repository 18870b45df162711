"""Time: UTC instants in whole seconds, day numbers, and the zone of the shop at the edge."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .problems import Expected

DAY_S = 86_400
EPOCH = date(1970, 1, 1)
_EPOCH_UTC = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_PER_SECOND = {"epoch": 1, "epoch-ms": 1_000}


def parse_zone(name: str) -> ZoneInfo | Expected:
    """The time zone called `name`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return Expected("the name of a time zone", "write it as Europe/Berlin or UTC")


def parse_instant(text: str, dates: str, zone: tzinfo) -> int | Expected:
    """A moment as UTC epoch seconds; text without an offset is local time in `zone`.

    `dates` is `iso`, `epoch` (seconds), `epoch-ms`, or a format as `%d.%m.%Y %H:%M`.
    The hour that comes twice in autumn is read as the first one.

    >>> parse_instant("2024-03-01 10:00:00 +0100", "iso", UTC)
    1709283600
    >>> parse_instant("01.07.2024", "%d.%m.%Y", ZoneInfo("Europe/Berlin"))
    1719784800
    """
    try:
        instant = _READERS.get(dates, _by_format)(text.strip(), dates, zone)
    except (ValueError, OverflowError):
        return _expected(dates)
    return instant if instant >= 0 else Expected("a date from 1970 on", _STEP)


def parse_day(text: str, dates: str) -> int | Expected:
    """A date as a day number: the date as written; a time of day and its offset are ignored.

    >>> parse_day("2024-03-01", "iso"), parse_day("2024-03-01 00:30:00 +0100", "iso")
    (19783, 19783)
    """
    try:
        day = _WRITTEN.get(dates, _day_by_format)(text.strip(), dates)
    except (ValueError, OverflowError):
        return _expected(dates)
    return day if day >= 0 else Expected("a date from 1970 on", _STEP)


def day_of(instant: int, zone: tzinfo) -> int:
    """The local day of an instant.

    >>> day_of(1719784800, ZoneInfo("Europe/Berlin")), day_of(1719784800, UTC)
    (19905, 19904)
    """
    offset = datetime.fromtimestamp(instant, zone).utcoffset() or timedelta()
    return (instant + offset // _SECOND) // DAY_S


def instant_of(local_s: int, zone: tzinfo) -> int:
    """The UTC instant of a local time that is given as seconds since 1970-01-01 00:00 local."""
    local = datetime.fromtimestamp(local_s, UTC).replace(tzinfo=zone)
    return (local - _EPOCH_UTC) // _SECOND


def date_of(day: int) -> date:
    """The date of a day number."""
    return EPOCH + timedelta(days=day)


def day_number(day: date) -> int:
    """The day number of a date."""
    return (day - EPOCH).days


def iso_day(day: int) -> str:
    """A day number as text.

    >>> iso_day(19783)
    '2024-03-01'
    """
    return date_of(day).isoformat()


def iso_instant(instant: int, zone: tzinfo = UTC) -> str:
    """An instant as text with its offset; `parse_instant` reads it back.

    >>> iso_instant(1709283600)
    '2024-03-01 09:00:00+00:00'
    """
    return datetime.fromtimestamp(instant, zone).isoformat(sep=" ")


def _iso(text: str, _dates: str, zone: tzinfo) -> int:
    return _seconds(_iso_moment(text), zone)


def _iso_day(text: str, _dates: str) -> int:
    return day_number(_iso_moment(text).date())


def _iso_moment(text: str) -> datetime:
    head, space, offset = text.rpartition(" ")
    joined = head + offset if space and offset[:1] in {"+", "-"} else text.replace(" UTC", "Z")
    return datetime.fromisoformat(joined)


def _counted(text: str, dates: str, _zone: tzinfo) -> int:
    return int(text) // _PER_SECOND[dates]


def _counted_day(text: str, dates: str) -> int:
    return _counted(text, dates, UTC) // DAY_S


def _by_format(text: str, dates: str, zone: tzinfo) -> int:
    return _seconds(_moment_by_format(text, dates), zone)


def _day_by_format(text: str, dates: str) -> int:
    return day_number(_moment_by_format(text, dates).date())


def _moment_by_format(text: str, dates: str) -> datetime:
    # strptime gives an aware datetime only where the format has an offset.
    return datetime.strptime(text, dates)  # noqa: DTZ007


def _seconds(moment: datetime, zone: tzinfo) -> int:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return (aware - _EPOCH_UTC) // _SECOND


_READERS: dict[str, Callable[[str, str, tzinfo], int]] = {
    "iso": _iso,
    "epoch": _counted,
    "epoch-ms": _counted,
}
_WRITTEN: dict[str, Callable[[str, str], int]] = {
    "iso": _iso_day,
    "epoch": _counted_day,
    "epoch-ms": _counted_day,
}
_STEP = 'say how dates are written, e.g. `--dates "%d/%m/%Y %H:%M"`'


def _expected(dates: str) -> Expected:
    known = {
        "iso": "a date as `2024-03-31` or `2024-03-31 18:05:00`",
        "epoch": "whole seconds since 1970",
        "epoch-ms": "whole milliseconds since 1970",
    }
    return Expected(known.get(dates, f"a date written as `{dates}`"), _STEP)
