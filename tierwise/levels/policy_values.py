"""The small written forms of a policy: `1h 30m`, `95%`, `85-95`, `2 runs`, `09:00-18:00`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

from pydantic import PlainSerializer, PlainValidator, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from tierwise.value.customer_value import Use

from .rule_text import read_rule
from .rule_values import RuleFault, did_you_mean
from .rules import TAKES_EVERYBODY, Rule

FAULT = "tierwise"
NONE = "none"
LEAST_HORIZON_DAYS, MOST_HORIZON_DAYS = 30, 1826  # a month to five years

_LARGEST_TARGET = 1e15  # also keeps out what is no number at all
_UNIT_S: Mapping[str, int] = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_DURATION = r"^([0-9]+[dhms])( [0-9]+[dhms])*$"
_SHARE = r"^[0-9]{1,3}(\.[0-9]{1,2})?%$"
_BAND = r"^[0-9]+(\.[0-9]+)?-[0-9]+(\.[0-9]+)?$"
_RUNS = r"^[1-9][0-9]?( runs?)?$"
_DAYS = r"^[0-9]{1,4}d$"
_SPAN = r"^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"


@dataclass(frozen=True, slots=True)
class Band:
    """Values of a column from `low` up to, but not including, `high`."""

    low: float
    high: float

    def __contains__(self, value: object) -> bool:
        return isinstance(value, int | float) and self.low <= value < self.high

    def __str__(self) -> str:
        return f"{self.low:g}-{self.high:g}"


class Written(StrEnum):
    """How a target was written."""

    NUMBER = "a number"
    SHARE = "a share"
    DURATION = "a duration"


@dataclass(frozen=True, slots=True)
class Target:
    """What a KPI should reach: a number as it is, a share from 0 to 1, or seconds."""

    value: float
    written: Written

    def __str__(self) -> str:
        return _TARGET_TEXTS[self.written](self.value)


@dataclass(frozen=True, slots=True)
class WarnAt:
    """When to warn: a share of the promised time used, or open time left; one is None."""

    share: float | None = None
    left_s: int | None = None

    def __str__(self) -> str:
        return duration_text(self.left_s) if self.left_s else share_text(self.share or 0)


def fault(
    expected: str, value: object, next_step: str = "", *, at: tuple[str, ...] = ()
) -> PydanticCustomError:
    """The error pydantic carries to whoever read the text, with our three sentences in it.

    `at` leads from what was being read to the key that is wrong.
    """
    found = "nothing" if value is None else f"`{value}`"
    told = {"expected": expected, "found": found, "next_step": next_step, "at": at}
    return PydanticCustomError(FAULT, "{expected}, found {found}", told)


def duration_text(seconds: int) -> str:
    """Seconds as people write them.

    >>> duration_text(5400), duration_text(172800)
    ('1h 30m', '2d')
    """
    parts = []
    for unit, size in _UNIT_S.items():
        count, seconds = divmod(seconds, size)
        parts.append(f"{count}{unit}" if count else "")
    return " ".join(part for part in parts if part) or "0s"


def share_text(share: float) -> str:
    return f"{round(share * 100, 2):g}%"


_TARGET_TEXTS: Mapping[Written, Callable[[float], str]] = {
    Written.NUMBER: lambda number: f"{number:.15g}",
    Written.SHARE: share_text,
    Written.DURATION: lambda seconds: duration_text(int(seconds)),
}


def _written(value: object, pattern: str, expected: str) -> str:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not re.fullmatch(pattern, text):
        raise fault(expected, value)
    return text


def _read_duration(value: object) -> int:
    text = _written(value, _DURATION, "a duration such as `30m`, `1h 30m` or `2d`")
    seconds = sum(int(part[:-1]) * _UNIT_S[part[-1]] for part in text.split())
    if not 0 < seconds <= 366 * _UNIT_S["d"]:
        raise fault("a duration above zero and up to a year", value)
    return seconds


def _read_duration_or_none(value: object) -> int | str:
    return NONE if value == NONE else _read_duration(value)


def _read_warning(value: object) -> WarnAt:
    if not isinstance(value, str) or not value.endswith("%"):
        expected = "a share such as `75%`, or time left such as `30m`"
        _written(value, _DURATION, expected)
        return WarnAt(left_s=_read_duration(value))
    share = _read_share(value)
    if share == 1:
        raise fault("a share below 100%", value, "with all time used the promise is broken")
    return WarnAt(share=share)


def _read_share(value: object) -> float:
    text = _written(value, _SHARE, "a share such as `95%`")
    share = float(Decimal(text.rstrip("%")) / 100)
    if not 0 < share <= 1:
        raise fault("a share above 0% and up to 100%", value)
    return share


def _read_discount(value: object) -> float:
    share = float(Decimal(_written(value, _SHARE, "a share such as `10%`").rstrip("%")) / 100)
    if share > 1:
        raise fault("a share from 0% to 100%", value)
    return share


def _read_use(value: object) -> Use:
    if not isinstance(value, str) or value not in tuple(Use):
        expected = "one of " + ", ".join(f"`{use}`" for use in Use)
        raise fault(expected, value, did_you_mean(str(value), tuple(Use)))
    return Use(value)


def _read_band(value: object) -> Band:
    text = _written(value, _BAND, "a band such as `85-95`")
    low, high = (float(part) for part in text.split("-"))
    if low >= high:
        raise fault("a band that begins below its end, such as `85-95`", value)
    return Band(low, high)


def _read_runs(value: object) -> int:
    return int(_written(value, _RUNS, "a number of runs such as `2 runs`").split()[0])


def _read_days(value: object) -> int:
    return int(_written(value, _DAYS, "a number of days such as `30d`")[:-1])


def _read_horizon(value: object) -> int:
    days = _read_days(value)
    if not LEAST_HORIZON_DAYS <= days <= MOST_HORIZON_DAYS:
        raise fault(f"`{LEAST_HORIZON_DAYS}d` to `{MOST_HORIZON_DAYS}d`", value)
    return days


def _read_span(value: object) -> str:
    text = _written(value, _SPAN, "opening hours such as `09:00-18:00`")
    opens, closes = text.split("-")
    if opens == closes:
        raise fault("hours that open before they close", value, "write `00:00-24:00` for all day")
    return text


def _read_target(value: Any) -> Target:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and -_LARGEST_TARGET < value < _LARGEST_TARGET:
        return Target(float(value), Written.NUMBER)
    expected = "a number such as `12.00`, a share such as `95%` or a duration such as `4h`"
    if isinstance(value, str) and re.fullmatch(_DURATION, value):
        return Target(_read_duration(value), Written.DURATION)
    text = _written(value, _SHARE, expected)
    return Target(float(Decimal(text.rstrip("%")) / 100), Written.SHARE)


def _read_rule(value: object, info: ValidationInfo) -> Rule:
    if isinstance(value, Rule):
        return value
    if value is True:
        return TAKES_EVERYBODY
    if not isinstance(value, str):
        raise fault("a rule such as `ltv_percentile >= 90`, or `everyone`", value)
    rule = read_rule(value, (info.context or {}).get("segments", {}))
    if isinstance(rule, RuleFault):
        told = {"expected": rule.expected, "found": rule.found, "next_step": rule.next_step}
        raise PydanticCustomError(FAULT, "{expected}, found {found}", told)
    return rule


def _schema(pattern: str, *examples: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": list(examples)})


def _shown(text: Callable[..., str]) -> PlainSerializer:
    return PlainSerializer(text, return_type=str)


DurationS: TypeAlias = Annotated[
    int,
    PlainValidator(_read_duration),
    _shown(duration_text),
    _schema(_DURATION, "30m", "1h 30m", "2d"),
]
DurationSOrNone: TypeAlias = Annotated[
    int | str,
    PlainValidator(_read_duration_or_none),
    _shown(lambda value: NONE if value == NONE else duration_text(value)),
    _schema(f"{_DURATION}|^{NONE}$", "30m", NONE),
]
WarningPoint: TypeAlias = Annotated[
    WarnAt,
    PlainValidator(_read_warning),
    _shown(str),
    _schema(f"{_SHARE}|{_DURATION}", "75%", "30m"),
]
Share: TypeAlias = Annotated[
    float, PlainValidator(_read_share), _shown(share_text), _schema(_SHARE, "95%")
]
Discount: TypeAlias = Annotated[
    float, PlainValidator(_read_discount), _shown(share_text), _schema(_SHARE, "10%")
]
ValueUse: TypeAlias = Annotated[
    Use,
    PlainValidator(_read_use),
    _shown(str),
    WithJsonSchema({"type": "string", "enum": list(Use)}),
]
ExperimentBand: TypeAlias = Annotated[
    Band, PlainValidator(_read_band), _shown(str), _schema(_BAND, "85-95")
]
Runs: TypeAlias = Annotated[
    int,
    PlainValidator(_read_runs),
    WithJsonSchema({"type": ["string", "integer"], "pattern": _RUNS, "examples": ["2 runs"]}),
]
Days: TypeAlias = Annotated[
    int, PlainValidator(_read_days), _shown(lambda days: f"{days}d"), _schema(_DAYS, "30d")
]
Horizon: TypeAlias = Annotated[
    int, PlainValidator(_read_horizon), _shown(lambda days: f"{days}d"), _schema(_DAYS, "365d")
]
OpeningHours: TypeAlias = Annotated[
    str, PlainValidator(_read_span), _schema(_SPAN, "09:00-18:00", "22:00-06:00")
]
KpiTarget: TypeAlias = Annotated[
    Target,
    PlainValidator(_read_target),
    _shown(str),
    WithJsonSchema(
        {
            "type": ["string", "number"],
            "pattern": f"{_SHARE}|{_DURATION}",
            "examples": ["95%", 12.0, "4h"],
        }
    ),
]
WrittenRule: TypeAlias = Annotated[
    Rule,
    PlainValidator(_read_rule),
    _shown(str),
    WithJsonSchema({"type": "string", "examples": ["ltv_percentile >= 90", "everyone"]}),
]
