"""What several kinds of tests share."""

import fcntl
import os
from pathlib import Path

import pytest

from .sample_shops import make_sample


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of the sample shop; tests look at it and copy it, but never change it.

    Test processes that run side by side share one: the first makes it, the others wait.
    """
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder, made = shared / "sample" / "demo", shared / "sample.made"
    with (shared / "sample.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not made.exists():
            make_sample(folder)
            made.touch()
    return folder
