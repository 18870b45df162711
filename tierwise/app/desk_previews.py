"""What a push would do to the people of a desk, before it does it, and how they stand without it.

The engine must hold what `desk_levels.hold_wanted` gives.
"""

from tierwise.facts.desks import DeskAccount
from tierwise.facts.findings import Finding
from tierwise.facts.problems import RefusedError

from .desk_answers import PeopleInStep, PushPreview
from .ports import Engine

_SHOWN = 20
_FEW, _MOST_CLEARED = 20, 0.1

_CHANGES = """
SELECT found, value, COUNT(*) FROM desk_wanted
WHERE is_due AND NOT is_kept AND found IS DISTINCT FROM value
GROUP BY found, value, place ORDER BY place, value NULLS LAST, found NULLS FIRST
"""
_CHANGED_TICKETS = """
SELECT COUNT(*) FROM open_tickets t JOIN desk_wanted w ON w.user_id = t.user_id
WHERE w.is_due AND NOT w.is_kept AND w.found IS DISTINCT FROM w.value
"""
_AMBIGUOUS = """
SELECT m.user_id, u.external_id, m.by_number, u.email, m.by_address
FROM desk_matches m JOIN desk_users u ON u.user_id = m.user_id
WHERE m.is_ambiguous ORDER BY m.user_id
"""
_IN_STEP = """
SELECT
    COUNT(*) FILTER (WHERE w.value IS NOT NULL AND NOT w.is_due AND n.state = 'written'),
    COUNT(*) FILTER (WHERE w.is_due AND NOT w.is_kept AND COALESCE(n.state, '') <> 'refused'),
    COUNT(*) FILTER (WHERE w.is_kept),
    COUNT(*) FILTER (WHERE n.state = 'refused' AND NOT w.is_kept),
    (SELECT COUNT(*) FROM written_levels WHERE state = 'missing')
FROM desk_wanted w LEFT JOIN written_levels n ON n.user_id = w.user_id
"""
_CLEARED = """
SELECT COUNT(*) FILTER (WHERE is_due AND value IS NULL AND last IS NOT NULL),
    COUNT(*) FILTER (WHERE last IS NOT NULL)
FROM desk_wanted
"""


def push_preview(engine: Engine, account: DeskAccount) -> PushPreview:
    """What a push would write; the engine must hold what `hold_wanted` gives."""
    changes = tuple((now, then, int(n)) for now, then, n in engine.rows(_CHANGES))
    ((tickets,),) = engine.rows(_CHANGED_TICKETS)
    ((kept,),) = engine.rows("SELECT COUNT(*) FROM desk_wanted WHERE is_kept")
    return PushPreview(
        account=account,
        changes=changes,
        people=sum(n for _, _, n in changes),
        open_tickets=int(tickets),
        kept=int(kept),
        unmatched=_unmatched(engine),
        ambiguous=tuple(one.text for one in ambiguous(engine)),
    )


def people_in_step(engine: Engine) -> PeopleInStep:
    """How people stand to their levels; the engine must hold what `hold_wanted` gives."""
    ((in_step, waiting, kept, refused, missing),) = engine.rows(_IN_STEP)
    return PeopleInStep(
        in_step=int(in_step),
        waiting=int(waiting),
        kept=int(kept),
        refused=int(refused),
        missing=int(missing),
        unmatched=_unmatched(engine),
    )


def refuse_clearing(engine: Engine) -> None:
    """RefusedError when a push would take their level from many people at once.

    That is what facts with a lost file look like; a single erased customer is nothing unusual.
    """
    ((lost, bearing),) = engine.rows(_CLEARED)
    if lost > max(_FEW, _MOST_CLEARED * bearing):
        raise RefusedError(
            f"{lost} of {bearing} people would lose their level, for they have none in force any "
            "more; look at Data and Plans, and if it is right: `tierwise desk push --clear`"
        )


def ambiguous(engine: Engine, limit: int = _SHOWN) -> tuple[Finding, ...]:
    """People at the desk who would be two customers; they get no level until that is settled."""
    return tuple(
        Finding(
            "warn",
            "people",
            f"desk user {user_id}: the number {number} is customer {by_number}, "
            f"the address {address} is customer {by_address}",
            "correct the external id or the address at the desk; until then they get no level",
        )
        for user_id, number, by_number, address, by_address in engine.rows(
            f"{_AMBIGUOUS} LIMIT {limit}"
        )
    )


def match_findings(engine: Engine) -> tuple[Finding, ...]:
    """What a push leaves out, and why."""
    strangers = _unmatched(engine)
    if not strangers:
        return ambiguous(engine)
    who = "person at the desk is" if strangers == 1 else "people at the desk are"
    people = f"{strangers} {who} no customer of the shop"
    return (Finding("ok", "people", f"{people}; nothing is written to them"), *ambiguous(engine))


def _unmatched(engine: Engine) -> int:
    text = "SELECT COUNT(*) FROM desk_matches WHERE customer_id IS NULL AND NOT is_ambiguous"
    ((count,),) = engine.rows(text)
    return int(count)
