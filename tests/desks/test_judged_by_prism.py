"""Every operation we use, between Prism and the stand-in: neither side leaves Zendesk's API.

A judge whose schema does not compile says nothing at all; so he is lied to, about everything.
"""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from .api_story import POLICY, STORY, Told, story_world, told_at
from .lines import LOOPBACK, Line, Message
from .prism import judged
from .served import served_plainly

pytestmark = pytest.mark.slow

WRONG = (
    ("POST", "slas/policies", {"sla_policy": {**POLICY, "policy_metrics": [{"metric": "no"}]}}),
    ("POST", "webhooks", {"webhook": {"name": "without address"}}),
    ("GET", "no/such/path", None),
)


@pytest.fixture
def said() -> list[str]:
    """What the judge finds wrong."""
    return []


@pytest.fixture
def told(said: list[str]) -> Iterator[Told]:
    """A client before the judge before a world."""
    world = story_world()
    with (
        served_plainly(world) as address,
        judged(address, said) as judge,
        told_at(judge, world) as client,
    ):
        yield client


def test_no_exchange_leaves_the_api(told: Told, said: list[str]) -> None:
    wrong = []
    for method, path, body, status, *name in STORY:
        answer = told.ask(method, path, body, *name)
        told.world.finish_jobs()
        if answer.status_code != status:
            wrong.append(f"{method} {path}: {answer.status_code} {answer.text[:600]}")
    assert not wrong + said, "\n".join(wrong + said)
    assert len(told.world.requests) == len(STORY), "the judge let everything through"


def test_the_judge_stops_wrong_questions(told: Told, said: list[str]) -> None:
    answers = [told.ask(*one).status_code for one in WRONG]
    assert (answers, told.world.requests) == ([422, 422, 404], [])
    assert said[0] == (
        "POST /api/v2/slas/policies: #/body/sla_policy/policy_metrics/0: Request body property "
        "sla_policy.policy_metrics.0 must have required property 'priority'"
    )


def test_who_is_judged_and_wrong_fails() -> None:
    world = story_world()
    with (
        pytest.raises(pytest.fail.Exception) as failed,
        served_plainly(world) as address,
        judged(address) as judge,
        told_at(judge, world) as client,
    ):
        client.ask(*WRONG[1])
    assert "#/body/webhook: Request body property webhook must have" in str(failed.value)


@pytest.mark.parametrize(
    ("path", "held", "wrong"),
    [
        ("users/{}", "users", {"tags": "not a list"}),
        ("tickets/{}", "tickets", {"priority": "middling"}),
        ("user_fields/{}", "user_fields", {"active": "yes"}),
        ("groups/{}", "groups", {"deleted": 3}),
        ("slas/policies/{}", "sla_policies", {"policy_metrics": [{"metric": "speed"}]}),
        ("triggers/{}", "triggers", {"actions": "none"}),
        ("business_hours/schedules/{}", "schedules", {"intervals": [{"start_time": -1}]}),
        ("incremental/tickets/cursor?start_time=0", "tickets", {"tags": 1}),
        ("incremental/users/cursor?start_time=0", "users", {"active": "no"}),
        ("incremental/ticket_metric_events?start_time=0", "metric_events", {"type": "begin"}),
    ],
)
def test_the_judge_stops_wrong_answers(path: str, held: str, wrong: Any, told: Told) -> None:
    rows = getattr(told.world, held)
    number = max(rows)
    rows[number].update(wrong)
    answer = told.ask("GET", path.format(number), None)
    assert (answer.status_code, len(told.world.requests)) == (500, 1)
    assert next(iter(wrong)) in answer.text


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was asked and answered once."""

    asked: httpx.Request
    status: int
    answer: Any

    def __str__(self) -> str:
        return f"{self.asked.method} {self.asked.url.raw_path.decode()}"


@pytest.fixture(scope="module")
def exchanges() -> list[Exchange]:
    """The whole story as it went between the stand-in and an honest client."""
    world, went = story_world(), []
    with served_plainly(world) as address, told_at(address, world) as client:
        for method, path, body, _, *name in STORY:
            went.append(client.ask(method, path, body, *name))
            world.finish_jobs()
        world.csat = "survey_responses"
        world.add_survey_answer(2, 4, "Well")
        went.append(client.ask("GET", "guide/survey_responses", None))
    held = [(one, one.json() if one.content else None) for one in went if one.is_success]
    return [Exchange(one.request, one.status_code, answer) for one, answer in held]


def test_the_judge_hears_a_lie_in_every_answer(exchanges: list[Exchange]) -> None:
    # What a new order is answered with nobody tells, and nobody reads.
    told = [one for one in exchanges if one.answer and not str(one).endswith("/reorder")]
    lies = [(one, lie(one.answer)) for one in told]
    answers = [(one.status, json.dumps(lied).encode()) for one, lied in reversed(lies)]

    async def liar(_: Message) -> Message:
        status, body = answers.pop()
        kind = "content-type: application/json; charset=utf-8"
        head = f"HTTP/1.1 {status} X\r\n{kind}\r\ncontent-length: {len(body)}\r\n\r\n"
        return Message(head.encode(), body)

    address = f"http://{LOOPBACK}:{(line := Line(liar)).port}"
    with closing(line), judged(address, []) as judge, httpx.Client(timeout=30) as client:
        heard = [client.send(_to(judge, one.asked)).status_code == 500 for one, _ in lies]
    pairs = zip(lies, heard, strict=True)
    believed = [f"{one}: {str(lied)[:200]}" for (one, lied), is_heard in pairs if not is_heard]
    assert not believed, "\n".join(believed)


def test_the_judge_hears_a_lie_in_every_question(exchanges: list[Exchange], told: Told) -> None:
    believed = []
    for one in exchanges:
        if one.asked.content:
            lied = dict.fromkeys(json.loads(one.asked.content), 3)
            asked = _to(str(told.line.base_url), one.asked, json.dumps(lied).encode())
            answer = told.line.send(asked)
            believed += [f"{one}: {lied}"] if answer.status_code != 422 else []
    assert (believed, told.world.requests) == ([], []), "\n".join(believed)


def _to(address: str, asked: httpx.Request, content: bytes | None = None) -> httpx.Request:
    """The same question, asked elsewhere or with another body."""
    url = httpx.URL(address).copy_with(raw_path=asked.url.raw_path)
    headers = {
        name: value
        for name, value in asked.headers.items()
        if name not in {"host", "content-length"}
    }
    body = asked.content if content is None else content
    return httpx.Request(asked.method, url, headers=headers, content=body or None)


def lie(told: Any) -> Any:
    """An answer with one thing in it that cannot be: the number of its first row is an object."""
    if isinstance(told, list):
        return [lie(told[0]), *told[1:]]
    inner = [name for name, value in told.items() if value and isinstance(value, list | dict)]
    if "id" in told or not inner:
        name = "id" if "id" in told else next(iter(told))
        return {**told, name: {"no": "such thing"}}
    return {**told, inner[0]: lie(told[inner[0]])}
