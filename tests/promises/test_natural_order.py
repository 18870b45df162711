"""Keys in whose order ids stand as the story of one ticket has them."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.promises.natural_order import natural_keys, plainly_before, prints
from tierwise.promises.ticket_story import TicketEvent, story


def in_order(ids: list[str]) -> list[str]:
    keys = natural_keys(pa.array(ids, pa.string())).to_pylist()
    return [one for _, one in sorted(zip(keys, ids, strict=True))]


@pytest.mark.parametrize(
    "ids",
    [
        ["e9", "e10", "e11", "e100"],
        ["e", "e1", "e-", "ea"],
        ["1", "2", "10", "a"],
        ["t1-e2", "t1-e10", "t2-e1"],
        ["", "0", "00", "1"],
        ["é9", "é10", "ü1"],
    ],
)
def test_numbers_in_ids_count_as_numbers(ids: list[str]) -> None:
    assert in_order(ids[::-1]) == ids


@given(st.lists(st.text("019ab-é", max_size=6), unique=True, max_size=12))
def test_ids_stand_as_the_story_has_them(ids: list[str]) -> None:
    told = story(TicketEvent(0, one, "private_note") for one in ids)
    assert in_order(ids) == [event.event_id for event in told]


@given(st.lists(st.text("01ab", max_size=20), max_size=12))
def test_equal_ids_have_equal_prints_and_others_hardly(ids: list[str]) -> None:
    found = prints(pa.array(["first", *ids], pa.string())[1:]).tolist()
    assert len(set(found)) == len(set(ids))
    assert len({(one, number) for one, number in zip(ids, found, strict=True)}) == len(set(ids))


@given(st.lists(st.text("01:a/-é", max_size=11), max_size=12))
def test_what_is_plainly_in_order_is_in_order(ids: list[str]) -> None:
    column = pa.array(["first", *ids], pa.string())[1:]
    keys = natural_keys(column).to_pylist()
    for place, is_before in enumerate(plainly_before(column).tolist()):
        assert keys[place] < keys[place + 1] or not is_before


def test_ids_as_desks_give_them_are_plain() -> None:
    ids = pa.array(["event-100000009", "event-100000010", "event-100000011"])
    assert plainly_before(ids).tolist() == [True, True]
    assert plainly_before(pa.array(["e9", "e10"])).tolist() == [False]
