"""What several kinds of tests share."""

from pathlib import Path

import pytest

from .sample_shops import make_sample


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of the sample shop; tests look at it and copy it, but never change it."""
    return make_sample(tmp_path_factory.mktemp("sample") / "demo")
