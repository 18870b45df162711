"""From an export to levels and back, as a support manager would type it."""

import csv
import json
from pathlib import Path

import pytest

from tierwise.app.cli.main import COMMANDS, group

from .exports import order_row, shopify_orders, twenty_customers
from .terminal import Terminal


def answer(shop: Terminal, *words: object) -> dict[str, object]:
    done = shop(*words, "--json")
    assert done.code in {0, 3}, done.err
    content = json.loads(done.out)
    assert content["schema"].startswith("tierwise/")
    return dict(content)


def test_from_export_to_levels_and_back(shop: Terminal, tmp_path: Path) -> None:
    orders = twenty_customers(tmp_path / "orders.csv")
    assert "21 orders" in shop("read", orders, "--as", "shopify-orders").out
    planned = shop("plan", "--exit-code")
    assert planned.code == 3
    assert "20 new" in planned.out
    assert "20 decisions written" in shop("apply", "p1").out
    told = shop("explain", "c19@x.org").out
    assert "Premium since 5 Feb 2026" in told
    assert "rule `clv_percentile >= 90`" in told
    assert shop("plan", "--exit-code").code == 0
    assert "20 customers are back" in shop("undo").out
    assert "no level yet" in shop("explain", "c19@x.org").out
    assert "undo of a1" in shop("history").out


def test_who_falls_back_is_held_by_the_leaving_border(shop: Terminal, tmp_path: Path) -> None:
    shop("read", twenty_customers(tmp_path / "orders.csv"), "--as", "shopify-orders")
    shop("plan")
    shop("apply", "p1")
    twenty_customers(tmp_path / "orders.csv", richest="c3@x.org")
    shop("read", tmp_path / "orders.csv", "--as", "shopify-orders")
    planned = shop("plan").out
    assert "up     email:c3@x.org" in planned
    assert "held   email:c18@x.org" in planned
    assert "stays until `clv_percentile < 85`" in planned


def test_a_refund_in_a_newer_export_counts(shop: Terminal, tmp_path: Path) -> None:
    twenty_customers(tmp_path / "january.csv")
    shop("read", tmp_path / "january.csv", "--as", "shopify-orders")
    newer = shopify_orders(
        tmp_path / "february.csv",
        order_row(99, "c19@x.org", "900.00", "2026-02-05", refunded="850.00"),
    )
    assert "1 replaces an older one" in shop("read", newer, "--as", "shopify-orders").out
    rows = answer(shop, "value", "--limit", 1)["rows"]
    assert isinstance(rows, list)
    assert rows[0]["ltv_minor"] == 25_000


def test_a_level_by_hand_holds_and_ends(shop: Terminal, tmp_path: Path) -> None:
    shop("read", twenty_customers(tmp_path / "orders.csv"), "--as", "shopify-orders")
    shop("plan")
    shop("apply", "p1")
    given = shop(
        "override", "set", "c0@x.org", "premium", "--reason", "press", "--until", "2026-03-01"
    )
    assert given.code == 0, given.err
    told = shop("explain", "c0@x.org").out
    assert "Premium" in told
    assert "press" in told
    assert "email:c0@x.org" not in shop("plan").out
    assert shop("override", "end", "c0@x.org").code == 0
    assert "down   email:c0@x.org" in shop("plan").out


def test_an_early_end_does_not_wait_for_the_minimum_stay(shop: Terminal, tmp_path: Path) -> None:
    policy = shop.project / "policy.yaml"
    text = policy.read_text("utf-8").replace("minimum_stay: 0d", "minimum_stay: 90d")
    policy.write_text(text, "utf-8")
    shop("read", twenty_customers(tmp_path / "orders.csv"), "--as", "shopify-orders")
    shop("plan")
    shop("apply", "p1")
    shop("override", "set", "c0@x.org", "premium", "--reason", "press", "--until", "2026-03-01")
    shop("override", "end", "c0@x.org")
    assert "down   email:c0@x.org" in shop("plan").out


@pytest.mark.parametrize("moved", ["facts", "policy", "levels"])
def test_a_plan_whose_base_moved_is_refused(shop: Terminal, tmp_path: Path, moved: str) -> None:
    shop("read", twenty_customers(tmp_path / "orders.csv"), "--as", "shopify-orders")
    shop("plan")
    shop("plan")
    if moved == "facts":
        more = shopify_orders(
            tmp_path / "more.csv", order_row(7_000, "new@x.org", "5", "2026-02-05")
        )
        shop("read", more, "--as", "shopify-orders")
    elif moved == "policy":
        policy = shop.project / "policy.yaml"
        policy.write_text(policy.read_text("utf-8").replace(">= 90", ">= 88"), "utf-8")
    else:
        shop("apply", "p2")
    refused = shop("apply", "p1")
    assert refused.code == 1
    assert moved[:5] in refused.err
    assert "tierwise plan" in refused.err


def test_the_export_has_everybody_with_reasons(shop: Terminal, tmp_path: Path) -> None:
    shop("read", twenty_customers(tmp_path / "orders.csv"), "--as", "shopify-orders")
    shop("plan")
    shop("apply", "p1")
    assert shop("export", tmp_path / "levels.csv").code == 0
    with (tmp_path / "levels.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 20
    assert rows[0]["customer_id"] == "email:c19@x.org"
    assert rows[0]["level"] == "premium"
    assert rows[0]["reason"].startswith("rule `clv_percentile >= 90`")
    assert shop("export", tmp_path / "levels.txt").code == 2


def test_a_generic_file_is_drafted_first(shop: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "sales.csv"
    file.write_text(
        "Order No;Customer;Date;Amount\n1;ada;05.01.2026;1.234,50\n2;bob;25.01.2026;10,00\n",
        "utf-8",
    )
    first = shop("read", file, "--as", "generic")
    assert first.code == 3
    assert "run the same command again" in first.out
    assert (shop.project / "mappings" / "sales.yaml").exists()
    second = shop("read", file, "--as", "generic")
    assert second.code == 0, second.err
    rows = answer(shop, "value")["rows"]
    assert isinstance(rows, list)
    assert [(row["customer_id"], row["ltv_minor"]) for row in rows] == [
        ("ada", 123_450),
        ("bob", 1_000),
    ]


def test_sources_are_read_in_one_go(shop: Terminal, tmp_path: Path) -> None:
    twenty_customers(shop.project / "orders.csv")
    (shop.project / "sources.yaml").write_text(
        "sources:\n- file: orders.csv\n  as: shopify-orders\n", "utf-8"
    )
    assert "21 orders" in shop("read").out


def test_two_sources_of_one_name_are_refused(shop: Terminal) -> None:
    entries = "sources:\n- {file: a/orders.csv, as: shopify-orders}\n"
    entries += "- {file: b/orders.csv, as: shopify-orders}\n"
    (shop.project / "sources.yaml").write_text(entries, "utf-8")
    done = shop("read")
    assert done.code == 2
    assert "names `orders` twice" in done.err


def test_one_source_that_fails_does_not_keep_the_others_out(shop: Terminal) -> None:
    twenty_customers(shop.project / "orders.csv")
    entries = "sources:\n- {file: gone.csv, as: shopify-orders}\n"
    entries += "- {file: orders.csv, as: shopify-orders}\n"
    (shop.project / "sources.yaml").write_text(entries, "utf-8")
    done = shop("read", "--json")
    assert done.code == 1
    assert "gone.csv" in done.err
    assert len(json.loads(done.out)["reads"]) == 1


def test_a_level_by_hand_needs_a_reason_and_a_day_to_come(shop: Terminal, tmp_path: Path) -> None:
    shop("read", twenty_customers(tmp_path / "orders.csv"), "--as", "shopify-orders")
    for reason, until in (("  ", "2026-09-09"), ("press", "2025-01-01")):
        done = shop("override", "set", "c0@x.org", "premium", "--reason", reason, "--until", until)
        assert done.code == 2, done.out


def test_the_demo_does_not_open_somebody_elses_shop(shop: Terminal, tmp_path: Path) -> None:
    refused = shop("demo", "--folder", shop.project, "--no-serve")
    assert refused.code == 1
    assert "a project of its own" in refused.err


def test_an_earlier_day_can_be_asked_for(shop: Terminal, tmp_path: Path) -> None:
    shop("read", twenty_customers(tmp_path / "orders.csv"), "--as", "shopify-orders")
    rows = answer(shop, "value", "--at", "2026-01-31", "--limit", 1)["rows"]
    assert isinstance(rows, list)
    assert rows[0]["ltv_minor"] == 20_000


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_speaks_json(name: str) -> None:
    import click

    command = group.get_command(click.Context(group), name)
    assert command is not None
    parts = command.commands.values() if isinstance(command, click.Group) else [command]
    for part in parts:
        assert "--json" in {option for param in part.params for option in param.opts}, part.name


def test_wrong_usage_leaves_with_two(shop: Terminal) -> None:
    assert shop("pln").code == 2
    assert "Did you mean `plan`?" in shop("pln").err
    assert shop("read", "orders.csv").code == 2
    assert Terminal(shop.project / "nowhere")("plan").code == 2
