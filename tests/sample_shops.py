"""The sample shop as `tierwise demo` leaves it, made once and copied for whoever changes it."""

import shutil
from functools import cache
from pathlib import Path

from tierwise.app.project import open_project
from tierwise.app.sample import sample_project, show_sample
from tierwise.app.shop import Shop

SAMPLE_NOW = 1_795_312_800  # 22 Nov 2026, 02:00 UTC


def make_sample(folder: Path) -> Path:
    """Read, value, apply half a year ago, plan today."""
    for _ in show_sample(sample_project(folder), lambda: SAMPLE_NOW):
        pass
    return folder


def copied(sample: Path, folder: Path) -> Shop:
    """A copy of the sample that a test may change."""
    shutil.copytree(sample, folder)
    return opened(folder)


@cache
def looked_at(sample: Path) -> Shop:
    """The sample opened once for all tests of a process that change nothing."""
    return opened(sample)


def opened(folder: Path) -> Shop:
    return Shop(open_project(folder), clock=lambda: SAMPLE_NOW)
