"""Tickets and people by the million that nobody keeps: each is made of its number when asked for.

A made person is a customer `c<number>` of the shop; a made ticket is solved by its second reply.
"""

import json
from dataclasses import dataclass
from typing import Any

from .standin_calls import in_text

FIRST_USER = 20_000_000_000
BEGINS = 1_704_067_200  # 2024-01-01
EVERY_S = 30
PRIORITIES = ("low", "normal", "high", "urgent")
CHANNELS = ("email", "web", "chat", "api")
ADDRESS = "https://stand-in.zendesk.com/api/v2"


@dataclass(frozen=True, slots=True)
class Made:
    """How many of each there are; tickets count from 1, people from `FIRST_USER` + 1."""

    tickets: int
    users: int

    def ticket(self, number: int) -> dict[str, Any] | None:
        """A ticket as a dict, without its figures."""
        return json.loads(self.ticket_text(number)) if 0 < number <= self.tickets else None

    def user(self, number: int) -> dict[str, Any] | None:
        """A person as a dict."""
        place = number - FIRST_USER
        return json.loads(self.user_text(place)) if 0 < place <= self.users else None

    def outer_id(self, outer: str) -> int:
        """Who has a number of the shop; 0 for nobody."""
        place = int(outer[1:]) if outer[:1] == "c" and outer[1:].isdigit() else 0
        return FIRST_USER + place if 0 < place <= self.users else 0

    def ticket_at(self, at: int) -> int:
        """The first ticket that changed at or after an instant."""
        return max(-(-(at - BEGINS) // EVERY_S), 1)

    def user_at(self, at: int) -> int:
        """The first person that changed at or after an instant: all did when time began."""
        return 1 if at <= BEGINS else self.users + 1

    def ticket_text(self, number: int, *, with_metrics: bool = False) -> str:
        """A ticket as JSON."""
        at = BEGINS + number * EVERY_S
        reply_min = number * 7919 % 600 + 1
        solve_min = reply_min + number * 104_729 % 2880
        requester = FIRST_USER + number * 7 % max(self.users, 1) + 1
        text = _TICKET % (
            number,
            number,
            in_text(at - solve_min * 60),
            in_text(at),
            at,
            number,
            number,
            PRIORITIES[number % 4],
            requester,
            requester,
            CHANNELS[number // 4 % 4],
        )
        if not with_metrics:
            return text + "}"
        solved = in_text(at)
        figures = (reply_min, reply_min // 3, solve_min, solve_min // 3, solve_min, solve_min // 3)
        return text + _METRICS % (number, number, solved, solved, solved, number % 3, *figures)

    def user_text(self, place: int) -> str:
        """A person as JSON."""
        return _USER % (FIRST_USER + place, FIRST_USER + place, place, place, place)


_TICKET = (
    '{"id":%d,"url":"' + ADDRESS + '/tickets/%d.json","external_id":null,"via":{"channel":"web",'
    '"source":{"from":{},"to":{},"rel":null}},"created_at":"%s","updated_at":"%s",'
    '"generated_timestamp":%d,"type":"question","subject":"Question %d","raw_subject":"Question %d"'
    ',"description":"How long does it take?","priority":"%s","status":"solved","recipient":null,'
    '"requester_id":%d,"submitter_id":%d,"assignee_id":null,"organization_id":null,"group_id":null,'
    '"collaborator_ids":[],"follower_ids":[],"email_cc_ids":[],"forum_topic_id":null,'
    '"problem_id":null,"has_incidents":false,"is_public":true,"due_at":null,"tags":["made","%s"],'
    '"custom_fields":[],"satisfaction_rating":{"score":"unoffered"},"sharing_agreement_ids":[],'
    '"custom_status_id":null,"fields":[],"followup_ids":[],"ticket_form_id":null,"brand_id":null,'
    '"allow_channelback":false,"allow_attachments":true,"from_messaging_channel":false'
)
_METRICS = (
    ',"metric_set":{"id":%d,"ticket_id":%d,"solved_at":"%s","updated_at":"%s",'
    '"status_updated_at":"%s","replies":%d,"reopens":0,"group_stations":1,"assignee_stations":1,'
    '"reply_time_in_minutes":{"calendar":%d,"business":%d},'
    '"first_resolution_time_in_minutes":{"calendar":%d,"business":%d},'
    '"full_resolution_time_in_minutes":{"calendar":%d,"business":%d},'
    '"agent_wait_time_in_minutes":{"calendar":0,"business":0},'
    '"requester_wait_time_in_minutes":{"calendar":0,"business":0},'
    '"on_hold_time_in_minutes":{"calendar":0,"business":0}}}'
)
_USER = (
    '{"id":%d,"url":"' + ADDRESS + '/users/%d.json","name":"Customer %d",'
    '"email":"customer%d@example.com","external_id":"c%d","role":"end-user","active":true,'
    '"suspended":false,"verified":true,"phone":null,"organization_id":null,"tags":[],'
    '"user_fields":{"service_level":null},"created_at":"2024-01-01T00:00:00Z",'
    '"updated_at":"2024-01-01T00:00:00Z","time_zone":"UTC","locale":"en-US","notes":null,'
    '"details":null,"alias":null,"photo":null,"shared":false,"moderator":false}'
)
