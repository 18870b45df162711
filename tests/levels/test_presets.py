"""The policies that ship are sound, and teach every key they use."""

from importlib.resources import files

import pytest

from tierwise.levels.policy import Policy
from tierwise.levels.policy_text import read_policy

PRESETS = ("three-levels", "four-levels")


def text_of(preset: str) -> str:
    return (files("tierwise.app") / "presets" / f"{preset}.yaml").read_text("utf-8")


def policy_of(text: str) -> Policy:
    found, problems = read_policy(text, known_zones={"Europe/Berlin", "UTC"})
    assert problems == ()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("preset", "names"),
    [
        ("three-levels", ("premium", "plus", "standard")),
        ("four-levels", ("vip", "premium", "standard", "basic")),
    ],
)
def test_presets_have_no_problems(preset: str, names: tuple[str, ...]) -> None:
    policy = policy_of(text_of(preset))
    assert policy.names == names
    assert not any(level.experiment for level in policy.levels.values())


@pytest.mark.parametrize("preset", PRESETS)
def test_the_experiment_works_when_its_comment_signs_are_removed(preset: str) -> None:
    text = text_of(preset)
    for key in ("experiment:", "  band:", "  share:", "  column:", "  key:"):
        assert f"    # {key}" in text
        text = text.replace(f"    # {key}", f"    {key}")
    running = [level.experiment for level in policy_of(text).levels.values() if level.experiment]
    assert len(running) == 1


@pytest.mark.parametrize("preset", PRESETS)
def test_every_key_is_explained_where_it_is_first_used(preset: str) -> None:
    """On its line or in the comment above the lines it stands among."""
    seen: set[str] = set()
    explained = False
    for line in text_of(preset).splitlines():
        code, _, comment = line.partition("#")
        key = code.strip().partition(":")[0]
        explained = bool(comment) or (explained and bool(code.strip()))
        if key and key not in seen and key not in NAMES:
            assert explained, f"{preset}: {line}"
        seen.add(key)


NAMES = {"premium", "vip", "plus", "standard", "basic", "office", "business", "always"} | {
    "regulars",
    "good_customers",
    "week",
}
