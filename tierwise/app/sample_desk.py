"""The sample shop's help desk: a made-up one, set up by the policy, with the levels in it."""

from collections.abc import Iterator

from tierwise.facts.desk_people import VALUE_PREFIX

from . import words
from .desk_connecting import Connection
from .ports import MadeUpDesk
from .shop import Shop

ASKS = "I ordered last week, and nothing has come yet. When will it be here?"


def show_desk(shop: Shop, world: MadeUpDesk, address: str, by: str) -> Iterator[str]:
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
    best = _somebody(world, f"{VALUE_PREFIX}{shop.levels()[0][0]}")
    if best is not None:
        ticket = world.add_ticket(requester_id=best, subject="Where is my order?", description=ASKS)
        place = f"{address}/agent/tickets/{ticket['id']}"
        yield f"          one of the best writes in, as agents see it: {place}"


def _somebody(world: MadeUpDesk, value: str) -> int | None:
    """Somebody who bears the value."""
    people = world.users.items()
    return next((n for n, user in people if value in user["user_fields"].values()), None)
