"""Answers about customers: the list, and everything behind one customer's level."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tierwise.facts.decisions import Change, DatedDecision, Ground
from tierwise.facts.identity import normalise_email
from tierwise.facts.money import format_minor
from tierwise.facts.tables import ORDERS
from tierwise.levels.decision import CurrentLevel, decide_level
from tierwise.levels.policy import Policy
from tierwise.levels.reasons import Circumstances, checks_of, promises_of, reason_of
from tierwise.levels.ways import borders_of
from tierwise.value.standing import STANDING

from .answers import Border, Check, CustomerRow, Explanation, TimelineEntry
from .basis import Basis
from .table_file import write_table

TIMELINE_ENTRIES = 500

_ORDER_BY = {
    "value": "s.ltv_minor DESC NULLS LAST, s.customer_id",
    "recent": "s.recency_days ASC NULLS LAST, s.customer_id",
    "orders": "s.orders DESC, s.customer_id",
    "name": "n.name ASC NULLS LAST, s.customer_id",
}
_LISTED = """
FROM standings s
LEFT JOIN levels_now l ON l.customer_id = s.customer_id
LEFT JOIN identities n ON n.ref = s.customer_id
WHERE (? IS NULL OR l.level = ?) AND (? IS NULL OR s.rfm_group = ?)
    AND (? = '' OR contains(lower(s.customer_id), ?) OR s.customer_id IN (
        SELECT customer_id FROM identities
        WHERE contains(lower(ref), ?) OR contains(lower(name), ?)))
"""
# A person whom an account covers has a row with the account's level and standing.
_EXPORTED = f"""
SELECT p.person_id AS customer_id, NULLIF(p.customer_id, p.person_id) AS covered_by, p.name,
    r.level, DATE '1970-01-01' + r.since_day AS level_since, r.reason, r.policy_version,
    {", ".join(f"s.{name}" for name in STANDING.names[1:])}
FROM (
    SELECT DISTINCT person_id, customer_id, name FROM identities
    UNION ALL
    SELECT customer_id, customer_id, NULL FROM standings
    WHERE customer_id NOT IN (SELECT person_id FROM identities)
) p
LEFT JOIN standings s ON s.customer_id = p.customer_id
LEFT JOIN reasons_now r ON r.customer_id = p.customer_id
ORDER BY s.ltv_minor DESC NULLS LAST, p.person_id
"""
_KEPT_AS = (
    "SELECT ref FROM identities WHERE customer_id = ? AND ref = ? AND person_id = customer_id"
)
_BOUGHT = ["placed_day", "kind", "state", "order_id", "total_minor", "refunded_minor", "currency"]
# Written-out names let the engine skip the parts of a file where they cannot stand.
_ORDERS = f"""
SELECT {", ".join(_BOUGHT)}
FROM orders WHERE customer_id IN ({{refs}}) AND placed_day <= ?
ORDER BY placed_day DESC, order_id DESC LIMIT {TIMELINE_ENTRIES}
"""


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the customer list: what to find, how to sort, where to begin."""

    search: str = ""
    level: str | None = None
    group: str | None = None
    sort: str = "value"
    offset: int = 0
    limit: int = 50


def customers(basis: Basis, listing: Listing) -> tuple[tuple[CustomerRow, ...], int]:
    """A page of the list, and how many match."""
    basis.hold_levels_now()
    level, group, wanted = listing.level, listing.group, listing.search.strip().lower()
    values: list[object] = [level, level, group, group, wanted, wanted, wanted, wanted]
    ((matching,),) = basis.engine.rows(f"SELECT COUNT(*) {_LISTED}", values)
    rows = basis.engine.rows(
        "SELECT s.customer_id, n.name, l.level, s.ltv_minor, s.ltv_percentile, s.rfm_group, "
        "s.orders, s.recency_days, s.predicted_low_80_minor, "
        f"s.predicted_high_80_minor {_LISTED} ORDER BY {_ORDER_BY[listing.sort]} LIMIT ? OFFSET ?",
        [*values, listing.limit, listing.offset],
    )
    return tuple(CustomerRow(*row) for row in rows), int(matching)


def explain(basis: Basis, wanted: str) -> Explanation | None:
    """Everything behind one customer's level; None for a stranger.

    `wanted` is a customer id, or the e-mail address of one.
    """
    found = _resolved(basis, wanted)
    if found is None:
        return None
    person, customer_id = found
    standing, people = _standing(basis, customer_id), _people(basis, customer_id)
    if standing is None:
        return None
    decided = basis.book.current(customer_id)
    level, reason, rule = _told(basis, customer_id, standing, decided)
    known = basis.policy.levels.get(level)
    return Explanation(
        customer_id=person,
        name=next((name for _, who, name in people if who == person), None),
        covered_by=customer_id if customer_id != person else None,
        level=level if decided and decided.level else None,
        since_day=decided.since_day if decided else None,
        reason=reason,
        rule=rule,
        next_plan=_next_plan(basis, standing, decided),
        policy_version=decided.policy_version if decided else None,
        currency=basis.currency,
        standing=dict(standing),
        checks=_checks(basis.policy, standing),
        borders=tuple(
            Border(way.level, way.direction, way.text)
            for way in (borders_of(standing, level, basis.policy) if known else ())
        ),
        history=basis.book.history(customer_id),
        override=basis.book.override_of(customer_id),
        timeline=_timeline(basis, customer_id, [ref for ref, _, _ in people]),
        promises=promises_of(known) if known else (),
        playbook=known.playbook if known else "",
    )


def export(basis: Basis, path: Path) -> int:
    """Write a row for every customer, and for every person an account covers."""
    basis.engine.upload("reasons_now", basis.book.reasons_arrow())
    return write_table(basis.engine, _EXPORTED, path)


def _resolved(basis: Basis, wanted: str) -> tuple[str, str] | None:
    """The person and the customer whose level covers them.

    Most are asked for by the name they are kept under, which the engine finds at once.
    """
    rows = basis.engine.rows(_KEPT_AS, [wanted, wanted])
    if rows:
        return wanted, wanted
    email = normalise_email(wanted)
    refs = [wanted, f"email:{email}"] if isinstance(email, str) else [wanted]
    rows = basis.engine.rows(
        "SELECT person_id, customer_id FROM identities WHERE ref IN (SELECT UNNEST(?::VARCHAR[]))",
        [refs],
    )
    if rows:
        person, customer = rows[0]
        return str(person), str(customer)
    for ref in refs:
        if _standing(basis, ref) is not None:
            return ref, ref
    return None


def _people(basis: Basis, customer_id: str) -> list[tuple[str, str, str | None]]:
    """The names a customer is known by, with the person behind each and what they are called."""
    return basis.engine.rows(
        "SELECT ref, person_id, name FROM identities WHERE customer_id = ?", [customer_id]
    )


def _standing(basis: Basis, customer_id: str) -> Mapping[str, Any] | None:
    names = STANDING.names
    rows = basis.engine.rows(
        f"SELECT {', '.join(names)} FROM standings WHERE customer_id = ?", [customer_id]
    )
    return dict(zip(names, rows[0], strict=True)) if rows else None


def _told(
    basis: Basis, customer_id: str, standing: Mapping[str, Any], decided: DatedDecision | None
) -> tuple[str, str, str]:
    """Level, reason and rule: as decided, or as the rules say while nothing is applied."""
    if decided and decided.level:
        known = basis.policy.levels.get(decided.level)
        return decided.level, decided.reason, str(known.who) if known else ""
    current = CurrentLevel(customer_id)
    decision = decide_level(standing, current, basis.policy, basis.as_of_day)
    reason = reason_of(decision, Circumstances(standing, current, basis.policy))
    level = str(decision.level_to)
    told = f"no plan is applied yet; the rules say {basis.policy.label(level)}: {reason}"
    return level, told, str(basis.policy.levels[level].who)


def _next_plan(basis: Basis, standing: Mapping[str, Any], decided: DatedDecision | None) -> str:
    """What a plan made now would do with a level in force; runs that wait are left aside."""
    if decided is None or decided.level is None:
        return ""
    policy, name = basis.policy, decided.customer_id
    override = basis.book.override_of(name)
    current = CurrentLevel(
        name,
        decided.level,
        decided.since_day,
        by_hand=decided.ground is Ground.OVERRIDE,
        override_level=override.level if override else None,
        override_until_day=override.until_day if override else None,
    )
    decision = decide_level(standing, current, policy, basis.as_of_day)
    if decision.change is Change.SAME:
        return ""
    told = override.reason if override else ""
    reason = reason_of(decision, Circumstances(standing, current, policy, told))
    return f"{decision.change}, {policy.label(str(decision.level_to))}: {reason}"


def _checks(policy: Policy, standing: Mapping[str, Any]) -> tuple[Check, ...]:
    """Every comparison of every level's rule, best level first, each once."""
    checks = (
        Check(check.text, check.found, check.met)
        for level in policy.levels.values()
        for check in checks_of(level.who, standing)
    )
    return tuple(dict.fromkeys(checks))


def _timeline(basis: Basis, customer_id: str, refs: list[str]) -> tuple[TimelineEntry, ...]:
    basis.engine.read(ORDERS, basis.facts.files(ORDERS.name))
    names = list(dict.fromkeys((*refs, customer_id)))
    text = _ORDERS.format(refs=", ".join("?" * len(names)))
    bought = basis.engine.rows(text, [*names, basis.as_of_day])
    entries = [_entry(dict(zip(_BOUGHT, row, strict=True)), basis.currency) for row in bought]
    entries += [_level_entry(decision) for decision in basis.book.history(customer_id)]
    return tuple(sorted(entries, key=lambda entry: entry.day, reverse=True))


def _entry(order: Mapping[str, Any], own: str) -> TimelineEntry:
    day, name, currency = order["placed_day"], order["order_id"], order["currency"]
    total, refunded = order["total_minor"], order["refunded_minor"]
    counts = currency == own and order["state"] == "paid"
    amount = total - refunded if counts else None
    foreign = "" if currency == own else f", {format_minor(total or refunded, currency)}"
    if order["kind"] == "refund":
        return TimelineEntry(day, "refund", f"Refund {name}{foreign}", amount)
    state = "" if order["state"] == "paid" else f", {order['state']}"
    given_back = f", {format_minor(refunded, currency)} given back" if refunded else ""
    return TimelineEntry(day, "order", f"Order {name}{state}{foreign}{given_back}", amount)


def _level_entry(decision: DatedDecision) -> TimelineEntry:
    kind = "override" if decision.ground is Ground.OVERRIDE else "level"
    text = f"{decision.level or 'no level'}: {decision.reason}"
    return TimelineEntry(decision.as_of_day, kind, text)
