"""What a policy promises, and how the clocks of its promises run."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from .policy_calendar import ALL_DAY
from .policy_part import PolicyPart, Word, as_list
from .policy_values import DurationS, DurationSOrNone, Share, WarningPoint, fault
from .rule_values import did_you_mean

CLOCKS = (
    "first_response",
    "handover_response",
    "next_response",
    "periodic_update",
    "pausable_update",
    "requester_wait",
    "agent_work",
    "resolution",
    "assignment",
    "team_ownership",
)
DONE = ("solved", "closed")  # as usual, see `promises.clock_kinds`
Mode = Literal["keep_elapsed", "from_start", "forward_only", "frozen"]
Status = Literal["new", "open", "pending", "hold", "solved", "closed"]


def _clock(name: str) -> str:
    if name not in CLOCKS:
        raise fault("a clock", name, did_you_mean(name, CLOCKS))
    return name


Clock = Annotated[str, AfterValidator(_clock)]
Words = Annotated[
    tuple[Word, ...],
    BeforeValidator(as_list),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
            "examples": ["chat", ["urgent", "high"]],
        }
    ),
]


class PromiseCase(PolicyPart):
    """Tickets with a promise of their own; what it leaves out is as in the promise around it."""

    channel: Words = Field(
        default=(), description="Channels it is for, a word or a list; without it all."
    )
    priority: Words = Field(
        default=(), description="Priorities it is for, a word or a list; without it all."
    )
    within: DurationSOrNone | None = Field(
        default=None, description="Longest time the clock may run; `none` promises nothing here."
    )
    share: Share | None = Field(
        default=None, description="Share of tickets for which it must be kept."
    )
    calendar: Word | None = Field(default=None, description="Calendar in which time counts.")

    @model_validator(mode="after")
    def _says_something(self) -> "PromiseCase":
        if not self.channel and not self.priority:
            step = "say for which `channel` or `priority` it is"
            raise fault("a `channel` or a `priority`", None, step)
        if (self.within, self.share, self.calendar) == (None, None, None):
            step = "say what is different there, such as `within: 30m`"
            raise fault("`within`, `share` or `calendar`", None, step)
        return self


class Promise(PolicyPart):
    """What a level promises for one clock, and for how many of its tickets."""

    within: DurationS = Field(
        description="Longest time the clock may run: `30m`, `1h 30m`, `2d`; "
        "a day is 24 hours in which the calendar is open."
    )
    share: Share = Field(
        default="100%",
        validate_default=True,
        description="Share of tickets for which it must be kept: `95%`.",
    )
    calendar: Word = Field(
        default=ALL_DAY, description="Calendar in which time counts; `24x7` needs no entry."
    )
    where: tuple[PromiseCase, ...] = Field(
        default=(),
        description="Tickets with a promise of their own. One that names channel and priority "
        "wins over one that names either; of equals the first in the list wins.",
    )


class ClockRules(PolicyPart):
    """What stops one clock; without an entry it is as Tierwise does it by itself."""

    pauses: tuple[Status, ...] | None = Field(
        default=None,
        description="Statuses in which the clock stands still: `[pending, hold]`. As usual: "
        "`[pending]` for `pausable_update`, `requester_wait` and `team_ownership`, "
        "`[pending, hold]` for `agent_work`, none for others.",
    )
    done: Annotated[tuple[Status, ...], Field(min_length=1)] | None = Field(
        default=None,
        description="Statuses in which the ticket counts as done. As usual: `[solved, closed]`.",
    )

    @model_validator(mode="after")
    def _one_or_the_other(self) -> "ClockRules":
        both = next((status for status in self.pauses or () if status in (self.done or DONE)), None)
        if both is not None:
            step = "a done ticket cannot wait: leave it in one of them"
            raise fault("a status in `pauses` or in `done`", both, step)
        return self


class Changes(PolicyPart):
    """What a change of level, priority, policy or calendar in mid-ticket does to a clock.

    `keep_elapsed`: time used stays used, the rest follows the new promise. `from_start`: as if
    the new promise had held from the start. `forward_only`: a running cycle keeps its promise,
    the next gets the new one. `frozen`: the ticket keeps the first promise it had.
    """

    target: Mode = Field(default="keep_elapsed", description="When the promised time changes.")
    calendar: Mode = Field(default="keep_elapsed", description="When the calendar changes.")
    grace: DurationSOrNone = Field(
        default="30m",
        validate_default=True,
        description="Open time that is left at least after a change, so that an upgrade never "
        "makes a promise late at once; `none` switches it off, `grace_share` too.",
    )
    grace_share: Share = Field(
        default="50%",
        validate_default=True,
        description="The same as a share of the new promise; the longer of the two holds.",
    )

    def grace_s(self, within_s: int) -> int | None:
        """Open seconds left at least after a change to a promise of `within_s`, if any."""
        if not isinstance(self.grace, int):
            return None
        return max(self.grace, round(within_s * self.grace_share))


class Warnings(PolicyPart):
    """When to tell that a promise is about to be broken."""

    at: tuple[WarningPoint, ...] = Field(
        default=("75%",),
        validate_default=True,
        description="Share of the promised time used, or open time left: `[75%, 30m]`; "
        "`[]` warns of nothing.",
    )
    quiet: Word | None = Field(
        default=None,
        description="Calendar of the hours in which warnings are told; outside them they wait "
        "until it opens. Without it they are told at any time.",
    )
