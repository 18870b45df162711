"""Commands about the policy file."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .output import json_option, note, open_shop, say, say_json

if TYPE_CHECKING:
    from tierwise.app.calendar_answers import WrittenPolicy
    from tierwise.facts.problems import Problem


@click.group()
def policy() -> None:
    """Check, show and describe the policy file."""


@policy.command()
@click.argument(
    "file", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False
)
@json_option
@click.pass_obj
def check(project: Path, file: Path | None, *, as_json: bool) -> int:
    """Check a policy, FILE or the project's; every problem names its line and the next step."""
    from zoneinfo import available_timezones

    from tierwise.app.calendar_answers import WrittenPolicy
    from tierwise.app.project import open_project, own_text
    from tierwise.levels.policy_text import read_policy

    path = file or open_project(project).policy_file
    text = own_text(path)
    found, problems = read_policy(text, path.name, known_zones=available_timezones())
    wrong = _beyond_levels(WrittenPolicy(found, text, path)) if found else ()
    problems, usable = (*problems, *wrong), found is not None and not wrong
    if as_json:
        say_json("policy-check", {"usable": usable, "problems": problems})
        return 0 if usable else 1
    for problem in problems:
        note(str(problem))
    if found is None or not usable:
        note(f"{len(problems)} to mend in {path.name}")
        return 1
    names = ", ".join(found.names)
    promises = sum(len(level.promises) for level in found.levels.values())
    say(f"{path.name} is sound: {len(found.levels)} levels ({names}), {promises} promises")
    return 0


def _beyond_levels(written: "WrittenPolicy") -> "tuple[Problem, ...]":
    """What is wrong with calendars and targets of a policy that is sound otherwise."""
    from tierwise.app.aims import placed_aims
    from tierwise.app.calendar_answers import state_of

    from .calendars import this_year

    targets = placed_aims(written.policy, written.text, written.file.name)
    return (*state_of(written, this_year()).problems, *targets)


@policy.command()
@json_option
@click.pass_obj
def show(project: Path, *, as_json: bool) -> None:
    """Show who gets which level and what it promises."""
    from tierwise.levels.reasons import promises_of

    found = open_shop(project).policy()
    if as_json:
        say_json("policy", found.model_dump(mode="json"))
        return
    for name, level in found.levels.items():
        say(f"{found.label(name)}: {level.who}")
        if level.keep_until:
            say(f"  keeps it until {level.keep_until}")
        for promise in promises_of(level):
            say(f"  {promise}")


@policy.command()
@json_option
def schema(*, as_json: bool) -> None:
    """The JSON Schema of the policy file, for editors."""
    import json

    from tierwise.levels.policy import policy_schema

    say(json.dumps(policy_schema(), indent=2))
