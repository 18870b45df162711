"""Commands about value so far: percentiles and segments."""

from pathlib import Path

import click

from .output import Day, at_option, json_option, note_unsettled, open_shop, say, say_json, say_table


@click.command()
@at_option
@json_option
@click.pass_obj
def percentiles(project: Path, at_day: int | None, *, as_json: bool) -> None:
    """How much of the revenue the top customers bring, now and in the period after."""
    shop = open_shop(project, at_day)
    note_unsettled(shop)
    found = shop.concentration()
    if as_json:
        say_json("percentiles", found, shop)
        return
    from tierwise.app import words

    say_table(
        ("", "customers>", "from value>", "share of revenue>", "95% interval>", "next period>"),
        [
            (
                words.top(top.top_percent),
                words.count(top.customers),
                words.round_money(top.from_minor, found.currency),
                words.share(top.share),
                words.interval(top.low, top.high),
                "" if top.next_share is None else words.share(top.next_share),
            )
            for top in found.tops
        ],
    )
    money = words.round_money(found.revenue_minor, found.currency)
    say(f"{words.many(found.buyers, 'customer')} with {money}; Gini {found.gini:.2f}")
    say(
        f"next period: what the same top, chosen {found.period_days} days earlier, "
        "brought in the days since"
    )


@click.command()
@click.option("--moved", is_flag=True, help="Show who moved between groups instead.")
@click.option(
    "--since", "from_day", type=Day(), help="The earlier day; a year before if not given."
)
@at_option
@json_option
@click.pass_obj
def segments(
    project: Path, at_day: int | None, from_day: int | None, *, moved: bool, as_json: bool
) -> None:
    """The RFM groups of the day, and who moved between them."""
    shop = open_shop(project, at_day)
    found = shop.segments(from_day)
    note_unsettled(shop)
    if as_json:
        say_json("segments", found, shop)
        return
    from tierwise.app import words

    if moved:
        rows = [(a, b, words.count(n)) for a, b, n in found.movement if a != b]
        say_table((words.day(found.from_day), words.day(found.to_day), "customers>"), rows)
        return
    say_table(
        ("group", "customers>", "share of revenue>", "median recency>"),
        [
            (
                row.name,
                words.count(row.customers),
                words.share(row.share_of_revenue),
                "" if row.median_recency_days is None else words.days(row.median_recency_days),
            )
            for row in found.groups
        ],
    )
    say(f"frequency is cut by {found.frequency_method}")
