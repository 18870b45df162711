"""Answers about customer types: what is believed, on what evidence, and what people know better."""

from contextlib import closing
from pathlib import Path
from tempfile import mkdtemp

from tierwise.facts.corrections import TypeCorrection
from tierwise.facts.identities import IDENTITIES
from tierwise.facts.models import SqlModel
from tierwise.facts.problems import UsageError
from tierwise.levels.rule_values import did_you_mean
from tierwise.value.customer_type_rules import TYPES, type_called
from tierwise.value.customer_types import (
    COUNTING_MODELS,
    CUSTOMER_TYPES,
    TYPE_PARAMETERS,
    TYPING_MODELS,
    TypeEvidence,
    evidence_of,
    type_settings,
)
from tierwise.value.dispositions import DISPOSITION_SCORES, score_dispositions
from tierwise.value.history import ORDER_HISTORY
from tierwise.value.life_cycles import FORECASTS_READ
from tierwise.value.standing import VALUED, standings_model

from .basis import Basis
from .by_hand import refuse_reason
from .forecast_records import TypeRow
from .kept_folders import DRAFT
from .ports import Engine
from .runs import hold_facts
from .uploads import upload

_P_ALIVE = SqlModel(
    "tierwise.value",
    FORECASTS_READ,
    (VALUED.name,),
    text=f"SELECT customer_id, p_alive FROM {VALUED.name}",
    as_view=True,
)
_OF_ONE = f"""
SELECT {", ".join(CUSTOMER_TYPES.output.names)} FROM {CUSTOMER_TYPES.name} WHERE customer_id = ?
"""


def types_of(basis: Basis, customer_id: str) -> tuple[TypeRow, ...]:
    """What is believed about one customer, with the corrections that stand over it."""
    _hold_types(basis)
    corrected = {one.type: one for one in basis.book.corrections_of(customer_id)}
    found = {row[1]: TypeEvidence(*row) for row in basis.engine.rows(_OF_ONE, [customer_id])}
    return tuple(_row(found[name], corrected.get(name)) for name in TYPES if name in found)


def correct_type(basis: Basis, wanted: TypeCorrection) -> TypeCorrection:
    """Write what a person knows better; UsageError for a type nobody knows, or no reason."""
    _refuse_unknown(wanted.type)
    refuse_reason(wanted.reason)
    return basis.book.correct_type(wanted)


def withdraw(basis: Basis, customer_id: str, type_name: str, *, at: int, by: str) -> TypeCorrection:
    """Take a correction back."""
    _refuse_unknown(type_name)
    return basis.book.withdraw_correction(customer_id, type_name, at=at, by=by)


def _row(found: TypeEvidence, correction: TypeCorrection | None) -> TypeRow:
    known = type_called(found.type)
    return TypeRow(
        found.type,
        known.label,
        known.layer,
        known.says,
        known.advice,
        found.state,
        found.score,
        found.evidence,
        found.least_evidence,
        evidence_of(found),
        correction,
    )


def _refuse_unknown(type_name: str) -> None:
    if type_name not in TYPES:
        raise UsageError(f"no type `{type_name}`; {did_you_mean(type_name, TYPES)}")


def _hold_types(basis: Basis) -> None:
    """Make `customer_types` available; worked out when the first of a run is asked for."""
    if CUSTOMER_TYPES.name in basis.held:
        return
    path = basis.run.file(CUSTOMER_TYPES.output)
    if not path.exists():
        _work_out(basis, path)
    basis.engine.read(CUSTOMER_TYPES.output, [path])
    basis.held.add(CUSTOMER_TYPES.name)


def _work_out(basis: Basis, path: Path) -> None:
    """Type everybody in an engine of its own; the file appears whole or not at all."""
    with closing(basis.new_engine()) as engine:
        hold_facts(engine, basis.facts, as_of_day=basis.as_of_day, currency=basis.currency)
        for table in (IDENTITIES.output, ORDER_HISTORY.output, VALUED.output):
            engine.read(table, [basis.run.file(table)])
        engine.materialise(standings_model(basis.policy.value.use), {})
        engine.materialise(_P_ALIVE, {})
        _type_everybody(engine, basis.as_of_day)
        draft = Path(mkdtemp(prefix=DRAFT, dir=basis.runs)) / path.name
        engine.save(f"(FROM {CUSTOMER_TYPES.name} ORDER BY customer_id)", draft)
    draft.replace(path)
    draft.parent.rmdir()


def _type_everybody(engine: Engine, as_of_day: int) -> None:
    """Count, weigh against the shop's usual, and type; tables stay in the engine."""
    for table, columns in type_settings().items():
        upload(engine, table, dict(zip(table.names, columns, strict=True)))
    given: dict[str, int | str] = {"as_of_day": as_of_day, **TYPE_PARAMETERS}
    for model in COUNTING_MODELS:
        engine.materialise(model, given)
    states = engine.query("SELECT * FROM disposition_states").to_pydict()
    scores, _ = score_dispositions(states)
    upload(engine, DISPOSITION_SCORES, scores)
    for model in TYPING_MODELS:
        engine.materialise(model, given)
