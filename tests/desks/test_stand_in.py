"""The stand-in does what surprises people at Zendesk, each on demand."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import httpx
import pytest

from tierwise.connectors.standin import StandIn

from .served import served, served_plainly

API = "/api/v2"
EVE = "C1"


@pytest.fixture
def line(world: StandIn) -> Iterator[httpx.Client]:
    with served(world) as address, signed_in(world, address) as client:
        yield client


@pytest.fixture
def unjudged(world: StandIn) -> Iterator[httpx.Client]:
    """For questions that are wrong on purpose."""
    with served_plainly(world) as address, signed_in(world, address) as client:
        yield client


def signed_in(world: StandIn, address: str) -> httpx.Client:
    headers = {"authorization": f"Bearer {world.new_token()}"}
    return httpx.Client(base_url=f"{address}{API}", headers=headers)


@pytest.fixture
def eve(world: StandIn) -> dict[str, Any]:
    return world.users[world.outer_id(EVE)]


def write(line: httpx.Client, *users: dict[str, Any]) -> httpx.Response:
    return line.put("/users/update_many", json={"users": list(users)})


def job_of(line: httpx.Client, world: StandIn, answer: httpx.Response) -> dict[str, Any]:
    """The job of an answer, once it is done."""
    world.finish_jobs()
    number = answer.json()["job_status"]["id"]
    return dict(line.get(f"/job_statuses/{number}").json()["job_status"])


Ask: TypeAlias = Callable[[httpx.Client], httpx.Response]
REFUSED: dict[str, tuple[Ask, int, str]] = {
    "bulk imports need to be switched on": (
        lambda line: line.post("/users/create_many", json={"users": [{"name": "X"}]}),
        403,
        "not enabled",
    ),
    "at most a hundred people at once": (
        lambda line: write(line, *[{"id": 1}] * 101),
        400,
        "TooManyValues",
    ),
    "a drop-down takes its own options only": (
        lambda line: line.post(
            "/users", json={"user": {"name": "A", "user_fields": {"service_level": "gold"}}}
        ),
        422,
        "not a valid option",
    ),
    "a number of the shop is taken, in any case": (
        lambda line: line.post("/users", json={"user": {"name": "A", "external_id": "c1"}}),
        422,
        "already been taken",
    ),
    "the key of a field stays": (
        lambda line: line.put("/user_fields/service_level", json={"user_field": {"key": "k"}}),
        422,
        "cannot be changed",
    ),
    "a policy needs a filter": (
        lambda line: line.post("/slas/policies", json={"sla_policy": {"title": "P"}}),
        422,
        "Filter",
    ),
    "a filter names fields that are defined": (
        lambda line: line.post(
            "/slas/policies",
            json={
                "sla_policy": {
                    "title": "P",
                    "filter": {"all": [{"field": "moon", "operator": "is", "value": "full"}]},
                }
            },
        ),
        422,
        "moon",
    ),
    "nobody knows the job": (lambda line: line.get("/job_statuses/V3-x"), 404, "Not found"),
    "the newer survey is elsewhere": (
        lambda line: line.get("/guide/survey_responses"),
        404,
        "Not found",
    ),
    "what is no number is refused": (
        lambda line: line.get("/incremental/tickets/cursor?start_time=soon"),
        400,
        "not a number",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refusals(case: str, unjudged: httpx.Client) -> None:
    ask, status, said = REFUSED[case]
    answer = ask(unjudged)
    assert (answer.status_code, said in answer.text) == (status, True), answer.text


HITS: dict[str, tuple[dict[str, Any], int, str]] = {
    "429 that says when": ({"next_hits": ["429"]}, 429, "retry-after"),
    "429 that does not": ({"next_hits": ["429_bare"]}, 429, ""),
    "429 of the edge": ({"next_hits": ["429_edge"]}, 429, ""),
    "a collision": ({"next_hits": ["409"]}, 409, ""),
    "a gateway that fails": ({"next_hits": ["502"]}, 502, ""),
    "a suspended account": ({"suspended": True}, 403, ""),
    "a plan without it": ({"denied": ["/api/v2/users"]}, 403, ""),
    "an account that moved": ({"moved_to": "https://other.example"}, 301, "location"),
}


@pytest.mark.parametrize("case", HITS)
def test_what_hits_a_request(case: str, line: httpx.Client, world: StandIn) -> None:
    switches, status, header = HITS[case]
    world.faults.change(switches)
    answer = line.get("/users/me", follow_redirects=False)
    assert (answer.status_code, not header or header in answer.headers) == (status, True)


@pytest.mark.parametrize(("hit", "is_done"), [("reset", False), ("lost", True)])
def test_a_line_that_breaks(hit: str, is_done: bool, line: httpx.Client, world: StandIn) -> None:
    world.faults.next_hits.append(hit)
    with pytest.raises(httpx.TransportError):
        line.post("/groups", json={"group": {"name": "Concierge"}})
    assert (world.effects["group", "create", "Concierge"] == 1) is is_done


def test_a_job_writes_the_level(line: httpx.Client, world: StandIn, eve: dict[str, Any]) -> None:
    answer = write(line, {"id": eve["id"], "user_fields": {"service_level": "sl_premium"}})
    assert answer.json()["job_status"]["status"] == "queued"
    assert "total=30; remaining=29" in answer.headers["zendesk-ratelimit-inflight-jobs"]
    job = job_of(line, world, answer)
    assert (job["status"], job["total"], "index" in job["results"][0]) == ("completed", 1, False)
    assert eve["user_fields"] == {"service_level": "sl_premium"}
    assert world.effects == {("user", eve["id"], "sl_premium"): 1}


def test_a_completed_job_may_have_failed(
    line: httpx.Client, world: StandIn, eve: dict[str, Any]
) -> None:
    world.faults.bad_rows = (eve["id"],)
    answer = write(line, {"id": eve["id"], "user_fields": {"service_level": "sl_plus"}})
    job = job_of(line, world, answer)
    assert job["status"] == "completed"
    assert set(job["results"][0]) == {"id", "error", "details"}
    assert eve["user_fields"] == {"service_level": None}


@pytest.mark.parametrize(
    ("switch", "status", "written"),
    [("jobs_expire", 404, True), ("lost_jobs", 404, False), ("jobs_fail", 200, False)],
)
def test_jobs_nobody_remembers(
    switch: str,
    status: int,
    written: bool,
    line: httpx.Client,
    world: StandIn,
    eve: dict[str, Any],
) -> None:
    world.faults.change({switch: True})
    answer = write(line, {"id": eve["id"], "user_fields": {"service_level": "sl_plus"}})
    world.finish_jobs()
    number = answer.json()["job_status"]["id"]
    assert line.get(f"/job_statuses/{number}").status_code == status
    assert (eve["user_fields"]["service_level"] == "sl_plus") is written


def test_thirty_jobs_and_no_more(line: httpx.Client, world: StandIn, eve: dict[str, Any]) -> None:
    world.ticks = lambda: 0.0  # no job ever ends by itself
    statuses = [write(line, {"id": eve["id"], "notes": "x"}).status_code for _ in range(31)]
    assert statuses == [200] * 30 + [429]
    world.finish_jobs()
    assert write(line, {"id": eve["id"], "notes": "x"}).status_code == 200


def test_tags_replace_and_an_address_is_added(
    line: httpx.Client, world: StandIn, eve: dict[str, Any]
) -> None:
    user = {"tags": ["new"], "email": "second@example.com"}
    line.put(f"/users/{eve['id']}", json={"user": {"tags": ["old"]}})
    answer = line.put(f"/users/{eve['id']}", json={"user": user}).json()["user"]
    assert (answer["tags"], answer["email"]) == (["new"], "eve@example.com")
    assert world.identities[eve["id"]] == ["eve@example.com", "second@example.com"]


def test_conditions_come_back_rewritten(line: httpx.Client) -> None:
    asked = {"all": [{"field": "type", "operator": "is", "value": "incident"}], "any": []}
    told = {"priority": "high", "metric": "first_reply_time", "business_hours": False}
    target = {**told, "target": 30}
    policy = {"title": "P", "filter": asked, "policy_metrics": [target], "position": 7}
    made = line.post("/slas/policies", json={"sla_policy": policy}).json()["sla_policy"]
    assert made["filter"]["all"] == [{"field": "ticket_type_id", "operator": "is", "value": "2"}]
    assert (made["position"], made["policy_metrics"][0]["target_in_seconds"]) == (1, 1800)


def test_a_refresh_makes_the_old_pair_worthless(world: StandIn) -> None:
    # Plainly: the page with the button is not part of the API.
    with served_plainly(world) as address, httpx.Client(base_url=address) as line:
        told = {"client_id": world.client_id, "redirect_uri": "http://127.0.0.1:9/"}
        back = line.post("/oauth/authorizations/new", params={**told, "state": "s"})
        code = httpx.URL(back.headers["location"]).params["code"]
        secret = {"client_secret": world.client_secret}
        grant = {**told, **secret, "grant_type": "authorization_code", "code": code}
        first = line.post("/oauth/tokens", json=grant).json()
        again = {**told, "grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
        statuses = [line.post("/oauth/tokens", json=again).status_code for _ in range(2)]
        headers = {"authorization": f"Bearer {first['access_token']}"}
        statuses.append(line.get(f"{API}/users/me", headers=headers).status_code)
    assert statuses == [200, 400, 401]


def test_tokens_live_half_an_hour(world: StandIn, line: httpx.Client) -> None:
    now = world.now
    world.clock = lambda: now + 1801
    assert line.get("/users/me").status_code == 401


def test_exports_end_and_go_on(world: StandIn, line: httpx.Client, eve: dict[str, Any]) -> None:
    world.make_up(tickets=2500, users=10)
    seen, pages, address = [], 0, "/incremental/tickets/cursor?start_time=0"
    while address:
        page = line.get(address).json()
        seen += [one["id"] for one in page["tickets"]]
        pages, address = pages + 1, "" if page["end_of_stream"] else page["after_url"]
    assert (pages, len(seen), len(set(seen))) == (3, 2501, 2500)  # 1 is there twice: made later
    assert page["after_url"]
    ticket = world.add_ticket(requester_id=eve["id"], subject="Later")
    more = line.get(page["after_url"]).json()
    assert [one["id"] for one in more["tickets"]] == [ticket["id"]]


def test_more_than_a_page_in_one_second(
    world: StandIn, line: httpx.Client, eve: dict[str, Any]
) -> None:
    world.faults.equal_timestamps = world.faults.endless_page = True
    for _ in range(4):
        world.add_ticket(requester_id=eve["id"], subject="Again")
    first = line.get("/incremental/tickets?start_time=0&per_page=2").json()
    again = line.get(f"/incremental/tickets?start_time={first['end_time']}&per_page=2").json()
    assert [one["id"] for one in again["tickets"]] == [one["id"] for one in first["tickets"]]
    cursor = line.get("/incremental/tickets/cursor?start_time=0&per_page=2").json()
    following = line.get(cursor["after_url"]).json()
    assert not {one["id"] for one in cursor["tickets"]} & {
        one["id"] for one in following["tickets"]
    }


def test_ten_exports_a_minute(world: StandIn, line: httpx.Client) -> None:
    world.pace = 1.0
    asked = [line.get("/incremental/users/cursor?start_time=0") for _ in range(11)]
    assert [one.status_code for one in asked] == [200] * 10 + [429]
    assert 0 < int(asked[-1].headers["retry-after"]) <= 60
    assert "remaining=0" in asked[-1].headers["zendesk-ratelimit-incremental-exports"]


DEEDS: dict[str, tuple[Callable[[StandIn, int], object], list[str]]] = {
    "kept": (lambda world, one: world.reply(one, "here"), ["activate", "apply_sla", "fulfill"]),
    "not kept": (
        lambda world, one: None,
        ["activate", "apply_sla", "breach"],
    ),
    "another promise": (
        lambda world, one: world.change_ticket(one, priority="low"),
        ["activate", "apply_sla", "apply_sla"],
    ),
}


@pytest.mark.parametrize("case", DEEDS)
def test_sla_events(case: str) -> None:
    now = [1_750_000_000]
    world = StandIn(clock=lambda: now[0])
    rows = [
        {"priority": name, "metric": "first_reply_time", "target": minutes}
        for name, minutes in (("normal", 60), ("low", 6000))
    ]
    world.add_policy(title="P", filter={"all": [], "any": []}, policy_metrics=rows)
    eve = world.add_user(name="Eve")
    ticket = world.add_ticket(requester_id=eve["id"], priority="normal")
    deed, kinds = DEEDS[case]
    now[0] += 600
    deed(world, ticket["id"])
    now[0] += 7200
    with served(world) as address:
        auth = (f"{world.api_email}/token", world.api_token)
        address = f"{address}{API}/incremental/ticket_metric_events?start_time=0"
        events = httpx.get(address, auth=auth).json()["ticket_metric_events"]
    replies = [one for one in events if one["metric"] == "reply_time"]
    assert [one["type"] for one in replies if one["type"] != "update_status"] == kinds


def test_a_hook_is_delivered_and_signed(world: StandIn, line: httpx.Client) -> None:
    world.faults.hooks_twice = True
    hook = {"name": "H", "endpoint": "http://127.0.0.1:9/", "http_method": "POST"}
    sent = {
        **hook,
        "status": "active",
        "request_format": "json",
        "subscriptions": ["conditional_ticket_events"],
    }
    made = line.post("/webhooks", json={"webhook": sent}).json()["webhook"]
    told = {"all": [{"field": "update_type", "operator": "is", "value": "Create"}], "any": []}
    body = '{"ticket_id": "{{ticket.id}}"}'
    world.add_trigger(
        title="Tell",
        conditions=told,
        actions=[{"field": "notification_webhook", "value": [made["id"], body]}],
    )
    world.add_ticket(requester_id=world.outer_id(EVE), subject="Hello")
    assert world.hooks_due == [(made["id"], b'{"ticket_id": "2"}')]
    line.get("/users/me")  # whatever is asked next sends it on its way
    until = time.monotonic() + 20
    while len(world.deliveries) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    first, second = world.deliveries
    assert (first["invocation"], first["status"]) == (second["invocation"], 0)


def test_events_are_told_to_those_who_asked(world: StandIn, line: httpx.Client) -> None:
    kinds = [f"zen:event-type:ticket.{one}" for one in ("created", "status_changed")]
    hook = {"name": "H", "endpoint": "http://127.0.0.1:9/", "http_method": "POST"}
    sent = {**hook, "status": "active", "request_format": "json", "subscriptions": kinds}
    line.post("/webhooks", json={"webhook": sent})
    ticket = world.add_ticket(requester_id=world.outer_id(EVE), subject="Hello")
    world.change_ticket(ticket["id"], status="solved")
    told = [json.loads(body) for _, body in world.hooks_due]
    assert [(one["type"], one["detail"]["id"]) for one in told] == [(one, "2") for one in kinds]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/agent/", "Where is my parcel?"),
        ("/agent/users?q=eve", "eve@example.com"),
        ("/agent/tickets/1", "Service level"),
        ("/agent/settings", "SLA policies"),
    ],
)
def test_pages(path: str, said: str, world: StandIn) -> None:
    world.set_value(world.outer_id(EVE), "sl_premium")
    with served_plainly(world) as address:  # pages are for people, not part of the API
        page = httpx.get(f"{address}{path}")
    assert page.status_code == 200
    assert said in page.text
    assert "Stand-in, not Zendesk" in page.text
    assert "Premium" in page.text
