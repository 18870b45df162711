"""Effort answers of one file must say what a high one means, and all the same."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tierwise.connectors.arrow_tables import batch_of
from tierwise.connectors.fact_store import FactStore, Origin
from tierwise.connectors.reading import Rows
from tierwise.facts.tables import SURVEYS

EFFORT, EASE = "high_is_effort", "high_is_ease"
ANSWER = dict.fromkeys(SURVEYS.names) | {
    "customer_id": "ada",
    "question": "ces",
    "offered_at": 1,
    "answered_at": 2,
    "score": 1.0,
    "scale_low": 1.0,
    "scale_high": 5.0,
    "direction": EFFORT,
}


def told(folder: Path, *answers: dict[str, Any]) -> tuple[list[str], int]:
    """What is told of a file with these answers, and how many of them are kept."""
    rows = [ANSWER | {"survey_id": str(place)} | own for place, own in enumerate(answers)]
    columns = {name: [row[name] for row in rows] for name in SURVEYS.names}
    lines = pa.array(range(2, 2 + len(rows)), pa.int64())
    store = FactStore(folder)
    parts = [Rows("surveys", batch_of(SURVEYS, columns), lines)]
    report = store.add(Origin("ces", "generic", "ces.csv", "sha", 1), parts)
    assert not any(problem.left_out for problem in store.problems(10))
    return [str(problem) for problem in store.problems(10)], report.rows["surveys"]


MIXED = (
    "ces.csv, column `direction`: expected one direction and one scale for all answers to `ces` "
    "of a source, found {}; read each survey as a source of its own, or correct the direction and "
    "the scale"
)
WITHOUT = (
    "ces.csv:{}, column `direction`: expected `high_is_effort` or `high_is_ease` beside every "
    "answer to `ces`, found {} without; until it is known they do not count as effort; say in the "
    "mapping `direction: {{const: high_is_effort}}` if 1 is no effort"
)
CASES: dict[str, tuple[list[dict[str, Any]], list[str]]] = {
    "all alike": ([{}, {}], []),
    "two directions": (
        [{}, {"direction": EASE}, {}],
        [
            MIXED.format(
                "2 from 1 to 5 `high_is_effort` (line 2), 1 from 1 to 5 `high_is_ease` (line 3)"
            )
        ],
    ),
    "two scales": (
        [{"scale_high": 7.0}, {}],
        [
            MIXED.format(
                "1 from 1 to 7 `high_is_effort` (line 2), 1 from 1 to 5 `high_is_effort` (line 3)"
            )
        ],
    ),
    "no direction": (
        [{"question": "csat", "direction": None}, {"direction": None}, {"direction": None}],
        [WITHOUT.format(3, 2)],
    ),
    "some without a direction are not a second one": (
        [{}, {"direction": None}],
        [WITHOUT.format(3, 1)],
    ),
    "another question, its own scale": (
        [{}, {"question": "nps", "scale_low": 0.0, "scale_high": 10.0, "direction": None}],
        [],
    ),
    "an offer nobody answered": (
        [{}, {"score": None, "answered_at": None, "direction": None, "scale_high": 7.0}],
        [],
    ),
}


@pytest.mark.parametrize(("answers", "expected"), CASES.values(), ids=CASES)
def test_what_is_told_of_a_whole_file(
    tmp_path: Path, answers: list[dict[str, Any]], expected: list[str]
) -> None:
    assert told(tmp_path, *answers) == (expected, len(answers))


def test_thousands_of_them_are_told_once(tmp_path: Path) -> None:
    answers = [{"direction": direction} for direction in (EFFORT, EASE, None)] * 1_000
    found, kept = told(tmp_path, *answers)
    assert (len(found), kept) == (2, 3_000)
    assert "1,000 without" in found[0]
