"""Help desks: what one can do, which account we are connected to, and what it lets us do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from .problems import RefusedError

Json: TypeAlias = Mapping[str, Any]
"""A JSON object, as a desk writes it."""

SignIn = Literal["client_credentials", "authorization_code", "api_token"]


class BusyError(RefusedError):
    """The desk takes no more for now; `retry_after_s` says when to ask again."""

    def __init__(self, text: str, retry_after_s: float) -> None:
        super().__init__(text)
        self.retry_after_s = retry_after_s


class DeniedError(RefusedError):
    """The desk refuses for good: signed out, suspended, not allowed, not in the plan."""


class TakenError(RefusedError):
    """The desk refuses what was sent: a name that is taken, a value it does not know."""


class GoneError(RefusedError):
    """What was asked for is not there, or no more."""


@dataclass(frozen=True, slots=True)
class DeskCaps:
    """What a desk can do; plans and pages ask these flags and never the name of the desk."""

    level_field: Literal["dropdown", "text", "tag", "ticket_field"] | None
    bulk_update: int | None  # most customers in one job; None: one by one
    most_jobs: int  # jobs that may wait or run at once
    lookup_by_external_id: bool
    create_customers: bool
    sla_crud: bool
    sla_match_on_customer_field: bool
    schedules_crud: bool
    routing_rules_crud: bool
    reorder: bool
    optimistic_lock: Literal["etag", "updated_stamp"] | None
    incremental: Literal["cursor", "txn_id", "updated_since", "none"]
    metric_events: bool
    native_sla_clock: bool
    webhooks: Literal["signed", "unsigned", "none"]
    csat: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whether the account lets us do something; `why` and `next_step` when it does not."""

    what: str
    is_allowed: bool
    why: str = ""
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class RateLimit:
    """How much of a limit is left, as the desk says itself."""

    scope: str
    total: int
    remaining: int
    resets_s: int | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """Who we are at a desk and what it lets us do. `remote_id` is the account's own number."""

    name: str
    remote_id: str
    address: str
    plan: str | None
    is_sandbox: bool | None
    signed_in_as: str
    role: str
    clock_skew_s: int
    allowances: tuple[Allowance, ...]
    limits: tuple[RateLimit, ...]


@dataclass(frozen=True, slots=True)
class DeskAccount:
    """An account we are connected to; nothing secret is in it.

    `remote_id` is the number the desk gives the account: two of them are never mixed up.
    `into_facts` says whether its tickets become facts, or come from elsewhere.
    """

    account_id: str
    desk: str
    name: str
    address: str
    sign_in: SignIn
    remote_id: str
    is_sandbox: bool | None
    into_facts: bool
    connected_at: int
    connected_by: str

    @property
    def shown(self) -> str:
        """The account as people know it, and whether it is the real one."""
        kind = {True: "sandbox", False: "PRODUCTION", None: "perhaps PRODUCTION"}[self.is_sandbox]
        return f"{self.desk} {self.name} ({kind}, {self.address})"


@dataclass(frozen=True, slots=True)
class DeskSecrets:
    """What signs us in; kept encrypted, and in no message. Instants are UTC epoch seconds."""

    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    expires_at: int = 0
    refresh_expires_at: int = 0
    email: str = ""
    api_token: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)
