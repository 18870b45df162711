"""The world that made-up tickets come from: why customers write, how, and what it does to them.

Nothing here is measured anywhere: it is the known truth that estimators must find again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log1p
from types import MappingProxyType

DAY_S, HOUR_S, MINUTE_S = 86_400, 3_600, 60
CONCIERGE, SUPPORT, BACK_OFFICE = "concierge", "support", "back office"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a customer writes.

    `chance` is per order (per refund for refunds); `after_days` the median until they write;
    `work_minutes` the median of one go at it; `asks`, `looks` and `passes` the chances that the
    customer is asked something, that the warehouse has to look, that the back office takes over;
    `sours` is what it costs in satisfaction however good the service.
    """

    category: str
    priority: str
    chance: float
    after_days: float
    work_minutes: float
    asks: float = 0.1
    looks: float = 0.0
    passes: float = 0.0
    sours: float = 0.0
    bot_settles: float = 0.0

    @property
    def article_settles(self) -> float:
        """An article answers what a bot can, and a little more."""
        return min(1.0, 0.1 + 1.2 * self.bot_settles)


CAUSES: tuple[Cause, ...] = (
    Cause("damaged", "high", 0.024, 5.0, 38, asks=0.45, looks=0.15, passes=0.25, sours=0.5),
    Cause("missing item", "high", 0.020, 4.0, 33, asks=0.2, looks=0.5, passes=0.1, sours=0.4),
    Cause("wrong item", "normal", 0.014, 4.0, 33, asks=0.35, looks=0.3, passes=0.1, sours=0.3),
    Cause("late delivery", "normal", 0.028, 7.0, 20, looks=0.3, sours=0.4, bot_settles=0.25),
    Cause("invoice", "low", 0.026, 12.0, 27, asks=0.15, passes=0.35),
    Cause("discount", "low", 0.010, 2.0, 17, asks=0.1),
    Cause("delivery question", "normal", 0.024, 1.5, 12, bot_settles=0.4),
)
REFUND = Cause("refund", "normal", 0.12, 2.0, 32, asks=0.3, looks=0.1, passes=0.5, sours=0.3)
QUESTION = Cause("product question", "normal", 0.026, 2.0, 22, asks=0.15, bot_settles=0.3)
OUTAGE = Cause("outage", "urgent", 0.03, 0.1, 12, looks=0.2, sours=0.2, bot_settles=0.1)
SPAM = Cause("spam", "low", 0.006, 1.0, 1, asks=0.0)
DELAYED = Cause("delivery notice", "low", 0.006, 1.0, 12, asks=0.0)
EVERY_CAUSE = (*CAUSES, REFUND, QUESTION, OUTAGE, SPAM, DELAYED)


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to reach us.

    `hours` says how likely each hour of the day is. On a live channel the customer is there,
    for `patience_s` on average; `expected_s` is the wait that customers find natural.
    """

    name: str
    share: float
    expected_s: int
    pace: float
    hours: tuple[float, ...]
    patience_s: int = 0
    wrap_up_s: int = 0

    @property
    def is_live(self) -> bool:
        return self.patience_s > 0


_DAY = (0.2, 0.1, 0.1, 0.1, 0.1, 0.3, 0.8, 2, 5, 8, 9, 9, 7, 7, 8, 8, 7, 5, 3, 2.5, 2, 1.5, 1, 0.5)
_OFFICE = (*(0,) * 9, 6, 9, 9, 6, 6, 8, 8, 7, 4, *(0,) * 6)
CHANNELS: tuple[Channel, ...] = (
    Channel("email", 0.46, 4 * HOUR_S, 1.0, _DAY),
    Channel("web", 0.20, 4 * HOUR_S, 0.9, _DAY),
    Channel("chat", 0.18, 3 * MINUTE_S, 0.9, _DAY, 12 * MINUTE_S, 60),
    Channel("phone", 0.16, 2 * MINUTE_S, 0.7, _OFFICE, 7 * MINUTE_S, 120),
)
EMAIL, WEB, CHAT, PHONE = CHANNELS
# From Monday to Sunday.
WEEK = (1.15, 1.1, 1.0, 1.0, 0.95, 0.35, 0.25)


@dataclass(frozen=True, slots=True)
class Team:
    """People who take from the same queues, the first one first."""

    name: str
    takes_from: tuple[str, ...]
    capacity: int
    wage_minor_per_hour: int


TEAMS: Mapping[str, Team] = MappingProxyType(
    {
        CONCIERGE: Team(CONCIERGE, (CONCIERGE,), 12, 2_100),
        SUPPORT: Team(SUPPORT, (CONCIERGE, SUPPORT), 20, 1_600),
        BACK_OFFICE: Team(BACK_OFFICE, (BACK_OFFICE,), 25, 1_800),
    }
)


@dataclass(frozen=True, slots=True)
class Feelings:
    """What service does to customers, in log odds and chances.

    Waiting counts as log(1 + wait), in multiples of the wait expected on that channel.
    """

    calm: float = 2.1
    per_wait: float = -0.75
    if_reopened: float = -1.2
    if_escalated: float = -0.9
    answers_if_satisfied: float = 0.34
    answers_if_not: float = 0.20
    leaves_if_satisfied: float = 0.005
    leaves_if_not: float = 0.08

    def chance_satisfied(self, waits: float, weights: float) -> float:
        """`waits` as multiples of what was expected; `weights` sums up the rest, in log odds."""
        felt = self.calm + self.per_wait * log1p(waits) + weights
        return 1 / (1 + exp(-felt))

    def chance_answering(self, *, satisfied: bool) -> float:
        return self.answers_if_satisfied if satisfied else self.answers_if_not

    def chance_leaving(self, *, satisfied: bool) -> float:
        return self.leaves_if_satisfied if satisfied else self.leaves_if_not


@dataclass(frozen=True, slots=True)
class World:
    """Everything that a made-up support operation depends on, the orders apart.

    `outages` are places in the time of the orders, from 0 to 1. `occupancy` is how busy teams may
    be in an average week, before people are rounded up; busier weeks make queues. With
    `drop_lost`, customers who were lost order nothing any more. With `costs_by_ticket`, costs
    name the ticket they were spent on. `says_helped` and `says_not` are the chances that readers
    of the help centre say so, by whether it spared them a ticket; some say wrongly that it did.
    All other plain numbers are chances, those in `_s` seconds; the shares are of those who have
    bought.
    """

    zone: str
    currency: str
    seed: int = 7
    drop_lost: bool = False
    costs_by_ticket: bool = True
    occupancy: float = 0.65
    outages: tuple[float, ...] = (0.16, 0.47, 0.86)
    outage_s: int = 3 * HOUR_S
    concierge_share: float = 0.10
    plus_share: float = 0.35
    again_elsewhere: float = 0.05
    absent: float = 0.06
    close_after_s: int = 4 * DAY_S
    bot_s: int = 75
    customer_s: int = 10 * HOUR_S
    warehouse_s: int = 9 * HOUR_S
    customer_answers: float = 0.85
    answers_a_notice: float = 0.25
    writes_instead: float = 0.5
    reads_help: float = 0.3
    escalates: float = 0.01
    escalates_per_wait: float = 0.015
    reopens: float = 0.07
    thanks: float = 0.22
    csat_share: float = 0.75
    nps_share: float = 0.25
    fcr_share: float = 0.4
    fcr_errs: float = 0.06
    rates_again: float = 0.05
    says_helped: float = 0.45
    says_wrongly: float = 0.03
    says_not: float = 0.3
    passes_by: float = 0.2
    takes_callback: float = 0.35
    callback_after_s: int = 40
    tells_when_passing: float = 0.6
    notes_when_solving: float = 0.25
    feelings: Feelings = Feelings()
