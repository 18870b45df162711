"""The documentation says what the code does: pages are compared, and their sessions are run."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.reader import broken_promises
from tierwise.app.cli.main import group
from tierwise.facts.columns import Table
from tierwise.facts.decisions import CURRENT_LEVELS, DECISIONS
from tierwise.facts.tables import TABLES
from tierwise.levels.policy import policy_schema
from tierwise.value.standing import STANDING

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
GUIDES = sorted([*ROOT.glob("README.md"), *DOCS.glob("guide/*.md")])
DECISION_PAGES = sorted(DOCS.glob("decisions/*.md"))
WRITTEN = sorted(path for path in [*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
PARTS = ("Context", "Decision", "Consequences", "Alternatives", "References")


# Each page makes a shop of its own and takes up to two minutes: they wait for the build server.
@pytest.mark.slow
@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_a_reader_who_types_along_sees_what_the_page_says(page: Path, tmp_path: Path) -> None:
    broken = broken_promises(page.read_text(encoding="utf-8"), tmp_path)
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("session", "kept"),
    [
        ("$ echo hello\nhello\n", True),
        ("$ echo hello\ngoodbye\n", False),
        ("$ echo hello\n", False),
        ("$ echo made 14 plans in 3 s\nmade 14 plans in ... s\n", True),
        ("$ mkdir shop\n$ cd shop\n$ basename $(pwd)\nshop\n", True),
        ("$ echo almost there >&2\n", True),
        ("$ sh -c 'echo no such file >&2; exit 2'\nno such file\n$ echo $?\n2\n", True),
        ("$ echo one \\\n    two\none two\n", True),
    ],
)
def test_following_a_page(session: str, *, kept: bool, tmp_path: Path) -> None:
    assert (not broken_promises(f"```console\n{session}```\n", tmp_path)) is kept


def test_a_named_fence_is_saved(tmp_path: Path) -> None:
    page = "```csv a.csv\nx,y\n```\n\n```csv\nnot saved\n```\n\n```console\n$ cat *.csv\nx,y\n```\n"
    assert not broken_promises(page, tmp_path)


def test_the_generated_pages_match_the_code() -> None:
    done = subprocess.run(
        [sys.executable, DOCS / "build.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def table_name(table: Table) -> str:
    return table.name


@pytest.mark.parametrize("table", [*TABLES, STANDING, CURRENT_LEVELS, DECISIONS], ids=table_name)
def test_every_table_and_column_has_a_sentence(table: Table) -> None:
    sayings = {table.name: table.meaning, **{c.name: c.meaning for c in table.columns}}
    assert not [name for name, meaning in sayings.items() if not is_sentence(meaning)]


def test_every_policy_key_has_a_sentence() -> None:
    sayings = dict(policy_sayings(policy_schema(), "policy"))
    assert not [key for key, meaning in sayings.items() if not is_sentence(meaning)]


def policy_sayings(schema: object, place: str) -> Iterator[tuple[str, str]]:
    """Every key anywhere in a JSON Schema, with what is said about it."""
    if not isinstance(schema, dict):
        return
    for name, about in schema.get("properties", {}).items():
        yield f"{place}.{name}", about.get("description", "")
    for name, part in schema.items():
        parts = part if isinstance(part, list) else [part]
        for inner in parts:
            yield from policy_sayings(inner, f"{place}.{name}")


def test_every_command_and_option_has_a_sentence() -> None:
    sayings = dict(command_sayings(click.Context(group, info_name="tierwise")))
    assert not [name for name, meaning in sayings.items() if not is_sentence(meaning)]


def command_sayings(context: click.Context) -> Iterator[tuple[str, str]]:
    command = context.command
    yield context.command_path, (command.help or "").strip()
    for param in command.params:
        if isinstance(param, click.Option):
            yield f"{context.command_path} {param.opts[0]}", param.help or ""
    if not isinstance(command, click.Group):
        return
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        assert below, f"{name} is listed and missing"
        yield from command_sayings(click.Context(below, parent=context, info_name=name))


def is_sentence(text: str) -> bool:
    return bool(re.fullmatch(r"\S.*[.…]", text, re.DOTALL))


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    assert not [target for target in local if not (page.parent / target).exists()]


@pytest.mark.parametrize("page", DECISION_PAGES, ids=lambda page: page.name)
def test_a_decision_has_its_five_parts(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert tuple(re.findall(r"^## (.+)$", text, re.MULTILINE)) == PARTS
    assert text.startswith(f"# {int(page.name[:4])}. ")
    assert "\nStatus: " in text


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(page.name[:4]) for page in DECISION_PAGES]
    assert numbers == list(range(1, len(numbers) + 1))
