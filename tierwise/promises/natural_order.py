"""Ids of many events in an order in which numbers count as numbers: `e9` stands before `e10`."""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .ranges import Flags, Whole

# Before the digits of a number stand a mark that no text begins with and their count, two bytes.
_MARK, _INTRO = 1, 3
_WORD, _ODD = np.uint64(8), np.uint64(0x9E3779B97F4A7C15)
_ZERO, _NINE = ord("0"), ord("9")


def natural_keys(ids: Any) -> Any:
    """Keys whose bytes stand in the order that `ticket_story` gives the ids, an Arrow array.

    The ids hold no control characters and at most 65,535 digits in a row.
    """
    begins, letters = _flat(ids)
    digits = (letters >= _ZERO) & (letters <= _NINE)
    heads = digits & ~_goes_on(digits, begins)
    counted, lengths = _without_zeros(letters, digits, heads)
    widths = np.where(digits, counted, 1) + _INTRO * heads
    ends = np.cumsum(widths)
    keys = np.zeros(int(ends[-1]) if len(ends) else 0, dtype=np.uint8)
    written = counted | ~digits
    keys[ends[written] - 1] = letters[written]
    intros = (ends - widths)[heads]
    keys[intros] = _MARK
    keys[intros + 1], keys[intros + 2] = lengths >> 8, lengths & 255
    offsets = np.concatenate([[0], ends])[begins].astype(np.int32)
    buffers = [None, *(pa.py_buffer(one.tobytes()) for one in (offsets, keys))]
    return pa.BinaryArray.from_buffers(pa.binary(), len(ids), buffers)


def prints(ids: Any) -> NDArray[np.uint64]:
    """A number for each id; ids with different numbers are different."""
    begins, letters = _flat(ids)
    padded = np.append(letters, np.zeros(8, dtype=np.uint8))
    # Eight bytes are read at once from wherever they stand, and those of the next id cut off.
    words = np.ndarray((len(letters) + 1,), np.dtype("<u8"), padded, strides=(1,))
    lengths = np.diff(begins)
    found = lengths.astype(np.uint64)
    for done in range(0, int(lengths.max(initial=0)), 8):
        longer = np.flatnonzero(lengths > done)
        unused = np.maximum(8 - (lengths[longer] - done), 0).astype(np.uint64) * _WORD
        own = words[begins[longer] + done] << unused
        found[longer] = (found[longer] ^ own) * _ODD
    return found


def _flat(ids: Any) -> tuple[Whole, NDArray[np.uint8]]:
    """Where each text begins, and the bytes of all."""
    _, offsets, letters = ids.buffers()
    if letters is None or offsets is None:
        return np.zeros(len(ids) + 1, dtype=np.int64), np.empty(0, dtype=np.uint8)
    edges = np.frombuffer(offsets, dtype=np.int32)[ids.offset : ids.offset + len(ids) + 1]
    used = np.frombuffer(letters, dtype=np.uint8)[edges[0] : edges[-1]]
    return edges.astype(np.int64) - edges[0], used


def _goes_on(digits: Flags, begins: Whole) -> Flags:
    """Which bytes follow a digit of the same text."""
    follows = np.zeros(len(digits) + 1, dtype=np.bool_)
    follows[1:] = digits
    follows[begins] = False
    return follows[:-1]


def _without_zeros(
    letters: NDArray[np.uint8], digits: Flags, heads: Flags
) -> tuple[Flags, NDArray[np.int64]]:
    """Which digits count, those before the first that is no zero left out, and how many do."""
    is_more = digits & (letters != _ZERO)
    seen = np.cumsum(is_more)
    at_head = (seen - is_more)[heads]
    number = np.cumsum(heads) - 1
    counted = np.zeros(len(letters), dtype=np.bool_)
    counted[digits] = seen[digits] > at_head[number[digits]]
    return counted, np.bincount(number[counted], minlength=len(at_head))
