"""What the stand-in can be told to get wrong: every fault by its name, or some at random."""

import random
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

HITS = (
    "429",  # too many requests; says when to come back
    "429_bare",  # the same without Retry-After
    "429_edge",  # from the edge of the network, in its own words
    "409",  # somebody else changed it at the same time
    "500",
    "502",
    "503",
    "reset",  # the connection breaks before anything happened
    "lost",  # it was done, and the connection breaks before the answer
    "slow",
)
"""What may hit one request, whatever it asks for."""


@dataclass(slots=True)
class Faults:
    """Switches of the stand-in; everything is off until somebody turns it on.

    `next_hits` fall upon the next requests one by one, `rate` of the others get one of `hits`
    by chance. `denied` are beginnings of paths the plan does not include (403).
    """

    rate: float = 0.0
    hits: tuple[str, ...] = HITS
    next_hits: list[str] = field(default_factory=list)
    slow_s: float = 0.3
    retry_after_s: int = 1
    denied: tuple[str, ...] = ()
    suspended: bool = False  # the account as a whole
    moved_to: str = ""  # the account has another address now
    too_many_jobs: bool = False  # no further job is taken
    jobs_fail: bool = False  # a job ends as failed, and nothing was done
    jobs_expire: bool = False  # a job that is done is forgotten at once
    lost_jobs: bool = False  # a job is forgotten at once, and nothing was done
    bad_rows: tuple[int, ...] = ()  # people or tickets whose row of a job is refused
    bad_row_rate: float = 0.0
    equal_timestamps: bool = False  # everything changed in the same second
    endless_page: bool = False  # time-based exports never get past equal timestamps
    strict_start: bool = False  # exports refuse a start less than a minute ago
    hooks_twice: bool = False
    hooks_shuffled: bool = False
    hooks_broken: bool = False  # nothing is delivered: the breaker is open
    unoffered: tuple[str, ...] = ()  # beginnings of fields that no condition may name
    tags_from_field: bool = True  # a person's level tags their new tickets

    def change(self, news: Mapping[str, Any]) -> None:
        """Turn some switches; a name nobody knows is a KeyError."""
        known = {one.name: one for one in fields(self)}
        for name, value in news.items():
            old = getattr(self, known[name].name)
            setattr(self, name, tuple(value) if isinstance(old, tuple) else type(old)(value))

    def as_json(self) -> dict[str, Any]:
        """All switches as they stand."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


class Chance:
    """Faults by chance: the same seed, the same course."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.fell: deque[str] = deque(maxlen=10_000)

    def hit(self, faults: Faults) -> str | None:
        """What hits this request, if anything."""
        hit = self._chosen(faults)
        if hit:
            self.fell.append(hit)
        return hit

    def is_bad_row(self, faults: Faults, number: int) -> bool:
        """Whether the row of a job with this number is refused."""
        return number in faults.bad_rows or (
            faults.bad_row_rate > 0 and self._random.random() < faults.bad_row_rate
        )

    def shuffle(self, some: list[Any]) -> None:
        self._random.shuffle(some)

    def _chosen(self, faults: Faults) -> str | None:
        if faults.next_hits:
            return faults.next_hits.pop(0)
        if faults.rate and self._random.random() < faults.rate:
            return self._random.choice(faults.hits)
        return None
