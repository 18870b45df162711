"""Tickets that are pending although their customer waits for an answer."""

import pytest

from tests.promises.test_clock_kinds import MINUTE, instant, tell
from tierwise.promises.parked import parked


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0 opened, 10 replies, 10 pending, 60 asks, 60 open", []),
        ("0 opened, 10 pending, 40 replies, 50 open", [(10, 40)]),
        ("0 opened, 10 replies, 20 pending, 30 asks, 40 replies", [(30, 40)]),
        ("0 opened, 10 pending, 20 notes, 25 bot, 30 asks, 40 open", [(10, 40)]),
        ("0 opened, 10 hold, 90 open", []),
        ("0 opened, 10 pending", [(10, 99)]),
        ("0 outbound, 0 replies, 5 pending", []),
        ("0 opened, 5 replies, 6 pending, 10 thanks", []),
        ("0 opened, 10 pending, 20 replies, 30 asks, 50 replies", [(10, 20), (30, 50)]),
    ],
)
def test_parked_while_an_answer_is_owed(text: str, found: list[tuple[int, int]]) -> None:
    spans = parked(tell(text), instant(99))
    minutes = [
        ((s.start_s - instant(0)) // MINUTE, (s.end_s - instant(0)) // MINUTE) for s in spans
    ]
    assert minutes == found
