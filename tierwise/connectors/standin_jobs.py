"""Jobs of the stand-in: they wait, they work, they end, and soon nobody remembers them."""

from collections.abc import Callable

from .standin_calls import Call, RefusalError, Reply, Route, Row, not_found
from .standin_state import State

MOST_IN_FLIGHT = 30
MOST_KEPT = 100
KEPT_S = 3600
BASE_S, ROW_S = 2.0, 0.08  # about ten seconds for a hundred rows, as recorded at Zendesk

Work = Callable[[State, int, Row], Row]
"""What a job does with one row: it answers the row of the result, or raises a RefusalError."""


def begin_job(state: State, kind: str, rows: list[Row], work: Work) -> Reply:
    """Take a job; 429 TooManyJobs when too many are waiting or working."""
    settle_jobs(state)
    flying = sum(job["ends"] is not None for job in state.jobs.values())
    if state.faults.too_many_jobs or flying >= MOST_IN_FLIGHT:
        raise _too_many(state)
    number = f"V3-{state.new_word()}"
    took = (BASE_S + ROW_S * len(rows)) / state.pace
    begins = state.ticks() + BASE_S / 2 / state.pace
    job = {"id": number, "job_type": kind, "total": len(rows), "rows": rows, "work": work}
    job |= {"begins": begins, "ends": state.ticks() + took, "made": state.now}
    state.jobs[number] = job | {"results": None, "failed": False}
    return Reply({"job_status": _shown(state, state.jobs[number])}, headers=_left(flying + 1))


def settle_jobs(state: State, *, all_of_them: bool = False) -> None:
    """Do what is due: jobs that end by now are worked off, old ones are forgotten."""
    for job in list(state.jobs.values()):
        if job["ends"] is not None and (all_of_them or job["ends"] <= state.ticks()):
            _work_off(state, job)
    done = [one for one in state.jobs.values() if one["ends"] is None]
    surplus = {one["id"] for one in done[: max(len(done) - MOST_KEPT, 0)]}
    for job in done:
        if job["id"] in surplus or state.now - job["made"] > KEPT_S or state.faults.jobs_expire:
            del state.jobs[job["id"]]


def one_job(state: State, call: Call) -> Reply:
    settle_jobs(state)
    job = state.jobs.get(call.ids["id"])
    if job is None:
        raise not_found()
    return Reply({"job_status": _shown(state, job)})


def many_jobs(state: State, call: Call) -> Reply:
    settle_jobs(state)
    known = [state.jobs[number] for number in call.listed("ids") if number in state.jobs]
    return Reply({"job_statuses": [_shown(state, job) for job in known], "count": len(known)})


def all_jobs(state: State, call: Call) -> Reply:
    settle_jobs(state)
    shown = [_shown(state, job) for job in state.jobs.values()]
    return Reply({"job_statuses": shown, "count": len(shown), "next_page": None})


def _work_off(state: State, job: Row) -> None:
    job["ends"] = None
    if state.faults.lost_jobs:
        del state.jobs[job["id"]]
        return
    if state.faults.jobs_fail:
        job.update(failed=True, results=[])
        return
    job["results"] = [_result(state, job["work"], at, row) for at, row in enumerate(job["rows"])]


def _result(state: State, work: Work, at: int, row: Row) -> Row:
    """One row of the results: a refused one has neither `success` nor `action`."""
    number = row.get("id")
    if state.chance.is_bad_row(state.faults, number or 0):
        said = "Name: is too short (minimum is 1 characters)"
        return {"id": number, "error": "RecordInvalid", "details": said}
    try:
        return work(state, at, row)
    except RefusalError as refusal:
        body = refusal.reply.body
        details = str(body.get("details") or body.get("description"))
        return {"id": number, "error": body["error"], "details": details}


def _shown(state: State, job: Row) -> Row:
    waits = job["ends"] is not None
    status = "failed" if job["failed"] else "completed"
    if waits:
        status = "queued" if state.ticks() < job["begins"] else "working"
    return {
        "id": job["id"],
        "job_type": job["job_type"],
        "url": f"https://{state.subdomain}.zendesk.com/api/v2/job_statuses/{job['id']}.json",
        "total": job["total"],
        "progress": None if waits else job["total"],
        "status": status,
        "message": None if waits else f"{status.capitalize()} at {state.now_text}",
        "results": job["results"],
    }


def _left(flying: int) -> dict[str, str]:
    left = MOST_IN_FLIGHT - flying
    said = f"total={MOST_IN_FLIGHT}; remaining={left}; resets=60"
    return {"zendesk-ratelimit-inflight-jobs": said}


def _too_many(state: State) -> RefusalError:
    said = f"Limit of {MOST_IN_FLIGHT} queued or running jobs reached"
    wait = {"retry-after": str(state.faults.retry_after_s)}
    body = {"error": "TooManyJobs", "description": said}
    return RefusalError(429, body, {**wait, **_left(MOST_IN_FLIGHT)})


ROUTES = (
    Route("GET", "/api/v2/job_statuses", all_jobs),
    Route("GET", "/api/v2/job_statuses/show_many", many_jobs),
    Route("GET", "/api/v2/job_statuses/{id}", one_job),
)
