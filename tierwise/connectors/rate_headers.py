"""What a desk says in its headers about limits: read by shape, as the names differ and change."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

_ENDPOINT = re.compile(r"total=(\d+); *remaining=(\d+)(?:; *resets=(\d+(?:\.\d+)?))?")
_ENDPOINT_NAME = re.compile(r"^(?:x-)?(?:zendesk-)?rate-?limit-")
_ACCOUNT_NAME = re.compile(r"^(?:x-)?rate-?limit(?:-(limit|remaining|reset))?$")
_NUMBER = re.compile(r"^\d+(?:\.\d+)?$")


@dataclass(frozen=True, slots=True)
class SaidLimit:
    """A limit as one answer tells it; `name` is empty for the limit of the whole account.

    `is_rate` is false for a number of things at once, such as jobs.
    """

    name: str
    total: int
    remaining: int
    resets_s: float | None = None

    @property
    def is_rate(self) -> bool:
        return "inflight" not in self.name


def said_limits(headers: Mapping[str, str]) -> tuple[SaidLimit, ...]:
    """Every limit in the headers of an answer; their names are in small letters."""
    account = _account_limit(headers)
    found = tuple(
        SaidLimit(
            _ENDPOINT_NAME.sub("", name),
            total=int(match[1]),
            remaining=int(match[2]),
            resets_s=float(match[3]) if match[3] else None,
        )
        for name, value in headers.items()
        if (match := _ENDPOINT.search(value))
    )
    return (*account, *found)


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, written as a number or as the instant until when."""
    text = headers.get("retry-after", "").strip()
    if _NUMBER.match(text):
        return float(text)
    until, said_at = _instant(text), instant_of(headers)
    return None if until is None or said_at is None else max(0.0, until - said_at)


def instant_of(headers: Mapping[str, str]) -> float | None:
    """When the desk answered by its own clock: UTC epoch seconds."""
    return _instant(headers.get("date", ""))


def _account_limit(headers: Mapping[str, str]) -> tuple[SaidLimit, ...]:
    found: dict[str, float] = {}
    for name, value in headers.items():
        match = _ACCOUNT_NAME.match(name)
        if match and _NUMBER.match(value.strip()):
            found.setdefault(match[1] or "limit", float(value))
    if not {"limit", "remaining"} <= found.keys():
        return ()
    return (SaidLimit("", int(found["limit"]), int(found["remaining"]), found.get("reset")),)


def _instant(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except ValueError:
        return None
