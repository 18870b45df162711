"""What a push finds about each person: done, theirs to keep, refused, gone, or still to write."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tierwise.facts.desk_people import (
    BatchState,
    DeskUser,
    PushBatch,
    TagWrite,
    WantedLevel,
    WriteState,
    WrittenLevel,
)

NOT_A_CUSTOMER = "works at the desk as {}; only end users get a level"
LEVELS, TAGS = "levels", "tags"


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The people of a batch: what is settled, and who still has to be written."""

    settled: tuple[WrittenLevel, ...]
    due: tuple[WantedLevel, ...]


def verdicts(
    rows: Iterable[WantedLevel], users: Mapping[str, DeskUser], *, overwrite: bool, at: int
) -> Verdicts:
    """Hold what is wanted against people as they stand at the desk now."""
    settled, due = [], []
    for row in rows:
        found = verdict(row, users.get(row.user_id), overwrite=overwrite, at=at)
        if found is None:
            due.append(row)
        else:
            settled.append(found)
    return Verdicts(tuple(settled), tuple(due))


def verdict(
    row: WantedLevel, user: DeskUser | None, *, overwrite: bool, at: int
) -> WrittenLevel | None:
    """How it stands with one person; None when their level has to be written.

    What neither is wanted nor was written by us, somebody at the desk has set: it stays.
    """
    if user is None or not user.is_active:
        return _settled(row, WriteState.MISSING, at)
    if user.role != "end-user":
        said = NOT_A_CUSTOMER.format(user.role)
        return _settled(row, WriteState.REFUSED, at, found=user.value, said=said)
    if user.value == row.value:
        return _settled(row, WriteState.WRITTEN, at)
    if overwrite or user.value == row.last:
        return None
    return _settled(row, WriteState.KEPT, at, found=user.value)


def refused(
    rows: Iterable[WantedLevel],
    users: Mapping[str, DeskUser],
    said: Mapping[str, str],
    *,
    at: int,
) -> tuple[WrittenLevel, ...]:
    """Rows the desk did not take, with its words: by person, or for all under `""`."""
    usual = said.get("", "the desk does not take it and says nothing")
    return tuple(
        _settled(
            row,
            WriteState.REFUSED,
            at,
            found=users[row.user_id].value,
            said=said.get(row.user_id, usual),
        )
        for row in rows
    )


def batches_of(rows: Iterable[WantedLevel], size: int) -> Iterator[PushBatch]:
    """Rows as batches of levels, at most `size` people each. Odd numbers are left for tags."""
    held: list[WantedLevel] = []
    number = 0
    for row in rows:
        held.append(row)
        if len(held) == size:
            yield _batch(number, LEVELS, held)
            held, number = [], number + 2
    if held:
        yield _batch(number, LEVELS, held)


def tags_after(batch: PushBatch, settled: Sequence[WrittenLevel]) -> PushBatch | None:
    """The batch of tags that follows: of those whose level stands now and who have open tickets."""
    written = {one.user_id for one in settled if one.state is WriteState.WRITTEN}
    rows = [row for row in batch.rows if row.user_id in written and row.open_tickets]
    return _batch(batch.number + 1, TAGS, rows) if rows else None


def tag_writes(
    rows: Iterable[WantedLevel], still_open: frozenset[str], ours: Iterable[str]
) -> tuple[TagWrite, ...]:
    """The level as a tag of open tickets, and no other tag of ours; foreign tags stay."""
    known = frozenset(ours)
    return tuple(
        TagWrite(ticket, (row.value,) if row.value else (), _others(known, row))
        for row in rows
        for ticket in row.open_tickets
        if ticket in still_open
    )


def _others(ours: frozenset[str], row: WantedLevel) -> tuple[str, ...]:
    return tuple(sorted(one for one in ours | {row.last} if one and one != row.value))


def said_of_tags(
    rows: Iterable[WantedLevel], said: Mapping[str, str], *, at: int
) -> tuple[WrittenLevel, ...]:
    """People whose level stands while the desk refused the tags of a ticket, with its words."""
    usual = said.get("")
    found = []
    for row in rows:
        words = [f"ticket {one}: {said[one]}" for one in row.open_tickets if one in said]
        text = "; ".join(words) or usual
        if text:
            settled = _settled(row, WriteState.WRITTEN, at)
            found.append(replace(settled, said=f"the tag of open tickets is missing: {text}"))
    return tuple(found)


def _batch(number: int, what: str, rows: Sequence[WantedLevel]) -> PushBatch:
    return PushBatch(number, what, tuple(rows), BatchState.WAITING, None, 0)


def _settled(
    row: WantedLevel,
    state: WriteState,
    at: int,
    *,
    found: str | None = None,
    said: str | None = None,
) -> WrittenLevel:
    """A row of what was written; what we wrote last stays the last until something new stands."""
    value = row.value if state is WriteState.WRITTEN else row.last
    return WrittenLevel(row.user_id, row.customer_id, value, row.value, state, found, said, at)
