"""How many requests an account still has; everybody of a limit waits in one line."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock

from tierwise.facts.desks import RateLimit

from .rate_headers import SaidLimit, retry_after_s, said_limits

ACCOUNT = "account"
MINUTE_S = 60.0
# An eighth of a limit may go at once, the rest is spread: a long run takes 8/7 of the least time
# at most, and nobody who comes in its midst waits for a whole window to pass.
_AT_ONCE = 8
_LONGEST_GUESS = 6  # doublings of a pause that nobody named


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `total` requests in any `per_s` seconds, for paths and methods that match."""

    scope: str
    total: int
    per_s: float = MINUTE_S
    path: str = ""
    methods: str = ""

    def covers(self, method: str, path: str) -> bool:
        return method in (self.methods or method) and re.search(self.path, path) is not None


class Budget:
    """The limits of one account, for any number of threads.

    `limits` are what is known before the desk says more: without a path for the whole account.
    `clock` counts seconds and never goes back; `sleep` waits some.
    """

    def __init__(
        self,
        limits: Sequence[Limit],
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._limits = tuple(limits)
        self._lanes = {one.scope: _Lane(one.total, one.per_s) for one in limits}
        # The window that a limit of an endpoint has until the desk says that it is longer.
        self._window_s = next((one.per_s for one in limits if one.scope == ACCOUNT), MINUTE_S)
        self._learnt: dict[tuple[str, str], set[str]] = {}
        self._said: dict[str, tuple[SaidLimit, float]] = {}
        self._line: list[Turn] = []
        self._lock = Lock()

    def take(self, method: str, path: str) -> None:
        """Wait until a request may go."""
        turn = self.queue(method, path)
        try:
            while (wait := self.ask(turn)) > 0:
                self._sleep(wait)
        finally:
            self.leave(turn)

    def queue(self, method: str, path: str) -> "Turn":
        """Stand in line with a request."""
        turn = Turn(method, path)
        with self._lock:
            self._line.append(turn)
        return turn

    def ask(self, turn: "Turn") -> float:
        """Seconds to wait before asking again; 0 when the request goes now, and is counted."""
        with self._lock:
            now = self._clock()
            wait = self._wait(turn, now)
            if wait > 0:
                return wait
            for lane in self._lanes_of(turn):
                lane.count(now)
            self._line.remove(turn)
        return 0.0

    def leave(self, turn: "Turn") -> None:
        """Out of the line, if the request has not gone."""
        with self._lock:
            if turn in self._line:
                self._line.remove(turn)

    def heard(self, method: str, path: str, headers: Mapping[str, str]) -> None:
        """Learn from an answer how much is left."""
        with self._lock:
            now = self._clock()
            for scope in self._scopes(method, path):
                self._lanes[scope].refusals = 0
            for said in said_limits(headers):
                self._learn(method, path, said, now)

    def refused(
        self, method: str, path: str, headers: Mapping[str, str], *, of_account: bool = False
    ) -> float:
        """Nobody of a limit asks before the desk's time is over; the answer is how long that is.

        Whose limit it was is told by what is left, else it is the narrowest; `of_account` says
        that it was everybody's. A desk that names no time is given more of it every time.
        """
        with self._lock:
            now = self._clock()
            said = said_limits(headers)
            for one in said:
                self._learn(method, path, one, now)
            is_all = of_account or any(not one.name and not one.remaining for one in said)
            scope = ACCOUNT if is_all else self._narrowest(method, path)
            return self._lanes[scope].block(now, retry_after_s(headers))

    def limits(self) -> tuple[RateLimit, ...]:
        """What the desk said last of each limit; one whose time is over is whole again."""
        with self._lock:
            now = self._clock()
            said = sorted(self._said.items())
        return tuple(_told(scope, one, now - at) for scope, (one, at) in said)

    def _wait(self, turn: "Turn", now: float) -> float:
        lanes = self._lanes_of(turn)
        wait = max(lane.wait(now) for lane in lanes)
        for earlier in self._line[: self._line.index(turn)]:
            # Whoever waits for another limit keeps nobody from this one.
            neck = max(self._lanes_of(earlier), key=lambda lane: lane.wait(now))
            if neck in lanes:
                wait = max(wait, neck.wait(now) + neck.interval)
        return wait

    def _lanes_of(self, turn: "Turn") -> list["_Lane"]:
        return [self._lanes[scope] for scope in self._scopes(turn.method, turn.path)]

    def _scopes(self, method: str, path: str) -> list[str]:
        known = [one.scope for one in self._limits if one.covers(method, path)]
        return [*known, *sorted(self._learnt.get(_shape(method, path), ()))]

    def _narrowest(self, method: str, path: str) -> str:
        """The limit that an endpoint has for itself; one that nobody named yet is made."""
        own = [scope for scope in self._scopes(method, path) if scope != ACCOUNT]
        return own[0] if own else self._own_scope(method, path, " ".join(_shape(method, path)))

    def _own_scope(self, method: str, path: str, name: str) -> str:
        self._learnt.setdefault(_shape(method, path), set()).add(name)
        account = self._lanes[ACCOUNT]
        self._lanes.setdefault(name, _Lane(account.total, self._window_s))
        return name

    def _learn(self, method: str, path: str, said: SaidLimit, now: float) -> None:
        if not said.is_rate:
            self._said[said.name] = (said, now)
            return
        scope = self._scope_of(method, path, said.name) if said.name else ACCOUNT
        self._said[scope] = (replace(said, name=scope), now)
        self._lanes[scope].hear(said, now)

    def _scope_of(self, method: str, path: str, name: str) -> str:
        """Ours for a name of the desk: what we know of the endpoint, else the name itself."""
        known = [one.scope for one in self._limits if one.covers(method, path)]
        own = [scope for scope in known if scope != ACCOUNT]
        return own[0] if own else self._own_scope(method, path, name)


class Turn:
    """A request that stands in line."""

    __slots__ = ("method", "path")

    def __init__(self, method: str, path: str) -> None:
        self.method, self.path = method, path


class _Lane:
    """One limit. Requests come at an even pace, a few at once when there were none for a while.

    In no `per_s` seconds (their end not counted) there are more than `total`.
    """

    def __init__(self, total: int, per_s: float) -> None:
        self.total, self.per_s = max(1, total), per_s
        self.refusals = 0
        self._due = float("-inf")  # when a request would come at an even pace
        self._opens = float("-inf")
        self._slow: tuple[float, float] = (float("-inf"), 0.0)  # until when, and the interval

    @property
    def interval(self) -> float:
        return self.per_s / (self.total + 1 - self._at_once) * (1 + 1e-9)

    @property
    def _at_once(self) -> int:
        return 1 + self.total // _AT_ONCE

    def wait(self, now: float) -> float:
        early = (self._at_once - 1) * self.interval
        return max(self._due - early - now, self._opens - now, 0.0)

    def count(self, now: float) -> None:
        slow_until, slow_interval = self._slow
        step = max(self.interval, slow_interval if now < slow_until else 0.0)
        self._due = max(self._due, now) + step

    def hear(self, said: SaidLimit, now: float) -> None:
        """Others use the account too: what is left has to do until the desk counts anew."""
        self.total = max(1, said.total)
        resets_s = self._within(said.resets_s)
        if said.remaining < self._at_once:
            self._due = max(self._due, now + (self._at_once - said.remaining) * self.interval)
        if resets_s is None:
            return
        until = now + resets_s
        if said.remaining:
            self._slow = (until, resets_s / said.remaining)
        else:
            self._opens = max(self._opens, until)

    def _within(self, resets_s: float | None) -> float | None:
        """Time until the desk counts anew; a window that proves to be longer is kept in mind."""
        if resets_s is None or resets_s <= self.per_s:
            return resets_s
        if resets_s >= self.per_s + 1:
            self.per_s = resets_s
        return self.per_s  # desks round up to whole seconds

    def block(self, now: float, named_s: float | None) -> float:
        guess = self.per_s / MINUTE_S * 2 ** min(self.refusals, _LONGEST_GUESS)
        self.refusals += 1
        self._opens = max(self._opens, now + (guess if named_s is None else named_s))
        return self._opens - now


def _shape(method: str, path: str) -> tuple[str, str]:
    """A path without the numbers of what it asks for."""
    return method, re.sub(r"/\d+", "/*", path)


def _told(scope: str, said: SaidLimit, age_s: float) -> RateLimit:
    if said.resets_s is None:
        return RateLimit(scope, said.total, said.remaining)
    if age_s >= said.resets_s:
        return RateLimit(scope, said.total, said.total)
    return RateLimit(scope, said.total, said.remaining, round(said.resets_s - age_s))
