"""Claims: pages of the sample shop take at most 100 KB and 1 s on a slow line; starts are fast."""

import socket
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from time import perf_counter, sleep

from playwright.sync_api import Browser, sync_playwright

from tests.browser.slow_line import weigh

from .made_facts import scratch
from .measured import against

PAGES = (
    "/today",
    "/metrics",
    "/metrics/csat.share",
    "/budget",
    "/voice",
    "/people",
    "/breaches",
    "/levels",
    "/segments",
    "/customers",
    "/customers/18102",
    "/plans",
    "/data",
)
LARGEST_KB, SLOWEST_MS, VERSION_MS, SECOND_DEMO_S = 100, 1_000, 80, 10
LOOKS, STARTS = 3, 11
TIERWISE = str(Path(sys.executable).with_name("tierwise"))


@contextmanager
def demo(folder: Path) -> Iterator[tuple[str, float]]:
    """The served sample shop: its address, and the seconds until it answered."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    began = perf_counter()
    command = [TIERWISE, "demo", "--folder", str(folder), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not _answers(port):
            assert server.poll() is None, "the demo stopped"
            sleep(0.02)
        yield f"http://127.0.0.1:{port}", perf_counter() - began
    finally:
        server.terminate()
        server.wait()


def weighed(browser: Browser, address: str) -> tuple[float, float]:
    """Kilobytes on the wire, and milliseconds until complete: medians of some looks."""
    looks = []
    for _ in range(LOOKS):
        context = browser.new_context(viewport={"width": 1400, "height": 900})
        looks.append(weigh(context.new_page(), address))
        context.close()
    sizes, times = zip(*looks, strict=True)
    return statistics.median(sizes) / 1000, statistics.median(times)


def start_ms(*command: str) -> float:
    """How long a command takes from start to end: the median of some starts."""
    took = []
    for _ in range(STARTS):
        began = perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        took.append(1000 * (perf_counter() - began))
    return statistics.median(took)


def look_at_pages(home: str) -> None:
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=which("chromium"), args=["--no-sandbox"])
        for page in PAGES:
            size_kb, took_ms = weighed(browser, home + page)
            print(against(f"page {page}, on the wire", size_kb, LARGEST_KB, "KB"))
            print(against(f"page {page}, complete", took_ms, SLOWEST_MS, "ms"))
        browser.close()


def main() -> None:
    with scratch() as folder:
        with demo(folder / "demo") as (_, first_s):
            print(f"first `tierwise demo` answers after {first_s:.1f} s")
        with demo(folder / "demo") as (home, second_s):
            print(against("second `tierwise demo`", second_s, SECOND_DEMO_S, "s"))
            look_at_pages(home)
    bare, version = start_ms(sys.executable, "-c", "pass"), start_ms(TIERWISE, "--version")
    print(against("tierwise --version", version, VERSION_MS, "ms"))
    print(f"`python -c pass` takes {bare:.0f} ms: ratio {version / bare:.1f}")


def _answers(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    main()
