"""What the events of an iCal file close."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierwise.connectors.ical_files import IcalDays, ical_days
from tierwise.facts.problems import Problem

BERLIN = ZoneInfo("Europe/Berlin")


def file_of(folder: Path, *events: str) -> Path:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tests//EN"]
    for number, event in enumerate(events):
        own = event.strip().splitlines()
        uid = [] if "UID:" in event else [f"UID:{number}"]
        lines += ["BEGIN:VEVENT", *uid, *(line.strip() for line in own), "END:VEVENT"]
    path = folder / "closed.ics"
    path.write_text("\r\n".join([*lines, "END:VCALENDAR", ""]), "utf-8")
    return path


def read(path: Path, *years: int) -> tuple[IcalDays, tuple[Problem, ...]]:
    return ical_days(path, BERLIN, years or (2026,))


def closed(folder: Path, *events: str, years: tuple[int, ...] = (2026,)) -> list[str]:
    found, problems = read(file_of(folder, *events), *years)
    assert problems == ()
    whole = [f"{day:%d.%m.%y} {name}".strip() for day, name in found.days.items()]
    return whole + [f"{one.day:%d.%m.%y} {one.hours} {one.name}".strip() for one in found.hours]


PARTY = "SUMMARY:Party\nDTSTART;TZID=Europe/Berlin:20260612T150000"


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("SUMMARY:Off\nDTSTART;VALUE=DATE:20260612", ["12.06.26 Off"]),
        (
            "SUMMARY:Off\nDTSTART;VALUE=DATE:20260612\nDTEND;VALUE=DATE:20260614",
            ["12.06.26 Off", "13.06.26 Off"],
        ),
        (
            "SUMMARY:Off\nDTSTART;VALUE=DATE:20251231\nDURATION:P2D",
            ["01.01.26 Off"],
        ),
        (
            "SUMMARY:Off\nDTSTART;VALUE=DATE:20201224\nRRULE:FREQ=YEARLY",
            ["24.12.26 Off"],
        ),
        (
            "SUMMARY:Off\nDTSTART;VALUE=DATE:20201224\nRRULE:FREQ=YEARLY;UNTIL=20251224",
            [],
        ),
        (
            "SUMMARY:Off\nDTSTART;VALUE=DATE:20250612\nRRULE:FREQ=YEARLY;UNTIL=20260612T000000Z",
            ["12.06.26 Off"],
        ),
        (
            "SUMMARY:Off\nDTSTART;VALUE=DATE:20260105\nRRULE:FREQ=MONTHLY;BYDAY=1MO;COUNT=3\n"
            "EXDATE;VALUE=DATE:20260202\nRDATE;VALUE=DATE:20260703",
            ["05.01.26 Off", "02.03.26 Off", "03.07.26 Off"],
        ),
        ("SUMMARY:Off\nDTSTART;VALUE=DATE:20260612\nSTATUS:CANCELLED", []),
        # Calendars of holidays call their days free; they are closed all the same.
        ("SUMMARY:Off\nDTSTART;VALUE=DATE:20260612\nTRANSP:TRANSPARENT", ["12.06.26 Off"]),
        ("DTSTART;VALUE=DATE:20260612", ["12.06.26"]),
        (f"{PARTY}\nDURATION:PT1H30M", ["12.06.26 15:00:00-16:30:00 Party"]),
        (f"{PARTY}\nDURATION:PT1H\nTRANSP:TRANSPARENT", []),
        (PARTY, []),
        (
            "DTSTART:20260612T130000Z\nDTEND;TZID=America/New_York:20260612T100000",
            ["12.06.26 15:00:00-16:00:00"],
        ),
        ("DTSTART:20260612T090000\nDTEND:20260612T100000", ["12.06.26 09:00:00-10:00:00"]),
        (
            "DTSTART:20260612T220000\nDTEND:20260614T020000",
            [
                "12.06.26 22:00:00-24:00:00",
                "13.06.26 00:00:00-24:00:00",
                "14.06.26 00:00:00-02:00:00",
            ],
        ),
        (
            "DTSTART;TZID=America/New_York:20260305T090000\nDURATION:PT1H\n"
            "RRULE:FREQ=WEEKLY;COUNT=2",
            # New York changes its clocks three weeks before Berlin.
            ["05.03.26 15:00:00-16:00:00", "12.03.26 14:00:00-15:00:00"],
        ),
    ],
)
def test_what_an_event_closes(tmp_path: Path, event: str, expected: list[str]) -> None:
    assert closed(tmp_path, event) == expected


def test_a_moved_occurrence_closes_its_new_day_only(tmp_path: Path) -> None:
    yearly = "UID:a\nSUMMARY:Fair\nDTSTART;VALUE=DATE:20240601\nRRULE:FREQ=YEARLY"
    moved = "UID:a\nRECURRENCE-ID;VALUE=DATE:20260601\nDTSTART;VALUE=DATE:20260608\nSUMMARY:Fair"
    assert closed(tmp_path, yearly, moved) == ["08.06.26 Fair"]
    assert closed(tmp_path, yearly, f"{moved}\nSTATUS:CANCELLED") == []
    assert closed(tmp_path, yearly, moved, years=(2025, 2026)) == ["01.06.25 Fair", "08.06.26 Fair"]


def test_two_events_on_one_day_are_both_named(tmp_path: Path) -> None:
    day = "DTSTART;VALUE=DATE:20260612"
    assert closed(tmp_path, f"SUMMARY:Fair\n{day}", f"SUMMARY:Move\n{day}") == [
        "12.06.26 Fair, Move"
    ]


def test_hours_of_a_closed_day_need_no_word(tmp_path: Path) -> None:
    day = "SUMMARY:Off\nDTSTART;VALUE=DATE:20260612"
    assert closed(tmp_path, day, f"{PARTY}\nDURATION:PT1H") == ["12.06.26 Off"]


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ("SUMMARY:Off", "column `Off`: expected an event with a beginning and an end, found No"),
        ("DTSTART:soon", "column `an event without a name`"),
        ("SUMMARY:Off\nDTSTART;VALUE=DATE:20260101\nRRULE:FREQ=NEVER", "column `Off`"),
        (
            "SUMMARY:Off\nDTSTART:20260101T000000\nRRULE:FREQ=SECONDLY",
            "expected a recurrence of whole days, found one of several times a day",
        ),
        (
            "SUMMARY:Off\nDTSTART:20260101T000000\nRRULE:FREQ=DAILY;BYHOUR=1,2,3",
            "expected a recurrence of whole days",
        ),
    ],
)
def test_an_odd_event_is_told_and_the_others_count(tmp_path: Path, event: str, told: str) -> None:
    found, problems = read(file_of(tmp_path, event, "DTSTART;VALUE=DATE:20260612"))
    assert list(found.days) == [date(2026, 6, 12)]
    assert [told in str(problem) for problem in problems] == [True], problems


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "expected an iCal file, found no whole calendar"),
        (b"hello", "expected an iCal file, found Content line"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260612", "found no whole calendar"),
        (b"\xff\xfe\x00", "closed.ics: expected an iCal file"),
        (b" " * 5_000_001, "found more than 5,000,000 bytes"),
        (None, "expected a file that can be read, found no such file or directory; put it beside"),
    ],
)
def test_what_is_no_ical_file(tmp_path: Path, content: bytes | None, told: str) -> None:
    path = tmp_path / "closed.ics"
    if content is not None:
        path.write_bytes(content)
    found, problems = read(path)
    assert (found.days, found.hours) == ({}, ())
    assert [told in str(problem) for problem in problems] == [True], problems


SOUND = "SUMMARY:Off\nDTSTART;VALUE=DATE:20260101\nRRULE:FREQ=WEEKLY;COUNT=3\nDURATION:P1D"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 200), st.integers(0, 8), st.text(" :;=,-TZ0129\r\nABC\x00é", max_size=6))
def test_no_text_makes_reading_fail(place: int, length: int, noise: str) -> None:
    with TemporaryDirectory() as folder:
        path = file_of(Path(folder), SOUND, f"{PARTY}\nDURATION:PT1H")
        text = path.read_bytes().decode("utf-8")
        path.write_bytes((text[:place] + noise + text[place + length :]).encode())
        read(path)
