"""Ids of many events in an order in which numbers count as numbers: `e9` stands before `e10`."""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .ranges import Flags, Whole

# Before the digits of a number stand a mark that no text begins with and their count, two bytes.
_MARK, _INTRO = 1, 3
_WORD_BYTES, _ODD = 8, np.uint64(0x9E3779B97F4A7C15)
# The high half of a byte is 3 both before and after 6 is added for digits alone.
_HIGH, _SIX = np.uint64(0xF0F0F0F0F0F0F0F0), np.uint64(0x0606060606060606)
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


def plainly_before(ids: Any) -> Flags:
    """Which ids but the last stand before the next at a glance.

    Ids of one length with their digits at the same places stand in the order of their bytes.
    """
    begins, letters = _flat(ids)
    lengths = np.diff(begins)
    alike = lengths[1:] == lengths[:-1]
    before, equal = np.zeros_like(alike), np.ones_like(alike)
    for done in range(0, int(lengths.max(initial=0)), _WORD_BYTES):
        words = _words(letters, begins[:-1] + done, lengths - done)
        for digits in (words & _HIGH, (words + _SIX) & _HIGH):
            alike &= digits[1:] == digits[:-1]
        # Read from the other end they compare like the bytes they hold.
        words = words.byteswap()
        before |= equal & (words[:-1] < words[1:])
        equal &= words[:-1] == words[1:]
    return np.asarray(before & alike)


def prints(ids: Any) -> NDArray[np.uint64]:
    """A number for each id; ids with different numbers are different."""
    begins, letters = _flat(ids)
    lengths = np.diff(begins)
    found = lengths.astype(np.uint64)
    for done in range(0, int(lengths.max(initial=0)), _WORD_BYTES):
        words = _words(letters, begins[:-1] + done, lengths - done)
        found = np.where(lengths > done, (found ^ words) * _ODD, found)
    return found


def _words(letters: NDArray[np.uint8], firsts: Whole, lengths: Whole) -> NDArray[np.uint64]:
    """The next eight bytes of each text as a number; a shorter rest is filled up with zeros."""
    padded = np.append(letters, np.zeros(_WORD_BYTES, dtype=np.uint8))
    # They are read from wherever they stand, and those of the next text pushed out.
    everywhere = np.ndarray((len(letters) + 1,), np.dtype("<u8"), padded, strides=(1,))
    missing = np.clip(_WORD_BYTES - lengths, 0, _WORD_BYTES).astype(np.uint64)
    words = everywhere[np.minimum(firsts, len(letters))]
    return np.where(missing < _WORD_BYTES, words << (missing * np.uint64(8)), np.uint64(0))


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
