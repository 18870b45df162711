"""Asking a desk: what is tried again, what is not, and how refusals read."""

import logging
import socket
from collections.abc import Iterator

import pytest

from tests.connectors.told_desk import Reply, ToldDesk, told_desk
from tierwise.connectors.desk_http import DeskHttp, Patience, checked_address
from tierwise.connectors.rate_budget import ACCOUNT, Budget, Limit
from tierwise.facts.desks import BusyError, DeniedError, GoneError, TakenError
from tierwise.facts.problems import RefusedError, UsageError

PATH = "/api/v2/groups"
QUICK = Patience(answer_s=2, attempts=3, first_wait_s=0.01, longest_wait_s=0.02, most_refusals=3)
SECRET = "a-token-nobody-may-see"


class Signed:
    """A sign-in whose next token is in a list."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)

    def header(self) -> str:
        return f"Bearer {self.tokens[0]}"

    def renew(self, refused: str) -> None:
        if len(self.tokens) > 1 and refused == self.header():
            self.tokens.pop(0)


class Naps:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now, self.slept = 0.0, 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += seconds


@pytest.fixture
def desk() -> Iterator[ToldDesk]:
    with told_desk() as told:
        yield told


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture
def http(desk: ToldDesk, naps: Naps) -> Iterator[DeskHttp]:
    opened = opened_at(desk.url, naps, SECRET)
    yield opened
    opened.close()


def opened_at(url: str, naps: Naps, *tokens: str) -> DeskHttp:
    budget = Budget([Limit(ACCOUNT, 1_000_000)], clock=lambda: naps.now, sleep=naps.sleep)
    return DeskHttp(url, Signed(*tokens), budget, QUICK)


def test_every_verb_is_signed_and_asks_for_json(desk: ToldDesk, http: DeskHttp) -> None:
    desk.tell(PATH, Reply(200, {"groups": [1]}))
    assert http.get(PATH, {"page[size]": 1}) == {"groups": [1]}
    assert http.post(PATH, {"group": {"name": "a"}}) == {"groups": [1]}
    assert http.put(PATH, {}) == http.patch(PATH, {}) == {"groups": [1]}
    desk.tell(PATH, Reply(204))
    http.delete(PATH)
    assert [one.method for one in desk.heard] == ["GET", "POST", "PUT", "PATCH", "DELETE"]
    assert desk.heard[0].query == {"page[size]": "1"}
    assert desk.heard[1].body == {"group": {"name": "a"}}
    assert {one.headers["accept"] for one in desk.heard} == {"application/json"}
    assert {one.headers["authorization"] for one in desk.heard} == {f"Bearer {SECRET}"}


CONFLICT = {"error": "UpdateConflict", "description": "changed meanwhile"}
GOOD = Reply(200, {"groups": []})


@pytest.mark.parametrize("verb", ["get", "put", "patch", "delete"])
@pytest.mark.parametrize(
    "fault",
    [
        Reply(500, "boom"),
        Reply(502, "<html>bad gateway</html>"),
        Reply(503, "later", {"Retry-After": "0"}),
        Reply(504),
        Reply(409, CONFLICT),
        Reply(breaks="silent"),
    ],
    ids=["500", "502", "503", "504", "conflict", "hung up"],
)
def test_what_does_no_harm_twice_is_tried_again(
    desk: ToldDesk, http: DeskHttp, verb: str, fault: Reply
) -> None:
    desk.tell(PATH, fault, fault, GOOD)
    sent: list[dict[str, str]] = [{}] if verb in {"put", "patch"} else []
    getattr(http, verb)(PATH, *sent)
    assert len(desk.heard) == 3


@pytest.mark.parametrize(
    ("fault", "tries", "words"),
    [
        (Reply(500, "boom"), 1, "HTTP 500: boom"),
        (Reply(breaks="silent"), 1, "nobody knows whether it was done"),
        (Reply(503, "later"), 2, ""),
        (Reply(409, CONFLICT), 2, ""),
        (Reply(429, {}, {"Retry-After": "1"}), 2, ""),
    ],
    ids=["500", "hung up", "503", "conflict", "429"],
)
def test_what_may_have_made_something_is_not_sent_twice(
    desk: ToldDesk, http: DeskHttp, fault: Reply, tries: int, words: str
) -> None:
    desk.tell(PATH, fault, GOOD)
    if words:
        with pytest.raises(BusyError, match=words):
            http.post(PATH, {"group": {}})
    else:
        http.post(PATH, {"group": {}})
    assert len(desk.heard) == tries


def test_a_request_that_never_arrived_is_sent_again_whatever_it_is(naps: Naps) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    http = opened_at(f"http://127.0.0.1:{port}", naps, SECRET)
    with pytest.raises(
        BusyError, match=r"no answer from 127\.0\.0\.1 to POST /api/v2/groups"
    ) as told:
        http.post(PATH, {})
    assert "nobody knows" not in str(told.value)
    http.close()


def test_a_deletion_whose_answer_was_lost_is_done(desk: ToldDesk, http: DeskHttp) -> None:
    gone = Reply(404, {"error": "RecordNotFound"})
    desk.tell(PATH, Reply(breaks="silent"), gone)
    http.delete(PATH)
    desk.tell(PATH, gone)
    with pytest.raises(GoneError):
        http.delete(PATH)


def test_tries_end(desk: ToldDesk, http: DeskHttp) -> None:
    desk.tell(PATH, Reply(502, "<html>bad gateway</html>"))
    with pytest.raises(BusyError, match=r"HTTP 502: Bad Gateway\); try again in a minute"):
        http.get(PATH)
    assert len(desk.heard) == 3


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        (
            Reply(401, {"error": "invalid_token", "error_description": "The token expired"}),
            DeniedError,
            r"does not accept our access token \(invalid_token: The token expired\): it was "
            "revoked.*tierwise desk connect",
        ),
        (
            Reply(403, {"error": {"title": "Forbidden", "message": "No access to this page"}}),
            DeniedError,
            r"does not let us GET /api/v2/groups \(Forbidden: No access to this page\): it takes "
            "an administrator, or the account's plan",
        ),
        (
            Reply(403, {"error": "Forbidden", "description": "Missing required scopes: write"}),
            DeniedError,
            "give the OAuth client the scopes read and write",
        ),
        (
            Reply(403, {"error": {"title": "Account suspended", "message": "Call billing"}}),
            DeniedError,
            r"is suspended \(Account suspended: Call billing\)",
        ),
        (
            Reply(404, {"error": {"title": "No help desk at acme.zendesk.com", "message": "x"}}),
            DeniedError,
            "there is no help desk at 127.0.0.1; check --account",
        ),
        (
            Reply(404, {"error": "RecordNotFound", "description": "Not found"}),
            GoneError,
            "has nothing at GET /api/v2/groups",
        ),
        (
            Reply(
                422,
                {
                    "error": "RecordInvalid",
                    "description": "Record validation errors",
                    "details": {
                        "title": [{"description": "Title: has been taken", "error": "Duplicate"}],
                        "base": [{"description": "Too many"}],
                    },
                },
            ),
            TakenError,
            "RecordInvalid: Record validation errors: title: Duplicate: "
            "title: Title: has been taken: base: Too many",
        ),
        (Reply(400, "start_time is not a number"), TakenError, "start_time is not a number"),
        (Reply(409, {"error": "Taken", "description": "the key is in use"}), TakenError, "in use"),
        (Reply(200, "<html>sign in</html>"), BusyError, "something that is no JSON object"),
        (Reply(200, "[1]"), BusyError, "something that is no JSON object"),
    ],
)
def test_refusals_in_plain_words(
    desk: ToldDesk, http: DeskHttp, reply: Reply, error: type[RefusedError], words: str
) -> None:
    desk.tell(PATH, reply)
    with pytest.raises(error, match=words):
        http.get(PATH)


def test_no_secret_is_repeated_even_if_the_desk_does(desk: ToldDesk, http: DeskHttp) -> None:
    desk.tell(PATH, Reply(403, {"error": f"{SECRET} may not", "description": f"Bearer {SECRET}"}))
    with pytest.raises(DeniedError) as told:
        http.get(PATH)
    assert SECRET not in str(told.value) + repr(told.value)
    assert "… may not" in str(told.value)


def test_a_token_that_has_ended_is_renewed_once(desk: ToldDesk, naps: Naps) -> None:
    refused = Reply(401, {"error": "invalid_token"})
    http = opened_at(desk.url, naps, "old", "new", "newest")
    desk.tell(PATH, refused, GOOD)
    http.get(PATH)
    assert [one.headers["authorization"] for one in desk.heard] == ["Bearer old", "Bearer new"]
    desk.tell(PATH, refused)
    with pytest.raises(DeniedError):
        http.get(PATH)
    assert len(desk.heard) == 4
    with pytest.raises(DeniedError):
        http.get(PATH)
    assert len(desk.heard) == 5, "the same token would be refused again"
    http.close()


def test_an_account_that_moved_is_told_and_not_followed(desk: ToldDesk, http: DeskHttp) -> None:
    with told_desk() as other:
        desk.tell(PATH, Reply(301, {}, {"Location": f"{other.url}{PATH}?a=1"}))
        with pytest.raises(DeniedError, match=f"connect again with --account {other.url}$"):
            http.get(PATH)
        assert other.heard == []


def test_a_redirect_within_the_account_is_followed(desk: ToldDesk, http: DeskHttp) -> None:
    desk.tell(PATH, Reply(302, {}, {"Location": "/api/v2/groups.json"}))
    desk.tell("/api/v2/groups.json", GOOD)
    assert http.get(PATH) == {"groups": []}


def test_a_used_up_limit_is_waited_for(desk: ToldDesk, http: DeskHttp, naps: Naps) -> None:
    desk.tell(PATH, Reply(429, "wait", {"Retry-After": "17"}), Reply(429), GOOD)
    http.get(PATH)
    assert naps.slept == 17 + 2


@pytest.mark.parametrize(
    ("reply", "waits_s"),
    [(Reply(429, {}, {"Retry-After": "30"}), 60), (Reply(429, {}, {"Retry-After": "3600"}), 0)],
)
def test_nobody_waits_for_ever_for_a_limit(
    desk: ToldDesk, http: DeskHttp, naps: Naps, reply: Reply, waits_s: float
) -> None:
    desk.tell(PATH, reply)
    with pytest.raises(BusyError, match="takes no more requests for now") as told:
        http.get(PATH)
    assert naps.slept == waits_s
    assert told.value.retry_after_s == float(reply.headers["Retry-After"])


def test_the_edge_stops_everybody(desk: ToldDesk, http: DeskHttp, naps: Naps) -> None:
    edge = {"detail": "Rate limited by Zendesk edge protection"}
    desk.tell("/api/v2/views", Reply(429, edge, {"Retry-After": "3600"}))
    desk.tell(PATH, GOOD)
    with pytest.raises(BusyError):
        http.get("/api/v2/views")
    http.get(PATH)
    assert naps.slept == 3600


def test_too_many_jobs_is_for_the_caller_to_wait_for(
    desk: ToldDesk, http: DeskHttp, naps: Naps
) -> None:
    many = {"error": "TooManyJobs", "description": "Limit of 30 queued or running jobs reached"}
    desk.tell(PATH, Reply(429, many, {"Retry-After": "5"}), Reply(429, many))
    for wait_s in (5, 10):
        with pytest.raises(BusyError, match=r"as many jobs as 127\.0\.0\.1 takes") as told:
            http.put(PATH, {})
        assert told.value.retry_after_s == wait_s
    assert naps.slept == 0


def test_all_pages_by_cursor_are_listed(desk: ToldDesk, http: DeskHttp) -> None:
    more = {"has_more": True, "after_cursor": "c1"}
    desk.tell(
        PATH,
        Reply(200, {"groups": [{"id": 1}], "meta": more, "links": {"next": "https://x/?a=b"}}),
        Reply(200, {"groups": [{"id": 2}], "meta": {"has_more": False, "after_cursor": "c2"}}),
    )
    assert list(http.listed(PATH, "groups", {"role": "x"})) == [{"id": 1}, {"id": 2}]
    assert [dict(one.query) for one in desk.heard] == [
        {"page[size]": "100", "role": "x"},
        {"page[size]": "100", "role": "x", "page[after]": "c1"},
    ]


@pytest.mark.parametrize(
    "last",
    [
        {"groups": [{"id": 2}]},
        {"groups": [{"id": 2}], "next_page": None},
        {"groups": [{"id": 2}], "links": {"next": None}, "meta": {"has_more": False}},
    ],
)
def test_pages_by_links_are_listed_from_our_own_host(
    desk: ToldDesk, http: DeskHttp, last: dict[str, object]
) -> None:
    next_page = "https://elsewhere.example/api/v2/groups?page=2&per_page=100"
    desk.tell(PATH, Reply(200, {"groups": [{"id": 1}], "next_page": next_page}), Reply(200, last))
    assert list(http.listed(PATH, "groups")) == [{"id": 1}, {"id": 2}]
    assert dict(desk.heard[1].query) == {"page": "2", "per_page": "100"}


def test_a_list_without_pages_is_asked_for_plainly(desk: ToldDesk, http: DeskHttp) -> None:
    desk.tell(PATH, Reply(400, {"error": "BadRequest"}), Reply(200, {"groups": [{"id": 1}]}))
    assert list(http.listed(PATH, "groups")) == [{"id": 1}]
    assert desk.heard[1].query == {}


def test_a_desk_that_leads_in_circles_is_left(desk: ToldDesk, http: DeskHttp) -> None:
    circle = {"groups": [{"id": 1}], "meta": {"has_more": True, "after_cursor": "c1"}}
    desk.tell(PATH, Reply(200, circle))
    with pytest.raises(BusyError, match="the same page"):
        list(http.listed(PATH, "groups"))


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        ("https://acme.zendesk.com/", "https://acme.zendesk.com"),
        ("https://acme.zendesk.com/agent/x?y", "https://acme.zendesk.com"),
        ("http://127.0.0.1:8001", "http://127.0.0.1:8001"),
        ("http://localhost:8001", "http://localhost:8001"),
        ("http://acme.zendesk.com", None),
        ("http://127.0.0.1.evil.example", None),
        ("ftp://acme.zendesk.com", None),
        ("https://ada:secret@acme.zendesk.com", None),
        ("acme", None),
    ],
)
def test_nobody_can_read_along(address: str, plain: str | None) -> None:
    if plain:
        assert checked_address(address) == plain
        return
    with pytest.raises(UsageError, match=r"like https://acme\.zendesk\.com") as told:
        checked_address(address)
    assert "secret" not in str(told.value)


def test_tries_are_quiet(desk: ToldDesk, http: DeskHttp, caplog: pytest.LogCaptureFixture) -> None:
    desk.tell(PATH, Reply(500, "boom"), GOOD)
    with caplog.at_level(logging.DEBUG):
        http.get(PATH)
    assert SECRET not in caplog.text
