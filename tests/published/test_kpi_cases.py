"""KPIs as two independent computations have them; each `kpi_judges_*` module brings judges."""

from typing import Any

import pytest

from tests.published.kpi_judging import EXACT, all_judges, differences
from tests.published.test_business_time_cases import Case, named, published, unread

PUBLISHED = published("kpi_cases.json")
JUDGES = all_judges()
QUESTION = {"metric", "inputs", "expected", "tolerance"}
TOLD = {"id", "description", "computed_with", "by_hand", "note", "source"}


@pytest.mark.parametrize("case", PUBLISHED["cases"], ids=named)
def test_kpis_are_what_others_have(case: Case) -> None:
    metric = case["metric"]
    assert metric in JUDGES, f"no judge for the metric `{metric}`: add one to a kpi_judges_* module"
    said = JUDGES[metric](case["inputs"])
    wrong = differences(case["expected"], said, case.get("tolerance", EXACT))
    assert not wrong, case.get("by_hand")


@pytest.mark.parametrize("case", PUBLISHED["cases"], ids=named)
def test_nothing_a_case_says_is_left_unread(case: Case) -> None:
    assert not unread(case, QUESTION, TOLD)


@pytest.mark.parametrize(
    ("expected", "said", "is_right"),
    [
        ({"n": 5, "ci": [0.1, 0.2]}, {"n": 5.0, "ci": (0.1, 0.2), "more": 1}, True),
        ({"n": 5}, {}, False),
        ({"n": None}, {}, False),
        ({"n": None}, {"n": None}, True),
        ({"n": None}, {"n": 0.0}, False),
        ({"n": 0}, {"n": None}, False),
        ({"n": 1}, {"n": 1.001}, False),
        ({"n": True}, {"n": 1}, False),
        ({"n": 1}, {"n": True}, False),
        ({"n": [1, 2]}, {"n": [1, 2, 3]}, False),
        ({"of": {"vip": 1}}, {"of": {"vip": 2, "other": 1}}, False),
        ({"word": "met"}, {"word": "met"}, True),
        ({"word": "met"}, {"word": "missed"}, False),
        ({"list": [[1], []]}, {"list": [(1,), ()]}, True),
    ],
)
def test_an_answer_is_right_only_if_all_that_is_expected_is_there(
    expected: dict[str, Any], said: dict[str, Any], is_right: bool
) -> None:
    assert (not differences(expected, said, EXACT)) is is_right
