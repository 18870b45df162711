"""From an export and the desk's own metric events to the words of `desk clocks`."""

from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from tests.app.desk_clock_rows import Row, landed_row
from tests.shop_days import arrow
from tierwise.app import desk_clock_words
from tierwise.app.desk_clock_records import ClocksAnswer
from tierwise.app.desk_clocks import ClocksAsked, clocks_of
from tierwise.app.project import open_project
from tierwise.app.promise_records import Period
from tierwise.app.promise_shop import PromiseShop, Replayed
from tierwise.connectors.landing import ParquetLanding
from tierwise.facts.desk_reads import DeskPage
from tierwise.facts.desk_tables import RAW
from tierwise.facts.desks import DeskAccount
from tierwise.promises.counting import Counting
from tierwise.promises.desk_clocks import ClockCause

from .terminal import Terminal

POLICY = """\
currency: EUR
zone: UTC
calendars:
  office: {zone: UTC, week: {mon-fri: ["09:00-17:00"]}}
levels:
  standard:
    who: everyone
    promises:
      first_response: {within: 2h, calendar: office}
      agent_work: {within: 4h, calendar: office}
"""
# The first of March 2024 is a Friday.
TICKETS = """\
id,created_at,status,requester_id,submitter_id,assignee_id,group_id,priority,type,via_channel
1,2024-03-01 16:30:00,solved,10,10,20,,high,question,email
2,2024-03-01 10:00:00,solved,10,10,20,,,question,email
3,2024-03-04 09:00:00,solved,10,10,20,,low,question,email
"""
USERS = "id,role,name,email\n10,end-user,Ada,ada@x.org\n20,agent,Bo,bo@x.org\n"
COMMENTS = """\
id,ticket_id,user_id,created,public,body
1,1,20,2024-03-04 11:00:00,TRUE,a
2,2,20,2024-03-01 10:30:00,TRUE,a
3,3,20,2024-03-04 12:00:00,TRUE,a
"""
CHANGES = """\
field_name,ticket_id,updated,user_id,value
status,1,2024-03-04 11:00:00,20,pending
status,1,2024-03-04 14:00:00,10,open
status,1,2024-03-04 15:00:00,20,solved
status,2,2024-03-01 10:30:00,20,solved
status,3,2024-03-04 12:00:00,20,solved
"""
# Ticket, metric, and what the desk says of it: two hours of business from Friday 16:30 are over on
# Monday 10:30; the agent worked half an hour on Friday, two on Monday, and one after the answer.
EVENTS = """\
1 reply_time activate 2024-03-01T16:30:00
1 reply_time apply_sla 2024-03-01T16:30:00 7200 Standard
1 reply_time breach 2024-03-04T10:30:00
1 reply_time fulfill 2024-03-04T11:00:00
1 agent_work_time activate 2024-03-01T16:30:00
1 agent_work_time apply_sla 2024-03-01T16:30:00 14400 Standard
1 agent_work_time pause 2024-03-04T11:00:00
1 agent_work_time activate 2024-03-04T14:00:00
1 agent_work_time fulfill 2024-03-04T15:00:00
2 reply_time activate 2024-03-01T10:00:00
2 reply_time fulfill 2024-03-01T10:30:00
3 reply_time activate 2024-03-04T09:00:00
3 reply_time apply_sla 2024-03-04T09:00:00 28800 Old
3 reply_time fulfill 2024-03-04T12:00:00
3 agent_work_time activate 2024-03-04T09:00:00
3 agent_work_time apply_sla 2024-03-04T09:00:00 14400 Standard
3 agent_work_time fulfill 2024-03-04T12:00:20
"""
ACCOUNT = DeskAccount(
    *("d1", "zendesk", "acme", "https://acme.zendesk.com", "client_credentials"),
    *("77", False, True, 0, "ann"),
)
MARCH = Period(19_783, 19_813)


def instant(text: str) -> int:
    return int(datetime.fromisoformat(f"{text}+00:00").timestamp())


def landed(folder: Path) -> ParquetLanding:
    """What was read of the desk."""
    rows: list[Row] = []
    for number, line in enumerate(EVENTS.splitlines(), 1):
        ticket, metric, kind, at, *applied = line.split()
        row: Row = {"id": str(number), "ticket_id": ticket, "metric": metric, "type": kind}
        row |= {"instance_id": 1, "time": instant(at)}
        if applied:
            row |= {"target_s": int(applied[0]), "business_hours": True, "policy_title": applied[1]}
        rows.append(landed_row("ticket_metric_event", **row))
    tickets = [landed_row("ticket", id=one) for one in ("1", "2", "3")]
    tables = {
        "ticket_metric_event": arrow(RAW["ticket_metric_event"], rows),
        "ticket": arrow(RAW["ticket"], tickets),
    }
    landing = ParquetLanding(folder)
    landing.put("metric_events", 1, DeskPage(tables, "", is_end=True))
    return landing


@pytest.fixture
def read(shop: Terminal, tmp_path: Path) -> PromiseShop:
    (shop.project / "policy.yaml").write_text(POLICY, "utf-8")
    export = tmp_path / "export"
    export.mkdir()
    for name, text in (
        ("ticket_data", TICKETS),
        ("user_data", USERS),
        ("ticket_comment_data", COMMENTS),
        ("ticket_field_history_data", CHANGES),
    ):
        (export / f"{name}.csv").write_text(text, "utf-8")
    done = shop("read", export / "ticket_data.csv", "--as", "zendesk-export")
    assert done.code == 0, done.err
    now = instant("2024-04-01T00:00:00")
    return PromiseShop(open_project(shop.project), clock=lambda: now)


def answer(shop: PromiseShop, counting: Counting, folder: Path) -> ClocksAnswer:
    with closing(shop.promise_basis(Replayed(counting=counting))) as basis:
        return clocks_of(basis, ACCOUNT, landed(folder), ClocksAsked(MARCH))


def by_cause(found: ClocksAnswer) -> dict[tuple[str, str], int]:
    return {(one.clock, one.cause): one.cycles for one in found.counts}


def test_counted_as_zendesk_counts_only_its_settings_differ(
    read: PromiseShop, tmp_path: Path
) -> None:
    found = answer(read, Counting.ZENDESK, tmp_path / "landing")
    assert by_cause(found) == {
        ("first_response", "same"): 1,
        ("first_response", "other_target"): 1,
        ("agent_work", "same"): 1,
        ("agent_work", "rounding"): 1,
    }
    assert (found.compared, found.agreed, found.share) == (4, 3, 0.75)


def test_counted_exactly_a_ticket_without_priority_is_promised_something_all_the_same(
    read: PromiseShop, tmp_path: Path
) -> None:
    found = answer(read, Counting.EXACT, tmp_path / "landing")
    counts = by_cause(found)
    assert counts["first_response", ClockCause.NO_SLA] == 1
    assert counts["agent_work", ClockCause.OTHER_CYCLES] == 1
    assert found.share == 0.75


def test_a_manager_reads_both_times(read: PromiseShop, tmp_path: Path) -> None:
    found = answer(read, Counting.ZENDESK, tmp_path / "landing")
    told = "\n".join(desk_clock_words.clock_lines(found))
    assert "3 of 4 cycles agree within a minute: 75" in told
    assert "First response  another target           " in told
    assert "ticket 3, First response, times in UTC" in told
    assert (
        "    here:  standard: 2h in office, began 4 Mar 2024, 09:00:00, "
        "ended 4 Mar 2024, 12:00:00, late since 4 Mar 2024, 11:00:00" in told
    )
    assert (
        "    there: Old: 8h in business hours, began 4 Mar 2024, 09:00:00, "
        "ended 4 Mar 2024, 12:00:00" in told
    )
    assert "`tierwise desk plan` tells if" in told


def test_a_desk_that_said_nothing_yet(read: PromiseShop, tmp_path: Path) -> None:
    with closing(read.promise_basis()) as basis:
        empty = ParquetLanding(tmp_path / "empty")
        found = clocks_of(basis, ACCOUNT, empty, ClocksAsked(MARCH))
    assert (found.cycles, found.share, found.read_to_s) == (0, None, None)
    assert "read it with `tierwise desk read`" in "\n".join(desk_clock_words.clock_lines(found))


def test_one_cause_at_a_time(read: PromiseShop, tmp_path: Path) -> None:
    asked = ClocksAsked(MARCH, cause=ClockCause.SAME, examples=1)
    with closing(read.promise_basis(Replayed(counting=Counting.ZENDESK))) as basis:
        found = clocks_of(basis, ACCOUNT, landed(tmp_path / "landing"), asked)
    (one,) = found.examples
    assert (one.here.started_s, one.here.late_s) == (one.there.started_s, one.there.late_s)
