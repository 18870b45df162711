"""Who is the same customer, and what is not guessed."""

from typing import Any

import pytest

from tests.shop_days import engine_with, order, standings


def person(name: str, **more: Any) -> dict[str, Any]:
    return {"customer_id": name, **more}


CASES = {
    "a guest with a known address is that customer": (
        [person("c1", email="ada@x.org")],
        {"email:ada@x.org": "c1"},
    ),
    "a guest nobody knows stays a guest": ([], {"email:eve@x.org": "email:eve@x.org"}),
    "two systems, one address, one person": (
        [
            person("c1", email="ada@x.org"),
            person("s9", email="ada@x.org", source="desk"),
        ],
        {"c1": "c1", "s9": "c1", "email:ada@x.org": "c1"},
    ),
    "two customers of one shop with one address are not guessed": (
        [person("c1", email="ada@x.org"), person("c2", email="ada@x.org")],
        {"c1": "c1", "c2": "c2", "email:ada@x.org": "email:ada@x.org"},
    ),
    "a merge is followed to its end": (
        [
            person("c1", merged_into="c2"),
            person("c2", merged_into="c3"),
            person("c3", email="ada@x.org"),
        ],
        {"c1": "c3", "c2": "c3", "c3": "c3"},
    ),
    "a phone speaks for those without an address": (
        [
            person("c1", email="ada@x.org", phone="+491"),
            person("s9", phone="+491", source="desk"),
        ],
        {"s9": "c1", "phone:+491": "c1"},
    ),
    "a shared phone does not join two addresses": (
        [
            person("c1", email="ada@x.org", phone="+491"),
            person("s9", email="bob@x.org", phone="+491", source="desk"),
        ],
        {"c1": "c1", "s9": "s9"},
    ),
    "an account covers its people": (
        [person("c1", email="ada@x.org", account_id="acme")],
        {"c1": "acme", "email:ada@x.org": "acme"},
    ),
}


@pytest.mark.parametrize(("customers", "expected"), CASES.values(), ids=CASES)
def test_who_is_who(customers: list[dict[str, Any]], expected: dict[str, str]) -> None:
    for ref, customer in expected.items():
        valued = standings(engine_with([order(ref, 10, 700)], customers=customers))
        assert {name for name, row in valued.items() if row["ltv_minor"]} == {customer}


def test_what_cannot_be_settled_is_shown() -> None:
    engine = engine_with(
        [],
        customers=[
            person("c1", email="ada@x.org"),
            person("c2", email="ada@x.org"),
            person("c3", merged_into="c4"),
            person("c4", merged_into="c3"),
            person("c5", merged_into="gone"),
        ],
    )
    rows = engine.rows("SELECT kind, address, customers FROM ambiguous_identities ORDER BY ALL")
    assert rows == [
        ("email", "ada@x.org", 2),
        ("merge", "c3 > c4", 1),
        ("merge", "c4 > c3", 1),
        ("merge", "c5 > gone", 1),
    ]
