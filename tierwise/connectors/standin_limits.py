"""How many requests a minute the stand-in takes, and the headers that say so.

With a `pace` of ten, ten times as many are taken: the minute stays a minute.
"""

import re
from dataclasses import dataclass

from .standin_calls import RefusalError
from .standin_state import State


@dataclass(frozen=True, slots=True)
class Limit:
    """Requests of a kind: `most` of them within `window_s`, by what the path names if `each`."""

    name: str
    method: str
    path: str
    most: int
    window_s: int = 60
    each: bool = False


LIMITS = (
    Limit("incremental-exports", "GET", r"/api/v2/incremental/", 10),
    Limit("users-update", "PUT", r"/api/v2/users/\d+$", 5, each=True),
    Limit("users-update-account", "PUT", r"/api/v2/users/\d+$", 60),
    Limit("users-create-or-update", "POST", r"/api/v2/users/create_or_update$", 60),
    Limit("tickets-update", "PUT", r"/api/v2/tickets/\d+$", 100),
    Limit("tickets-update-single", "PUT", r"/api/v2/tickets/\d+$", 30, 600, each=True),
    Limit("tickets-index", "GET", r"/api/v2/tickets$", 100),
)
_MATCHES = [(limit, re.compile(limit.path)) for limit in LIMITS]


class Meter:
    """Counts requests in windows that begin with the first of them."""

    def __init__(self) -> None:
        self._windows: dict[str, tuple[float, int]] = {}

    def take(self, state: State, method: str, path: str) -> dict[str, str]:
        """Count a request; its headers, or 429 with the time to come back."""
        headers = self._account(state)
        for limit, pattern in _MATCHES:
            if limit.method == method and pattern.match(path):
                headers |= self._endpoint(state, limit, path)
        return headers

    def _account(self, state: State) -> dict[str, str]:
        total = round(state.calls_per_minute * state.pace)
        left, resets = self._count(state, "account", total, 60)
        headers = {
            "x-rate-limit": str(total),
            "x-rate-limit-remaining": str(max(left, 0)),
            "ratelimit-limit": str(total),
            "ratelimit-remaining": str(max(left, 0)),
            "ratelimit-reset": str(resets),
        }
        if left < 0:
            raise _over(resets, headers)
        return headers

    def _endpoint(self, state: State, limit: Limit, path: str) -> dict[str, str]:
        key = f"{limit.name} {path if limit.each else ''}"
        total = max(round(limit.most * state.pace), 1)
        left, resets = self._count(state, key, total, limit.window_s)
        said = f"total={total}; remaining={max(left, 0)}; resets={resets}"
        headers = {f"zendesk-ratelimit-{limit.name}": said}
        if left < 0:
            raise _over(resets, headers)
        return headers

    def _count(self, state: State, key: str, total: int, window_s: int) -> tuple[int, int]:
        now = state.ticks()
        begun, count = self._windows.get(key, (now, 0))
        if now - begun >= window_s:
            begun, count = now, 0
        if count <= total:
            count += 1
        self._windows[key] = (begun, count)
        return total - count, max(1, -int(-(begun + window_s - now) // 1))


def _over(resets: int, headers: dict[str, str]) -> RefusalError:
    said = "Number of allowed API requests per minute exceeded"
    body = {"error": "APIRateLimitExceeded", "description": said}
    return RefusalError(429, body, {**headers, "retry-after": str(resets)})
