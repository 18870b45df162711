"""The stories of many tickets at once: every event in its order, each once, as arrays of codes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .arrow_columns import codes, flags, numbers, places_of, places_of_runs, taken, texts
from .natural_order import natural_keys, plainly_before, prints
from .ranges import Flags, Whole, begins_of
from .ticket_story import Name, TicketNow

# A name's code is its place here; other names have -1.
NAMES = tuple(Name)
# What a ticket may be given at its creation.
GIVEN = ("level", "policy", "channel", "priority", "team")

_ODD = np.uint64(0x9E3779B97F4A7C15)
_CREATED, _RETRACTED = NAMES.index(Name.CREATED), NAMES.index(Name.RETRACTED)


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """Every text that a change may bring; its code is its place, and nothing is -1."""

    texts: Any

    def code(self, text: str) -> int:
        """The code of a text; -1 if nothing ever brought it."""
        return int(pc.index(self.texts, text).as_py())

    def among(self, wanted: Iterable[str]) -> Flags:
        """Which codes stand for one of the texts wanted; nothing does not."""
        found = pc.is_in(self.texts, value_set=pa.array(sorted(wanted), pa.string()))
        return np.append(flags(found), [False])

    def spelled(self, codes: Whole) -> Any:
        """The texts of some codes."""
        return taken(self.texts, codes)


@dataclass(frozen=True, slots=True, eq=False)
class Stories:
    """What happened to tickets, one after the other, each in the order of its story.

    Row i happened to the ticket at place `ticket[i]` of the table given; the rows of the ticket
    at place k begin at `begins[k]`. `given` has for each ticket what it was created with, and
    `had_agent` whether an agent had it then.
    """

    words: Words
    actors: tuple[str, ...]
    given: Mapping[str, Whole]
    had_agent: Flags
    begins: Whole
    ticket: Whole
    at_s: Whole
    name: Whole
    actor: Whole
    value: Whole

    @property
    def firsts(self) -> Whole:
        """The first row of each row's ticket."""
        return np.asarray(self.begins[self.ticket])


def stories(tickets: pa.Table, events: pa.Table, now_s: int) -> Stories:
    """The stories up to `now_s`, as `story` tells each; events of other tickets are left out."""
    events = events.combine_chunks()
    known = texts(tickets, "ticket_id")
    whose = places_of_runs(texts(events, "ticket_id"), known)
    if whose.min(initial=0) < 0:
        events, whose = events.filter(pa.array(whose >= 0)), whose[whose >= 0]
    name, at_s = places_of(texts(events, "name"), pa.array(NAMES)), numbers(events, "at_s")
    order = _order(events, whose, at_s, name == _CREATED)
    kept = order[_kept(events, whose, name, order)]
    kept = kept[at_s[kept] <= now_s]
    words, value, given = _vocabulary(tickets, events)
    actor = texts(events, "actor").dictionary_encode()
    return Stories(
        words,
        tuple(actor.dictionary.to_pylist()),
        given,
        flags(pc.not_equal(texts(tickets, "agent_id"), pa.scalar(""))),
        begins_of(whose[kept], len(known)),
        whose[kept],
        at_s[kept],
        name[kept],
        codes(actor.indices)[kept],
        value[kept],
    )


def _vocabulary(tickets: pa.Table, events: pa.Table) -> tuple[Words, Whole, dict[str, Whole]]:
    """All texts, and with their codes the values of events and what tickets were given."""
    columns = [texts(events, "value"), *(texts(tickets, name) for name in GIVEN)]
    first_status = pa.array([TicketNow().status])
    coded: Any = pa.chunked_array([*columns, first_status]).dictionary_encode().combine_chunks()
    ends = np.cumsum([len(column) for column in columns])
    value, *given = np.split(codes(coded.indices), ends)[:-1]
    return Words(coded.dictionary), value, dict(zip(GIVEN, given, strict=True))


def _order(events: pa.Table, whose: Whole, at_s: Whole, is_created: Flags) -> Whole:
    """The rows by ticket and instant, a creation first, then by the ids."""
    if not len(whose):
        return whose
    first_s = at_s.min()
    key = (whose * (at_s.max() - first_s + 1) + (at_s - first_s)) * 2 + ~is_created
    is_sorted = bool(np.all(key[1:] >= key[:-1]))
    order = np.arange(len(key)) if is_sorted else np.argsort(key, kind="stable")
    key = key if is_sorted else key[order]
    return _ties_in_order(events, order, key[1:] == key[:-1])


def _ties_in_order(events: pa.Table, order: Whole, ties: Flags) -> Whole:
    """The order with rows of one instant by their ids; `ties[i]`: row i and the next are tied."""
    tied = np.flatnonzero(np.append(ties, [False]) | np.append([False], ties))
    if not len(tied):
        return order
    goes_on = ties[tied - 1] & (tied > 0)
    group = np.cumsum(~goes_on) - 1
    ids = texts(events, "event_id").take(order[tied])
    unclear = np.zeros(group[-1] + 1, dtype=np.bool_)
    unclear[group[1:][goes_on[1:] & ~plainly_before(ids)]] = True
    rows = np.flatnonzero(unclear[group])
    return _by_ids(events, order, tied[rows], group[rows]) if len(rows) else order


def _by_ids(events: pa.Table, order: Whole, places: Whole, group: Whole) -> Whole:
    """The order with some of its places, by groups of one instant each, sorted by the ids."""
    names = ("event_id", "name", "actor", "value")
    rows = events.select(names).take(order[places])
    found = pa.table({name: texts(rows, name).fill_null("") for name in names})
    keys = natural_keys(texts(found, "event_id"))
    wrong = group[1:][(group[1:] == group[:-1]) & ~_are_in_order(found, keys)]
    moving = np.flatnonzero(np.isin(group, wrong))
    found = found.append_column("natural", keys).append_column("group", pa.array(group))
    by: Any = [(name, "ascending") for name in ("group", "natural", *names)]
    sorted_rows = pc.sort_indices(found.take(moving), by).to_numpy()
    settled = order.copy()
    settled[places[moving]] = order[places[moving[sorted_rows]]]
    return settled


def _are_in_order(rows: pa.Table, keys: Any) -> Flags:
    """Whether each row but the last may stand before the next: by its id, or as a copy of it."""
    is_less, is_copy = flags(pc.less(keys[:-1], keys[1:])), flags(pc.equal(keys[:-1], keys[1:]))
    pairs = np.flatnonzero(is_copy)
    one, other = (rows.take(pairs + step) for step in (0, 1))
    for name in rows.column_names:
        is_copy[pairs] &= flags(pc.equal(texts(one, name), texts(other, name)))
    return np.asarray(is_less | is_copy)


def _kept(events: pa.Table, whose: Whole, name: Whole, order: Whole) -> Flags:
    """Which rows of the order count: no copy, not retracted, and of creations the first."""
    whose, name = whose[order], name[order]
    kept = np.ones(len(order), dtype=np.bool_)
    retracts = np.zeros(whose.max(initial=-1) + 1, dtype=np.bool_)
    retracts[whose[name == _RETRACTED]] = True
    suspects = retracts[whose] | _may_repeat(whose, texts(events, "event_id"), order)
    rows = np.flatnonzero(suspects)
    if len(rows):
        named = events.select(["event_id", "value"]).take(order[rows])
        kept[rows] = _are_kept(named, whose[rows], name[rows])
    created = np.flatnonzero(kept & (name == _CREATED))
    kept[created[1:][whose[created[1:]] == whose[created[:-1]]]] = False
    return kept


def _may_repeat(whose: Whole, ids: Any, order: Whole) -> Flags:
    """Which events may have an id that their ticket has twice; no other has."""
    keys = (prints(ids)[order] ^ whose.astype(np.uint64)) * _ODD ^ whose.astype(np.uint64)
    ordered = np.sort(keys)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    return np.isin(keys, twice) if len(twice) else np.zeros(len(keys), dtype=np.bool_)


def _are_kept(rows: pa.Table, whose: Whole, name: Whole) -> Flags:
    """Which rows come for the first time and are not retracted."""
    ids = texts(rows, "event_id").dictionary_encode()
    many = len(ids.dictionary)
    event = whose * many + codes(ids.indices)
    retracting = np.flatnonzero(name == _RETRACTED)
    gone = places_of(texts(rows, "value").take(retracting), ids.dictionary)
    is_gone = np.isin(event, (whose[retracting] * many + gone)[gone >= 0])
    order = np.argsort(event, kind="stable")
    is_first = np.ones(len(event), dtype=np.bool_)
    is_first[order[1:]] = event[order[1:]] != event[order[:-1]]
    return is_first & ~is_gone
