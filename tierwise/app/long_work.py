"""Work at a desk may outlast a request: begun once, waited for a little, asked about later."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock, Thread

from tierwise.facts.problems import TierwiseError


class _Work(Thread):
    """One piece of work and what came of it. It dies with the server; its journal does not."""

    def __init__(self, name: str, does: Callable[[], object]) -> None:
        super().__init__(name=name, daemon=True)
        self.does = does
        self.is_done = False
        self.error: TierwiseError | None = None

    def run(self) -> None:
        """Do it; refusals wait for whoever asks."""
        try:
            self.does()
            self.is_done = True
        except TierwiseError as error:
            self.error = error


@dataclass(frozen=True, slots=True)
class LongWork:
    """What was begun, by name. `wait_s` is how long a page waits for it."""

    wait_s: float = 4.0
    begun: dict[str, _Work] = field(default_factory=dict)
    turn: Lock = field(default_factory=Lock)

    def begin(self, name: str, does: Callable[[], object]) -> bool:
        """Start it unless it runs; True if it is done already. Raises what stopped it meanwhile."""
        with self.turn:
            work = self.begun.get(name)
            if work is None or not work.is_alive():
                work = self.begun[name] = _Work(name, does)
                work.start()
        work.join(self.wait_s)
        if work.error is not None:
            self.begun.pop(name, None)
            raise work.error
        if not work.is_alive() and not work.is_done:
            raise RuntimeError(f"{name} broke off; its own error stands in the log")
        return work.is_done

    def runs(self, name: str) -> bool:
        """Whether it is on its way."""
        work = self.begun.get(name)
        return work is not None and work.is_alive()

    def stopped(self, name: str) -> str:
        """What stopped it after its page had gone; nothing if nothing did."""
        work = self.begun.get(name)
        return str(work.error) if work is not None and work.error is not None else ""
