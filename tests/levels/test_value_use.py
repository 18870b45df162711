"""Another value to follow, written into the policy and nothing else."""

import pytest

from tierwise.levels.policy_text import read_policy
from tierwise.levels.value_use import follow_in_text
from tierwise.value.customer_value import Use

LEVELS = "levels:\n  all:\n    who: everyone\n"
POLICIES = {
    "it names a value": f"currency: EUR\nvalue:\n  horizon: 180d\n  use: both   # so far\n{LEVELS}",
    "it names another key": f"currency: EUR\nvalue:\n  # a year\n  horizon: 365d\n{LEVELS}",
    "it says the value in one line": f"currency: EUR\nvalue: {{margin: 40%}}\n{LEVELS}",
    "it says nothing of the value": f"currency: EUR\n{LEVELS}",
}


@pytest.mark.parametrize("use", Use)
@pytest.mark.parametrize("text", POLICIES.values(), ids=POLICIES)
def test_only_the_followed_value_changes(text: str, use: Use) -> None:
    before, _ = read_policy(text)
    after, problems = read_policy(follow_in_text(text, use))
    assert before is not None
    assert after is not None, problems
    assert after == before.model_copy(
        update={"value": before.value.model_copy(update={"use": use})}
    )


def test_remarks_stay() -> None:
    text = follow_in_text(POLICIES["it names a value"], Use.PREDICTED)
    assert "use: predicted   # so far" in text


WRONG = {
    "use: predictd": "one of `historic`, `predicted`, `both`",
    "horizon: 3d": "`30d` to `1826d`",
    "margin: 0%": "a share above 0% and up to 100%",
    "discount: 101%": "a share from 0% to 100%",
    "top: many": "a share such as `95%`",
    "horison: 30d": "a key the policy knows",
}


@pytest.mark.parametrize(("line", "expected"), WRONG.items())
def test_a_wrong_value_is_told_with_its_line(line: str, expected: str) -> None:
    policy, problems = read_policy(f"currency: EUR\nvalue:\n  {line}\n{LEVELS}")
    assert policy is None
    assert [(p.line, p.expected) for p in problems] == [(3, expected)]
