"""A new project, and the terminal that works in it."""

from pathlib import Path

import pytest

from .terminal import Terminal


@pytest.fixture
def shop(tmp_path: Path) -> Terminal:
    terminal = Terminal(tmp_path / "myshop")
    assert terminal("init", terminal.project).code == 0
    return terminal
