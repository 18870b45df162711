"""Answers about levels: how many customers each has, and what a moved border would do."""

from time import perf_counter

from tierwise.facts.decisions import Change
from tierwise.levels.borders import EntryBorder, move_border
from tierwise.levels.decision_model import tally_model
from tierwise.levels.policy import Policy

from .answers import BorderMove, LevelCount
from .basis import Basis

MOVES = (Change.UP, Change.DOWN, Change.MOVED)

# Customers and money by the level they would have, and customers by what happens.
Tally = tuple[dict[str, tuple[int, int]], dict[str, int]]

_COUNTS = """
SELECT l.level, COUNT(*), CAST(COALESCE(SUM(s.ltv_minor), 0) AS BIGINT)
FROM levels_now l LEFT JOIN standings s ON s.customer_id = l.customer_id
GROUP BY l.level
"""


def level_counts(basis: Basis) -> tuple[LevelCount, ...]:
    """Every level of the policy, and levels still in force that it no longer has.

    Before the first apply nobody has a level: the counts are then those of the rules today.
    """
    basis.hold_levels_now()
    by_rules = _tally_now(basis)[0]
    in_force = {level: (n, money) for level, n, money in basis.engine.rows(_COUNTS)}
    counted = in_force or by_rules
    customers = sum(n for n, _ in counted.values()) or 1
    revenue = sum(money for _, money in counted.values()) or 1
    names = dict.fromkeys((*basis.policy.names, *counted))
    return tuple(
        LevelCount(
            name,
            n,
            money,
            n / customers,
            money / revenue,
            _who(basis.policy, name),
            by_rules=by_rules.get(name, (0, 0))[0],
            in_force=bool(in_force),
        )
        for name in names
        for n, money in (counted.get(name, (0, 0)),)
    )


def try_border(basis: Basis, border: EntryBorder, value: float) -> BorderMove:
    """What a level would be with its border at `value`, beside what today's policy gives."""
    began = perf_counter()
    moved = move_border(basis.policy, border.level, border.column, value)
    levels_now, changes_now = _tally_now(basis)
    levels, changes = _tally(basis, moved)
    revenue = sum(money for _, money in levels_now.values()) or 1
    customers_now, money_now = levels_now.get(border.level, (0, 0))
    customers, money = levels.get(border.level, (0, 0))
    return BorderMove(
        level=border.level,
        column=border.column,
        border=value,
        border_now=border.value,
        customers=customers,
        customers_now=customers_now,
        share_of_revenue=money / revenue,
        share_of_revenue_now=money_now / revenue,
        up=changes.get(Change.UP, 0),
        down=changes.get(Change.DOWN, 0),
        held=changes.get(Change.HELD, 0),
        new=changes.get(Change.NEW, 0),
        moved=changes.get(Change.MOVED, 0),
        moves_now=sum(changes_now.get(change, 0) for change in MOVES),
        elapsed_ms=1000 * (perf_counter() - began),
    )


def _tally_now(basis: Basis) -> Tally:
    """The tally of the policy as it is, which every moved border is compared with."""
    if "tally_now" not in basis.held:
        _tally(basis, basis.policy)
        basis.engine.upload("tally_now", basis.engine.query("SELECT * FROM tally"))
        basis.held.add("tally_now")
    return _read_tally(basis, "tally_now")


def _tally(basis: Basis, policy: Policy) -> Tally:
    basis.hold_paired()
    basis.engine.materialise(tally_model(policy), {"as_of_day": basis.as_of_day})
    return _read_tally(basis, "tally")


def _read_tally(basis: Basis, name: str) -> Tally:
    levels: dict[str, tuple[int, int]] = {}
    changes: dict[str, int] = {}
    rows = basis.engine.rows(f"SELECT level_to, change, customers, ltv_minor FROM {name}")
    for level, change, customers, money in rows:
        changes[change] = changes.get(change, 0) + customers
        if level is not None:
            before, money_before = levels.get(level, (0, 0))
            levels[level] = (before + customers, money_before + (money or 0))
    return levels, changes


def _who(policy: Policy, level: str) -> str:
    known = policy.levels.get(level)
    return str(known.who) if known else "no longer in the policy"
