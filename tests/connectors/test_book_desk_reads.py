"""How far desks were read, hints of webhooks taken once, and what was left of limits."""

from dataclasses import replace

from tests.connectors.desk_stories import SANDBOX, connected
from tierwise.connectors.book_desks import DeskBook
from tierwise.facts.desk_reads import Hint, StreamState
from tierwise.facts.desks import RateLimit

DAY_S = 86_400
TICKETS = StreamState("tickets", "abc", 3, 20_000, 700, False)
RATINGS = StreamState("ratings", None, 0, 0, None, True, "the plan has no ratings")


def test_streams_come_in_the_order_of_reading(desk_book: DeskBook) -> None:
    account, other = connected(desk_book), connected(desk_book, SANDBOX)
    users = replace(TICKETS, stream="users")
    foreign = replace(TICKETS, stream="articles")
    for state in (foreign, RATINGS, TICKETS, users):
        desk_book.keep_stream(account, state)
    assert desk_book.streams(account) == (users, TICKETS, RATINGS, foreign)
    further = replace(TICKETS, cursor="def", part=4, is_end=True, read_at=900)
    desk_book.keep_stream(account, further)
    assert desk_book.streams(account)[1] == further
    assert desk_book.streams(other) == ()


def test_a_hint_is_taken_once_and_used_once(desk_book: DeskBook) -> None:
    account, other = connected(desk_book), connected(desk_book, SANDBOX)
    late, early = Hint("h1", "ticket", "7", 50), Hint("h2", "ticket", None, 40)
    assert [desk_book.take_hint(account, one, 60) for one in (late, early, late)] == [
        True,
        True,
        False,
    ]
    assert desk_book.take_hint(other, late, 60), "ids of another account are other ids"
    assert desk_book.hints(account, 9) == (early, late)
    assert desk_book.hints(account, 1) == (early,)
    desk_book.hints_used(account, ["h2", "unknown"], 70)
    assert desk_book.hints(account, 9) == (late,)
    assert not desk_book.take_hint(account, early, 80), "a repeat of a used one is a repeat"
    assert desk_book.hints(other, 9) == (late,)


def test_hints_used_long_ago_are_forgotten(desk_book: DeskBook) -> None:
    account = connected(desk_book)
    first, second = Hint("h1", "ticket", "7", 50), Hint("h2", "ticket", "7", 51)
    for hint in (first, second):
        desk_book.take_hint(account, hint, 60)
    desk_book.hints_used(account, ["h1"], 70)
    desk_book.hints_used(account, [], 70 + 8 * DAY_S)
    assert desk_book.take_hint(account, first, 80), "nothing is left of it"
    assert desk_book.hints(account, 9) == (first, second), "what nobody used stays"


def test_limits_are_the_last_that_were_seen(desk_book: DeskBook) -> None:
    account = connected(desk_book)
    users, all_of_it = RateLimit("user_write", 100, 99, 30), RateLimit("account", 700, 1)
    desk_book.keep_limits(account, [users, all_of_it], 60)
    desk_book.keep_limits(account, [], 61)
    desk_book.keep_limits(account, [replace(users, remaining=0)], 62)
    assert desk_book.limits(account) == (all_of_it, replace(users, remaining=0))
