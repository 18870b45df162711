"""The decision for all customers at once: one SELECT, written from the policy.

Its meaning is `decision.decide_level`; a property test holds the two equal. Inside, levels are
ranks (0 is best) and grounds are numbers: engines compare those several times faster than texts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.decisions import DECISIONS, Change, Ground
from tierwise.facts.models import SqlModel

from .borders import entry_border
from .decision import HELD, lot_key, winning_lots
from .policy import Experiment, Policy, Stability
from .policy_checks import evidence_columns
from .rules import render

STRANGE = -1  # the rank of a level that the policy no longer has
_CODES = {ground: code for code, ground in enumerate(Ground)}
_HELD = ", ".join(str(_CODES[ground]) for ground in HELD)
_CURRENT = ("since_day", "by_hand", "waiting_runs", "waiting_day", "override_until_day")

PAIRED = Table(
    "paired",
    "Standings beside the levels in force, as `decisions` and `tally` look at them.",
    ("customer_id",),
    (
        Column("customer_id", Kind.TEXT, "The customer."),
        Column("known", Kind.COUNT, "1 for a customer with a standing, otherwise 0."),
        Column("level_from", Kind.TEXT, "Level before.", nullable=True),
        Column("rank_from", Kind.COUNT, "Its rank; -1 if there is no such level.", nullable=True),
        Column("waiting_rank", Kind.COUNT, "Rank of the level that waits.", nullable=True),
        Column("override_rank", Kind.COUNT, "Rank of the level set by hand.", nullable=True),
        Column("since_day", Kind.DAY, "Day on which the level began.", nullable=True),
        Column("waiting_runs", Kind.COUNT, "Runs that already said so.", nullable=True),
        Column("waiting_day", Kind.DAY, "Day of the last of those runs.", nullable=True),
        Column("by_hand", Kind.COUNT, "1 when the level was set by hand.", nullable=True),
        Column("override_until_day", Kind.DAY, "Last day of the override.", nullable=True),
        Column("ltv_minor", Kind.MONEY, "Historic lifetime value.", nullable=True),
    ),
)

TALLY = Table(
    "tally",
    "Customers and their value by level before, level after and change.",
    ("level_from", "level_to", "change"),
    (
        Column("level_from", Kind.TEXT, "Level before.", nullable=True),
        Column("level_to", Kind.TEXT, "Level after.", nullable=True),
        Column("change", Kind.TEXT, "What happens.", choices=tuple(Change)),
        Column("customers", Kind.COUNT, "How many."),
        Column("ltv_minor", Kind.MONEY, "Their historic lifetime value together.", nullable=True),
    ),
)


def decision_model(policy: Policy) -> SqlModel:
    """The model of `decisions`, from `standings` and `current_levels`, for one policy."""
    text = _with(("paired", _paired(policy)), *_steps(policy)) + _decided(policy)
    return _model(DECISIONS, ("standings", "current_levels"), text)


def paired_model(policy: Policy) -> SqlModel:
    """The first step of the decision alone: what stays the same while a border is moved."""
    return replace(
        _model(PAIRED, ("standings", "current_levels"), _paired(policy) + "\n"), parameters=()
    )


def tally_model(policy: Policy) -> SqlModel:
    """How many customers go from where to where, from `paired` of a policy with these levels.

    Between the two only borders may have been moved: rules without one are judged in `paired`.
    """
    return _model(TALLY, ("paired",), _with(*_steps(policy)).rstrip() + _tallied(policy))


def _model(output: Table, reads: tuple[str, ...], text: str) -> SqlModel:
    return SqlModel("tierwise.levels", output, reads, ("as_of_day",), text)


def _with(*steps: tuple[str, str]) -> str:
    named = ",\n".join(f"{name} AS (\n{text}\n)" for name, text in steps)
    return f"WITH {named}\n"


def _steps(policy: Policy) -> tuple[tuple[str, str], ...]:
    return (
        ("judged", _judged(policy)),
        ("weighed", _WEIGHED),
        ("grounded", _grounded(policy)),
        ("settled", _SETTLED),
    )


def _paired(policy: Policy) -> str:
    looked_at = dict.fromkeys((*evidence_columns(policy), "ltv_minor"))
    kept = [*(f"current_levels.{n}" for n in _CURRENT), *(f"standings.{n}" for n in looked_at)]
    strange = f"WHEN current_levels.level IS NOT NULL THEN {STRANGE}"
    ranks = (
        _case([*_ranks("level", policy), strange]) + " AS rank_from",
        _case(_ranks("waiting_level", policy)) + " AS waiting_rank",
        _case(_ranks("override_level", policy)) + " AS override_rank",
    )
    judged = (
        _case([f"WHEN {render(level.who)} THEN 1", "ELSE 0"]) + f" AS met_{rank}"
        for rank, level in enumerate(policy.levels.values())
        if entry_border(level) is None
    )
    listed = ",\n    ".join((*ranks, *kept, *judged))
    return f"""  SELECT
    COALESCE(standings.customer_id, current_levels.customer_id) AS customer_id,
    CASE WHEN standings.customer_id IS NULL THEN 0 ELSE 1 END AS known,
    current_levels.level AS level_from,
    {listed}
  FROM standings
  FULL OUTER JOIN current_levels ON standings.customer_id = current_levels.customer_id"""


def _ranks(column: str, policy: Policy) -> list[str]:
    names = enumerate(policy.names)
    return [f"WHEN current_levels.{column} = '{name}' THEN {rank}" for rank, name in names]


def _judged(policy: Policy) -> str:
    return f"""  SELECT
    *,
    {_deserved_rank(policy)} AS deserved_rank,
    {_band_rank(policy)} AS band_rank,
    {_may_leave(policy)} AS may_leave
  FROM paired"""


def _deserved_rank(policy: Policy) -> str:
    lines = ["WHEN known = 0 THEN NULL"]
    for rank, (name, level) in enumerate(policy.levels.items()):
        holds = render(level.who) if entry_border(level) else f"met_{rank} = 1"
        if level.experiment:
            lots = f"{_lot(name, level.experiment)} < {winning_lots(level.experiment)}"
            holds = f"CASE WHEN {_in_band(level.experiment)} THEN {lots} ELSE {holds} END"
        lines.append(f"WHEN {holds} THEN {rank}")
    return _case([*lines, f"ELSE {len(policy.names) - 1}"])


def _lot(name: str, experiment: Experiment) -> str:
    return f"{{{{ draw('{lot_key(name, experiment)}', 'customer_id') }}}}"


def _in_band(experiment: Experiment) -> str:
    column, band = experiment.column, experiment.band
    return f"{column} >= {band.low!r} AND {column} < {band.high!r}"


def _band_rank(policy: Policy) -> str:
    """The best level in whose band the customer is: no lot beyond it can have a say."""
    whens = [
        f"WHEN {_in_band(level.experiment)} THEN {rank}"
        for rank, level in enumerate(policy.levels.values())
        if level.experiment
    ]
    return _case([*whens, f"ELSE {len(policy.names)}"]) if whens else f"{len(policy.names)}"


def _may_leave(policy: Policy) -> str:
    whens = [
        f"WHEN rank_from = {rank} THEN CASE WHEN {render(level.keep_until)} THEN 1 ELSE 0 END"
        for rank, level in enumerate(policy.levels.values())
        if level.keep_until
    ]
    return _case([*whens, "ELSE 1"]) if whens else "1"


def _grounded(policy: Policy) -> str:
    whens = [f"WHEN {when} THEN {_CODES[ground]}" for when, ground in _grounds(policy.stability)]
    return f"""  SELECT
    *,
    {_case([*whens, f"ELSE {_CODES[Ground.RULE]}"])} AS ground_code
  FROM weighed"""


def _grounds(stability: Stability) -> Iterator[tuple[str, Ground]]:
    """The first condition that holds names the ground; those that never hold are not written."""
    yield "known = 0", Ground.NO_CUSTOMER
    yield (
        "override_rank IS NOT NULL AND override_until_day >= {{ as_of_day }}",
        Ground.OVERRIDE,
    )
    yield "band_rank <= deserved_rank", Ground.EXPERIMENT
    yield "rank_from IS NULL OR rank_from < 0 OR rank_from = deserved_rank", Ground.RULE
    yield "by_hand = 1", Ground.RULE
    if stability.promote_after > 1:
        waits = f"deserved_rank < rank_from AND confirmed < {stability.promote_after}"
        yield waits, Ground.CONFIRMATION
    yield "deserved_rank < rank_from", Ground.RULE
    yield "may_leave = 0", Ground.LEAVING_BORDER
    if stability.minimum_stay > 0:
        stays = f"{{{{ as_of_day }}}} - since_day < {stability.minimum_stay}"
        yield stays, Ground.MINIMUM_STAY
    if stability.demote_after > 1:
        yield f"confirmed < {stability.demote_after}", Ground.CONFIRMATION


def _decided(policy: Policy) -> str:
    grounds = [f"WHEN {code} THEN '{ground}'" for ground, code in _CODES.items()]
    barred = _CODES[Ground.LEAVING_BORDER]
    return f"""SELECT
  customer_id,
  level_from,
  {_name_of("deserved_rank", policy)} AS deserved,
  {_name_of("rank_to", policy)} AS level_to,
  {_change()} AS change,
  {_case(grounds, "ground_code")} AS ground,
  CASE WHEN ground_code = {barred} THEN 0 ELSE confirmed END AS confirmed_runs
FROM settled
"""


def _tallied(policy: Policy) -> str:
    return f""", counted AS (
  SELECT
    rank_from,
    rank_to,
    CASE WHEN ground_code IN ({_HELD}) THEN 1 ELSE 0 END AS is_held,
    COUNT(*) AS customers,
    SUM(ltv_minor) AS ltv_minor
  FROM settled
  GROUP BY rank_from, rank_to, CASE WHEN ground_code IN ({_HELD}) THEN 1 ELSE 0 END
)
SELECT
  {_name_of("rank_from", policy)} AS level_from,
  {_name_of("rank_to", policy)} AS level_to,
  {_change("is_held = 1")} AS change,
  customers,
  {{{{ whole('ltv_minor') }}}} AS ltv_minor
FROM counted
"""


def _change(held: str = f"ground_code IN ({_HELD})") -> str:
    changes = (
        (held, Change.HELD),
        ("rank_to IS NULL AND rank_from IS NOT NULL", Change.GONE),
        ("rank_to IS NULL", Change.SAME),
        ("rank_from IS NULL", Change.NEW),
        ("rank_from < 0", Change.MOVED),
        ("rank_to < rank_from", Change.UP),
        ("rank_to > rank_from", Change.DOWN),
    )
    whens = [f"WHEN {when} THEN '{change}'" for when, change in changes]
    return _case([*whens, f"ELSE '{Change.SAME}'"])


def _name_of(column: str, policy: Policy) -> str:
    names = enumerate(policy.names)
    return _case([f"WHEN {rank} THEN '{name}'" for rank, name in names], column)


def _case(lines: Iterable[str], subject: str = "") -> str:
    return "\n      ".join((f"CASE {subject}".rstrip(), *lines)) + "\n    END"


_WEIGHED = """  SELECT
    *,
    CASE
      WHEN waiting_rank = deserved_rank AND waiting_day < {{ as_of_day }} THEN waiting_runs + 1
      WHEN waiting_rank = deserved_rank AND waiting_runs > 1 THEN waiting_runs
      ELSE 1
    END AS confirmed
  FROM judged"""
_SETTLED = f"""  SELECT
    *,
    CASE
      WHEN ground_code = {_CODES[Ground.OVERRIDE]} THEN override_rank
      WHEN ground_code IN ({_HELD}) THEN rank_from
      ELSE deserved_rank
    END AS rank_to
  FROM grounded"""
