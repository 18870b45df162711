"""Alarms told once, closed days kept as they were, levels and policies over time."""

from dataclasses import replace

from tests.connectors.book_stories import apply, moved, saved
from tierwise.connectors.book import Book
from tierwise.facts.promises_kept import BREACH, Alarm, ClosedDays, PolicyApplied

LATE = Alarm("t1", "first_response", 1, BREACH, at_s=100, tell_s=100, due_s=100)
WARNED = replace(LATE, threshold="75%", at_s=75, tell_s=80)
XMAS = ClosedDays(1, "office", 2024, '{"2024-12-25": "Christmas"}', "holidays 0.109")


def test_an_alarm_is_told_once_however_often_it_is_caught_up(book: Book) -> None:
    assert book.tell_alarms([WARNED, LATE], at=200) == (
        replace(WARNED, told_at=200),
        replace(LATE, told_at=200),
    )
    again = replace(LATE, cycle=2)
    assert book.untold_alarms([WARNED, again]) == (again,)
    assert book.tell_alarms([WARNED, LATE, again], at=300) == (replace(again, told_at=300),)
    assert [one.key for one in book.alarms()] == [again.key, LATE.key, WARNED.key]


def test_nothing_reached_tells_nothing(book: Book) -> None:
    assert book.tell_alarms([], at=200) == ()
    assert book.alarms() == ()


def test_closed_days_are_kept_by_version_calendar_and_year(book: Book) -> None:
    book.save_policy("policy", at=1)
    late = replace(XMAS, calendar="late")
    book.keep_closed_days([XMAS, late], at=5)
    newer = replace(XMAS, days="{}", source="holidays 0.110")
    next_year = replace(newer, year=2025)
    book.keep_closed_days([newer, next_year], at=6)
    assert book.closed_days(1) == (late, newer, next_year)
    assert book.closed_days(2) == ()


def test_levels_over_time_come_in_the_order_of_the_decisions(book: Book) -> None:
    apply(book, saved(book, [moved("a", None, "plus"), moved("b", None, "vip")], day=10), at=100)
    second = apply(book, saved(book, [moved("a", "plus", "vip")], day=20), at=200)
    book.undo(second.apply_id, at=300, by="me")
    rows = book.dated_levels_arrow().to_pylist()
    told = [(row["customer_id"], row["level"], row["decided_at"], row["as_of_day"]) for row in rows]
    assert sorted(told[:2]) == [("a", "plus", 100, 10), ("b", "vip", 100, 10)]
    assert told[2] == ("a", "vip", 200, 20)
    assert told[3][:3] == ("a", "plus", 300)


def test_policies_in_force_are_those_applied_and_not_taken_back(book: Book) -> None:
    assert book.policies_applied() == ()
    apply(book, saved(book, [moved("a", None, "plus")], day=10, policy="one"), at=100)
    second = apply(book, saved(book, [moved("a", "plus", "vip")], day=20, policy="two"), at=200)
    assert book.policies_applied() == (PolicyApplied(1, 100, 10), PolicyApplied(2, 200, 20))
    book.undo(second.apply_id, at=300, by="me")
    assert book.policies_applied() == (PolicyApplied(1, 100, 10),)
