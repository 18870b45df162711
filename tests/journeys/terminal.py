"""A terminal: the real command line in this process, with what it printed and its exit code."""

import contextlib
import io
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tierwise.app.cli.main import main

COMMAND = (sys.executable, "-c", "from tierwise.app.cli.main import main; main()")


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Terminal:
    """Types commands for one project."""

    project: Path

    def __call__(self, *words: object) -> Done:
        out, err = io.StringIO(), io.StringIO()
        code = 0
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main(["--project", str(self.project), *map(str, words)])
            except SystemExit as left:
                code = int(left.code or 0)
        return Done(code, out.getvalue(), err.getvalue())

    def apart(self, *words: object) -> Done:
        """Run a command in a process of its own, as a shell does, to its end."""
        command = [*COMMAND, "--project", str(self.project), *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return Done(done.returncode, done.stdout, done.stderr)

    def begin(self, *words: object) -> "subprocess.Popen[bytes]":
        """Start a command in a process of its own, to be stopped at any moment."""
        return subprocess.Popen(
            [*COMMAND, "--project", str(self.project), *map(str, words)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
