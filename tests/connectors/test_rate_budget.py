"""Limits of a desk: never passed, used to the full, and nobody waits for ever."""

import threading
import time
from collections.abc import Mapping
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.connectors.rate_budget import ACCOUNT, Budget, Limit, Turn
from tierwise.connectors.rate_headers import SaidLimit, retry_after_s, said_limits
from tierwise.facts.desks import RateLimit

TICKETS, EXPORT, EVENTS = "/api/v2/tickets", "/api/v2/incremental/tickets", "/api/v2/incremental/x"
INCREMENTAL = Limit("incremental", 10, path="^/api/v2/incremental/")
ROUNDING_S = 1e-6


class Watch:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.slept.append(seconds)
        self.now += seconds


def budget(watch: Watch, *limits: Limit) -> Budget:
    return Budget(limits or (Limit(ACCOUNT, 60),), clock=watch, sleep=watch.sleep)


def instants(watch: Watch, of: Budget, path: str, count: int) -> list[float]:
    """When each of some requests went."""
    went = []
    for _ in range(count):
        of.take("GET", path)
        went.append(watch.now)
    return went


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"x-rate-limit": "700", "x-rate-limit-remaining": "699"}, SaidLimit("", 700, 699)),
        (
            {"x-rate-limit": "700", "x-rate-limit-remaining": "9", "ratelimit-reset": "41"},
            SaidLimit("", 700, 9, 41),
        ),
        (
            {"rate-limit-limit": "400", "rate-limit-remaining": "1", "rate-limit-reset": "3"},
            SaidLimit("", 400, 1, 3),
        ),
        (
            {"ratelimit-limit": "400", "ratelimit-remaining": "0", "ratelimit-reset": "60"},
            SaidLimit("", 400, 0, 60),
        ),
        (
            {"zendesk-ratelimit-tickets-index": "total=100; remaining=99; resets=41"},
            SaidLimit("tickets-index", 100, 99, 41),
        ),
        (
            {"zendesk-rate-limit-search": "total=100;remaining=7"},
            SaidLimit("search", 100, 7),
        ),
        (
            {"zendesk-ratelimit-inflight-jobs": "total=30; remaining=29; resets=60"},
            SaidLimit("inflight-jobs", 30, 29, 60),
        ),
        ({"x-rate-limit": "many", "content-type": "application/json"}, None),
        ({"x-rate-limit": "700"}, None),
    ],
)
def test_limits_are_read_by_their_shape(headers: Mapping[str, str], said: SaidLimit | None) -> None:
    assert said_limits(headers) == ((said,) if said else ())


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"retry-after": "93"}, 93.0),
        ({"retry-after": "0.5"}, 0.5),
        (
            {
                "retry-after": "Thu, 01 Jan 2026 00:01:00 GMT",
                "date": "Thu, 01 Jan 2026 00:00:00 GMT",
            },
            60.0,
        ),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_the_time_to_come_back_is_a_number_or_an_instant(
    headers: Mapping[str, str], wait_s: float | None
) -> None:
    assert retry_after_s(headers) == wait_s


@pytest.mark.parametrize("total", [1, 2, 10, 60, 100, 700])
def test_a_long_run_takes_hardly_longer_than_the_limit_asks_for(total: int) -> None:
    watch = Watch()
    minutes = 10
    went = instants(watch, budget(watch, Limit(ACCOUNT, total)), TICKETS, total * minutes)
    assert went[-1] - went[0] <= 60 * minutes * 1.2


def test_a_few_go_at_once_and_then_nobody_waits_for_a_whole_minute() -> None:
    watch = Watch()
    went = instants(watch, budget(watch, Limit(ACCOUNT, 100)), TICKETS, 300)
    assert went[12] == pytest.approx(went[0])
    assert max(after - before for before, after in pairwise(went)) < 1


def test_the_export_waits_for_itself_and_holds_up_nobody() -> None:
    watch = Watch()
    of = budget(watch, Limit(ACCOUNT, 600), INCREMENTAL)
    assert instants(watch, of, EXPORT, 2)[-1] == 1_000
    waiting = of.queue("GET", EVENTS)
    assert of.ask(waiting) > 5
    assert instants(watch, of, TICKETS, 50)[-1] == 1_000
    of.leave(waiting)


def test_the_desk_knows_its_limits_better_than_we_do() -> None:
    watch = Watch()
    of = budget(watch, Limit(ACCOUNT, 60))
    of.heard("GET", TICKETS, {"x-rate-limit": "2500", "x-rate-limit-remaining": "2499"})
    assert instants(watch, of, TICKETS, 300)[-1] == 1_000
    assert of.limits() == (RateLimit(ACCOUNT, 2_500, 2_499),)


def test_others_use_the_account_too_so_what_is_left_has_to_do() -> None:
    watch = Watch()
    of = budget(watch, Limit(ACCOUNT, 600))
    left = {"x-rate-limit": "600", "x-rate-limit-remaining": "5", "ratelimit-reset": "30"}
    of.heard("GET", TICKETS, left)
    went = instants(watch, of, TICKETS, 6)
    assert went[5] >= 1_000 + 6  # five in the thirty seconds, give or take
    of.heard("GET", TICKETS, left | {"x-rate-limit-remaining": "0"})
    now = watch.now
    assert instants(watch, of, TICKETS, 1) == [now + 30]


def test_an_endpoint_with_a_limit_of_its_own_is_learnt() -> None:
    watch = Watch()
    of = budget(watch, Limit(ACCOUNT, 600))
    said = {"zendesk-ratelimit-tickets-show": "total=8; remaining=0; resets=20"}
    of.heard("GET", "/api/v2/tickets/1", said)
    assert instants(watch, of, TICKETS, 1) == [1_000]
    assert instants(watch, of, "/api/v2/tickets/2", 1) == [1_020]
    assert of.limits() == (RateLimit("tickets-show", 8, 8),)


def test_jobs_in_flight_are_told_and_keep_no_request_waiting() -> None:
    watch = Watch()
    of = budget(watch)
    path = "/api/v2/users/update_many"
    of.heard("PUT", path, {"zendesk-ratelimit-inflight-jobs": "total=30; remaining=0; resets=60"})
    of.take("PUT", path)
    assert watch.now == 1_000
    assert of.limits() == (RateLimit("inflight-jobs", 30, 0, 60),)


@pytest.mark.parametrize(
    ("path", "headers", "is_edge", "waits"),
    [
        (EXPORT, {"retry-after": "40"}, False, {EVENTS: 40, TICKETS: 0}),
        (TICKETS, {"retry-after": "40"}, False, {TICKETS: 40, EXPORT: 0}),
        (TICKETS, {"retry-after": "40"}, True, {TICKETS: 40, EXPORT: 40}),
        (
            EXPORT,
            {"retry-after": "9", "x-rate-limit": "400", "x-rate-limit-remaining": "0"},
            False,
            {TICKETS: 9, EXPORT: 9},
        ),
    ],
)
def test_a_refusal_keeps_everybody_of_that_limit_waiting(
    path: str, headers: Mapping[str, str], is_edge: bool, waits: Mapping[str, float]
) -> None:
    watch = Watch()
    of = budget(watch, Limit(ACCOUNT, 600), INCREMENTAL)
    of.refused("GET", path, headers, of_account=is_edge)
    for asked, wait in waits.items():
        turn = of.queue("GET", asked)
        assert of.ask(turn) == pytest.approx(wait), asked
        of.leave(turn)


def test_a_desk_that_names_no_time_is_given_more_of_it_every_time() -> None:
    watch = Watch()
    of = budget(watch, Limit(ACCOUNT, 600))
    waits = [of.refused("GET", TICKETS, {}, of_account=True) for _ in range(8)]
    assert waits == [1, 2, 4, 8, 16, 32, 64, 64]
    of.heard("GET", TICKETS, {})
    watch.now += 100
    assert of.refused("GET", TICKETS, {}, of_account=True) == 1


def test_whoever_gives_up_leaves_the_line() -> None:
    of = budget(Watch(), Limit(ACCOUNT, 1))
    first, second = of.queue("GET", TICKETS), of.queue("GET", TICKETS)
    assert of.ask(second) > 0
    of.leave(first)
    assert of.ask(second) == 0


SOME_LIMITS = st.integers(1, 40)
PATHS = st.sampled_from([TICKETS, EXPORT])


@given(total=SOME_LIMITS, export=SOME_LIMITS, asked=st.lists(st.lists(PATHS, max_size=12)))
def test_no_window_ever_holds_more_than_its_limit_and_nobody_starves(
    total: int, export: int, asked: list[list[str]]
) -> None:
    """Several ask at once, each its own requests one after another; time goes on by waiting."""
    watch = Watch()
    of = budget(watch, Limit(ACCOUNT, total), Limit("export", export, path="^/api/v2/incremental/"))
    went = race(watch, of, asked)
    assert len(went) == sum(map(len, asked))
    exports = [at for at, path, _ in went if path == EXPORT]
    for limit, times in ((total, [at for at, _, _ in went]), (export, exports)):
        for first, beyond in zip(times, times[limit:], strict=False):
            assert beyond - first >= 60 - ROUNDING_S
    # First in, first out: who waits for the same thing goes in the order of asking.
    for path in (TICKETS, EXPORT):
        since = [begun for _, what, begun in went if what == path]
        assert since == sorted(since)


def race(watch: Watch, of: Budget, asked: list[list[str]]) -> list[tuple[float, str, float]]:
    """(went at, path, asked at) of everybody's requests; whoever wakes first asks first."""
    left = [list(paths) for paths in asked if paths]
    waiting: list[tuple[float, int, Turn, float, list[str]]] = []
    for order, paths in enumerate(left):
        waiting.append((watch.now, order, of.queue("GET", paths[0]), watch.now, paths))
    went: list[tuple[float, str, float]] = []
    order = len(left)
    while waiting:
        waiting.sort(key=lambda one: one[:2])
        at, _, turn, begun, paths = waiting.pop(0)
        watch.now = max(watch.now, at)
        wait, order = of.ask(turn), order + 1
        if wait > 0:
            waiting.append((watch.now + wait, order, turn, begun, paths))
            assert watch.now - begun < 60 * 100, "waits for ever"
            continue
        went.append((watch.now, paths.pop(0), begun))
        if paths:
            waiting.append((watch.now, order, of.queue("GET", paths[0]), watch.now, paths))
    return went


def test_threads_share_one_limit() -> None:
    """With the real clock: 200 requests of ten threads, at 100 in a fifth of a second."""
    of = Budget([Limit(ACCOUNT, 100, per_s=0.2)], clock=time.monotonic, sleep=time.sleep)
    went: list[float] = []

    def ask() -> None:
        for _ in range(20):
            of.take("GET", TICKETS)
            went.append(time.monotonic())

    threads = [threading.Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(went) == 200
    assert max(went) - min(went) >= 0.19
