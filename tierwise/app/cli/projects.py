"""Commands that begin: init, demo and doctor."""

from pathlib import Path

import click

from .output import clock, json_option, note, open_shop, say, say_json

PRESETS = ("three-levels", "four-levels")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--preset",
    type=click.Choice(PRESETS),
    default=PRESETS[0],
    show_default=True,
    help="Policy to start from: Premium, Plus, Standard; or Basic to VIP.",
)
@click.option("--shop", default="My shop", show_default=True, help="Name to show on the pages.")
@click.option("--currency", default="EUR", show_default=True, help="Currency of all values.")
@click.option("--zone", default="Europe/Berlin", show_default=True, help="Zone of your days.")
@json_option
def init(folder: Path, *, preset: str, as_json: bool, **chosen: str) -> None:
    """Make a project FOLDER with a policy, settings and a list of sources."""
    from tierwise.app.project import make_project

    _refuse_unknown(chosen["currency"], chosen["zone"])
    made = make_project(folder, preset=preset, **chosen)
    if as_json:
        say_json("project", {"folder": str(made.folder), "preset": preset})
        return
    say(f"wrote {folder}: policy.yaml ({preset}), settings.yaml, sources.yaml, mappings/")
    say("next: read your orders")
    say(f"  cd {folder}")
    say("  tierwise read orders.csv --as shopify-orders")
    say("any other CSV or Parquet file: --as generic")


def _refuse_unknown(currency: str, zone: str) -> None:
    from tierwise.facts.money import CURRENCIES
    from tierwise.facts.problems import Expected, UsageError
    from tierwise.facts.time import parse_zone

    if currency not in CURRENCIES:
        raise UsageError(f"no currency `{currency}`; write it as EUR, USD, GBP …")
    if isinstance(parse_zone(zone), Expected):
        raise UsageError(f"no time zone `{zone}`; write it as Europe/Berlin or UTC")


@click.command()
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
    help="Where the sample project is kept.",
)
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8765, show_default=True, help="Port."
)
@click.option("--serve/--no-serve", default=True, help="Serve the pages afterwards.")
@json_option
def demo(folder: Path, port: int, *, serve: bool, as_json: bool) -> None:
    """Show everything on a real shop: two years of a British giftware wholesaler."""
    from tierwise.app.sample import sample_project, show_sample
    from tierwise.app.wiring import CREDITS

    project = sample_project(folder)
    steps = show_sample(project, clock)
    if as_json:
        say_json("demo", {"folder": str(folder), "steps": list(steps)})
    else:
        for step in steps:
            say(step)
        say(f"credit    {CREDITS['online-retail']}")
    if serve:
        _serve_demo(folder, port)


def _serve_demo(folder: Path, port: int) -> None:
    """The pages, and beside them a made-up help desk on the next port."""
    from tierwise.app.sample_desk import show_desk
    from tierwise.app.serving import owner_secrets, refuse_taken, run_server
    from tierwise.app.standing_in import made_up_desk, serving_desk

    for taken in (port, port + 1):
        refuse_taken(taken)
    shop = open_shop(folder)
    world = made_up_desk(shop.project)
    with serving_desk(world, port + 1) as desk:
        for step in show_desk(shop, world, desk, "demo"):
            say(step)
        say(f"open      http://127.0.0.1:{port}")
        note("Ctrl-C stops")
        run_server(shop, owner_secrets(shop.project), port=port, demo=True)


@click.command()
@json_option
@click.pass_obj
def doctor(project: Path, *, as_json: bool) -> int:
    """Check that everything is in order, and say what to mend."""
    from tierwise.app.checkup import checkup

    findings = tuple(checkup(project, clock()))
    if as_json:
        say_json("doctor", findings)
    else:
        for found in findings:
            step = f"; {found.next_step}" if found.next_step else ""
            say(f"{found.verdict:5} {found.part:9} {found.text}{step}")
    return 1 if any(found.verdict == "fail" for found in findings) else 0
