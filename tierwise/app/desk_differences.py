"""From what a desk holds to what the policy wants of it: the steps, in an order that works."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from tierwise.facts.desk_config import (
    IN_ORDER,
    KINDS,
    Compiled,
    Deed,
    DeskObject,
    DeskOp,
    HeldObject,
    OwnedObject,
)
from tierwise.facts.findings import Finding

from .desk_matches import Known, known, namesake, with_refs

ADOPT = "adopt it with `tierwise desk import`, or give it another name at the desk"
ELSEWHERE = {
    "user_field": "put another key into settings.yaml (`desk_field: …`), or remove it at the desk"
}
FIRST_COUNTS = "sla_policy"  # of several that fit, only the first counts
# Nothing names these, so that they can go before anything else changes.
_LEAVES = KINDS[KINDS.index("sla_policy") :]


@dataclass(frozen=True, slots=True)
class Differences:
    """The steps to take, numbered from 1, and what is to be known before."""

    ops: tuple[DeskOp, ...]
    findings: tuple[Finding, ...]


def differences(
    wanted: Compiled, held: Sequence[HeldObject], owned: Iterable[OwnedObject]
) -> Differences:
    """What makes the desk as it is wanted.

    Only what the book owns is removed; what others made keeps its place.
    """
    what = known(held, owned)
    changed = [one for obj in wanted.objects for one in _change(obj, what, held)]
    steps = [one for one in changed if isinstance(one, DeskOp)]
    findings = [one for one in changed if isinstance(one, Finding)]
    now = _standing(held, what)
    removed = _removals(what, {one.logical_id for one in wanted.objects})
    ops = [
        *(op for op in removed if op.kind in _LEAVES),
        *(op for kind in KINDS for op in _of_kind(kind, steps, wanted, now)),
        *(op for op in removed if op.kind not in _LEAVES),
    ]
    findings += [*_standing_before(held, what), *_lost(what)]
    return Differences(_numbered(ops), (*wanted.findings, *findings))


def removal(held: Sequence[HeldObject], owned: Iterable[OwnedObject]) -> Differences:
    """What removes everything that we made; what was adopted stays, and is only let go."""
    what = known(held, owned)
    adopted = {name for name, one in what.owned.items() if one.adopted}
    findings = tuple(
        Finding("ok", name, "was at the desk before us, and stays") for name in sorted(adopted)
    )
    return Differences(_numbered(_removals(what, adopted)), findings)


def snapshot_sha(held: Iterable[HeldObject]) -> str:
    """A name for the state of a desk: the same as long as nobody changes anything we look at."""
    told = [[one.kind, one.remote_id, one.title, one.owner, one.body] for one in held]
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def import_found(
    wanted: Sequence[DeskObject],
    held: Sequence[HeldObject],
    owned: Sequence[OwnedObject],
    *,
    at: int,
) -> tuple[OwnedObject, ...]:
    """What of the desk the book can take on: what bears our mark, or is named as it should be."""
    what = known(held, owned)
    found = {
        name: OwnedObject(name, one.kind, one.remote_id, one.body, adopted=False, at_s=at)
        for name, one in what.ours.items()
        if name not in what.owned or what.owned[name].remote_id != one.remote_id
    }
    for obj in (one for one in wanted if one.logical_id not in what.ours):
        one = namesake(obj, _of_others(held, what))
        if one is not None and not _unfit(obj, one):
            ids = obj.logical_id, one.kind, one.remote_id
            found[obj.logical_id] = OwnedObject(*ids, one.body, adopted=True, at_s=at)
    return tuple(found.values())


def as_wanted(
    wanted: Sequence[DeskObject],
    held: Sequence[HeldObject],
    owned: Sequence[OwnedObject],
    *,
    at: int,
) -> tuple[OwnedObject, ...]:
    """What others made and is as it should be already: taking it on changes nothing there."""
    bodies = {one.logical_id: one.body for one in wanted}
    remote_ids = known(held, owned).remote_ids
    found = import_found(wanted, held, owned, at=at)
    remote_ids |= {one.logical_id: one.remote_id for one in found}
    return tuple(
        one
        for one in found
        if one.adopted
        and with_refs(one.body, bodies[one.logical_id], remote_ids) == bodies[one.logical_id]
    )


def _change(obj: DeskObject, what: Known, held: Sequence[HeldObject]) -> Iterator[DeskOp | Finding]:
    """The step for one object, or what is in its way."""
    one = what.ours.get(obj.logical_id)
    if one is None:
        other = namesake(obj, _of_others(held, what))
        if other is not None:
            yield _in_the_way(obj, other)
        else:
            yield _op(Deed.CREATE, obj, None, what)
        return
    before = with_refs(one.body, obj.body, what.remote_ids)
    fixed = [part for part in obj.fixed if before.get(part) != obj.body.get(part)]
    for part in fixed:
        text = f"`{part}` is {before.get(part)}, and cannot become {obj.body.get(part)}"
        yield Finding("fail", obj.logical_id, text, "remove it at the desk, then plan again")
    if not fixed and before != obj.body:
        yield replace(_op(Deed.UPDATE, obj, one.remote_id, what), before=before)


def _in_the_way(obj: DeskObject, other: HeldObject) -> Finding:
    text = f"{obj.kind.replace('_', ' ')} `{other.title}` is at the desk, and not ours"
    unfit = _unfit(obj, other)
    if not unfit:
        return Finding("fail", obj.logical_id, text, ADOPT)
    part = unfit[0]
    text = f"{text}: its {part} is `{other.body.get(part)}` where we need `{obj.body.get(part)}`"
    return Finding("fail", obj.logical_id, text, ELSEWHERE.get(obj.kind, "remove it at the desk"))


def _unfit(obj: DeskObject, one: HeldObject) -> list[str]:
    """What nobody can change about an object, and is not as it should be."""
    return [part for part in obj.fixed if one.body.get(part) != obj.body.get(part)]


def _op(deed: Deed, obj: DeskObject, remote_id: str | None, what: Known) -> DeskOp:
    drifted = what.is_drifted(obj.logical_id)
    name, kind = obj.logical_id, obj.kind
    return DeskOp(0, deed, kind, name, obj.title, remote_id, None, obj.body, drifted)


def _removals(what: Known, staying: set[str]) -> list[DeskOp]:
    """What the book owns and nobody wants, last made first."""
    gone = [name for name in what.owned if name in what.ours and name not in staying]
    gone.sort(key=lambda name: KINDS.index(what.ours[name].kind), reverse=True)
    return [_removal(name, what) for name in gone]


def _removal(name: str, what: Known) -> DeskOp:
    one, drifted = what.ours[name], what.is_drifted(name)
    return DeskOp(0, Deed.DELETE, one.kind, name, one.title, one.remote_id, one.body, None, drifted)


def _of_kind(
    kind: str, steps: Sequence[DeskOp], wanted: Compiled, now: Mapping[str, Sequence[str]]
) -> Iterator[DeskOp]:
    """The steps of a kind, and then its order where that counts and would be another."""
    mine = [op for op in steps if op.kind == kind]
    yield from mine
    if kind not in IN_ORDER:
        return
    staying = [one.logical_id for one in wanted.objects if one.kind == kind]
    made = [op.logical_id for op in mine if op.deed is Deed.CREATE]
    then = [*(name for name in now.get(kind, ()) if not name or name in staying), *made]
    order = [name for name in staying if name in then]
    if order and not _is_block(then, order):
        title = f"order of {kind.replace('_', ' ')} objects"
        told = {"order": [name for name in then if name]}, {"order": order}
        yield DeskOp(0, Deed.REORDER, kind, f"order/{kind}", title, None, *told)


def _standing(held: Sequence[HeldObject], what: Known) -> dict[str, list[str]]:
    """What the desk holds of each kind in its order: logical ids, `""` for those of others."""
    names = {(one.kind, one.remote_id): name for name, one in what.ours.items()}
    now: dict[str, list[str]] = {}
    for one in held:
        now.setdefault(one.kind, []).append(names.get((one.kind, one.remote_id), ""))
    return now


def _is_block(then: Sequence[str], order: Sequence[str]) -> bool:
    """Whether ours stand together in the wanted order; `""` stands for those of others."""
    at = then.index(order[0])
    return list(then[at : at + len(order)]) == list(order)


def _of_others(held: Sequence[HeldObject], what: Known) -> Iterator[HeldObject]:
    taken = {(one.kind, one.remote_id) for one in what.ours.values()}
    return (one for one in held if (one.kind, one.remote_id) not in taken)


def _standing_before(held: Sequence[HeldObject], what: Known) -> Iterator[Finding]:
    """Others that take tickets before ours can."""
    ours = {one.remote_id for one in what.ours.values() if one.kind == FIRST_COUNTS}
    rows = [one for one in held if one.kind == FIRST_COUNTS]
    first = next((at for at, one in enumerate(rows) if one.remote_id in ours), len(rows))
    for one in rows[:first]:
        text = f"`{one.title}` stands before ours and takes its tickets first"
        step = "move it down at the desk if the levels shall count there"
        yield Finding("warn", f"order/{FIRST_COUNTS}", text, step)


def _lost(what: Known) -> Iterator[Finding]:
    """What bears our mark and the book does not know."""
    for name in what.ours:
        if name not in what.owned:
            text = "bears our mark, but the book does not know it"
            yield Finding("warn", name, text, "take it on with `tierwise desk import`")


def _numbered(ops: Iterable[DeskOp]) -> tuple[DeskOp, ...]:
    return tuple(replace(op, number=number) for number, op in enumerate(ops, 1))
