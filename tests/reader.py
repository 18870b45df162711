"""A reader who types along: runs the sessions of a page and compares the answers.

A fence ```console holds a session: lines after `$ ` are typed, the lines below are the answer, and
`...` stands for anything. A fence that names a file, ```csv orders.csv, is a file the reader saves
first. All other fences are only looked at. One page is one shell in an empty folder, so `cd` and
`$?` mean what they mean to the reader. Progress and warnings on stderr belong to an answer only
when the command fails.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from doctest import ELLIPSIS, Example, OutputChecker
from pathlib import Path

FENCE = re.compile(r"^```(\w+)(?: +(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
END = "\x1e"


@dataclass(frozen=True, slots=True)
class Typed:
    """One command of a page and the answer the page promises."""

    command: str
    answer: str


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A file that the page tells its reader to save."""

    name: str
    text: str


def steps(text: str) -> Iterator[Typed | SavedFile]:
    """What the reader of a page does, in order."""
    for language, name, inside in FENCE.findall(text):
        if language == "console":
            yield from typed(inside)
        elif name:
            yield SavedFile(name, inside)


def typed(session: str) -> Iterator[Typed]:
    whole = session.replace("\\\n", " ")
    assert whole.startswith("$ "), f"a session begins with a command: {session}"
    for part in re.split(r"^\$ ", whole, flags=re.MULTILINE)[1:]:
        command, _, answer = part.partition("\n")
        yield Typed(command, answer)


def as_script(step: Typed | SavedFile) -> str:
    if isinstance(step, SavedFile):
        return f"cat > '{step.name}' <<'END_OF_FILE'\n{step.text}END_OF_FILE\n"
    return (
        f'{{ {step.command}\n}} 2>"$COMPLAINTS"; code=$?\n'
        f'[ $code -eq 0 ] || cat "$COMPLAINTS"; printf {END!r}; (exit $code)\n'
    )


def answers(script: str, folder: Path) -> list[str]:
    """What each command of the script answers, in a folder of its own."""
    home = folder / "home"
    home.mkdir()
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=home,
        env={
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "COLUMNS": "100",
            "NO_COLOR": "1",
            "COMPLAINTS": str(folder / "complaints"),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout.split(END)[:-1]


def broken_promises(text: str, folder: Path) -> list[str]:
    """Where the answers differ from what the page says."""
    todo = list(steps(text))
    promised = [step for step in todo if isinstance(step, Typed)]
    got = answers("".join(map(as_script, todo)), folder)
    assert len(got) == len(promised), f"the session stopped early, after {got}"
    return [
        f"$ {step.command}\n{difference}"
        for step, answer in zip(promised, got, strict=True)
        if (difference := differs(step.answer, answer))
    ]


def differs(promised: str, got: str) -> str:
    """Nothing if the answer is as promised, otherwise both, side by side."""
    want, have = tidy(promised), tidy(got)
    if OutputChecker().check_output(want, have, ELLIPSIS):
        return ""
    return OutputChecker().output_difference(Example("", want), have, ELLIPSIS)


def tidy(text: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in text.strip().splitlines())
