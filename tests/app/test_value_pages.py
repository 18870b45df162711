"""Forecasts on the pages: which value decides, how right it was, and what each customer brings."""

import html
import re
from dataclasses import replace

import pytest

from tierwise.app.forecast_records import ForecastRow
from tierwise.app.value_cards import customer_outlook, forecast_by
from tierwise.app.value_report import ValueReport
from tierwise.value.customer_value import Use
from tierwise.value.forecast import Calibration
from tierwise.value.rungs import Rung

from . import remembered_value as worth
from .asking import Asking, demo, owner
from .remembered_answers import ACCOUNT, Covered, RememberedAnswers
from .remembered_shop import customers

HOME, BEST = "/customers/14911", "14911"


def read(asking: Asking, address: str) -> str:
    """What stands on a page, as one line of words."""
    page = asking.get(address)
    assert page.status_code == 200
    words = re.sub(r"<[^>]+>", " ", page.text.split("<main")[1])
    return " ".join(html.unescape(words).split())


def test_the_three_values_stand_side_by_side() -> None:
    said = read(demo(), "/levels")
    assert "Historic what the customer has brought so far 63.9% 61.4% 61 Plan with this" in said
    assert "Predicted what the customer will bring within the horizon 65.5% 62.4% 137" in said
    assert "Both what the customer has brought and will bring 64.8% 62.0% – ● in use" in said
    assert "Levels follow customer value (so far and predicted)" in said


def test_a_value_that_no_rule_looks_at_is_said_so() -> None:
    asking = demo(RememberedAnswers(follows=False))
    said = read(asking, "/levels")
    assert "No rule looks at this value yet" in said
    assert "who: clv_percentile >= 90" in said
    assert "Plan with this" not in said
    assert "Levels follow customer value" not in said


def test_historic_value_needs_no_warning_beside_the_table() -> None:
    assert "Levels follow customer value" not in read(
        demo(RememberedAnswers(use=Use.HISTORIC)), "/levels"
    )


def test_another_value_becomes_a_plan() -> None:
    asking = demo()
    sent = asking.send_form("/levels", "/value-use", use="historic")
    assert (sent.status_code, sent.headers["location"]) == (303, "/plans/p_0001")
    assert asking.send_form("/levels", "/value-use", use="luck").status_code == 400


def test_the_holdout_stands_beside_the_choice() -> None:
    said = read(demo(), "/levels")
    assert "Made on 9 Dec 2010 by MBG/NBD from the orders until then" in said
    assert "Orders 18 940 12 275 +54.3%" in said
    assert "Revenue £8 880 000 £6 540 000 +35.6%" in said
    assert "80% interval 80.3% 83.1% +2.8 points" in said
    assert "Half of the error is corrected in them: orders × 0.81" in said


def test_a_thin_shop_says_why_there_is_no_holdout_and_no_model() -> None:
    said = read(demo(RememberedAnswers(report=worth.THIN)), "/levels")
    assert "Nothing to hold it against: 94 days of history are too short" in said
    assert "made by the mean of customers who came in the same quarter" in said
    assert "(312 of the 500 buyers a model needs)" in said
    assert "They are not corrected by a hold-out: no hold-out to calibrate with" in said


def test_the_mean_worth_of_an_order_is_named() -> None:
    report = replace(
        worth.REPORT, rung=Rung.SHOP, why="", spend_rung=Rung.SHOP, spend_why="all spend alike"
    )
    said = forecast_by(report)
    assert said == "By the mean of all customers and the mean worth of an order (all spend alike)."


def test_who_came_and_went_is_loaded_when_it_is_looked_for() -> None:
    page = demo().get("/levels").text
    assert 'hx-get="/stability?part=1" hx-trigger="revealed"' in page
    assert '<a href="/stability">' in page
    part = demo().get("/stability?part=1")
    assert "<html" not in part.text
    assert "<table>" in part.text


def test_who_came_and_went() -> None:
    said = read(demo(), "/stability")
    assert "A leaving band keeps whoever is still in the top 13%." in said
    assert "Predicted 9.8% 0.3%" in said
    assert "▲ came in new → then 98.6" in said
    assert "▲ came in 75.98 → then 95.18" in said
    assert "▼ dropped out 91.2 → then 88.47" in said
    assert "The largest moves in and out, 3 of 67." in said


def test_too_few_refits_to_compare() -> None:
    said = read(demo(RememberedAnswers(refits=worth.no_refits())), "/stability")
    assert "The orders do not reach back 60 days" in said


def test_a_refit_that_moved_nobody() -> None:
    still = replace(worth.stability(), flipped=(), flipped_count=0)
    assert "Nobody came or went" in read(demo(RememberedAnswers(refits=still)), "/stability")
    one = replace(worth.stability(), flipped_count=3)
    assert "3 customers in all." in read(demo(RememberedAnswers(refits=one)), "/stability")


def test_a_customer_brings_a_band_never_one_number() -> None:
    said = read(demo(), HOME)
    assert re.search(r"Between £[\d ]+ and £[\d ]+ in the next 365 days, 4 times in 5; £\d", said)
    assert re.search(r"Customer value so far and predicted £[\d ]+ £[\d ]+ to £[\d ]+, 4 t", said)
    assert re.search(r"Still a customer \d+% Buys in that time \d+% Among the top 10% \d+%", said)
    assert "35.2% fewer orders and 26.3% less money came than predicted" in said
    assert "half of that is corrected here (orders × 0.81, worth of an order × 1.07)" in said


def test_a_customer_without_a_forecast_hears_why() -> None:
    last = customers()[-1].customer_id
    said = read(demo(), f"/customers/{last}")
    assert "No forecast. There is no paid order and no contract to go by" in said
    assert "4 times in 5" not in said


@pytest.mark.parametrize(
    ("basis", "report", "by", "corrected"),
    [
        ("model", worth.REPORT, "By the model MBG/NBD", "In the last hold-out"),
        ("cohort mean", worth.THIN, "By the mean of customers who", "Not corrected by a hold-out"),
        ("contract", worth.REPORT, "By how contracts of the same length", ""),
    ],
)
def test_how_it_was_forecast(basis: str, report: ValueReport, by: str, corrected: str) -> None:
    class Based(RememberedAnswers):
        def forecast(self, customer_id: str) -> ForecastRow | None:
            found = RememberedAnswers.forecast(self, customer_id)
            return replace(found, basis=basis, p_alive=None) if found else None

    found = customer_outlook(Based(report=report), BEST)
    assert found
    assert found.forecast_by.startswith(by)
    assert found.corrected.startswith(corrected)
    assert found.figures[0] == ("Still a customer", "–")


def test_a_holdout_without_money_corrects_orders_only() -> None:
    test = replace(worth.BACKTEST, actual_minor=0, actual_orders=20_000)
    calibrated = Calibration(1.03)
    answers = RememberedAnswers(report=replace(worth.REPORT, backtest=test, calibration=calibrated))
    found = customer_outlook(answers, BEST)
    assert found
    assert found.corrected.startswith("In the last hold-out 5.6% more orders came than predicted;")
    assert "Revenue £8 880 000 £0 –" in read(demo(answers), "/levels")


@pytest.mark.parametrize(("use", "said"), [(Use.HISTORIC, "so far"), (Use.PREDICTED, "predicted")])
def test_the_value_in_use_stands_beside_the_lifetime_value(use: Use, said: str) -> None:
    found = customer_outlook(RememberedAnswers(use=use), BEST)
    assert found
    assert found.value_says == said
    assert bool(found.value_range) == (use is not Use.HISTORIC)


def test_types_stand_with_their_evidence() -> None:
    said = read(demo(), HOME)
    assert "Types change how a ticket is handled, never the level." in said
    assert "● Loyal customer: yes" in said
    assert (
        "11 days with paid orders in 612 days. Evidence: 11 days with paid orders, 3 need" in said
    )
    assert "7 of 7 orders were discounted; the shop's usual is 31 %. Evidence: 7 orders, 5" in said
    aside = said.split("Not known or not the case, 8")[1]
    assert "? Angry: unknown" in aside
    assert "○ Prospect: no" in aside
    assert "○ Researcher: no" in said.split("Not known or not the case")[0]


def test_a_shop_without_types_shows_no_card() -> None:
    assert 'id="types"' not in demo(RememberedAnswers(typed=False)).get(HOME).text


def test_a_type_is_corrected_and_taken_back() -> None:
    answers = RememberedAnswers()
    asking = owner(answers)
    fields = {"type": "angry", "holds": "yes", "because": "shouted <b>twice</b>"}
    sent = asking.send_form(HOME, f"{HOME}/type", **fields)
    assert sent.headers["location"] == f"{HOME}#types"
    said = read(asking, HOME)
    assert "● Angry: yes" in said
    assert "owner, 22 Nov 2026, 02:00 UTC: shouted <b>twice</b>" in said
    assert "By what is recorded: unknown; no ticket yet." in said
    assert "Not known or not the case, 7" in said
    assert asking.send_form(HOME, f"{HOME}/withdraw-type", type="angry").status_code == 303
    assert not answers.corrections
    assert asking.send_form(HOME, f"{HOME}/withdraw-type", type="angry").status_code == 409


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("holds", "maybe", "Say whether it holds."),
        ("because", "  ", "Give a reason"),
        ("because", "x" * 501, "under 500 characters"),
    ],
)
def test_a_correction_that_cannot_be_used_says_why(field: str, value: str, said: str) -> None:
    answers = RememberedAnswers()
    fields = {"type": "angry", "holds": "yes", "because": "shouted"} | {field: value}
    page = demo(answers).send_form(HOME, f"{HOME}/type", **fields)
    assert page.status_code == 422
    assert "The correction was not kept. " in page.text
    assert said in page.text
    assert "<details open>" in page.text
    assert not answers.corrections


def test_a_type_nobody_knows_is_refused() -> None:
    fields = {"type": "rude", "holds": "yes", "because": "shouted"}
    assert demo().send_form(HOME, f"{HOME}/type", **fields).status_code == 400


def test_types_of_a_covered_person_are_those_of_the_account() -> None:
    answers = Covered()
    asking = demo(answers)
    fields = {"type": "angry", "holds": "yes", "because": "shouted"}
    assert asking.send_form(HOME, f"{HOME}/type", **fields).headers["location"] == f"{HOME}#types"
    assert list(answers.corrections) == [(ACCOUNT, "angry")]
