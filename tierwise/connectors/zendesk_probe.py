"""Who we are at Zendesk, and what the account lets us do: every part by a question without harm."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from tierwise.facts.desks import Allowance, DeniedError, GoneError, Json, Probe, TakenError

from .desk_http import Answer, Ask, Asks, DeskHttp
from .desk_paging import Query

_ME = "/api/v2/users/me"
_ACCOUNT = "/api/v2/account"
_LATELY_S = 3_600
_ONE: Query = {"page[size]": 1}
_ADMIN = "sign in as an administrator"
_ROLE = f"{_ADMIN}, or give this role the permission"
_PLAN = "it comes with Support Professional or Suite Growth; change the plan, or do without"


@dataclass(frozen=True, slots=True)
class _Question:
    """Something we may want, and how to ask whether we may. `step` is for when we may not."""

    what: str
    path: str
    step: str
    query: Query | None = None
    since: str = ""  # a parameter that takes an instant of late


_QUESTIONS = (
    _Question("read people", "/api/v2/users", _ROLE, _ONE),
    _Question("read user fields", "/api/v2/user_fields", _ADMIN, _ONE),
    _Question("read groups", "/api/v2/groups", _ROLE, _ONE),
    _Question("read SLA policies", "/api/v2/slas/policies", f"{_ADMIN}; {_PLAN}"),
    _Question("see what SLA policies can ask", "/api/v2/slas/policies/definitions", _PLAN),
    _Question("read schedules", "/api/v2/business_hours/schedules", f"{_ADMIN}; {_PLAN}"),
    _Question("read triggers", "/api/v2/triggers", _ADMIN, _ONE),
    _Question("read views", "/api/v2/views", _ROLE, _ONE),
    _Question("read webhooks", "/api/v2/webhooks", _ADMIN, _ONE),
    _Question("see jobs", "/api/v2/job_statuses", _ROLE, _ONE),
    _Question(
        "read changed tickets", "/api/v2/incremental/tickets/cursor", _ADMIN, since="start_time"
    ),
    _Question(
        "read changes of SLA clocks",
        "/api/v2/incremental/ticket_metric_events",
        _ADMIN,
        since="start_time",
    ),
)
_RATINGS = _Question("ratings", "/api/v2/satisfaction_ratings", "", _ONE)
_SURVEYS = _Question("survey answers", "/api/v2/guide/survey_responses", "", _ONE)


def probe(http: DeskHttp, now: int) -> Probe:
    """Everything there is to know of an account; DeniedError when nobody is signed in."""
    answer, me = _signed_in(http)
    account = _told(http, _ACCOUNT, "account")
    settings = _told(http, "/api/v2/account/settings", "settings")
    role = str(me.get("role") or "")
    allowances = (*_asked(http, now), _ratings(http), *_writes(http, role), *_tags(settings))
    return Probe(
        name=_name(http, account),
        remote_id=_number(http, account),
        address=http.address,
        plan=account.get("plan_name") or None,
        is_sandbox=_flag(account.get("sandbox")),
        signed_in_as=str(me.get("email") or me.get("name") or me["id"]),
        role=role,
        clock_skew_s=0 if answer.at is None else round(answer.at - now),
        allowances=allowances,
        limits=http.budget.limits(),
    )


def remote_id(http: DeskHttp) -> str:
    """The number of the account that answers; DeniedError when nobody is signed in."""
    _signed_in(http)
    return _number(http, _told(http, _ACCOUNT, "account"))


def _signed_in(http: DeskHttp) -> tuple[Answer, Json]:
    answer = http.answer(Ask("GET", _ME))
    me: Json = answer.body.get("user") or {}
    if not me.get("id"):
        # Zendesk answers nobody as well: as a visitor without a number.
        text = f"{http.host} takes us for a visitor: the sign-in is wrong or has ended"
        raise DeniedError(f"{text}; `tierwise desk connect` signs in anew")
    return answer, me


def _name(http: DeskHttp, account: Json) -> str:
    return str(account.get("subdomain") or urlsplit(http.address).netloc.split(".")[0])


def _number(http: DeskHttp, account: Json) -> str:
    """An account that does not tell its number is known by its name."""
    return str(account.get("id") or _name(http, account))


def _told(asks: Asks, path: str, key: str) -> Json:
    """What an account says of itself; nothing, where it does not say it to us."""
    try:
        return asks.get(path).get(key) or {}
    except (DeniedError, GoneError, TakenError):
        return {}


def _asked(asks: Asks, now: int) -> Iterator[Allowance]:
    for question in _QUESTIONS:
        yield _allowance(asks, question, now)


def _allowance(asks: Asks, question: _Question, now: int) -> Allowance:
    query = {question.since: now - _LATELY_S} if question.since else question.query
    try:
        asks.get(question.path, query)
    except (DeniedError, GoneError, TakenError) as error:
        why = str(error).rpartition("; ")[0] or str(error)  # our own step says more
        return Allowance(question.what, is_allowed=False, why=why, next_step=question.step)
    return Allowance(question.what, is_allowed=True)


def _ratings(asks: Asks) -> Allowance:
    """An account has ratings or surveys, and the other answers that it has none."""
    what = "read ratings or survey answers"
    for question in (_RATINGS, _SURVEYS):
        found = _allowance(asks, question, 0)
        if found.is_allowed:
            return Allowance(what, is_allowed=True)
    step = f"switch on customer satisfaction, or {_ROLE}; without it there is no CSAT"
    return Allowance(what, is_allowed=False, why=found.why, next_step=step)


def _writes(asks: Asks, role: str) -> Iterator[Allowance]:
    """Whether we may write, as far as can be told without writing."""
    scopes = _told(asks, "/api/v2/oauth/tokens/current", "token").get("scopes") or []
    for what, resource, roles in _WRITES:
        yield _may_write(what, resource, roles=roles, role=role, scopes=tuple(map(str, scopes)))


_WRITES = (
    ("write levels to people", "users", ("admin", "agent")),
    ("write tags to tickets", "tickets", ("admin", "agent")),
    ("change fields, SLA policies, schedules and triggers", "", ("admin",)),
)


def _may_write(
    what: str, resource: str, *, roles: tuple[str, ...], role: str, scopes: tuple[str, ...]
) -> Allowance:
    enough = {"write", f"{resource}:write"}
    if scopes and not enough & set(scopes):
        why = f"our token may do only: {', '.join(scopes)}"
        step = "give the OAuth client the scopes read and write, then connect again"
        return Allowance(what, is_allowed=False, why=why, next_step=step)
    if role not in roles:
        why = f"we are signed in as {role or 'somebody without a role'}"
        return Allowance(what, is_allowed=False, why=why, next_step=_ADMIN)
    return Allowance(what, is_allowed=True)


def _tags(settings: Json) -> Iterator[Allowance]:
    """Levels reach new tickets as tags, unless the account keeps people without tags."""
    tagging = (settings.get("user") or {}).get("tagging")
    if tagging is None:
        return
    what = "tags of people go to their tickets"
    if tagging:
        yield Allowance(what, is_allowed=True)
        return
    step = "switch on tags of users in Admin Center, People, Configuration, End users"
    why = "the account keeps people without tags, so new tickets do not show the level"
    yield Allowance(what, is_allowed=False, why=why, next_step=step)


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None
