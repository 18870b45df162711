"""Claim: 200 times kill -9 in push, apply and read while 30 % of requests fail: 0 lost, 0 doubled.

The desk is the stand-in in a process of its own; it says itself what really changed.
"""

import os
import random
from pathlib import Path
from sys import argv
from tempfile import TemporaryDirectory
from time import perf_counter

from tests.desks.killing import DEEDS, Office, torment
from tests.desks.stand_in_process import CLIENT_SECRET, StandInProcess

KILLS = {"push": 100, "apply": 60, "read": 40}
CUSTOMERS, PACE, FAULTS = 1_000, 20, 0.3


def main(share: float, seed: int, names: list[str]) -> None:
    os.environ["TIERWISE_DESK_SECRET"] = CLIENT_SECRET
    total = 0
    for name in names:
        total += _tormented(name, max(1, round(KILLS[name] * share)), seed)
    print(f"{total} kills at {FAULTS:.0%} faults, seed {seed}: 0 lost, 0 doubled, same end state")


def _tormented(name: str, kills: int, seed: int) -> int:
    """Raises where something was lost or came twice."""
    began = perf_counter()
    desk = StandInProcess("--pace", PACE, "--faults", FAULTS, "--seed", seed)
    try:
        desk.change_faults(slow_s=0.05, retry_after_s=0)  # the time is for the kills
        with TemporaryDirectory() as folder:
            place = Path(folder)
            office = Office.opened(place, desk, CUSTOMERS, tickets=name == "read")
            tally = torment(office.terminal, DEEDS[name](office, place), kills, random.Random(seed))
    finally:
        desk.stop()
    print(
        f"{name}: {tally.kills} kills in {tally.turns} turns, {tally.refused} runs ended by the "
        f"desk, {perf_counter() - began:.0f} s"
    )
    return tally.kills


if __name__ == "__main__":
    main(
        float(argv[1]) if len(argv) > 1 else 1.0,
        int(argv[2]) if len(argv) > 2 else 7,
        argv[3:] or list(KILLS),
    )
