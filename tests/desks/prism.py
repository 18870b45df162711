"""Prism as a judge: it stands between a client and a server and tells what is not in the API.

One Prism for each process of the tests, started when it is first asked for:

    client → a line for each server → Prism → the switchboard → the server

The line hears what Prism says, whatever the client makes of it, and writes on each question where
it has to go; the switchboard sends it there. `python -m tests.desks.prism` makes Prism ready and
prints `prism`, or says why there is none.
"""

import atexit
import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from .lines import LOOPBACK, Line, Message, asked_at
from .mended_api import DESCRIPTION, mended_at

PRISM = "@stoplight/prism-cli@5.14.2"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "tierwise-judges"
STARTS_WITHIN_S = 120
# Ends the judge with this process, however it ends: then nobody holds the other end of the pipe.
_UNTIL_WE_END = 'exec 3<&0; "$@" & judge=$!; (read -r _ <&3; kill $judge) & wait $judge'
_GOES_TO = "x-judged-for"  # ports: of the server, and of the line that the client knows
# Prism would follow a redirect himself, so he does not see where it leads.
_LEADS_TO = "x-judged-location"
_FOUND, _PROBLEM = "sl-violations", "application/problem+json"


class NoJudgeError(Exception):
    """There can be no judge here; says why."""


@contextmanager
def judged(address: str, said: list[str] | None = None) -> Iterator[str]:
    """The address of a judge before the server at `address`.

    What he finds wrong is added to `said`; without it, it fails the test.
    """
    found: list[str] = [] if said is None else said
    before = _Before(_judge(), urlsplit(address).port or 80, found)
    try:
        with closing(before.line):
            yield f"http://{LOOPBACK}:{before.line.port}"
    finally:
        if said is None and found:
            told = "\n".join(dict.fromkeys(found))
            pytest.fail(f"not as Zendesk's API is, says Prism:\n{told}", pytrace=False)


class _Before:
    """The line before the judge that belongs to one server."""

    def __init__(self, judge: "_Judge", server: int, found: list[str]) -> None:
        self._judge, self._server, self._found = judge, server, found
        self.line = Line(self._carry)

    async def _carry(self, asked: Message) -> Message:
        goes_to = f"{self._server} {self.line.port}"
        try:
            answer = await asked_at(self._judge.port, asked.having(_GOES_TO, goes_to))
        except (OSError, EOFError):
            self._found.append(f"{asked.first_line}: Prism does not answer any more")
            raise
        if answer.header("content-type") == _PROBLEM or answer.header(_FOUND):
            problem = _problem(answer)
            if problem.get("type") == "FetchError":  # the server broke the line, so we do
                raise ConnectionResetError(problem["title"])
            what = asked.first_line.removesuffix(" HTTP/1.1")
            self._found += [f"{what}: {one}" for one in _violations(answer.status, problem)]
        return answer.renaming(_LEADS_TO, "location")


def _problem(answer: Message) -> dict[str, Any]:
    """What Prism answered itself, or wrote on the answer of the server."""
    if answer.header("content-type") == _PROBLEM:
        return dict(json.loads(answer.body))
    return {"validation": json.loads(answer.header(_FOUND))}


def _violations(status: int, problem: Mapping[str, Any]) -> Iterator[str]:
    """`#/response/body/users/0/id: must be integer` for everything that is wrong."""
    rows = problem.get("validation")
    if not rows:
        yield f"{status} {problem.get('title')} {problem.get('detail')}"
    told = ["/".join(map(str, row["location"])) for row in rows or ()]
    for place, row in zip(told, rows or (), strict=True):
        # What may be nothing is told wrong a second and a third time.
        is_outer = any(one.startswith(f"{place}/") for one in told)
        if not (is_outer and row["code"] in {"anyOf", "type"}):
            yield f"#/{place}: {row['message']}"


class _Judge:
    """Prism, and the switchboard behind it."""

    def __init__(self) -> None:
        behind = Line(_switched)
        with socket.socket() as free:
            free.bind((LOOPBACK, 0))
            self.port: int = free.getsockname()[1]
        program, description = _prism(), _description()
        to = ["-h", LOOPBACK, "-p", self.port, description, f"http://{LOOPBACK}:{behind.port}"]
        words = [program, "proxy", "--errors", "-v", "silent", *to]
        self._process = subprocess.Popen(
            ["sh", "-c", _UNTIL_WE_END, "sh", *map(str, words)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        atexit.register(self.stop)
        if not self._is_up():
            self.stop()
            by_hand = f"{program} proxy {description} http://{LOOPBACK}:9"
            raise RuntimeError(f"Prism does not start; try it by hand: {by_hand}")

    def stop(self) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait(10)

    def _is_up(self) -> bool:
        until = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < until and self._process.poll() is None:
            if _listens(self.port):
                return True
            time.sleep(0.1)
        return False


def _listens(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex((LOOPBACK, port)) == 0


@cache
def _started() -> _Judge:
    return _Judge()


def _judge() -> _Judge:
    """The judge of this process; without one the test is skipped, or fails if one was asked for."""
    try:
        return _started()
    except NoJudgeError as error:
        why = str(error)
    if os.environ.get("TIERWISE_DESK_PROXY") == "prism":
        pytest.fail(f"TIERWISE_DESK_PROXY asks for a judge, but {why}", pytrace=False)
    pytest.skip(why)


async def _switched(asked: Message) -> Message:
    """The answer of the server whose port is written on the question."""
    server, known_as = asked.header(_GOES_TO).split()
    answer = await asked_at(int(server), asked.having("host", f"{LOOPBACK}:{known_as}"))
    return answer.renaming("location", _LEADS_TO)


def _description() -> Path:
    if not DESCRIPTION.exists():
        raise NoJudgeError(f"Zendesk's description of its API is not at {DESCRIPTION}")
    CACHE.mkdir(parents=True, exist_ok=True)
    return mended_at(CACHE)


def _prism() -> Path:
    """The judge, installed outside the checkout when it is not there yet."""
    found = os.environ.get("TIERWISE_PRISM")
    if found:
        return Path(found)
    program = CACHE / "prism" / "node_modules" / ".bin" / "prism"
    npm = shutil.which("npm")
    if npm is None and not program.exists():
        raise NoJudgeError("npm is not there, and Prism needs it")
    program.parents[2].mkdir(parents=True, exist_ok=True)
    with (CACHE / "prism.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not program.exists():
            _install(str(npm), program.parents[2])
    return program


def _install(npm: str, folder: Path) -> None:
    words = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", PRISM]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoJudgeError(f"Prism cannot be installed: {done.stderr.strip()[-200:]}")


def main() -> None:
    """Make everything ready that the tests will ask for."""
    try:
        _description(), _prism()
    except NoJudgeError as why:
        sys.stderr.write(f"the judge of the help desk is missing: {why}; its tests go unjudged\n")
    else:
        sys.stdout.write("prism\n")


if __name__ == "__main__":
    main()
