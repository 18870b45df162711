"""From tickets to attainment, as a support manager would type it."""

import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from .exports import twenty_customers
from .terminal import Done, Terminal

# c19 spends most and is Premium; c0 is Standard. The orders end on 5 February 2026, a Thursday.
TICKETS = """\
ticket_id,customer_id,created_at,channel,priority,status
1,email:c19@x.org,2026-02-09 09:00:00,email,normal,solved
2,email:c19@x.org,2026-02-09 09:00:00,chat,urgent,open
3,email:c0@x.org,2026-02-10 09:00:00,email,normal,solved
4,email:c0@x.org,2026-02-10 09:00:00,email,normal,solved
5,,2026-02-11 17:50:00,web,low,pending
"""
EVENTS = """\
ticket_id,event_id,happened_at,name,actor,value
1,e1,2026-02-09 09:30:00,public_reply,agent,
1,e2,2026-02-09 10:00:00,status,agent,pending
1,e3,2026-02-09 11:00:00,status,agent,solved
2,e1,2026-02-09 09:04:00,assigned,agent,ines
3,e1,2026-02-12 09:00:00,public_reply,agent,
3,e2,2026-02-12 09:00:00,status,agent,solved
4,e1,2026-02-10 08:00:00,public_reply,agent,
5,e1,2026-02-11 17:55:00,status,agent,pending
9,e1,2026-02-12 09:00:00,public_reply,agent,
"""


@pytest.fixture
def desk(shop: Terminal, tmp_path: Path) -> Terminal:
    """A shop with levels in force and a few tickets."""
    shop("read", twenty_customers(tmp_path / "orders.csv"), "--as", "shopify-orders")
    shop("plan")
    shop("apply", "p1")
    read_tickets(shop, tmp_path)
    return shop


def read_tickets(
    shop: Terminal, folder: Path, tickets: str = TICKETS, events: str = EVENTS
) -> None:
    for name, table, text in (("tickets", "tickets", tickets), ("events", "ticket_events", events)):
        file = folder / f"{name}.csv"
        file.write_text(text, "utf-8")
        for _ in range(2):  # the first time drafts the mapping
            done = shop("read", file, "--as", "generic", "--table", table)
        assert done.code == 0, done.err


def answer(done: Done) -> dict[str, Any]:
    assert done.code == 0, done.err
    return dict(json.loads(done.out))


def change_policy(shop: Terminal, old: str, new: str) -> None:
    file = shop.project / "policy.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def kept(shop: Terminal, *words: str) -> dict[tuple[str, str], tuple[int, int, int, int]]:
    """Met, late, open past due and not due yet, by level and promise."""
    found = answer(shop("attainment", "--json", *words))
    rows = [row for level in found["levels"] for row in level["by_clock"]]
    named = {(row["level"], row["clock"]): row["found"]["counts"] for row in rows}
    return {
        key: (one["met"], one["late"], one["open_late"], one["not_due"])
        for key, one in named.items()
    }


def test_promises_are_kept_late_open_or_not_due(desk: Terminal) -> None:
    assert kept(desk) == {
        ("premium", "first_response"): (1, 0, 1, 0),
        ("premium", "resolution"): (1, 0, 1, 0),
        ("standard", "first_response"): (0, 1, 1, 0),
        ("standard", "resolution"): (0, 0, 0, 0),
    }
    told = desk("attainment")
    assert "Premium   First response  1h in office" in told.out
    assert "too few to say" in told.out
    assert "1 ticket with a problem is left out: `tierwise doctor`" in told.err


def test_a_ticket_shows_its_clocks_and_spans_that_add_up(desk: Terminal) -> None:
    told = desk("clocks", "1").out
    assert "First response: kept\n  1h in office, for Premium\n  used 30m" in told
    found = answer(desk("clocks", "2", "--json"))
    first = next(one for one in found["clocks"] if one["reading"]["clock"] == "first_response")
    assert first["reading"]["state"] == "breached"
    assert first["reading"]["due_s"] == "2026-02-09T09:00:00Z"  # ten o'clock in Berlin
    told = desk("clocks", "2").out
    assert "outside opening hours" in told
    assert "late, still open" in told


def test_a_ticket_that_is_left_out_says_why_and_the_others_are_unharmed(desk: Terminal) -> None:
    told = desk("clocks", "4").out
    assert "expected an event at or after the creation of its ticket" in told
    assert "never began" not in told
    checked = desk("doctor").out
    assert "ticket 4, event e1" in checked
    assert "ticket 9, event e1" in checked
    assert kept(desk)["premium", "first_response"] == (1, 0, 1, 0)


def test_nobody_knows_that_ticket(desk: Terminal) -> None:
    done = desk("clocks", "77")
    assert (done.code, done.err) == (1, "tierwise: no ticket `77`; check its number in the desk\n")


def test_without_tickets_it_is_said_how_to_read_some(shop: Terminal) -> None:
    done = shop("attainment")
    assert done.code == 1
    assert "no tickets yet; read some with `tierwise read FILE --as READER`" in done.err


def test_before_anybody_has_a_level_everybody_is_served_as_everyone(
    shop: Terminal, tmp_path: Path
) -> None:
    read_tickets(shop, tmp_path)
    assert kept(shop)["standard", "first_response"] == (1, 1, 2, 0)
    assert "4 tickets of all times came from customers without a level" in shop("attainment").out


def test_editing_the_policy_changes_no_promise_and_replay_says_what_it_would(
    desk: Terminal,
) -> None:
    before = kept(desk)
    change_policy(desk, "{within: 1h, share: 95%", "{within: 15m, share: 95%")
    assert kept(desk) == before
    told = desk("replay").out
    assert "1  First response: kept → late, due 9 Feb 2026, 10:00 → 9 Feb 2026, 09:15" in told
    assert kept(desk) == before
    desk("plan")
    desk("apply", "p2")
    # In force from the end of the day of its facts, which is before all tickets.
    assert kept(desk)["premium", "first_response"] == (0, 1, 1, 0)


def test_a_case_of_its_own_wins_and_says_so(desk: Terminal) -> None:
    change_policy(
        desk,
        "first_response: {within: 1h, share: 95%, calendar: office}",
        "first_response: {within: 1h, share: 95%, calendar: office, where: "
        "[{channel: chat, within: 5m}, {channel: chat, priority: urgent, within: 2m}]}",
    )
    desk("plan")
    desk("apply", "p2")
    assert "  2m in office, for Premium, chat, urgent" in desk("clocks", "2").out


def test_a_replay_with_the_levels_of_today(shop: Terminal, tmp_path: Path) -> None:
    shop("read", twenty_customers(tmp_path / "orders.csv"), "--as", "shopify-orders")
    early = TICKETS.replace("2026-02-", "2026-01-")
    read_tickets(shop, tmp_path, early, EVENTS.replace("2026-02-", "2026-01-"))
    shop("plan")
    shop("apply", "p1")
    assert ("premium", "first_response") not in kept(shop)
    rows = answer(shop("replay", "--levels", "now", "--json"))["rows"]
    premium = next(row for row in rows if row["level"] == "premium")
    assert premium["would"]["counts"]["met"] + premium["would"]["counts"]["open_late"] == 2


def test_a_policy_may_count_as_zendesk_does(desk: Terminal) -> None:
    assert answer(desk("attainment", "--json"))["counting"] == "exact"
    change_policy(desk, "currency: EUR\n", "currency: EUR\ncount: zendesk\n")
    desk("plan")
    desk("apply", "p2")
    assert answer(desk("attainment", "--json"))["counting"] == "zendesk"
    assert answer(desk("attainment", "--json", "--count", "exact"))["counting"] == "exact"


def test_a_level_that_vanished_from_the_policy_is_told_and_the_others_are_unharmed(
    desk: Terminal, tmp_path: Path
) -> None:
    text = (desk.project / "policy.yaml").read_text("utf-8")
    other = tmp_path / "other.yaml"
    other.write_text(text.replace("  premium:\n", "  gold:\n", 1), "utf-8")
    done = desk("replay", "--policy", other)
    assert "a level of the policy, found `premium` on 2 tickets" in done.err
    assert "Standard  First response" in done.out


def test_a_policy_of_the_past_that_cannot_be_read_is_told_and_the_next_stands_in(
    desk: Terminal,
) -> None:
    before = kept(desk)
    change_policy(desk, "currency: EUR\n", "currency: EUR\nboundary: opening\n")
    desk("plan")
    desk("apply", "p2")
    assert "policy version" not in desk("doctor").out
    with closing(sqlite3.connect(desk.project / ".tierwise" / "book.sqlite")) as book, book:
        changed = book.execute("UPDATE policy_versions SET policy = 'tiers: 3' WHERE version = 1")
        assert changed.rowcount == 1
    assert (
        "policy version 1: expected a text that can be read, found none; the next one in force "
        "stands in for it; look at it with `tierwise history`"
    ) in desk("doctor").out
    assert kept(desk) == before


def test_a_pause_in_which_the_customer_waited_is_marked(desk: Terminal) -> None:
    assert "from 11 Feb 2026, 17:55 Europe/Berlin on, while the customer" in desk("clocks", "5").out
    assert "while the customer waited" not in desk("clocks", "1").out


def test_each_alarm_is_told_once(desk: Terminal) -> None:
    peeked = desk("alarms", "--peek", "--exit-code")
    assert peeked.code == 3
    told = desk("alarms", "--exit-code")
    assert (told.code, told.out) == (3, peeked.out)
    again = desk("alarms", "--exit-code")
    assert (again.code, again.out) == (0, "nothing new\n")


def test_every_promise_is_written_to_a_file(desk: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "promises.csv"
    assert "promises" in desk("attainment", "--export", file).err
    with file.open(encoding="utf-8", newline="") as opened:
        rows = {(row["ticket_id"], row["clock"]): row for row in csv.DictReader(opened)}
    assert rows["2", "first_response"]["due_at"] == "2026-02-09 09:00:00Z"
    assert rows["3", "resolution"]["state"] == "none"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("attainment", "--level", "premum"), "did you mean `premium`?"),
        (("attainment", "--from", "2026-02-09", "--to", "2026-02-01"), "swap `--from` and `--to`"),
        (("attainment", "--by", "colour"), "'colour' is not one of"),
        (("replay", "--policy", "nowhere.yaml"), "does not exist"),
    ],
)
def test_a_wrong_question_says_what_to_do(
    desk: Terminal, words: tuple[str, ...], says: str
) -> None:
    done = desk(*words)
    assert done.code == 2
    assert says in done.err


def test_a_broken_policy_names_its_line(desk: Terminal) -> None:
    change_policy(desk, "{within: 1h, share: 95%", "{within: 0m, share: 95%")
    done = desk("replay")
    assert done.code == 1
    assert "a duration above zero" in done.err
