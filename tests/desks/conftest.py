"""What tests of desks share: an account with a customer and a ticket, served on this machine."""

import time
from collections.abc import Iterator

import pytest

from tierwise.connectors.standin import StandIn

from .served import served


def wall_clock() -> float:
    """Clients look at the clock of the machine, so the stand-in does too."""
    return time.time()  # noqa: TID251


@pytest.fixture
def world() -> StandIn:
    return made_world()


def made_world() -> StandIn:
    """An account with the field of the level and one customer with a ticket; jobs end at once."""
    made = StandIn(clock=wall_clock, pace=1000.0)
    made.add_field("service_level", "Service level", {"sl_premium": "Premium", "sl_plus": "Plus"})
    eve = made.add_user(name="Eve", email="eve@example.com", external_id="C1")
    made.add_ticket(requester_id=eve["id"], subject="Where is my parcel?", priority="normal")
    return made


@pytest.fixture
def desk_url(world: StandIn) -> Iterator[str]:
    """The address of `world`; through Prism with `TIERWISE_DESK_PROXY=prism`."""
    with served(world) as address:
        yield address
