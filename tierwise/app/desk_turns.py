"""Whose turn it is at an account: one process at a time, also when one of them is killed."""

import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from tierwise.facts.problems import RefusedError, TierwiseError

from .ports import DeskBook

LEASE_S = 60
_BEATS = 4  # how often a turn is renewed before it would be lost


class TurnTakenError(RefusedError):
    """Somebody else works on the account."""


def holder_here() -> str:
    """A name for whoever asks: machine, process, and a word of its own."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def is_gone(holder: str) -> bool:
    """Whether a holder is surely no more: a process of this machine that has ended."""
    host, _, rest = holder.rpartition(":")[0].rpartition(":")
    if host != socket.gethostname() or not rest.isdigit():
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


@contextmanager
def turn(
    book: DeskBook,
    account_id: str,
    *,
    now: Callable[[], float],
    holder: str | None = None,
    lease_s: float = LEASE_S,
) -> Iterator[Callable[[], bool]]:
    """Have an account for oneself; the answer says whether one still has it.

    A holder that was killed on this machine loses it at once, elsewhere after `lease_s`.
    TurnTakenError while another works on it.
    """
    own, over, lost = holder or holder_here(), threading.Event(), threading.Event()

    def take() -> str | None:
        until = int(now() + lease_s) + 1
        return book.take_turn(account_id, own, now=int(now()), until=until)

    _take_or_refuse(book, account_id, take)

    def renew() -> None:
        with suppress(TierwiseError):  # without the book better stop than work beside another
            while not over.wait(lease_s / _BEATS) and take() is None:
                pass
        if not over.is_set():
            lost.set()

    beat = threading.Thread(target=renew, name="desk-turn", daemon=True)
    beat.start()
    try:
        yield lambda: not lost.is_set()
    finally:
        over.set()
        beat.join()
        book.leave_turn(account_id, own)


def _take_or_refuse(book: DeskBook, account_id: str, take: Callable[[], str | None]) -> None:
    other = take()
    if other is not None and is_gone(other):
        book.leave_turn(account_id, other)
        other = take()
    if other is not None:
        host, _, pid = other.rpartition(":")[0].rpartition(":")
        raise TurnTakenError(
            f"process {pid} on {host} works on this account; wait until it is done and try again "
            f"(if it was killed there, within {LEASE_S} s)"
        )
