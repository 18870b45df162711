"""The shop behind the pages in tests: all in memory, with plans that can be applied and undone."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from tierwise.app.answers import (
    Border,
    BorderMove,
    Check,
    Concentration,
    CustomerRow,
    DataState,
    Explanation,
    LevelCount,
    Past,
    PlanAnswer,
    PlanRow,
    Segments,
    SourceState,
    TimelineEntry,
)
from tierwise.app.forecast_records import ForecastRow, Stability, TypeRow, ValueChoice
from tierwise.app.promise_records import (
    AttainmentAnswer,
    Cause,
    LateAnswer,
    Period,
    TicketAnswer,
    TicketList,
)
from tierwise.app.value_report import ValueReport
from tierwise.facts.corrections import TypeCorrection
from tierwise.facts.decisions import Applied, Change, DatedDecision, Ground, Override, Plan
from tierwise.facts.problems import Problem, RefusedError
from tierwise.promises.counting import Counting
from tierwise.value.customer_value import Use

from . import remembered_promises as promised
from . import remembered_shop as shop
from . import remembered_value as worth
from .remembered_desk import DeskWorld, RememberedDesk
from .remembered_voice import RememberedVoice

NOW = 1_795_312_800  # 22 Nov 2026, 02:00 UTC
ACCOUNT = shop.customers()[3].customer_id
LEVELS = (("premium", "Premium"), ("plus", "Plus"), ("standard", "Standard"))
POLICY = (Path(__file__).parent / "policy.yaml").read_text(encoding="utf-8")
CREDIT = "Sample: Online Retail II, Daqing Chen, UCI Machine Learning Repository, CC BY 4.0."
PROBLEMS = tuple(
    Problem("orders.csv", 40 + 977 * n, column, expected, found, "correct the row and read again")
    for n, (column, expected, found) in enumerate(
        [
            ("Quantity", "a whole number", "`12x`"),
            ("InvoiceDate", "a date like `2011-12-09 12:50`", "`31/31/2011`"),
            ("Customer ID", "digits", "`TEST`"),
        ]
        * 3
    )
)

SORT_KEYS: dict[str, Callable[[shop.Known], float]] = {
    "value": lambda one: -one.value,
    "recent": lambda one: one.recency,
    "orders": lambda one: -one.orders,
    "name": lambda one: float(one.customer_id),
}


@dataclass(slots=True)
class RememberedAnswers(RememberedVoice, RememberedDesk):
    """One shop and what was done to it. `moved` makes every open plan stale."""

    edges: dict[str, float] = field(default_factory=lambda: {"premium": 90.0, "plus": 70.0})
    levels_: tuple[tuple[str, str], ...] = LEVELS
    plans: dict[str, PlanAnswer] = field(default_factory=dict)
    wanted: dict[str, dict[str, float]] = field(default_factory=dict)
    done: list[Applied] = field(default_factory=list)
    before: dict[str, dict[str, float]] = field(default_factory=dict)
    overrides: dict[str, Override] = field(default_factory=dict)
    moved: str | None = None
    empty: bool = False
    use: Use = Use.BOTH
    follows: bool = True
    report: ValueReport = worth.REPORT
    refits: Stability = field(default_factory=worth.stability)
    typed: bool = True
    corrections: dict[tuple[str, str], TypeCorrection] = field(default_factory=dict)
    tickets_read: bool = True
    made_up: str | None = promised.MADE_UP
    desk_world: DeskWorld = field(default_factory=DeskWorld)

    def shop_name(self) -> str:
        return "Online Retail"

    def currency(self) -> str:
        return "GBP"

    def levels(self) -> tuple[tuple[str, str], ...]:
        return self.levels_

    def policy_text(self) -> str:
        return POLICY

    def data_state(self) -> DataState:
        if self.empty:
            return DataState((), (), 0, 0, 0, None, None, None)
        source = SourceState(
            source="online_retail",
            reader="online-retail",
            file="online_retail_II.parquet",
            read_at=NOW - 300,
            rows={"orders": 53_628, "customers": 5_942},
            problems=len(PROBLEMS),
            first_day=14_579,
            last_day=shop.TO_DAY,
        )
        number = len(PROBLEMS)
        return DataState((source,), PROBLEMS, number, number, 0, shop.TO_DAY, NOW - 120, CREDIT)

    def concentration(self) -> Concentration:
        return shop.concentration()

    def level_of(self, percentile: float, edges: dict[str, float] | None = None) -> str:
        held = edges or self.edges
        return next((name for name, edge in held.items() if percentile >= edge), "standard")

    def level_counts(self) -> tuple[LevelCount, ...]:
        if self.empty:
            return ()
        total = shop.revenue()
        found = Counter[str]()
        money = Counter[str]()
        for one in shop.customers():
            found[self.level_of(one.percentile)] += 1
            money[self.level_of(one.percentile)] += one.value
        return tuple(
            LevelCount(
                name,
                found[name],
                money[name],
                found[name] / shop.NUMBER,
                money[name] / total,
                f"ltv_percentile >= {self.edges[name]:g}" if name in self.edges else "everyone",
                by_rules=found[name],
            )
            for name, _ in self.levels_
        )

    def borders(self) -> tuple[tuple[str, str, float], ...]:
        if self.empty:
            return ()
        return tuple((level, "ltv_percentile", edge) for level, edge in self.edges.items())

    def move_border(self, level: str, value: float) -> BorderMove:
        now, then = shop.top_of(100 - self.edges[level]), shop.top_of(100 - value)
        total, change = shop.revenue(), len(then) - len(now)
        return BorderMove(
            level=level,
            column="ltv_percentile",
            border=value,
            border_now=self.edges[level],
            customers=len(then),
            customers_now=len(now),
            share_of_revenue=sum(one.value for one in then) / total,
            share_of_revenue_now=sum(one.value for one in now) / total,
            up=max(0, change),
            down=max(0, -change) * 4 // 5,
            held=max(0, -change) - max(0, -change) * 4 // 5,
            new=0,
            moved=0,
            moves_now=0,
            elapsed_ms=3.4,
        )

    def segments(self, from_day: int | None) -> Segments:
        return shop.segments(from_day)

    def customers(
        self,
        *,
        search: str,
        level: str | None,
        group: str | None,
        sort: str,
        offset: int,
        limit: int,
    ) -> tuple[tuple[CustomerRow, ...], int]:
        found = [
            one
            for one in sorted(shop.customers(), key=SORT_KEYS[sort])
            if search in one.customer_id
            and level in (None, self.level_of(one.percentile))
            and group in (None, one.group)
        ]
        return tuple(self._row(one) for one in found[offset : offset + limit]), len(found)

    def _row(self, one: shop.Known) -> CustomerRow:
        level = self.level_of(one.percentile)
        head = (one.customer_id, one.name, level, one.value, one.percentile)
        worth_it = worth.forecast(one, self.use)
        band = (worth_it.low_80_minor, worth_it.high_80_minor)
        return CustomerRow(*head, one.group, one.orders, one.recency, *band)

    def value_report(self) -> ValueReport:
        return self.report

    def value_use(self) -> Use:
        return self.value_choice().use

    def value_choice(self) -> ValueChoice:
        return worth.choice(self.use, follows=self.follows, report=self.report)

    def stability(self) -> Stability:
        return self.refits

    def plan_with_use(self, use: Use, by: str) -> PlanAnswer:
        return self._save(self.edges | {"plus": self.edges["plus"] - list(Use).index(use) - 1})

    def forecast(self, customer_id: str) -> ForecastRow | None:
        found = [one for one in shop.customers() if one.customer_id == customer_id]
        return worth.forecast(found[0], self.use) if found else None

    def types(self, customer_id: str) -> tuple[TypeRow, ...]:
        found = [one for one in shop.customers() if one.customer_id == customer_id]
        return worth.types(found[0], self.corrections) if found and self.typed else ()

    def correct_type(
        self, customer_id: str, type_name: str, *, holds: bool, reason: str, by: str
    ) -> TypeCorrection:
        told = TypeCorrection("c_1", customer_id, type_name, holds, reason, by, NOW)
        self.corrections[customer_id, type_name] = told
        return told

    def withdraw_correction(self, customer_id: str, type_name: str, by: str) -> TypeCorrection:
        told = self.corrections.pop((customer_id, type_name), None)
        if told is None:
            raise RefusedError(f"no correction of `{type_name}` is in force")
        return replace(told, ended_at=NOW, ended_by=by)

    def explain(self, customer_id: str) -> Explanation | None:
        found = [one for one in shop.customers() if one.customer_id == customer_id]
        return self._explain(found[0]) if found else None

    def _explain(self, one: shop.Known) -> Explanation:
        override = self.overrides.get(one.customer_id)
        level = override.level if override else self.level_of(one.percentile)
        reason = f"Better than {one.percentile:.1f}% of buyers; the rule asks for 90 or more."
        checks = tuple(
            Check(f"ltv_percentile >= {edge:g}", f"{one.percentile:.1f}", one.percentile >= edge)
            for edge in self.edges.values()
        )
        borders = (
            Border("standard", "down", "Falling below the `65th` percentile in two runs."),
            *([Border("premium", "up", "£1 204 more in orders.")] if level != "premium" else []),
        )
        return Explanation(
            customer_id=one.customer_id,
            name=one.name,
            covered_by=None,
            level=level,
            since_day=shop.TO_DAY - 92,
            reason=override.reason if override else reason,
            rule=f"ltv_percentile >= {self.edges['premium']:g}",
            next_plan="",
            policy_version=3,
            currency="GBP",
            standing=_standing(one),
            checks=checks,
            borders=borders,
            history=_history(one, level),
            override=override,
            timeline=_timeline(one),
            promises=("First response within 1 h for 95%, in office hours.", "Solved within 8 h."),
            playbook="Greet by name. Offer a call. Never ask for the order number first.",
        )

    def make_plan(self, by: str) -> PlanAnswer:
        return self._save(self.edges | {"plus": self.edges["plus"] + 1})

    def save_border(self, level: str, value: float, by: str) -> PlanAnswer:
        return self._save(self.edges | {level: value})

    def _save(self, edges: dict[str, float]) -> PlanAnswer:
        plan_id = f"p_{len(self.plans) + 1:04d}"
        pairs = [
            (one, self.level_of(one.percentile), self.level_of(one.percentile, edges))
            for one in shop.customers()
        ]
        rows = tuple(self._plan_row(*pair) for pair in pairs if pair[1] != pair[2])
        counts = Counter(row.change for row in rows)
        counts["held"] = 17
        counts["same"] = shop.NUMBER - len(rows) - counts["held"]
        plan = Plan(plan_id, "r_1", NOW, shop.TO_DAY, "f_1", 3, len(self.done), dict(counts))
        before, after = Counter(now for _, now, _ in pairs), Counter(then for *_, then in pairs)
        held: dict[str, int] = {Ground.LEAVING_BORDER: 14, Ground.MINIMUM_STAY: 3}
        self.plans[plan_id] = PlanAnswer(plan, dict(before), dict(after), held, rows, None)
        self.wanted[plan_id] = edges
        return self.plans[plan_id]

    def _plan_row(self, one: shop.Known, now: str, then: str) -> PlanRow:
        names = [name for name, _ in self.levels_]
        change = Change.UP if names.index(then) < names.index(now) else Change.DOWN
        reason = f"better than {one.percentile:.1f}% of buyers"
        return PlanRow(one.customer_id, one.name, now, then, then, change, reason)

    def plan(self, plan_id: str) -> PlanAnswer | None:
        found = self.plans.get(plan_id)
        if found is None or found.plan.state != "open":
            return found
        moved = found.plan.head != len(self.done)
        text = "Levels were applied since it was made." if moved else self.moved
        return replace(found, stale=text)

    def plan_rows(
        self, plan_id: str, change: str | None, *, offset: int, limit: int
    ) -> tuple[tuple[PlanRow, ...], int]:
        rows = [row for row in self.plans[plan_id].rows if change in (None, row.change)]
        return tuple(rows[offset : offset + limit]), len(rows)

    def apply(self, plan_id: str, by: str) -> Applied:
        found = self.plan(plan_id)
        if found is None or found.stale or found.plan.state != "open":
            raise RefusedError("the base of this plan has moved since it was made")
        applied = Applied(f"a_{len(self.done) + 1}", plan_id, None, NOW, by, len(found.rows))
        self.before[applied.apply_id] = self.edges
        self.edges = self.wanted[plan_id]
        self._state(plan_id, "applied")
        self.done.append(applied)
        return applied

    def undo(self, apply_id: str, by: str) -> Applied:
        (applied,) = (one for one in self.done if one.apply_id == apply_id)
        if any(one.undoes == apply_id for one in self.done):
            raise RefusedError(f"`{apply_id}` was undone before")
        self.edges = self.before[apply_id]
        self._state(applied.plan_id or "", "undone")
        undone = Applied(f"a_{len(self.done) + 1}", None, apply_id, NOW, by, applied.changed)
        self.done.append(undone)
        return undone

    def _state(self, plan_id: str, state: str) -> None:
        found = self.plans[plan_id]
        self.plans[plan_id] = replace(found, plan=replace(found.plan, state=state))

    def past(self) -> Past:
        plans = tuple(answer.plan for answer in reversed(self.plans.values()))
        return Past(plans, tuple(reversed(self.done)))

    def set_override(
        self, customer_id: str, level: str, *, reason: str, until_day: int, by: str
    ) -> Override:
        override = Override("o_1", customer_id, level, reason, by, NOW, until_day)
        self.overrides[customer_id] = override
        return override

    def end_override(self, customer_id: str, by: str) -> None:
        self.overrides.pop(customer_id, None)

    def has_tickets(self) -> bool:
        return self.tickets_read and not self.empty

    def attainment(
        self,
        period: Period | None,
        *,
        counting: Counting | None = None,
        by: str | None = None,
    ) -> AttainmentAnswer:
        names = [name for name, _ in self.levels_]
        found = promised.attained(names, period, counting or Counting.EXACT, by)
        return replace(found, as_of=replace(found.as_of, made_up=self.made_up))

    def late(
        self,
        period: Period | None,
        *,
        level: str | None,
        clock: str | None,
        cause: Cause | None,
        offset: int,
        limit: int,
    ) -> LateAnswer:
        rows = promised.late_rows(level, clock)
        return promised.late(period, rows, cause, slice(offset, offset + limit))

    def tickets(
        self,
        period: Period | None,
        *,
        level: str | None,
        clock: str | None,
        outcome: str,
        week: int | None,
        offset: int,
        limit: int,
    ) -> TicketList:
        every = promised.ticket_rows(outcome)
        rows = [row for row in every if promised.fits(row, level, clock)]
        rows = rows if week is None else rows[week::5]
        return promised.listed(period, rows, slice(offset, offset + limit))

    def customer_tickets(self, customer_id: str) -> TicketList | None:
        rows = promised.ticket_rows("all")[:3] if customer_id == "14911" else []
        return promised.listed(None, list(rows), slice(0, 10))

    def ticket_problems(self, limit: int) -> tuple[Problem, ...]:
        return promised.PROBLEMS[:limit]

    def ticket(self, ticket_id: str) -> TicketAnswer | None:
        return promised.ticket(ticket_id)


@dataclass(slots=True)
class Covered(RememberedAnswers):
    """A shop in which everybody is covered by one account."""

    def explain(self, customer_id: str) -> Explanation | None:
        found = RememberedAnswers.explain(self, customer_id)
        return replace(found, covered_by=ACCOUNT) if found else None


def _standing(one: shop.Known) -> dict[str, object]:
    return {
        "customer_id": one.customer_id,
        "ltv_percentile": one.percentile,
        "ltv_minor": one.value,
        "orders": one.orders,
        "occasions": one.orders,
        "refunded_minor": one.value // 40,
        "average_order_minor": one.value / one.orders,
        "recency_days": one.recency,
        "tenure_days": one.recency + 31 * one.orders,
        "gap_days": None if one.orders < 2 else 31.4,
        "rfm_r": one.scores[0],
        "rfm_f": one.scores[1],
        "rfm_m": one.scores[2],
        "rfm_group": one.group,
        "is_account": False,
    }


def _timeline(one: shop.Known) -> tuple[TimelineEntry, ...]:
    chance = random.Random(one.customer_id)
    last = shop.TO_DAY - one.recency
    days = sorted(last - chance.randrange(31 * one.orders + 1) for _ in range(one.orders - 1))
    sums = [int(one.value / one.orders * chance.uniform(0.4, 1.6)) for _ in range(one.orders)]
    orders = [
        TimelineEntry(day, "order", f"Order {540_000 + place}", amount)
        for place, (day, amount) in enumerate(zip([*days, last], sums, strict=True))
    ]
    refund = TimelineEntry(last, "refund", "Credit note C579889", -sums[-1] // 3)
    change = TimelineEntry(shop.TO_DAY - 92, "level", "Plus to Premium")
    return (*orders, refund, change)


def _history(one: shop.Known, level: str) -> tuple[DatedDecision, ...]:
    text = f"better than {one.percentile:.1f}% of buyers"
    steps = (("standard", None, Change.NEW, 400), (level, "standard", Change.UP, 92))
    lines = tuple(
        DatedDecision(
            customer_id=one.customer_id,
            level=now,
            level_before=before,
            change=change,
            ground=Ground.RULE,
            reason=text,
            evidence="{}",
            decided_at=NOW - ago * 86_400,
            as_of_day=shop.TO_DAY - ago,
            policy_version=3,
            apply_id="a_1",
            by="owner",
        )
        for now, before, change, ago in steps
    )
    return lines[::-1]
