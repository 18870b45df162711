"""Reading Zendesk page by page, until the end and from where the last reading ended."""

from typing import Any

import pytest

from tierwise.connectors.zendesk_pages import read_page, reread
from tierwise.facts.desk_tables import RAW
from tierwise.facts.desks import DeniedError, TakenError

from .zendesk_exports import T0, HeldExports, at, ticket, user


def read_all(
    held: HeldExports, stream: str, cursor: str | None = None
) -> tuple[dict[str, list[dict[str, Any]]], str]:
    """All rows of a stream by table, and the cursor at the end."""
    found: dict[str, list[dict[str, Any]]] = {}
    for _ in range(50):
        page = read_page(held, stream, cursor=cursor, since=T0, field_key="service_level")
        for name, table in page.tables.items():
            assert tuple(table.column_names) == RAW[name].names
            found.setdefault(name, []).extend(table.to_pylist())
        cursor = page.cursor
        if page.is_end:
            return found, cursor
    raise AssertionError(f"{stream} has no end")


def test_people_come_with_their_address_and_their_level() -> None:
    ada = user(10, email=" Ada@Example.COM", user_fields={"service_level": "sl_premium"})
    held = HeldExports(users=[(0, ada), (5, user(11, active=False, email=None)), (6, user(12))])
    found, cursor = read_all(held, "users")
    rows = found["user"]
    assert [row["id"] for row in rows] == ["10", "11", "12"]
    assert (rows[0]["address"], rows[0]["level_value"]) == ("ada@example.com", "sl_premium")
    assert (rows[1]["active"], rows[1]["address"], rows[1]["level_value"]) == ("false", None, None)
    assert rows[0]["updated_at_s"] == T0
    held.users.append((60, user(10, user_fields={"service_level": None})))
    again, _ = read_all(held, "users", cursor)
    assert [(row["id"], row["level_value"]) for row in again["user"]] == [("10", None)]


def test_tickets_of_one_second_over_many_pages_come_once_each() -> None:
    held = HeldExports(tickets=[(7, ticket(n, 10)) for n in range(1, 10)])
    found, cursor = read_all(held, "tickets")
    assert [row["id"] for row in found["ticket"]] == [str(n) for n in range(1, 10)]
    assert len(held.asked) == 5
    again, same = read_all(held, "tickets", cursor)
    assert (again["ticket"], same) == ([], cursor)


def test_a_ticket_has_its_origin_and_its_metrics() -> None:
    called = {"channel": "voice", "source": {"from": {}, "to": {}, "rel": "inbound"}}
    metrics = {"ticket_id": 1, "replies": 2, "reply_time_in_minutes": {"calendar": 9}}
    held = HeldExports(tickets=[(0, ticket(1, 10, via=called, metric_set=metrics))])
    found, _ = read_all(held, "tickets")
    (row,), (counted,) = found["ticket"], found["ticket_metric"]
    assert (row["via_channel"], row["via_source_rel"], row["is_merged"]) == (
        "voice",
        "inbound",
        False,
    )
    assert (counted["ticket_id"], counted["replies"], counted["reply_calendar_min"]) == ("1", 2, 9)
    assert counted["reply_business_min"] is None


EXPORTED = {
    "id": 900,
    "ticket_id": 1,
    "timestamp": T0 + 60,
    "created_at": at(60),
    "updater_id": 20,
    "child_events": [
        {"id": 901, "event_type": "Change", "status": "solved", "previous_value": "open"},
        {"id": 902, "event_type": "Change", "subject": "Oh", "previous_value": "Ah"},
        {"id": 903, "event_type": "Comment", "author_id": 20, "public": True, "created_at": at(60)},
        {"id": 904, "event_type": "Change", "assignee_id": None, "previous_value": "20"},
    ],
}
AUDITED = {
    "id": 900,
    "ticket_id": 1,
    "created_at": at(60),
    "author_id": 20,
    "events": [
        {"id": 901, "type": "Change", "field_name": "status", "value": "solved"},
        {"id": 902, "type": "Change", "field_name": "subject", "value": "Oh"},
        {"id": 903, "type": "Comment", "author_id": 20, "public": True, "body": "Done"},
        {"id": 904, "type": "Change", "field_name": "assignee_id", "value": None},
    ],
}


def test_the_export_of_events_and_the_audits_of_a_ticket_tell_the_same() -> None:
    held = HeldExports(
        events=[(60, EXPORTED)], tickets=[(0, ticket(1, 10))], audits={"1": [AUDITED]}
    )
    found, _ = read_all(held, "ticket_events")
    read_again = {name: rows.to_pylist() for name, rows in reread(held, ["1", "2"]).tables.items()}
    for name in ("ticket_comment", "ticket_field_history"):
        assert found[name] == read_again[name]
    (comment,) = found["ticket_comment"]
    assert (comment["id"], comment["user_id"], comment["public"]) == ("903", "20", "true")
    changes = [(row["field_name"], row["value"]) for row in found["ticket_field_history"]]
    assert changes == [("status", "solved"), ("assignee_id", "")]


def test_events_of_one_second_over_two_pages_come_to_an_end_and_say_so() -> None:
    events = [(60, EXPORTED | {"id": n}) for n in range(4)] + [(90, EXPORTED)]
    held = HeldExports(events=events)
    said: list[str] = []
    cursor, is_end = None, False
    while not is_end:
        page = read_page(held, "ticket_events", cursor=cursor, since=T0, field_key="f")
        said, cursor, is_end = [*said, page.said], page.cursor, page.is_end
    assert [bool(text) for text in said] == [False, True, False]
    assert cursor == str(T0 + 90)


def test_who_asks_for_the_last_minute_is_told_that_there_is_nothing_yet() -> None:
    held = HeldExports()
    page = read_page(held, "ticket_events", cursor=str(T0 + 200_000), since=T0, field_key="f")
    assert (page.is_end, page.cursor) == (True, str(T0 + 200_000))
    with pytest.raises(TakenError):
        read_page(held, "ticket_events", cursor=None, since=T0 + 200_000, field_key="f")


def test_a_target_is_in_seconds_and_a_breach_may_be_taken_back() -> None:
    target = {"target": 60, "business_hours": True, "policy": {"id": 5, "title": "Premium"}}
    told = {"id": 1, "ticket_id": 1, "metric": "reply_time", "instance_id": 1, "time": at(5)}
    held = HeldExports(
        metric_events=[
            (5, told | {"type": "apply_sla", "sla": target}),
            (6, told | {"id": 2, "type": "breach", "deleted": True}),
        ]
    )
    found, _ = read_all(held, "metric_events")
    applied, breach = found["ticket_metric_event"]
    assert (applied["target_s"], applied["business_hours"], applied["policy_title"]) == (
        3600,
        True,
        "Premium",
    )
    assert (applied["time"], applied["deleted"], breach["deleted"]) == (T0 + 5, False, True)


# How a merge is told, and what of it is believed.
MERGES = {
    "by the origin of a comment": (
        {"via": {"source": {"rel": "merge", "from": {"ticket_id": 2}}}},
        [("1", "2", "origin")],
    ),
    "by the origin, several at once": (
        {"via": {"source": {"rel": "merge", "from": {"ticket_ids": [2, 3]}}}},
        [("1", "2", "origin"), ("1", "3", "origin")],
    ),
    "by the one that went": (
        {"via": {"source": {"rel": "merge", "to": {"ticket_id": 9}}}},
        [("9", "1", "origin")],
    ),
    "in words": (
        {"body": 'Requests #2 "Hi", #3 "Ho" were closed and merged into this request. See #7'},
        [("1", "2", "words"), ("1", "3", "words")],
    ),
    "not at all": ({"body": "See #2"}, []),
}


@pytest.mark.parametrize(("told", "expected"), MERGES.values(), ids=MERGES)
def test_merges(told: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    comment = {"id": 5, "event_type": "Comment", "author_id": 20, "public": False, **told}
    held = HeldExports(events=[(60, EXPORTED | {"child_events": [comment]})])
    found, _ = read_all(held, "ticket_events")
    assert [tuple(row.values()) for row in found["ticket_merge"]] == expected


def test_late_ratings_are_read_though_lists_go_by_the_day_of_the_offer() -> None:
    rating = {"id": 1, "ticket_id": 1, "requester_id": 10, "created_at": at(0)}
    offered = [rating | {"id": n, "score": "offered", "updated_at": at(0)} for n in range(5)]
    held = HeldExports(ratings=offered)
    found, cursor = read_all(held, "ratings")
    assert len(found["satisfaction_rating"]) == 5
    held.ratings[0] |= {"score": "good", "updated_at": at(9_000)}
    again, _ = read_all(held, "ratings", cursor)
    assert [row["score"] for row in again["satisfaction_rating"]].count("good") == 1
    assert held.asked[-1][1]["start_time"] <= T0


def test_an_answer_to_a_survey_has_its_scale_and_its_words() -> None:
    options = [{"rating": n} for n in range(1, 6)]
    response = {
        "id": "01J",
        "survey_id": "S",
        "survey_version": 2,
        "responder_id": 10,
        "subjects": [{"type": "ticket", "id": 1, "zrn": "zen:ticket:1"}],
        "answers": [
            {
                "type": "rating_scale",
                "rating": 4,
                "rating_category": "good",
                "question": {"options": options},
                "updated_at": at(60),
                "created_at": at(50),
            },
            {"type": "open_ended", "value": "Fine", "updated_at": at(60)},
        ],
    }
    unanswered = {"id": "01K", "subjects": [{"zrn": "zen:ticket:2"}], "created_at": at(0)}
    found, _ = read_all(HeldExports(answers=[response, unanswered]), "survey_answers")
    first, _, last = found["survey_response"]
    assert (first["subject"], first["rating"], first["scale_max"]) == ("zen:ticket:1", "4", "5")
    assert (first["comment"], first["created_at"]) == ("Fine", at(50))
    assert (last["subject"], last["rating"], last["question_type"]) == ("zen:ticket:2", None, "")


def test_agents_and_groups_are_read_anew_each_time() -> None:
    held = HeldExports(
        users=[(0, user(20, role="agent")), (0, user(21, role="admin")), (0, user(10))],
        groups=[{"id": 7, "name": "First line"}],
    )
    found, cursor = read_all(held, "agents")
    assert ([row["id"] for row in found["user"]], cursor) == (["20", "21"], "")
    found, cursor = read_all(held, "groups", "")
    assert (found["group"], cursor) == ([{"id": "7", "name": "First line"}], "")


def test_a_refusal_goes_on_to_whoever_asked() -> None:
    held = HeldExports(refused={"satisfaction": DeniedError("the plan has no ratings")})
    with pytest.raises(DeniedError):
        read_page(held, "ratings", cursor=None, since=T0, field_key="f")
