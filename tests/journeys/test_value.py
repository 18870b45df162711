"""What customers will bring, asked on the command line: the sample shop and odd shops."""

import csv
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from .terminal import Terminal

SHOWN = ("show", "fit", "backtest", "stability")
SCHEMAS = {
    ("value",): "tierwise/value/1",
    ("value", "show"): "tierwise/value/1",
    ("value", "fit"): "tierwise/value-fit/1",
    ("value", "fit", "--past"): "tierwise/value-fits/1",
    ("value", "backtest"): "tierwise/value-backtest/1",
    ("value", "stability"): "tierwise/value-stability/1",
    ("value", "choose", "both"): "tierwise/plan/1",
    ("value", "export", "values.csv"): "tierwise/value-export/1",
}
BEFORE = "2011-09-09"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    terminal = Terminal(tmp_path_factory.mktemp("sample") / "demo")
    assert terminal("demo", "--folder", terminal.project, "--no-serve").code == 0
    return terminal


def refuse_constant(found: str) -> None:
    raise AssertionError(f"no number: {found}")


def answer(shop: Terminal, *typed: object) -> dict[str, Any]:
    done = shop(*typed, "--json")
    assert done.code == 0, done.err
    return dict(json.loads(done.out, parse_constant=refuse_constant))


@pytest.mark.parametrize(("typed", "schema"), SCHEMAS.items(), ids=" ".join)
def test_every_command_answers_machines(
    demo: Terminal, tmp_path: Path, typed: tuple[str, ...], schema: str
) -> None:
    *words, last = typed
    assert answer(demo, *words, tmp_path / last if "." in last else last)["schema"] == schema


def test_the_best_customers_with_how_sure_it_is(demo: Terminal) -> None:
    told = demo("value", "show", "--limit", 2)
    assert told.code == 0
    head, best, second, count, followed, forecast, calibration = told.out.splitlines()
    assert "predicted (80% interval)" in head
    assert "£570 381  £211 000 (133 000–295 000)" in best.replace("\u202f", " ")
    assert second.startswith("14646")
    assert "as of 9 Dec 2011" in count
    assert "`value: use: both`" in followed
    assert "365 days ahead; orders by MBG/NBD" in forecast
    assert "orders × 0.81" in calibration
    assert "hold-out of 9 Dec 2010 to 9 Dec 2011" in calibration
    assert demo("value", "--limit", 2).out == told.out


def test_machines_get_the_doubt_with_the_forecast(demo: Terminal) -> None:
    found = answer(demo, "value", "--limit", 1)
    assert (found["use"], found["horizon_days"], found["model"]) == ("both", 365, "MBG/NBD")
    assert found["calibration"]["orders"] == pytest.approx(0.805, abs=0.001)
    (row,) = found["rows"]
    bounds = ("low_95_minor", "low_80_minor", "predicted_minor", "high_80_minor", "high_95_minor")
    assert sorted(bounds, key=lambda name: row[name]) == list(bounds)


def test_an_earlier_day_knows_less(demo: Terminal) -> None:
    found = answer(demo, "value", "--at", BEFORE, "--limit", 1)
    assert found["as_of_day"] == BEFORE
    assert found["customers"] < answer(demo, "value", "--limit", 1)["customers"]


def test_a_fit_is_recorded_once_and_its_past_is_kept(demo: Terminal) -> None:
    first = demo("value", "fit", "--at", BEFORE).out
    assert "MBG/NBD  " in first
    assert "standard error" in first
    assert "log-likelihood" in first
    assert "nothing has changed since" in demo("value", "fit", "--at", BEFORE).out
    assert "as of 9 Dec 2011" in demo("value", "fit").out
    days = [fit["as_of_day"] for fit in answer(demo, "value", "fit", "--past")["fits"]]
    assert sorted(days) == [BEFORE, "2011-12-09"]
    past = demo("value", "fit", "--past").out
    assert "r 0.7289" in past
    assert "9 Sep 2011" in past
    assert demo("value", "fit", "--past", "--at", BEFORE).code == 2


def test_would_it_have_been_right(demo: Terminal) -> None:
    told = demo("value", "backtest").out.replace("\u202f", " ")
    assert "predicted value, weighed with the recent pace        65.5%           62.4%" in told
    assert "orders       18 940      12 275  +54.3%" in told
    assert "80% intervals: said 80.3%, held 83.1%" in told
    test = answer(demo, "value", "backtest")["backtest"]
    assert (test["cut_day"], test["until_day"]) == ("2010-12-09", "2011-12-09")
    assert [one["method"] for one in test["picked"]][:2] == ["historic", "predicted"]


def test_who_comes_and_goes(demo: Terminal) -> None:
    told = demo("value", "stability").out
    assert "what the customer will bring within the horizon" in told
    assert "67 customers came or went from 9 Nov 2011 to 9 Dec 2011" in told
    assert sum(line.startswith(("into", "out of")) for line in told.splitlines()) == 10
    found = answer(demo, "value", "stability")
    assert found["days"][-1] == "2011-12-09"
    assert all(one["lost_with_band"] <= one["lost"] for one in found["flips"])


def test_another_value_is_a_plan_first(demo: Terminal, tmp_path: Path) -> None:
    policy = demo.project / "policy.yaml"
    before = policy.read_text("utf-8")
    told = demo("value", "choose", "predicted", "--show", 1)
    assert told.out.count("→") == 1
    plan_id = told.out.split("tierwise apply ")[1].strip()
    assert policy.read_text("utf-8") == before
    assert demo("apply", plan_id).code == 0
    assert "use: predicted" in policy.read_text("utf-8")
    assert "follows `predicted` already" in demo("value", "choose", "predicted").err
    assert demo("undo").code == 0
    policy.write_text(before, "utf-8")


def test_the_export_has_everybody_with_intervals(demo: Terminal, tmp_path: Path) -> None:
    told = demo("value", "export", tmp_path / "values.csv")
    assert "5\u202f942 customers" in told.out
    with (tmp_path / "values.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 5_942
    assert {"predicted_minor", "predicted_low_95_minor", "p_top", "clv_minor"} <= rows[0].keys()
    assert demo("value", "export", tmp_path / "values.parquet").code == 0


def test_wrong_usage_says_what_would_be_right(demo: Terminal, tmp_path: Path) -> None:
    wrong = {
        ("value", "choose", "hope"): "'historic', 'predicted', 'both'",
        ("value", "choose"): "{historic|predicted|both}",
        ("value", "export", tmp_path / "values.xlsx"): "must end with .csv or .parquet",
        ("value", "export", tmp_path / "nowhere" / "values.csv"): "make it first",
        ("value", "forecast"): "No such command 'forecast'",
        ("value", "backtest", "--at", "soon"): "write it as 2011-06-30",
        ("value", "show", "--at", "1999-01-01"): "is not among them",
    }
    for typed, told in wrong.items():
        done = demo(*typed)
        assert (done.code, done.out) == (2, ""), typed
        assert told in done.err


# Odd shops.


def shop_of(shop: Terminal, *orders: tuple[str, int, str]) -> Terminal:
    """A shop of these orders: customer, day from the first on, and amount."""
    days = [(who, date(2023, 1, 1) + timedelta(day), total) for who, day, total in orders]
    rows = [f"{i},{who},{day},{total},paid\n" for i, (who, day, total) in enumerate(days)]
    file = shop.project / "orders.csv"
    file.write_text("order_id,customer_id,placed_at,total,state\n" + "".join(rows), "utf-8")
    assert shop("read", file, "--as", "generic").code == 3
    assert shop("read", file, "--as", "generic").code == 0
    return shop


ODD = {
    "one customer": (("ana", 0, "100.00"),),
    "one day": tuple((f"c{i}", 0, f"{i}.00") for i in range(1, 9)),
    "nobody came back": tuple((f"c{i}", i % 400, f"{20 + i % 30}.00") for i in range(520)),
    "nothing was paid": tuple((f"c{i}", 9 * i, "0.00") for i in range(30)),
    "few buyers": tuple(
        (f"c{i}", 5 * i + 40 * k, f"{20 + i % 30}.00") for i in range(60) for k in range(1 + i % 3)
    ),
}


@pytest.mark.parametrize("orders", ODD.values(), ids=ODD)
def test_an_odd_shop_gets_sentences(
    shop: Terminal, tmp_path: Path, orders: tuple[tuple[str, int, str], ...]
) -> None:
    shop_of(shop, *orders)
    for name in SHOWN:
        done = shop("value", name)
        assert done.code == 0, done.err
        assert "nan" not in done.out.lower().split()
        answer(shop, "value", name)
    assert "saved as p1" in shop("value", "choose", "historic").out
    assert shop("value", "export", tmp_path / "values.csv").code == 0


def test_thin_data_say_why_there_is_no_model(shop: Terminal) -> None:
    shop_of(shop, *ODD["few buyers"])
    told = shop("value").out
    assert " mean (60 of the 500 buyers a model needs)" in told.replace("\u202f", " ")
    assert "calibration: none, " in told
    assert " mean, because " in shop("value", "fit").out


def test_a_young_shop_has_no_backtest_and_says_why(shop: Terminal) -> None:
    shop_of(shop, ("ana", 0, "10.00"), ("ben", 20, "10.00"))
    assert shop("value", "backtest").out == (
        "no backtest: 20 days of history are too few to hold some out\n"
    )
    assert "nothing to compare yet" in shop("value", "stability").out
    assert "no fit is recorded yet" in shop("value", "fit", "--past").out


def test_a_rule_on_something_else_is_told(shop: Terminal) -> None:
    shop_of(shop, *ODD["few buyers"])
    policy = shop.project / "policy.yaml"
    policy.write_text(
        policy.read_text("utf-8").replace("clv_percentile", "ltv_percentile"), "utf-8"
    )
    assert "no rule of the policy looks at it" in shop("value").out
    assert "so nobody moves by it" in shop("value", "choose", "predicted").err


def test_without_orders_every_command_says_what_to_read(shop: Terminal, tmp_path: Path) -> None:
    for typed in (*((name,) for name in SHOWN), ("choose", "both"), ("export", tmp_path / "v.csv")):
        done = shop("value", *typed)
        assert (done.code, done.out) == (1, "")
        assert "tierwise read" in done.err
