"""The sample shop's help desk: a made-up one, set up by the policy, with the levels in it."""

from collections.abc import Iterator

from . import words
from .desk_connecting import Connection
from .shop import Shop
from .wiring import StandIn


def show_desk(shop: Shop, world: StandIn, address: str, by: str) -> Iterator[str]:
    """Connect the desk, give it what the policy asks for, and push levels, telling each step.

    A made-up desk forgets everything when it ends, so an earlier one is forgotten here as well.
    """
    for old in shop.desk_accounts():
        shop.disconnect_desk(old.account_id, by)
    wanted = Connection("zendesk", address, world.client_id, world.client_secret, into_facts=False)
    account = shop.connect_desk(wanted, by, lambda _: None)
    plan = shop.make_desk_plan(account.account_id, by).plan
    shop.apply_desk_plan(plan.plan_id, by)
    made = words.many(len(plan.ops), "object")
    yield f"desk      a made-up Zendesk: {made} set up by the policy"
    shop.read_desk(account.account_id)
    done = shop.push(account.account_id, by)
    yield f"          {words.many(done.written, 'level')} written to its people"
    best = _somebody(world, f"sl_{shop.levels()[0][0]}")
    if best:
        yield f"          one of the best as agents see them: {address}/agent/users/{best}"


def _somebody(world: StandIn, value: str) -> int | None:
    """Somebody who bears the value, best with an open ticket."""
    bearers = [n for n, user in world.users.items() if value in user["user_fields"].values()]
    asking = {ticket["requester_id"] for ticket in world.tickets.values()}
    return next((n for n in bearers if n in asking), next(iter(bearers), None))
