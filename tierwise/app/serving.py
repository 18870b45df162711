"""Running the pages on this machine, and the owner's secrets."""

import json
import os
import socket
from pathlib import Path
from tempfile import mkstemp

import uvicorn

from tierwise.facts.problems import RefusedError

from .project import Project
from .session import SessionSecrets, new_secrets
from .shop import Shop
from .web import make_app

LOOPBACK = "127.0.0.1"


def owner_secrets(project: Project) -> SessionSecrets:
    """The owner's token and signing key: made once, readable by the owner alone."""
    path = project.kept / "owner.json"
    if not path.exists():
        _write_secrets(path, new_secrets(os.urandom))
    kept = json.loads(path.read_text("utf-8"))
    return SessionSecrets(kept["owner_token"], bytes.fromhex(kept["signing_key"]))


def refuse_taken(port: int) -> None:
    """RefusedError when something answers on the port already."""
    with socket.socket() as trial:
        if trial.connect_ex((LOOPBACK, port)) == 0:
            raise RefusedError(f"port {port} is taken; choose another one with --port")


def run_server(shop: Shop, secrets: SessionSecrets, *, port: int, demo: bool) -> None:
    """Serve until Ctrl-C, on the loopback address only."""
    app = make_app(
        shop,
        secrets=secrets,
        demo=demo,
        port=port,
        hosts=() if demo else shop.project.settings.served_hosts,
    )
    uvicorn.run(app, host=LOOPBACK, port=port, log_level="warning")


def _write_secrets(path: Path, secrets: SessionSecrets) -> None:
    content = {"owner_token": secrets.owner_token, "signing_key": secrets.signing_key.hex()}
    descriptor, draft = mkstemp(dir=path.parent)  # readable by the owner alone from the start
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file)
    os.replace(draft, path)
