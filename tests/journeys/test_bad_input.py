"""Everything that can be wrong gets one clear message: the place, and the next step."""

from pathlib import Path

import pytest

from .exports import HEAD, order_row, shopify_orders, twenty_customers
from .terminal import Done, Terminal

ADA = order_row(1, "ada@x.org", "10.00", "2026-01-05")

ONLY_BAD = {
    "an empty file": ("", ["orders.csv"]),
    "only a header": (HEAD, ["orders.csv"]),
    "a missing column": (ADA.replace("#1", "Nam"), ["orders.csv", "Name"]),
    "half a row": (HEAD + "#1,ada@x.org,paid", ["orders.csv:2"]),
    "a date in the future": (
        HEAD + ADA.replace("2026-01-05", "2326-01-05"),
        ["orders.csv:2", "2326"],
    ),
    "a negative amount": (HEAD + ADA.replace("10.00", "-10.00"), ["orders.csv:2", "Total"]),
    "an unknown currency": (HEAD + ADA.replace("EUR", "EUX"), ["orders.csv:2", "Currency", "EUX"]),
}


@pytest.mark.parametrize(("text", "told"), ONLY_BAD.values(), ids=ONLY_BAD)
def test_a_file_with_nothing_to_use(
    shop: Terminal, tmp_path: Path, text: str, told: list[str]
) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(text, "utf-8")
    done = shop("read", file, "--as", "shopify-orders")
    assert done.code == 1
    assert all(word in done.err for word in told), done.err
    assert not list((shop.project / ".tierwise").rglob("*.parquet"))


def test_a_wrong_encoding_names_the_bytes_and_the_way_out(shop: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    text = HEAD + order_row(1, "ada@x.org", "10.00", "2026-01-05").replace("ada@", "adé@")
    file.write_bytes(text.encode("latin-1"))
    done = shop("read", file, "--as", "shopify-orders")
    told = done.out + done.err
    assert "orders.csv:2" in told
    assert "--encoding" in told


def test_good_rows_are_kept_beside_bad_ones(shop: Terminal, tmp_path: Path) -> None:
    bad = order_row(2, "bob@x.org", "ten", "2026-01-05")
    done = shop("read", shopify_orders(tmp_path / "orders.csv", ADA, bad), "--as", "shopify-orders")
    assert done.code == 1
    assert "1 order" in done.out
    assert "orders.csv:4, column `Total`" in done.err
    again = shop("read", tmp_path / "orders.csv", "--as", "shopify-orders", "--accept-problems")
    assert again.code == 0


def test_one_order_id_with_two_contents(shop: Terminal, tmp_path: Path) -> None:
    twice = order_row(1, "ada@x.org", "99.00", "2026-01-05")
    done = shop(
        "read", shopify_orders(tmp_path / "orders.csv", ADA, twice), "--as", "shopify-orders"
    )
    assert done.code == 1
    assert "orders.csv:4" in done.err
    assert "2" in done.err


def test_two_customers_with_one_address_are_shown_not_guessed(
    shop: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(
        "Customer ID,First Name,Last Name,Email,Phone\n"
        "11,Ada,One,ada@x.org,\n12,Ada,Two,ADA@x.org,\n",
        "utf-8",
    )
    done = shop("read", file, "--as", "shopify-customers")
    assert done.code == 1
    assert "`11` and `12`" in done.err
    shop("read", shopify_orders(tmp_path / "orders.csv", ADA), "--as", "shopify-orders")
    told = shop("doctor")
    assert "ada@x.org" in told.out
    assert "11" in told.out


COSTS_MAPPING = """\
table: costs
columns: {cost_id: no, day: day, amount_minor: amount, currency: currency, customer_id: who}
"""
RATES_MAPPING = "table: rates\ncolumns: {currency: currency, day: day, rate_ppm: rate}\n"
SUBSCRIPTIONS_MAPPING = """\
table: subscriptions
columns:
  subscription_id: no
  customer_id: {column: who, as: email}
  started_day: start
  ended_day: end
  term_days: {const: 30}
  price_minor: price
  currency: currency
"""


def read_mapped(shop: Terminal, path: Path, text: str, mapping: str) -> Done:
    """Read a file of the company's own by a mapping that somebody wrote."""
    path.write_text(text, "utf-8")
    mappings = shop.project / "mappings"
    mappings.mkdir(exist_ok=True)
    (mappings / f"{path.stem}.yaml").write_text(mapping, "utf-8")
    return shop("read", path, "--as", "generic")


def facts_told(shop: Terminal) -> list[str]:
    """What the doctor says of the facts as a whole."""
    lines = shop("doctor").out.splitlines()
    return [line for line in lines if line.startswith("warn  facts") and "expected" in line]


def test_costs_without_a_rate_and_of_nobody_are_told(shop: Terminal, tmp_path: Path) -> None:
    shop("read", twenty_customers(tmp_path / "orders.csv"), "--as", "shopify-orders")
    costs = "no,day,amount,currency,who\n1,2026-01-06,4.20,USD,email:c0@x.org\n"
    costs += "2,2026-01-07,4.20,EUR,\n3,2026-01-07,4.20,EUR,email:c1@x.org\n"
    assert "3 costs" in read_mapped(shop, tmp_path / "costs.csv", costs, COSTS_MAPPING).out
    nobody, no_rate = facts_told(shop)
    assert nobody.endswith(
        "costs, column `customer_id`: expected a customer, or a ticket of one, on every cost, "
        "found 1 cost in EUR without; name them in the source; until then it counts in nobody's "
        "cost to serve"
    )
    assert no_rate.endswith(
        "rates, column `currency`: expected a rate for USD on every day with costs, "
        "found 1 cost without one; read rates with `tierwise read rates.csv --as generic "
        "--table rates`"
    )
    assert "the facts leave 2 open" in shop("value").err


def test_costs_before_the_first_order_have_their_rate(shop: Terminal, tmp_path: Path) -> None:
    shop("read", twenty_customers(tmp_path / "orders.csv"), "--as", "shopify-orders")
    rates = "currency,day,rate\nUSD,2025-01-01,900000\n"
    assert read_mapped(shop, tmp_path / "rates.csv", rates, RATES_MAPPING).code == 0
    costs = "no,day,amount,currency,who\n1,2025-06-01,4.20,USD,email:c0@x.org\n"
    costs += "2,2025-06-01,4.20,EUR,email:c0@x.org\n3,2024-12-31,4.20,USD,email:c0@x.org\n"
    assert "3 costs" in read_mapped(shop, tmp_path / "costs.csv", costs, COSTS_MAPPING).out
    (too_early,) = facts_told(shop)
    assert "found 1 cost without one" in too_early


def test_subscriptions_without_a_rate_are_told(shop: Terminal, tmp_path: Path) -> None:
    shop("read", twenty_customers(tmp_path / "orders.csv"), "--as", "shopify-orders")
    contracts = "no,who,start,end,price,currency\n1,c0@x.org,2025-03-01,2099-01-01,9.00,USD\n"
    contracts += "2,c1@x.org,2025-03-01,,9.00,EUR\n3,c2@x.org,2025-03-01,2025-02-01,9.00,EUR\n"
    done = read_mapped(shop, tmp_path / "contracts.csv", contracts, SUBSCRIPTIONS_MAPPING)
    assert "2 subscriptions" in done.out
    assert "contracts.csv:4, column `end`: expected an end on the day of the start" in done.err
    (no_rate,) = facts_told(shop)
    assert no_rate.endswith(
        "rates, column `currency`: expected a rate for USD until the day of the numbers, "
        "found 1 subscription in it, whose price does not count; read rates with `tierwise read "
        "rates.csv --as generic --table rates`"
    )


POLICIES = {
    "a syntax error": (("levels:", "levels: ["), ["policy.yaml:"]),
    "an unknown column": (("clv_percentile >= 90", "clv_percentil >= 90"), ["clv_percentile"]),
    "an unknown key": (("keep_until:", "keep_untill:"), ["keep_until"]),
    "an unreachable level": (("who: good_customers", "who: clv_percentile >= 95"), ["plus"]),
    "overlapping borders": (("< 85", "< 95"), ["premium"]),
    "a protected attribute": (("clv_percentile >= 90", "gender = 'f'"), ["gender"]),
    "a group nobody has": (("'Top Customers'", "'Top Custommers'"), ["Top Customers"]),
}


@pytest.mark.parametrize(("change", "told"), POLICIES.values(), ids=POLICIES)
def test_a_wrong_policy(shop: Terminal, change: tuple[str, str], told: list[str]) -> None:
    policy = shop.project / "policy.yaml"
    policy.write_text(policy.read_text("utf-8").replace(*change), "utf-8")
    done = shop("policy", "check")
    assert done.code == 1
    assert "policy.yaml:" in done.err
    assert all(word in done.err for word in told), done.err
    assert shop("plan").code == 1


def test_nothing_read_yet_says_what_to_do(shop: Terminal) -> None:
    for command in ("value", "percentiles", "segments", "plan"):
        done = shop(command)
        assert done.code == 1
        assert "tierwise read" in done.err


def test_the_doctor_goes_on_after_a_broken_policy(shop: Terminal) -> None:
    (shop.project / "policy.yaml").write_text("levels: [", "utf-8")
    told = shop("doctor")
    assert told.code == 1
    assert "fail  policy" in told.out
    assert "fail  facts" in told.out


def test_a_day_outside_the_facts_is_refused(shop: Terminal, tmp_path: Path) -> None:
    shop("read", twenty_customers(tmp_path / "orders.csv"), "--as", "shopify-orders")
    for day in ("1999-01-01", "2099-01-01"):
        done = shop("value", "--at", day)
        assert done.code == 2
        assert "the facts go from 2026-01-05 to 2026-02-05" in done.err


def test_a_broken_setting_names_its_line(shop: Terminal) -> None:
    (shop.project / "settings.yaml").write_text("shop: Mine\nprot: 80\n", "utf-8")
    done = shop("value")
    assert done.code == 1
    assert "settings.yaml:2" in done.err


def test_a_strange_reader_or_plan_or_customer(shop: Terminal, tmp_path: Path) -> None:
    orders = twenty_customers(tmp_path / "orders.csv")
    assert "shopify-orders" in shop("read", orders, "--as", "shopfy").err
    shop("read", orders, "--as", "shopify-orders")
    assert shop("apply", "p9").code == 1
    assert shop("explain", "nobody").code == 1
    assert (
        shop("override", "set", "c0@x.org", "gold", "--reason", "x", "--until", "2026-09-09").code
        == 2
    )
