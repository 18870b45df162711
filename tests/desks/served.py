"""A world served on this machine for as long as a test asks.

With `TIERWISE_DESK_PROXY=prism` every exchange passes a judge that knows Zendesk's API, and what
he finds wrong fails the test.
"""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from tierwise.connectors.standin_app import standin_app
from tierwise.connectors.standin_state import State

from .lines import LOOPBACK
from .prism import judged


@contextmanager
def served(world: State) -> Iterator[str]:
    """The address where `world` answers, through the judge if one is asked for."""
    with served_plainly(world) as address, judged_if_asked(address) as judge:
        yield judge


@contextmanager
def judged_if_asked(address: str) -> Iterator[str]:
    """An address before a stand-in that answers already."""
    if os.environ.get("TIERWISE_DESK_PROXY") != "prism":
        yield address
        return
    with judged(address) as judge:
        yield judge


@contextmanager
def served_plainly(world: State) -> Iterator[str]:
    """The address of a server that answers for `world`, in a thread, at a free port.

    For what passes no judge: pages for people, and questions that are wrong on purpose.
    """
    # Named as TCP, so that answers leave at once; else each waits 40 ms for the one before.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as line:
        line.bind((LOOPBACK, 0))
        port = line.getsockname()[1]
        options = uvicorn.Config(standin_app(world), log_level="critical", lifespan="off")
        server = uvicorn.Server(options)
        thread = threading.Thread(target=server.run, args=([line],), daemon=True)
        thread.start()
        while not server.started:
            thread.join(0.005)
        try:
            yield f"http://{LOOPBACK}:{port}"
        finally:
            server.should_exit = True
            thread.join(10)
