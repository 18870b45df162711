"""The rules of the house that no other tool holds."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import tierwise

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / "tierwise"
SOURCES = sorted(HOUSE.rglob("*.py"))
# Upwards: each may import only those before it.
LINE = "facts value levels promises routing metrics outcomes connectors app"

DEEPEST = 3  # package/folder/module.py
LONGEST_FILE = 300
# The style asks for 25 and 5 in the middle; 40 is where the build stops.
LONGEST_BODY = 40

EMPTY_WORDS = re.compile(r"(^|_)(utils?|helpers?|common|base|managers?|services?|processors?)(_|$)")
EMPTY_NAMES = re.compile(r"(Manager|Service|Helper|Utils?|Processor|Data|Info)$")
MACHINE = re.compile(
    r"(^|[^a-zA-Z0-9_.])/(farm|work|root)/"
    r"|p[y]pi\.org|n[p]mjs\.org|d[e]b\.debian\.org|files\.p[y]thonhosted"
)
# Loaded only by the commands that need them, so that `tierwise --version` answers at once.
HEAVY = (
    "duckdb pyarrow numpy scipy sqlalchemy alembic fastapi starlette uvicorn rich sqlglot pydantic "
    "httpx stamina dbos cryptography"
)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a body without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def private_imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.ImportFrom):
            continue
        ours = node.level > 0 or (node.module or "").startswith("tierwise")
        words = [*(node.module or "").split("."), *(alias.name for alias in node.names)]
        yield from (word for word in words if ours and re.match(r"_[^_]", word))


def of_git(*which: str) -> list[Path]:
    """The files git lists; by itself those that are or would be committed."""
    words = ["git", "ls-files", "-z", *(which or ("--cached", "--others")), "--exclude-standard"]
    found = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / file for file in found.stdout.split("\0") if file and (ROOT / file).is_file()]


def project() -> dict[str, Any]:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text)["project"])


def pins() -> list[str]:
    return (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()


def plain(package: str) -> str:
    """A package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", package).lower()


def loaded_after(program: str) -> set[str]:
    """Names of the modules Python holds when `program` is done."""
    done = subprocess.run(
        [sys.executable, "-c", f"{program}\nimport sys; print('loaded', *sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split())


def test_the_line_has_nine_rooms() -> None:
    rooms = {path.parent.name for path in HOUSE.glob("*/__init__.py")}
    assert rooms == set(LINE.split()), (
        "a tenth package needs a decision page and a place in the line"
    )


def test_two_levels_of_folders() -> None:
    deep = [name(path) for path in SOURCES if len(path.relative_to(HOUSE).parts) > DEEPEST]
    assert not deep, "two levels of folders below `tierwise`, no deeper"


def test_a_package_says_one_sentence() -> None:
    wordy = [
        name(path)
        for path in SOURCES
        if path.name == "__init__.py" and path.parent != HOUSE
        if len(tree(path).body) > 1 or not ast.get_docstring(tree(path))
    ]
    assert not wordy, "an `__init__.py` holds its docstring and nothing else"


def test_files_are_short() -> None:
    lines = {name(path): len(path.read_text("utf-8").splitlines()) for path in SOURCES}
    long = {file: count for file, count in lines.items() if count > LONGEST_FILE}
    assert not long, f"over {LONGEST_FILE} lines: split by noun or by verb"


def test_functions_fit_on_a_screen() -> None:
    long = [
        f"{name(path)}:{function.lineno} {function.name}: {body_lines(function)} lines"
        for path in SOURCES
        for function in functions(path)
        if body_lines(function) > LONGEST_BODY
    ]
    assert not long, f"over {LONGEST_BODY} lines (aim at 25): give each step a name"


def test_names_say_something() -> None:
    modules = [name(path) for path in SOURCES if EMPTY_WORDS.search(path.stem)]
    classes = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and EMPTY_NAMES.search(node.name)
    ]
    assert not modules + classes, "say what it is, in a support manager's words"


def test_private_names_stay_in_their_module() -> None:
    borrowed = [f"{name(path)}: {word}" for path in SOURCES for word in private_imports(path)]
    assert not borrowed, "drop the underscore, or keep it to the module"


def test_the_line_flows_forward() -> None:
    lint_imports = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint_imports], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_version_stands_in_the_changelog() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## \[?([^\]\s]+)", text, re.MULTILINE)
    assert newest, "the changelog has no version"
    assert newest[1] in {"Unreleased", project()["version"]}
    assert tierwise.__version__ == project()["version"]


def test_constraints_are_names_and_versions() -> None:
    odd = [pin for pin in pins() if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.+]*", pin)]
    assert not odd, "name==version, one a line, and nothing else"


def test_every_dependency_is_pinned() -> None:
    pinned = {plain(pin.partition("==")[0]) for pin in pins()}
    wanted = chain(project()["dependencies"], *project()["optional-dependencies"].values())
    loose = [need for need in wanted if plain(re.split(r"[\[<>=!~; ]", need)[0]) not in pinned]
    assert not loose, "add them to constraints.txt"


def test_what_is_ignored_is_not_committed() -> None:
    committed = [name(path) for path in of_git("--cached", "--ignored")]
    assert not committed, "git rm --cached them"


def test_no_file_names_a_machine() -> None:
    named = [
        f"{name(path)}:{number}"
        for path in of_git()
        if not path.name.endswith(".min.js") and b"\0" not in path.read_bytes()
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
        if MACHINE.search(line)
    ]
    assert not named, "machine paths and registry hosts stay out of the project"


def test_the_contributors_page_holds_the_line() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for package in LINE.split():
        sentence = ast.get_docstring(tree(HOUSE / package / "__init__.py"))
        assert f"`{package}` | {sentence}" in page


def test_asking_for_the_version_loads_nothing_heavy() -> None:
    loaded = loaded_after(
        "from tierwise.app.cli.main import group\ngroup.main(['--version'], standalone_mode=False)"
    )
    assert not loaded & set(HEAVY.split()), "import it inside the command that needs it"
