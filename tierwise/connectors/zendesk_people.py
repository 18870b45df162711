"""People and tickets at Zendesk: who they are, jobs that write levels and tags, how jobs ended.

A job writes one field of people who are there. It never sends an e-mail address, which would add
a second one, never the tags of a person, which would replace theirs, and never makes anybody.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tierwise.facts.desk_people import DeskUser, JobPhase, JobState, LevelWrite, TagWrite
from tierwise.facts.desks import BusyError, GoneError, Json

from .desk_http import Asks
from .desk_refusals import words_of

USERS = "/api/v2/users"
FIELDS = "/api/v2/user_fields"
TICKETS = "/api/v2/tickets"
JOBS = "/api/v2/job_statuses"
MOST = 100
_OPEN = ("new", "open", "pending", "hold")
_RUNNING = ("queued", "working")
_ENDED = ("completed", "failed", "killed")
_MOST_SAID = 5  # complaints about nobody in particular


def users_of(asks: Asks, user_ids: Sequence[str], field_key: str) -> dict[str, DeskUser]:
    """People by id; whom the desk does not know (any more) is left out."""
    found: dict[str, DeskUser] = {}
    for ids in _hundreds(user_ids):
        rows = asks.get(f"{USERS}/show_many", {"ids": ",".join(ids)}).get("users") or []
        people = (_user(row, field_key) for row in rows)
        found |= {user.user_id: user for user in people if user.user_id in ids}
    return found


def field_values(asks: Asks, field_key: str) -> frozenset[str] | None:
    """What the drop-down of that key offers; None when the desk has none."""
    for field in asks.listed(FIELDS, "user_fields"):
        is_offered = field.get("type") == "dropdown" and field.get("active") is not False
        if field.get("key") == field_key and is_offered:
            options = field.get("custom_field_options") or ()
            return frozenset(str(one["value"]) for one in options)
    return None


def write_levels(asks: Asks, writes: Sequence[LevelWrite], field_key: str) -> str:
    """Start a job that writes the field of at most a hundred people; its id. BusyError."""
    rows = [{"id": int(write.user_id), "user_fields": {field_key: write.value}} for write in writes]
    return _job(asks.put(f"{USERS}/update_many", {"users": rows}))


def open_tickets(asks: Asks, ticket_ids: Sequence[str]) -> frozenset[str]:
    """Which of these tickets are not solved yet."""
    found: set[str] = set()
    for ids in _hundreds(ticket_ids):
        rows = asks.get(f"{TICKETS}/show_many", {"ids": ",".join(ids)}).get("tickets") or []
        found.update(str(row["id"]) for row in rows if row.get("status") in _OPEN)
    return frozenset(found)


def write_tags(asks: Asks, writes: Sequence[TagWrite]) -> str:
    """Start a job that adds and removes tags of at most a hundred tickets; its id. BusyError."""
    rows = [
        {
            "id": int(write.ticket_id),
            "additional_tags": list(write.add),
            "remove_tags": list(write.remove),
        }
        for write in writes
    ]
    return _job(asks.put(f"{TICKETS}/update_many", {"tickets": rows}))


def job_states(asks: Asks, job_ids: Sequence[str]) -> dict[str, JobState]:
    """How jobs stand. The desk forgets them within an hour; those are UNKNOWN."""
    known: dict[str, JobState] = {}
    for ids in _hundreds(job_ids):
        known |= {str(row.get("id")): _state(row) for row in _jobs(asks, ids)}
    return {
        job_id: known.get(job_id) or JobState(job_id, JobPhase.UNKNOWN, {}) for job_id in job_ids
    }


def _jobs(asks: Asks, ids: Sequence[str]) -> list[Json]:
    try:
        answer = asks.get(f"{JOBS}/show_many", {"ids": ",".join(ids)})
    except GoneError:
        return []
    return answer.get("job_statuses") or []


def _job(answer: Json) -> str:
    job_id = (answer.get("job_status") or {}).get("id")
    if not job_id:
        text = "the desk took the changes without naming a job for them"
        raise BusyError(f"{text}; they are read again in a minute", 60.0)
    return str(job_id)


def _user(row: Json, field_key: str) -> DeskUser:
    return DeskUser(
        user_id=str(row["id"]),
        external_id=_text(row.get("external_id")),
        email=_text(row.get("email")),
        name=row.get("name") or "",
        role=row.get("role") or "end-user",
        value=_text((row.get("user_fields") or {}).get(field_key)),
        is_active=row.get("active") is not False and row.get("permanently_deleted") is not True,
    )


def _state(row: Json) -> JobState:
    status = row.get("status")
    if status in _RUNNING:
        return JobState(str(row["id"]), JobPhase.RUNNING, {})
    phase = JobPhase.DONE if status in _ENDED else JobPhase.UNKNOWN
    said: dict[str, list[str]] = defaultdict(list)
    for result in _results(row.get("results")):
        if complaint := _complaint(result):
            said[_text(result.get("id")) or ""].append(complaint)
    if status in _ENDED[1:]:
        said[""].insert(0, " ".join(str(row.get("message") or f"the job {status}").split()))
    return JobState(
        str(row["id"]), phase, {key: "; ".join(_first(texts)) for key, texts in said.items()}
    )


def _results(results: object) -> Iterator[Json]:
    """Rows of a job that ended: a list, one object for all, or nothing."""
    rows = results if isinstance(results, list) else [results]
    yield from (row for row in rows if isinstance(row, Mapping))


def _complaint(result: Json) -> str:
    """What is wrong with a row. Rows bear `success`, or `status`, or an `error`; or none of it."""
    status = str(result.get("status") or "")
    is_bad = result.get("error") or result.get("errors") or result.get("success") is False
    if not is_bad and status.lower() not in {"failed", "error"}:
        return ""
    details = result.get("details")
    words = [*words_of(result), *([details] if isinstance(details, str) else [])]
    return ": ".join(dict.fromkeys(words)) or status or "refused, and nothing was said"


def _first(texts: Sequence[str]) -> list[str]:
    different = list(dict.fromkeys(texts))
    more = len(different) - _MOST_SAID
    return [*different[:_MOST_SAID], *([f"and {more} more"] if more > 0 else [])]


def _hundreds(some: Sequence[str]) -> Iterable[Sequence[str]]:
    return (some[at : at + MOST] for at in range(0, len(some), MOST))


def _text(value: Any) -> str | None:
    return None if value in {None, ""} else str(value)
