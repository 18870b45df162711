"""Zendesk: one account of it as a help desk of ours."""

import time
from collections.abc import Callable, Mapping, Sequence

from tierwise.facts.desk_config import Compiled, DeskOp, DeskWish, HeldObject
from tierwise.facts.desk_people import DeskUser, JobState, LevelWrite, TagWrite
from tierwise.facts.desk_reads import DeskPage, Hint
from tierwise.facts.desks import DeskAccount, DeskCaps, Probe, RateLimit

from . import zendesk_config, zendesk_pages, zendesk_people, zendesk_probe, zendesk_webhooks
from .desk_http import DeskHttp, Patience
from .rate_budget import ACCOUNT, Budget, Limit
from .zendesk_auth import Grants, Tokens, ZendeskSignIn

CAPS = DeskCaps(
    level_field="dropdown",
    bulk_update=zendesk_people.MOST,
    most_jobs=30,
    lookup_by_external_id=True,
    create_customers=False,  # bulk imports are off unless the vendor switches them on
    sla_crud=True,
    sla_match_on_customer_field=True,
    schedules_crud=True,
    routing_rules_crud=True,
    reorder=True,
    optimistic_lock="updated_stamp",
    incremental="cursor",
    metric_events=True,
    native_sla_clock=True,
    webhooks="signed",
    csat=frozenset({"ratings", "survey_answers"}),
)
LIMITS = (
    Limit(ACCOUNT, 200),  # of the smallest plan; the first answer says what it really is
    Limit("incremental", 10, path=r"^/api/v2/incremental/"),
    Limit("user_write", 60, path=r"^/api/v2/users/(\d+|create_or_update)$", methods="PUT POST"),
    Limit("ticket_write", 100, path=r"^/api/v2/tickets/\d+$", methods="PUT"),
)


class Zendesk:
    """Implements the port `HelpDesk`; any number of threads may ask at once."""

    caps = CAPS

    def __init__(self, http: DeskHttp, tokens: Tokens, grants: Grants, field_key: str) -> None:
        self._http, self._tokens, self._grants = http, tokens, grants
        self._field_key = field_key

    def probe(self, now: int) -> Probe:
        return zendesk_probe.probe(self._http, now)

    def remote_id(self) -> str:
        return zendesk_probe.remote_id(self._http)

    def limits(self) -> tuple[RateLimit, ...]:
        """What is left of each limit, as the desk said last."""
        return self._http.budget.limits()

    def close(self) -> None:
        self._http.close()
        self._grants.close()

    def users(self, user_ids: Sequence[str], field_key: str) -> dict[str, DeskUser]:
        return zendesk_people.users_of(self._http, user_ids, field_key)

    def field_values(self, field_key: str) -> frozenset[str] | None:
        return zendesk_people.field_values(self._http, field_key)

    def write_levels(self, writes: Sequence[LevelWrite], field_key: str) -> str:
        return zendesk_people.write_levels(self._http, writes, field_key)

    def open_tickets(self, ticket_ids: Sequence[str]) -> frozenset[str]:
        return zendesk_people.open_tickets(self._http, ticket_ids)

    def write_tags(self, writes: Sequence[TagWrite]) -> str:
        return zendesk_people.write_tags(self._http, writes)

    def job_states(self, job_ids: Sequence[str]) -> dict[str, JobState]:
        return zendesk_people.job_states(self._http, job_ids)

    def compile(self, wish: DeskWish) -> Compiled:
        return zendesk_config.compile_wish(self._http, wish)

    def held(self) -> tuple[HeldObject, ...]:
        return zendesk_config.held_objects(self._http)

    def carry_out(self, op: DeskOp, remote_ids: Mapping[str, str]) -> str:
        return zendesk_config.carry_out(self._http, op, remote_ids)

    def webhook_secret(self, webhook_id: str) -> str:
        return zendesk_config.signing_secret(self._http, webhook_id)

    def page(self, stream: str, cursor: str | None, since: int) -> DeskPage:
        return zendesk_pages.read_page(
            self._http, stream, cursor=cursor, since=since, field_key=self._field_key
        )

    def reread_tickets(self, ticket_ids: Sequence[str]) -> DeskPage:
        return zendesk_pages.reread(self._http, ticket_ids)

    def hint(self, headers: Mapping[str, str], body: bytes, now: int) -> Hint:
        secret = self._tokens.secrets().webhook_secret
        return zendesk_webhooks.hint_of(secret, headers, body, now)


def open_zendesk(
    account: DeskAccount,
    tokens: Tokens,
    *,
    field_key: str,
    clock: Callable[[], float],
    sleep: Callable[[float], None] = time.sleep,
    patience: Patience | None = None,
) -> Zendesk:
    """An account to work with; nothing is asked yet.

    `tokens` keep what signs us in, `clock` gives UTC epoch seconds, `sleep` waits for limits.
    """
    budget = Budget(LIMITS, clock=time.monotonic, sleep=sleep)
    grants = Grants(account.address, budget, clock)
    sign_in = ZendeskSignIn(tokens, grants.renewed, clock)
    http = DeskHttp(account.address, sign_in, budget, patience)
    return Zendesk(http, tokens, grants, field_key)
