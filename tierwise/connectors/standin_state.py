"""What the stand-in holds: plain dicts as Zendesk writes them, and what changed when."""

import secrets
import threading
import time
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from .standin_calls import Row, in_text
from .standin_faults import Chance, Faults
from .standin_made import Made

FIRST_ID = 10_000_000_001


class Changes:
    """In which order things of a kind changed; each counts once, with its latest change."""

    def __init__(self) -> None:
        self._latest: dict[int, int] = {}  # id -> place
        self._places: list[tuple[int, int]] = []  # (instant, id), by place

    def touch(self, number: int, at: int) -> None:
        latest = self._places[-1][0] if self._places else at
        self._latest[number] = len(self._places)
        self._places.append((max(at, latest), number))  # clocks set back do not reorder

    def first_at(self, at: int) -> int:
        """The place of the first change at or after an instant."""
        return bisect_left(self._places, (at, 0))

    def after(self, at: int) -> int:
        """The place of the first change after an instant."""
        return bisect_right(self._places, (at, 1 << 62))

    def since(self, place: int) -> Iterator[tuple[int, int, int]]:
        """(place, instant, id) of what changed from a place on."""
        for at_place in range(place, len(self._places)):
            instant, number = self._places[at_place]
            if self._latest.get(number) == at_place:
                yield at_place, instant, number

    @property
    def end(self) -> int:
        """The place of the next change."""
        return len(self._places)


@dataclass(slots=True)
class Account:
    """What is known of the account, who may ask, and what goes wrong."""

    subdomain: str = "stand-in"
    account_id: int = 4711
    plan_name: str = "Suite Professional (stand-in)"
    is_sandbox: bool = True
    calls_per_minute: int = 400
    csat: str = "ratings"  # or survey_responses
    client_id: str = "tierwise"
    client_secret: str = "standin-secret"
    api_email: str = "ada@stand-in.example"
    api_token: str = "standin-token"
    bulk_import_allowed: bool = False
    admin_id: int = 0
    made: Made = field(default_factory=lambda: Made(0, 0))
    faults: Faults = field(default_factory=Faults)
    requests: list[tuple[str, str]] = field(default_factory=list)
    too_many: int = 0  # requests that came past a limit
    effects: Counter[tuple[str | int | None, ...]] = field(default_factory=Counter)
    jobs: dict[str, Row] = field(default_factory=dict)
    tokens: dict[str, Row] = field(default_factory=dict)
    codes: dict[str, Row] = field(default_factory=dict)
    webhooks: dict[str, Row] = field(default_factory=dict)
    hook_secrets: dict[str, str] = field(default_factory=dict)
    hooks_due: list[tuple[str, bytes]] = field(default_factory=list)
    deliveries: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Held(Account):
    """What the account holds, by number: dicts as Zendesk writes them."""

    users: dict[int, Row] = field(default_factory=dict)
    identities: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    addresses: dict[str, int] = field(default_factory=dict)  # who has which e-mail address
    outer_ids: dict[str, int] = field(default_factory=dict)  # and which number of the shop
    merged: dict[int, int] = field(default_factory=dict)
    user_fields: dict[int, Row] = field(default_factory=dict)
    groups: dict[int, Row] = field(default_factory=dict)
    schedules: dict[int, Row] = field(default_factory=dict)
    holidays: dict[int, dict[int, Row]] = field(default_factory=lambda: defaultdict(dict))
    sla_policies: dict[int, Row] = field(default_factory=dict)
    triggers: dict[int, Row] = field(default_factory=dict)
    trigger_categories: dict[str, Row] = field(default_factory=dict)
    views: dict[int, Row] = field(default_factory=dict)
    tickets: dict[int, Row] = field(default_factory=dict)
    comments: dict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))
    audits: dict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))
    all_audits: dict[int, Row] = field(default_factory=dict)
    archived: set[int] = field(default_factory=set)
    ticket_slas: dict[int, Row] = field(default_factory=dict)
    ticket_schedules: dict[int, int] = field(default_factory=dict)
    metric_events: dict[int, Row] = field(default_factory=dict)
    ratings: dict[int, Row] = field(default_factory=dict)
    survey_responses: dict[str, Row] = field(default_factory=dict)
    changed: dict[str, Changes] = field(default_factory=lambda: defaultdict(Changes))


class State(Held):
    """Everything the stand-in holds, behind one lock.

    `clock` gives UTC epoch seconds, `ticks` seconds that only ever grow: jobs and limits go by
    them, `pace` times as fast as at Zendesk.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        pace: float = 1.0,
        ticks: Callable[[], float] = time.monotonic,
        seed: int = 0,
    ) -> None:
        super().__init__()
        self.lock = threading.RLock()
        self.clock, self.ticks, self.pace = clock, ticks, pace
        self.chance = Chance(seed)
        self._numbers: Counter[str] = Counter()

    @property
    def now(self) -> int:
        return int(self.clock())

    @property
    def now_text(self) -> str:
        return in_text(self.now)

    def new_id(self, kind: str = "") -> int:
        """The next number; tickets (a kind) count from 1, all else is long as at Zendesk."""
        self._numbers[kind] += 1
        return self._numbers[kind] + (self.made.tickets if kind else FIRST_ID - 1)

    def new_word(self) -> str:
        """A random word that nobody guesses."""
        return secrets.token_hex(16)

    def touch(self, kind: str, number: int) -> None:
        """Note that something changed now."""
        changes = self.changed[kind]
        changes.touch(number, 0 if self.faults.equal_timestamps and changes.end else self.now)

    def user(self, number: int) -> Row | None:
        """A person by number, also one that is made up on the fly."""
        return self.users.get(number) or self.made.user(number)

    def outer_id(self, outer: str) -> int:
        """Who has a number of the shop, in any case; 0 for nobody."""
        return self.outer_ids.get(outer.lower(), 0) or self.made.outer_id(outer.lower())

    def ticket(self, number: int) -> Row | None:
        """A ticket by number, also one that is made up on the fly."""
        return self.tickets.get(number) or self.made.ticket(number)

    def queue_hook(self, hook_id: str, body: bytes) -> None:
        """Hand a webhook what it shall deliver."""
        self.hooks_due.append((hook_id, body))
