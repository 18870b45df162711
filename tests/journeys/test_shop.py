"""What the pages ask of a shop: moved borders, accounts, foreign money, levels by hand."""

from pathlib import Path

import pytest

from tierwise.app.project import open_project
from tierwise.app.runs import KEPT_RUNS
from tierwise.app.shop import Shop
from tierwise.facts.problems import RefusedError

from .exports import order_row, shopify_orders, twenty_customers
from .terminal import Terminal

NOW = 1_790_000_000


def opened(shop: Terminal) -> Shop:
    return Shop(open_project(shop.project), clock=lambda: NOW)


@pytest.fixture
def ready(shop: Terminal, tmp_path: Path) -> Terminal:
    shop("read", twenty_customers(tmp_path / "orders.csv"), "--as", "shopify-orders")
    shop("plan")
    shop("apply", "p1")
    return shop


def test_a_moved_border_says_who_moves_before_anything_is_written(ready: Terminal) -> None:
    shop = opened(ready)
    before = shop.policy_text()
    move = shop.move_border("premium", 80.0)
    assert (move.customers_now, move.customers, move.up, move.down) == (2, 4, 2, 0)
    assert move.share_of_revenue > move.share_of_revenue_now
    assert shop.policy_text() == before
    assert len(shop.past().plans) == 1


def test_a_saved_border_is_written_when_its_plan_is_applied(ready: Terminal) -> None:
    shop = opened(ready)
    before = shop.policy_text()
    planned = shop.save_border("premium", 80.0, "ana")
    assert shop.policy_text() == before
    assert shop.apply(planned.plan.plan_id, "ana").changed == 2
    assert "clv_percentile >= 80" in shop.policy_text()
    assert "clv_percentile < 75" in shop.policy_text()  # the leaving border keeps its distance
    assert shop.make_plan("ana").plan.counts["same"] == 20


def test_a_saved_border_waits_for_nobody_elses_policy(ready: Terminal) -> None:
    shop = opened(ready)
    planned = shop.save_border("premium", 80.0, "ana")
    others = shop.policy_text().replace(">= 90", ">= 95")
    shop.project.policy_file.write_text(others, "utf-8")
    with pytest.raises(RefusedError, match="policy file has changed"):
        shop.apply(planned.plan.plan_id, "ana")
    assert shop.policy_text() == others


def test_a_border_nobody_can_be_beyond_is_refused(ready: Terminal) -> None:
    with pytest.raises(RefusedError, match="goes from 0 to 100"):
        opened(ready).move_border("premium", 120.0)


def test_one_look_at_a_state_of_the_world_is_kept(ready: Terminal, tmp_path: Path) -> None:
    shop = opened(ready)
    first = shop.basis()
    assert shop.basis() is first
    more = shopify_orders(tmp_path / "more.csv", order_row(7_000, "n@x.org", "5", "2026-02-06"))
    ready("read", more, "--as", "shopify-orders")
    assert shop.basis() is not first
    assert shop.basis().as_of_day == first.as_of_day + 1


def test_an_account_covers_its_people(shop: Terminal, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("id,mail,company\n1,ann@x.org,acme\n2,ben@x.org,acme\n3,cy@x.org,\n", "utf-8")
    (shop.project / "mappings" / "people.yaml").write_text(
        "table: customers\nsource: crm\n"
        "columns:\n  customer_id: id\n  email: mail\n  account_id: company\n",
        "utf-8",
    )
    assert shop("read", people, "--as", "generic").code == 0
    bought = [
        order_row(1, "ann@x.org", "500.00", "2026-01-05"),
        order_row(2, "ben@x.org", "500.00", "2026-01-05"),
        order_row(3, "cy@x.org", "800.00", "2026-01-05"),
    ]
    shop("read", shopify_orders(tmp_path / "o.csv", *bought), "--as", "shopify-orders")
    shop("plan")
    shop("apply", "p1")
    ann = opened(shop).explain("ann@x.org")
    assert ann is not None
    assert (ann.customer_id, ann.covered_by, ann.level) == ("1", "acme", "premium")
    with pytest.raises(RefusedError, match="has the level of `acme`"):
        opened(shop).set_override("1", "plus", reason="x", until_day=30_000, by="ana")
    shop("export", tmp_path / "out.csv")
    rows = (tmp_path / "out.csv").read_text("utf-8").splitlines()
    assert sum(row.startswith(("1,acme,", "2,acme,")) for row in rows) == 2


def test_foreign_money_needs_rates_and_says_so(shop: Terminal, tmp_path: Path) -> None:
    orders = shopify_orders(
        tmp_path / "orders.csv",
        order_row(1, "ada@x.org", "100.00", "2026-01-05", currency="USD"),
        order_row(2, "bob@x.org", "100.00", "2026-01-05"),
    )
    done = shop("read", orders, "--as", "shopify-orders")
    assert done.code == 1
    assert "a rate for USD" in done.err
    assert "orders without a rate" in shop("value").err
    assert '"unsettled": 1' in shop("plan", "--json").out
    assert "a rate for USD" in shop("doctor").out
    rates = tmp_path / "rates.csv"
    rates.write_text("currency,day,rate_ppm\nUSD,2026-01-01,900000\n", "utf-8")
    assert shop("read", rates, "--as", "generic", "--table", "rates").code == 3
    assert shop("read", rates, "--as", "generic").code == 0
    ada = opened(shop).explain("ada@x.org")
    assert ada is not None
    assert ada.standing["ltv_minor"] == 9_000
    assert "a rate for USD" not in shop("doctor").out


def test_the_data_page_tells_what_numbers_stand_on(ready: Terminal) -> None:
    state = opened(ready).data_state()
    assert [source.rows for source in state.sources] == [{"orders": 21}]
    assert state.problem_count == 0
    assert state.credit is None


@pytest.mark.slow
def test_old_runs_are_swept_but_not_the_one_in_use(ready: Terminal) -> None:
    shop = opened(ready)
    basis = shop.basis()
    for day in range(basis.as_of_day - 31, basis.as_of_day):
        basis.hold_standings_then(day)
    assert basis.run.folder.exists()
    assert len(list(basis.runs.iterdir())) <= KEPT_RUNS
