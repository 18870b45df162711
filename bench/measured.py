"""Running a task in a process of its own, and what it took."""

import os
import resource
import statistics
import subprocess
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, sleep

_LOOKS_EVERY_S = 0.02


@dataclass(frozen=True, slots=True)
class Took:
    """Wall and processor seconds, and the most memory the process ever held."""

    wall_s: float
    cpu_s: float
    peak_mb: float

    def __str__(self) -> str:
        return f"{self.wall_s:7.2f} s wall {self.cpu_s:7.2f} s CPU {self.peak_mb:6.0f} MB"


def alone(task: Callable[..., None], *given: object) -> Took:
    """What a task takes in a fresh process; starting Python and its imports do not count."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_took, task, given).result()


def command_alone(*words: str) -> Took:
    """What a command takes in a process of its own, from its first import to its end."""
    wall, peak_mb = perf_counter(), 0.0
    process = subprocess.Popen(words)
    while True:
        # The highest mark so far: all but the last moment of the process is seen.
        peak_mb = max(peak_mb, _peak_mb(process.pid))
        ended, status, used = os.wait4(process.pid, os.WNOHANG)
        if ended:
            break
        sleep(_LOOKS_EVERY_S)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"`{' '.join(words)}` ended with {process.returncode}")
    return Took(perf_counter() - wall, used.ru_utime + used.ru_stime, peak_mb)


def middle(took: Iterable[Took]) -> Took:
    """The median of each figure by itself."""
    walls, cpus, peaks = zip(*((one.wall_s, one.cpu_s, one.peak_mb) for one in took), strict=True)
    return Took(statistics.median(walls), statistics.median(cpus), statistics.median(peaks))


def against(claim: str, found: float, limit: float, unit: str) -> str:
    """A line that sets a figure beside its limit."""
    verdict = "holds" if found <= limit else "MISSED"
    return f"{claim}: {found:.3g} of {limit:g} {unit}, ratio {found / limit:.2f}, {verdict}"


def _took(task: Callable[..., None], given: tuple[object, ...]) -> Took:
    wall, cpu = perf_counter(), _cpu_s()
    task(*given)
    return Took(perf_counter() - wall, _cpu_s() - cpu, _peak_mb())


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _peak_mb(process: int | str = "self") -> float:
    # ru_maxrss would also count the parent's memory of the moment this process was started.
    lines = Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
    marks = (int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
    return next(marks, 0.0)  # a process that has just ended has none
