"""A made-up help desk to try everything on: some of the shop's customers, and their tickets."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Thread

import uvicorn

from tierwise.facts.problems import RefusedError
from tierwise.facts.tables import TICKETS

from .ports import MadeUpDesk
from .project import Project
from .wiring import make_engine, open_facts, stand_in, stand_in_app

LOOPBACK = "127.0.0.1"
PACE = 60.0  # its minutes are seconds, so that nobody waits for limits
STRANGERS = 12
OPEN_TICKETS = 200
_STARTED_S = 10.0

# Whoever wrote in has a profile; shops know more customers than desks do.
_PEOPLE = """
SELECT DISTINCT customer_id FROM tickets
WHERE customer_id IS NOT NULL AND status <> 'deleted' ORDER BY customer_id
"""
_TICKETS = """
SELECT customer_id, category FROM tickets
WHERE customer_id IS NOT NULL AND status IN ('new', 'open', 'pending', 'hold')
ORDER BY created_at DESC, ticket_id LIMIT ?
"""


def made_up_desk(project: Project | None = None) -> MadeUpDesk:
    """A desk nobody has touched; with a project its people are those who wrote in there."""
    world = stand_in(time.time, PACE)
    people, tickets = _of_project(project) if project else ([], [])
    ids = {name: _person(world, name) for name in people or _numbers()}
    for customer, category in tickets or ((name, None) for name in ids):
        subject = f"A question: {category.replace('_', ' ')}" if category else "A question"
        world.add_ticket(requester_id=ids[customer], subject=subject)
    for number in range(1, STRANGERS + 1):
        world.add_user(name=f"Visitor {number}", email=f"visitor{number}@example.net")
    return world


def serve_desk(world: MadeUpDesk, port: int, seconds: int | None = None) -> None:
    """Serve it on this machine until Ctrl-C, or for some seconds."""
    if seconds is None:
        _server(world, port).run()
        return
    with serving_desk(world, port):
        time.sleep(seconds)


@contextmanager
def serving_desk(world: MadeUpDesk, port: int) -> Iterator[str]:
    """Serve it beside everything else; the answer is its address."""
    server = _server(world, port)
    thread = Thread(target=server.run, name="stand-in", daemon=True)
    thread.start()
    begun = time.monotonic()
    while not server.started:
        if not thread.is_alive() or time.monotonic() - begun > _STARTED_S:
            raise RefusedError(f"the made-up desk did not start on port {port}; choose another one")
        time.sleep(0.02)
    try:
        yield f"http://{LOOPBACK}:{port}"
    finally:
        server.should_exit = True
        thread.join(_STARTED_S)


def _server(world: MadeUpDesk, port: int) -> uvicorn.Server:
    app = stand_in_app(world)
    return uvicorn.Server(uvicorn.Config(app, host=LOOPBACK, port=port, log_level="warning"))


def _numbers() -> list[str]:
    return [str(number) for number in range(1, 51)]


def _person(world: MadeUpDesk, customer: str) -> int:
    name, email = f"Customer {customer}", f"customer{customer}@example.org"
    made = world.add_user(name=name, email=email, external_id=customer)
    return int(made["id"])


def _of_project(project: Project) -> tuple[list[str], list[tuple[str, str | None]]]:
    """Customers who wrote in, and who has open tickets about what."""
    files = open_facts(project).files(TICKETS.name)
    with closing(make_engine(project)) as engine:
        engine.read(TICKETS, files)
        people = [customer for (customer,) in engine.rows(_PEOPLE)]
        return people, [(who, what) for who, what in engine.rows(_TICKETS, [OPEN_TICKETS])]
