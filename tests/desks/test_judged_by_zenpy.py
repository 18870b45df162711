"""zenpy, a client that others wrote for Zendesk, takes the stand-in for Zendesk.

zenpy is GPL: it runs in an environment of its own and is nowhere a dependency.
"""

import fcntl
import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tierwise.connectors.standin import StandIn

from .prism import CACHE
from .served import served

pytestmark = pytest.mark.slow

ZENPY = "zenpy==2.0.57"
STORY = Path(__file__).with_name("zenpy_story.py")


def test_zenpy_sees_zendesk(world: StandIn) -> None:
    world.add_policy(
        title="Premium",
        filter={"all": [], "any": []},
        policy_metrics=[{"priority": "normal", "metric": "first_reply_time", "target": 60}],
    )
    begins = str(world.now - 3600)
    with served(world) as address:
        words = [str(_python()), str(STORY), address, world.api_email, world.api_token, begins]
        done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == {
        "me": "Ada Admin",
        "key": "tier",
        "same": True,
        "value": "gold",
        "known": ["Anna"],
        "status": "solved",
        "by_time": [1, 2],
        "by_cursor": [1, 2],
        "events": ["activate", "fulfill", "update_status"],
        "users": 3,
        "policies": ["Premium"],
        "refused": "APIException",
    }


def _python() -> Path:
    """A Python that has zenpy, made outside the checkout when it is not there yet."""
    found = os.environ.get("TIERWISE_ZENPY_PYTHON")
    if found:
        return Path(found)
    folder = CACHE / "zenpy"
    program = folder / "bin" / "python"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "zenpy.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            venv.create(folder, with_pip=True, clear=True)
            _install(program)
            (folder / "ready").write_text(f"{ZENPY} for {sys.version}", "utf-8")
    return program


def _install(program: Path) -> None:
    words = [str(program), "-m", "pip", "install", "-q", ZENPY]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"zenpy cannot be installed: {done.stderr.strip()[-200:]}")
