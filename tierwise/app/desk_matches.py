"""Which object at the desk is which of ours: by the book, by its mark, or only by its name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tierwise.facts.desk_config import REF, DeskObject, HeldObject, OwnedObject
from tierwise.facts.desks import Json


@dataclass(frozen=True, slots=True)
class Known:
    """What is ours at the desk, by logical id, and what the book knows of it.

    `ours` are held objects that the book names, or that bear the mark of one it has lost.
    """

    ours: Mapping[str, HeldObject]
    owned: Mapping[str, OwnedObject]

    @property
    def remote_ids(self) -> dict[str, str]:
        return {logical_id: one.remote_id for logical_id, one in self.ours.items()}

    def is_drifted(self, logical_id: str) -> bool:
        """Whether somebody changed or removed it at the desk since we wrote it."""
        written, held = self.owned.get(logical_id), self.ours.get(logical_id)
        return written is not None and (held is None or held.body != written.body)


def known(held: Sequence[HeldObject], owned: Iterable[OwnedObject]) -> Known:
    """Match what the desk holds with the book; a copy of an object of ours is not ours."""
    by_id = {(one.kind, one.remote_id): one for one in held}
    kept = {one.logical_id: one for one in owned}
    ours = {
        name: by_id[one.kind, one.remote_id]
        for name, one in kept.items()
        if (one.kind, one.remote_id) in by_id
    }
    taken = {(one.kind, one.remote_id) for one in ours.values()}
    for one in held:
        is_lost = one.owner is not None and one.owner not in ours
        if is_lost and (one.kind, one.remote_id) not in taken:
            ours[str(one.owner)] = one
    return Known(ours, kept)


def namesake(wanted: DeskObject, held: Iterable[HeldObject]) -> HeldObject | None:
    """The object that has the key, or without one exactly the title, of the one that is wanted."""
    return next((one for one in held if _name(one) == _name(wanted)), None)


def with_refs(held: Any, wanted: Any, remote_ids: Mapping[str, str]) -> Any:
    """A body of the desk with references where the wanted one has them and they lead there."""
    if isinstance(wanted, Mapping):
        if REF in wanted:
            return wanted if held == remote_ids.get(str(wanted[REF])) else held
        if isinstance(held, Mapping):
            return {name: with_refs(held[name], wanted.get(name), remote_ids) for name in held}
    if isinstance(wanted, list) and isinstance(held, list) and len(wanted) == len(held):
        pairs = zip(held, wanted, strict=True)
        return [with_refs(one, other, remote_ids) for one, other in pairs]
    return held


def _name(one: DeskObject | HeldObject) -> tuple[str, str]:
    body: Json = one.body
    return one.kind, str(body.get("key") or one.title)
