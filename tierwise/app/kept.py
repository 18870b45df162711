"""Answers that are kept until what they were made from has changed."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


@dataclass(slots=True)
class Kept(Generic[Answer]):
    """The last answer, and what it was made from."""

    last: tuple[Hashable, Answer] | None = None

    def get(self, made_from: Hashable, work: Callable[[], Answer]) -> Answer:
        """The answer, worked out when it was made from something else.

        >>> kept = Kept[int]()
        >>> kept.get("a", lambda: 1), kept.get("a", lambda: 2), kept.get("b", lambda: 3)
        (1, 1, 3)
        """
        last = self.last
        if last is None or last[0] != made_from:
            last = self.last = (made_from, work())
        return last[1]
