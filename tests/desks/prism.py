"""Prism as a judge: it stands between a client and a server and refuses what is not in the API."""

import fcntl
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import httpx
import pytest

from .mended_api import DESCRIPTION, write_mended

PRISM = "@stoplight/prism-cli@5.14.2"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "tierwise-judges"
STARTS_WITHIN_S = 120
LOOPBACK = "127.0.0.1"


@contextmanager
def judged(address: str) -> Iterator[str]:
    """The address of a judge before the server at `address`; skipped when there can be none."""
    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        port = free.getsockname()[1]
    words = ["proxy", "--errors", "-h", LOOPBACK, "-p", str(port), _description(), address]
    none = subprocess.DEVNULL
    process = subprocess.Popen([str(_prism()), *map(str, words)], stdout=none, stderr=none)
    try:
        _wait(process, f"http://{LOOPBACK}:{port}")
        yield f"http://{LOOPBACK}:{port}"
    finally:
        process.terminate()
        process.wait(10)


@cache
def _description() -> Path:
    if not DESCRIPTION.exists():
        pytest.skip(f"Zendesk's description is not there: put it to {DESCRIPTION}")
    CACHE.mkdir(parents=True, exist_ok=True)
    return write_mended(CACHE)


@cache
def _prism() -> Path:
    """The judge, installed outside the checkout when it is not there yet."""
    found = os.environ.get("TIERWISE_PRISM")
    if found:
        return Path(found)
    program = CACHE / "prism" / "node_modules" / ".bin" / "prism"
    npm = shutil.which("npm")
    if npm is None and not program.exists():
        pytest.skip("npm is not there; Prism needs it")
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
        pytest.skip(f"Prism cannot be installed: {done.stderr.strip()[-200:]}")


def _wait(process: "subprocess.Popen[bytes]", address: str) -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.get(address, timeout=5)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"Prism does not start; try it by hand: {_prism()} proxy {_description()}")
