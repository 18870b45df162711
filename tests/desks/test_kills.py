"""kill -9 anywhere in push, apply and read, while three in ten requests go wrong.

`bench.desk_kills` does it two hundred times.
"""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from .killing import DEEDS, Office, torment
from .served import judged_if_asked
from .stand_in_process import CLIENT_SECRET, StandInProcess

pytestmark = pytest.mark.slow

CUSTOMERS, KILLS = 120, 6


@pytest.fixture
def desk() -> Iterator[StandInProcess]:
    standing = StandInProcess("--pace", 40, "--faults", 0.3, "--seed", 7)
    standing.change_faults(slow_s=0.05, retry_after_s=0)  # the time is for the kills
    with judged_if_asked(standing.address) as standing.address:
        yield standing
    standing.stop()


@pytest.mark.parametrize("name", DEEDS)
def test_the_same_end_and_nothing_twice(
    name: str, desk: StandInProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIERWISE_DESK_SECRET", CLIENT_SECRET)
    office = Office.opened(tmp_path, desk, CUSTOMERS, tickets=name == "read")
    tally = torment(office.terminal, DEEDS[name](office, tmp_path), KILLS, random.Random(11))
    assert tally.kills >= KILLS
