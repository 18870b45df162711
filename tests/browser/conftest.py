"""A real browser in front of the real sample shop, and of made-up shops for what it cannot show."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.sample_shops import SAMPLE_NOW, copied, opened
from tierwise.app.questions import Answers
from tierwise.app.session import SessionSecrets
from tierwise.app.web import make_app

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)
SECRETS = SessionSecrets(owner_token="right-token", signing_key=b"k" * 32)
STARTS_WITHIN_S = 10
DESK: ViewportSize = {"width": 1400, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is; without it these tests are skipped, but never in CI."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("Chromium is missing; CI needs it: apt-get install chromium")
    if found is None:
        pytest.skip("Chromium is missing, so no page was looked at: apt-get install chromium")
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as player:
        found = player.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield found
        found.close()


@contextmanager
def served(answers: Answers) -> Iterator[str]:
    """The address of a server that shows these answers."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    app = make_app(answers, secrets=SECRETS, demo=True, port=port, clock=lambda: SAMPLE_NOW)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    give_up_at = time.monotonic() + STARTS_WITHIN_S
    while not server.started and time.monotonic() < give_up_at:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()
    listening.close()


@pytest.fixture(scope="session")
def home(sample: Path) -> Iterator[str]:
    """The address of the sample shop, for tests that only look."""
    with served(opened(sample)) as address:
        yield address


@pytest.fixture
def own_home(sample: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a sample shop that one test may change."""
    with served(copied(sample, tmp_path / "demo")) as address:
        yield address


@pytest.fixture
def serve() -> Iterator[Callable[[Answers], str]]:
    """Serves any shop until the test is over."""
    with ExitStack() as running:
        yield lambda answers: running.enter_context(served(answers))


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh window on a desk."""
    context = browser.new_context(viewport=DESK)
    yield context.new_page()
    context.close()
