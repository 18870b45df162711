"""A small help desk of our own that answers as Zendesk does: the world behind it."""

import time
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

from .standin_calls import Call, Row, in_text
from .standin_config import GROUPS, POLICIES, TRIGGERS, new_category
from .standin_fields import make_field
from .standin_jobs import settle_jobs
from .standin_made import Made
from .standin_oauth import give_token
from .standin_schedules import SCHEDULES
from .standin_state import State
from .standin_tickets import change_ticket, delete_ticket, make_ticket, merge_tickets
from .standin_users import delete_user, make_user, merge_users

Done = TypeVar("Done")


class StandIn(State):
    """The account: who and what is in it, and deeds as its agents and customers do them.

    All that is held are plain dicts as Zendesk writes them. Deeds take the lock themselves.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        pace: float = 1.0,
        ticks: Callable[[], float] = time.monotonic,
        seed: int = 0,
    ) -> None:
        super().__init__(clock=clock, pace=pace, ticks=ticks, seed=seed)
        self.admin_id = make_user(self, {"name": "Ada Admin", "email": self.api_email})["id"]
        self.users[self.admin_id]["role"] = "admin"
        new_category(self, "Initial category")
        GROUPS.make(self, {"name": "Support", "default": True})
        self.effects.clear()

    def make_up(self, *, tickets: int = 0, users: int = 0) -> None:
        """Let there be many tickets and people that nobody keeps; before all others."""
        self.made = Made(tickets, max(users, 1))

    def add_user(self, *, name: str, role: str = "end-user", **sent: Any) -> Row:
        """Somebody new: email, external_id, user_fields, tags …"""
        with self.lock:
            return self._quietly(lambda: make_user(self, {"name": name, "role": role, **sent}))

    def add_ticket(self, *, requester_id: int, **sent: Any) -> Row:
        """A ticket of somebody, as they write it: subject, priority, tags, via …"""
        with self.lock:
            told = {"requester_id": requester_id, **sent}
            return self._quietly(lambda: make_ticket(self, told, requester_id))

    def add_group(self, name: str) -> Row:
        with self.lock:
            return self._quietly(lambda: GROUPS.make(self, {"name": name}))

    def add_field(self, key: str, title: str, options: dict[str, str]) -> Row:
        """A drop-down of people; `options` are names by value."""
        told = [{"name": name, "value": value} for value, name in options.items()]
        sent = {"key": key, "title": title, "type": "dropdown", "custom_field_options": told}
        with self.lock:
            return self._quietly(lambda: make_field(self, sent))

    def add_policy(self, **sent: Any) -> Row:
        """An SLA policy as somebody at the desk made it: title, filter, policy_metrics."""
        with self.lock:
            return self._quietly(lambda: POLICIES.make(self, sent))

    def add_trigger(self, **sent: Any) -> Row:
        """A trigger as somebody at the desk made it: title, conditions, actions."""
        with self.lock:
            return self._quietly(lambda: TRIGGERS.make(self, sent))

    def add_schedule(self, name: str, time_zone: str = "UTC") -> Row:
        """Business hours, Monday to Friday from nine to five."""
        with self.lock:
            sent = {"name": name, "time_zone": time_zone}
            return self._quietly(lambda: SCHEDULES.make(self, sent))

    def add_rating(self, ticket_id: int, score: str, comment: str = "") -> Row:
        """What a customer said of a ticket: good or bad (legacy CSAT)."""
        with self.lock:
            ticket, number = self.tickets[ticket_id], self.new_id()
            who = {name: ticket[name] for name in ("assignee_id", "group_id", "requester_id")}
            told = {"id": number, "ticket_id": ticket_id, "score": score, "comment": comment}
            when = {"created_at": self.now_text, "updated_at": self.now_text, "reason": None}
            self.ratings[number] = {**told, **who, **when}
            ticket["satisfaction_rating"] = {"id": number, "score": score, "comment": comment}
            return self.ratings[number]

    def add_survey_answer(self, ticket_id: int, rating: int, comment: str = "") -> Row:
        """What a customer answered of a ticket, 1 to 5 (the newer CSAT)."""
        with self.lock:
            number, now = self.new_word(), self.now_text
            stars = {"type": "rating_scale", "id": "1", "rating": rating, "created_at": now}
            words = {"type": "open_ended", "id": "2", "value": comment, "created_at": now}
            self.survey_responses[number] = {
                "id": number,
                "survey_id": "01SURVEY",
                "survey_version": 1,
                "responder_id": str(self.tickets[ticket_id]["requester_id"]),
                "subjects": [{"id": str(ticket_id), "type": "ticket"}],
                "answers": [stars, words] if comment else [stars],
                "created_at": now,
                "updated_at": now,
                "expires_at": in_text(self.now + 28 * 86_400),
            }
            return self.survey_responses[number]

    def reply(self, ticket_id: int, body: str, *, author_id: int = 0, public: bool = True) -> Row:
        """Somebody writes; without an author the admin does."""
        author = author_id or self.admin_id
        comment = {"body": body, "author_id": author, "public": public}
        with self.lock:
            return change_ticket(self, ticket_id, {"comment": comment}, author)

    def change_ticket(self, ticket_id: int, **sent: Any) -> Row:
        """An agent changes a ticket: status, priority, tags …"""
        with self.lock:
            return self._quietly(lambda: change_ticket(self, ticket_id, sent, self.admin_id))

    def set_value(self, user_id: int, value: str | None, key: str = "service_level") -> None:
        """An agent sets the field of a person; not counted among the effects."""
        with self.lock:
            user = self.users.setdefault(user_id, self.user(user_id) or {})
            user["user_fields"] = {**user["user_fields"], key: value}
            user["updated_at"] = self.now_text
            self.touch("users", user_id)

    def delete_user(self, user_id: int) -> None:
        with self.lock:
            self._quietly(lambda: delete_user(self, user_id))

    def merge_users(self, loser: int, winner: int) -> Row:
        with self.lock:
            return self._quietly(lambda: merge_users(self, loser, winner))

    def merge_tickets(self, loser: int, winner: int) -> Row:
        with self.lock:
            return self._quietly(lambda: merge_tickets(self, [loser], winner, self.admin_id))

    def delete_ticket(self, ticket_id: int) -> None:
        with self.lock:
            delete_ticket(self, ticket_id)

    def archive_ticket(self, ticket_id: int) -> None:
        """Lists do not carry the ticket any more; exports and questions by number do."""
        self.archived.add(ticket_id)

    def finish_jobs(self) -> None:
        """Let every job end now."""
        with self.lock:
            settle_jobs(self, all_of_them=True)

    def new_token(self, scope: str = "read write") -> str:
        """An access token of the client."""
        sent = {"grant_type": "client_credentials", "scope": scope, "client_id": self.client_id}
        call = Call("POST", "", "", body={**sent, "client_secret": self.client_secret})
        return str(give_token(self, call).body["access_token"])

    def revoke_tokens(self) -> None:
        """All tokens are worthless at once, also those that renew."""
        self.tokens.clear()

    def _quietly(self, deed: Callable[[], Done]) -> Done:
        """Do something that does not count among the effects of those who ask by HTTP."""
        counted, self.effects = self.effects, Counter()
        try:
            return deed()
        finally:
            self.effects = counted
