"""Who is the same customer, and what is not guessed."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shop_days import VALUE_MODELS, engine_with, order, standings


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
    "an account that was merged covers its people under its new name": (
        [
            person("c1", email="ada@x.org", account_id="a1"),
            person("a1", merged_into="a2"),
            person("a2"),
        ],
        {"c1": "a2", "a1": "a2", "a2": "a2"},
    ),
    "an account known to two systems is one account": (
        [
            person("c1", email="ada@x.org", account_id="z9"),
            person("a1", email="office@x.org"),
            person("z9", email="office@x.org", source="desk"),
        ],
        {"c1": "a1", "z9": "a1", "a1": "a1"},
    ),
    "a customer whose id is their address is counted once": (
        [person("email:ada@x.org", email="ada@x.org"), person("phone:+491", phone="+491")],
        {"email:ada@x.org": "email:ada@x.org", "phone:+491": "phone:+491"},
    ),
    "merges in a circle change nothing": (
        [
            person("c1", merged_into="c2"),
            person("c2", merged_into="c3"),
            person("c3", merged_into="c1"),
            person("c4", merged_into="c1"),
        ],
        {"c1": "c1", "c2": "c2", "c3": "c3", "c4": "c4"},
    ),
    "a merge into nobody changes nothing": (
        [person("c1", merged_into="gone")],
        {"c1": "c1"},
    ),
    "a merge is followed for eight steps": (
        [person(f"c{i}", merged_into=f"c{i + 1}") for i in range(9)] + [person("c9")],
        {"c0": "c0", "c1": "c9", "c8": "c9"},
    ),
}


@pytest.mark.parametrize(("customers", "expected"), CASES.values(), ids=CASES)
def test_who_is_who(customers: list[dict[str, Any]], expected: dict[str, str]) -> None:
    for ref, customer in expected.items():
        valued = standings(engine_with([order(ref, 10, 700)], customers=customers))
        money = {name: row["ltv_minor"] for name, row in valued.items() if row["ltv_minor"]}
        assert money == {customer: 700}


def test_what_cannot_be_settled_is_shown() -> None:
    engine = engine_with(
        [],
        customers=[
            person("c1", email="ada@x.org"),
            person("c2", email="ada@x.org"),
            person("c3", merged_into="c4"),
            person("c4", merged_into="c3"),
            person("c5", merged_into="gone"),
            *(person(f"r{i}", merged_into=f"r{(i + 1) % 3}") for i in range(3)),
            *(person(f"s{i}", merged_into=f"s{i + 1}") for i in range(9)),
            person("s9"),
        ],
    )
    rows = engine.rows("SELECT kind, address, customers FROM ambiguous_identities ORDER BY ALL")
    assert rows == [
        ("email", "ada@x.org", 2),
        ("merge", "c3 > c4", 1),
        ("merge", "c4 > c3", 1),
        ("merge", "c5 > gone", 1),
        ("merge", "r0 > r1", 1),
        ("merge", "r1 > r2", 1),
        ("merge", "r2 > r0", 1),
        ("merge", "s0 > s1", 1),
    ]


NAMES = st.sampled_from(["a", "b", "c", "email:a@x.org", "email:b@x.org", "phone:+491"])
MESSY = st.lists(
    st.fixed_dictionaries(
        {
            "customer_id": NAMES,
            "source": st.sampled_from(["shop", "desk"]),
            "email": st.sampled_from([None, "a@x.org", "b@x.org"]),
            "phone": st.sampled_from([None, "+491", "+492"]),
            "account_id": st.none() | NAMES,
            "merged_into": st.none() | NAMES,
        }
    ),
    unique_by=lambda row: row["customer_id"],
)
ORDERS_OF_ANYBODY = st.lists(
    st.builds(order, NAMES, st.integers(0, 100), st.integers(1, 900)), max_size=6
)


@settings(max_examples=12, deadline=None)
@given(MESSY, ORDERS_OF_ANYBODY)
def test_every_key_is_given_once(
    customers: list[dict[str, Any]], orders: list[dict[str, Any]]
) -> None:
    engine = engine_with(orders, customers=customers)
    for model in (model for model in VALUE_MODELS if model.output.key):
        key = ", ".join(model.output.key)
        assert not engine.rows(f"SELECT {key} FROM {model.name} GROUP BY ALL HAVING COUNT(*) > 1")
    ((counted,),) = engine.rows("SELECT COALESCE(SUM(ltv_minor), 0) FROM standings")
    assert counted == sum(row["total_minor"] for row in orders)
