"""`tierwise demo`: the sample shop from nothing to levels."""

import json
from pathlib import Path

import pytest

from .terminal import Terminal


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    terminal = Terminal(tmp_path_factory.mktemp("sample") / "demo")
    told = terminal("demo", "--folder", terminal.project, "--no-serve")
    assert told.code == 0, told.err
    assert len(told.out.splitlines()) <= 14
    assert "CC BY 4.0" in told.out
    return terminal


def test_a_second_time_nothing_is_read_again(demo: Terminal) -> None:
    told = demo("demo", "--folder", demo.project, "--no-serve")
    assert "read " not in told.out
    assert "value" in told.out


def test_the_top_tenth_brings_what_others_found(demo: Terminal) -> None:
    tops = json.loads(demo("percentiles", "--json").out)["tops"]
    shares = {top["top_percent"]: round(top["share"], 3) for top in tops}
    assert (shares[1.0], shares[10.0], shares[20.0]) == (0.313, 0.636, 0.773)


def test_everybody_has_one_level(demo: Terminal, tmp_path: Path) -> None:
    plan = json.loads(demo("plan", "--json").out)
    assert demo("apply", plan["plan"]["plan_id"]).code == 0
    assert sum(plan["after"].values()) == 5_942
    assert demo("plan", "--exit-code").code == 0
    assert "5\u202f942 customers" in demo("export", tmp_path / "levels.parquet").out
