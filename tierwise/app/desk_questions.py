"""What the pages and the API ask about help desks; every answer is a record of `desk_answers`."""

from collections.abc import Mapping
from typing import Protocol

from tierwise.facts.desk_config import DeskPlan
from tierwise.facts.desk_people import Push
from tierwise.facts.desks import DeskAccount

from .desk_answers import DeskPlanAnswer, DeskStanding, PushPreview


class DeskAnswers(Protocol):
    """The desks of one shop; `by` is who asks, refusals are `RefusedError`."""

    def desk_accounts(self) -> tuple[DeskAccount, ...]:
        """The accounts we are connected to; cheap."""

    def desks(self) -> tuple[DeskStanding, ...]:
        """How each account stands, from the book alone: no desk is asked."""

    def desk_past(self) -> tuple[tuple[DeskPlan, ...], tuple[Push, ...]]:
        """Plans and pushes of all accounts, the newest first."""

    def desk_plan(self, plan_id: str) -> DeskPlanAnswer | None: ...
    def make_desk_plan(self, account_id: str, by: str) -> DeskPlanAnswer:
        """Look at the desk and save what would change there; nothing is written to it."""

    def apply_desk_plan(self, plan_id: str, by: str) -> DeskPlanAnswer:
        """Carry a plan out, or go on with it; answers when it is done."""

    def take_hint(self, account_id: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Keep what a webhook says; False when it came before, DeniedError when it is forged."""

    def push_preview(self, account_id: str) -> PushPreview: ...
    def push(self, account_id: str, by: str) -> Push:
        """Write levels that differ, or go on with a push; answers when it is done."""
