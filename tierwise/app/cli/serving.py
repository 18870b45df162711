"""The command that serves the pages."""

from pathlib import Path

import click

from .output import json_option, note, open_shop, say, say_json


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Port on 127.0.0.1; see settings.")
@json_option
@click.pass_obj
def serve(project: Path, port: int | None, *, as_json: bool) -> None:
    """Serve the pages on this machine; the address it prints signs you in."""
    from tierwise.app.serving import owner_secrets, refuse_taken, run_server

    shop = open_shop(project)
    shop.policy()
    chosen = port or shop.project.settings.port
    refuse_taken(chosen)
    secrets = owner_secrets(shop.project)
    address = f"http://127.0.0.1:{chosen}/?token={secrets.owner_token}"
    if as_json:
        say_json("serving", {"address": address})
    else:
        say(address)
    note("Ctrl-C stops")
    if not shop.desk_accounts():
        run_server(shop, secrets, port=chosen, demo=False)
        return
    with shop.jobs.used() as jobs:
        for job in jobs.recover():
            note(f"goes on with {job}")
        run_server(shop, secrets, port=chosen, demo=False)
