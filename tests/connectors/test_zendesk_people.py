"""People and jobs at Zendesk, as its answers really look: none of them is taken for more."""

from collections.abc import Iterator

import pytest

from tests.connectors.told_desk import Reply, ToldDesk, told_desk
from tierwise.connectors.zendesk import CAPS, Zendesk, open_zendesk
from tierwise.connectors.zendesk_auth import NewTokens
from tierwise.facts.desk_people import DeskUser, JobPhase, JobState, LevelWrite, TagWrite
from tierwise.facts.desks import BusyError, DeskAccount, DeskSecrets

USERS, TICKETS = "/api/v2/users/show_many", "/api/v2/tickets/update_many"
WRITES, JOBS = "/api/v2/users/update_many", "/api/v2/job_statuses/show_many"
QUEUED = Reply(200, {"job_status": {"id": "V3-1", "status": "queued", "results": None}})


@pytest.fixture
def desk() -> Iterator[ToldDesk]:
    with told_desk() as told:
        yield told


@pytest.fixture
def zendesk(desk: ToldDesk) -> Iterator[Zendesk]:
    account = DeskAccount(
        account_id="1",
        desk="zendesk",
        name="acme",
        address=desk.url,
        sign_in="api_token",
        remote_id="4711",
        is_sandbox=True,
        into_facts=True,
        connected_at=0,
        connected_by="ada",
    )
    tokens = NewTokens(DeskSecrets(email="ada@acme.example", api_token="t"))
    opened = open_zendesk(
        account, tokens, field_key="service_level", clock=lambda: 0.0, sleep=lambda _: None
    )
    yield opened
    opened.close()


def test_people_as_the_desk_has_them(desk: ToldDesk, zendesk: Zendesk) -> None:
    ada = {
        "id": 7,
        "external_id": "C1",
        "email": "ada@example.org",
        "name": "Ada",
        "role": "end-user",
        "active": True,
        "user_fields": {"service_level": "sl_premium", "other": "x"},
    }
    gone: dict[str, object] = {
        "id": 8,
        "name": None,
        "role": "agent",
        "active": False,
        "user_fields": {},
    }
    bare = {"id": 9, "external_id": "", "user_fields": None}
    stranger = {"id": 10, "name": "nobody asked"}
    desk.tell(USERS, Reply(200, {"users": [ada, gone, bare, stranger], "count": 4}))
    assert zendesk.users(["7", "8", "9", "11"], "service_level") == {
        "7": DeskUser("7", "C1", "ada@example.org", "Ada", "end-user", "sl_premium", True),
        "8": DeskUser("8", None, None, "", "agent", None, False),
        "9": DeskUser("9", None, None, "", "end-user", None, True),
    }
    assert desk.heard[0].query == {"ids": "7,8,9,11"}


def test_people_are_asked_for_a_hundred_at_once(desk: ToldDesk, zendesk: Zendesk) -> None:
    desk.tell(USERS, Reply(200, {"users": []}))
    assert zendesk.users([str(number) for number in range(250)], "service_level") == {}
    assert [one.query["ids"].count(",") for one in desk.heard] == [99, 99, 49]
    assert zendesk.users([], "service_level") == {}


def test_a_job_writes_the_field_and_nothing_else(desk: ToldDesk, zendesk: Zendesk) -> None:
    desk.tell(WRITES, QUEUED)
    writes = [LevelWrite("7", "sl_premium"), LevelWrite("8", None)]
    assert zendesk.write_levels(writes, "service_level") == "V3-1"
    assert desk.asked() == [f"PUT {WRITES}"]
    assert desk.heard[0].body == {
        "users": [
            {"id": 7, "user_fields": {"service_level": "sl_premium"}},
            {"id": 8, "user_fields": {"service_level": None}},
        ]
    }


def test_tags_are_added_and_removed_and_never_replaced(desk: ToldDesk, zendesk: Zendesk) -> None:
    desk.tell(TICKETS, QUEUED)
    assert zendesk.write_tags([TagWrite("3", ("sl_vip",), ("sl_plus", "sl_basic"))]) == "V3-1"
    assert desk.heard[0].body == {
        "tickets": [
            {"id": 3, "additional_tags": ["sl_vip"], "remove_tags": ["sl_plus", "sl_basic"]}
        ]
    }


def test_a_job_without_a_name_is_none(desk: ToldDesk, zendesk: Zendesk) -> None:
    desk.tell(WRITES, Reply(200, {}))
    with pytest.raises(BusyError, match="without naming a job"):
        zendesk.write_levels([LevelWrite("7", None)], "service_level")


NAME_TAKEN = {"index": 1, "id": 8, "error": "UpdateFailed", "details": "Name: has been taken"}


@pytest.mark.parametrize(
    ("row", "phase", "said"),
    [
        ({"status": "queued", "results": None}, JobPhase.RUNNING, {}),
        ({"status": "working", "results": []}, JobPhase.RUNNING, {}),
        ({"status": "completed", "results": None}, JobPhase.DONE, {}),
        ({"status": "completed", "results": {"success": True}}, JobPhase.DONE, {}),
        ({"status": "completed", "results": [{"id": 7, "status": "Updated"}]}, JobPhase.DONE, {}),
        (
            {
                "status": "completed",
                "results": [{"id": 7, "success": True, "action": "update"}, NAME_TAKEN],
            },
            JobPhase.DONE,
            {"8": "UpdateFailed: Name: has been taken"},
        ),
        (
            {
                "status": "completed",
                "results": [
                    {"id": 7, "success": False},
                    {"status": "Failed", "error": "NotFound"},
                    {"errors": "Email: is invalid"},
                ],
            },
            JobPhase.DONE,
            {"7": "refused, and nothing was said", "": "NotFound; Email: is invalid"},
        ),
        (
            {"status": "failed", "message": "Job failed\nat 10:00", "results": []},
            JobPhase.DONE,
            {"": "Job failed at 10:00"},
        ),
        ({"status": "killed", "results": None}, JobPhase.DONE, {"": "the job killed"}),
        ({"status": "something new"}, JobPhase.UNKNOWN, {}),
        (
            {"status": "completed", "results": [{"error": f"E{n}"} for n in range(7)]},
            JobPhase.DONE,
            {"": "E0; E1; E2; E3; E4; and 2 more"},
        ),
    ],
)
def test_a_job_that_ended_says_nothing_of_its_rows_but_complaints(
    desk: ToldDesk,
    zendesk: Zendesk,
    row: dict[str, object],
    phase: JobPhase,
    said: dict[str, str],
) -> None:
    desk.tell(JOBS, Reply(200, {"job_statuses": [{"id": "V3-1", **row}]}))
    assert zendesk.job_states(["V3-1"]) == {"V3-1": JobState("V3-1", phase, said)}


@pytest.mark.parametrize(
    "reply",
    [Reply(200, {"job_statuses": []}), Reply(404, {"error": "RecordNotFound"})],
)
def test_a_job_that_the_desk_forgot_is_unknown(
    desk: ToldDesk, zendesk: Zendesk, reply: Reply
) -> None:
    desk.tell(JOBS, reply)
    assert zendesk.job_states(["V3-1"]) == {"V3-1": JobState("V3-1", JobPhase.UNKNOWN, {})}
    assert zendesk.job_states([]) == {}


def test_a_desk_that_knows_only_some_jobs_tells_of_those(desk: ToldDesk, zendesk: Zendesk) -> None:
    desk.tell(JOBS, Reply(200, {"job_statuses": [{"id": "V3-2", "status": "queued"}]}))
    states = zendesk.job_states(["V3-1", "V3-2"])
    assert [states[one].phase for one in ("V3-1", "V3-2")] == [JobPhase.UNKNOWN, JobPhase.RUNNING]
    assert desk.heard[0].query == {"ids": "V3-1,V3-2"}


def test_jobs_are_of_a_hundred_and_thirty_run_at_once() -> None:
    assert (CAPS.bulk_update, CAPS.most_jobs, CAPS.create_customers) == (100, 30, False)
