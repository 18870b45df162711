"""Writes the reference pages from the code, so that they cannot say anything else.

`python docs/build.py` writes them; with `--check` it only compares, and exits 1 with the
difference.
"""

import difflib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from page_cli import cli_page
from page_metrics import metrics_page
from page_policy import policy_page
from page_tables import tables_page

HERE = Path(__file__).parent

PAGES: Mapping[str, Callable[[], str]] = {
    "tables.md": tables_page,
    "policy.md": policy_page,
    "metrics.md": metrics_page,
    "cli.md": cli_page,
}


def differences() -> list[str]:
    """The lines by which the written pages differ from what the code says now."""
    found: list[str] = []
    for name, write in PAGES.items():
        path = HERE / name
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        found += difflib.unified_diff(
            old.splitlines(), write().splitlines(), f"docs/{name}", "the code", lineterm=""
        )
    return found


def main(words: list[str]) -> int:
    if words == ["--check"]:
        found = differences()
        sys.stdout.writelines(f"{line}\n" for line in found)
        if found:
            sys.stdout.write("the pages are behind the code; next: make docs\n")
        return 1 if found else 0
    for name, write in PAGES.items():
        (HERE / name).write_text(write(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
