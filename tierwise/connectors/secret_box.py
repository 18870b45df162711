"""Secrets at rest: encrypted before they are kept, with a key that is not in the book."""

import os
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from tierwise.facts.problems import RefusedError

VARIABLE = "TIERWISE_SECRET_KEY"
MAKE_ONE = (
    "make one with `python -c 'from cryptography.fernet import Fernet; "
    "print(Fernet.generate_key().decode())'`"
)


class SecretBox:
    """Encrypts and decrypts texts; `keys` come newest first, between commas.

    Without `keys` the key is in `file`, made when something is first encrypted and readable by
    its owner alone. RefusedError says what to do about a key that is missing or another one.
    """

    def __init__(self, keys: str, file: Path) -> None:
        self._keys = tuple(key.strip() for key in keys.split(",") if key.strip())
        self._file = file

    def seal(self, plain: str) -> str:
        """The text, encrypted with the newest key."""
        if not self._keys and not self._file.exists():
            _make_key(self._file)
        return MultiFernet(self._locks()).encrypt(plain.encode()).decode()

    def unseal(self, sealed: str) -> str:
        """The text that was encrypted, with whichever of the keys."""
        try:
            return MultiFernet(self._locks()).decrypt(sealed).decode()
        except InvalidToken:
            raise RefusedError(
                f"what signs us in was encrypted with another key than that {self._place}; "
                f"put the old key back, or after the new one in {VARIABLE} (`new,old`), "
                "or connect the desk again"
            ) from None

    def is_behind(self, sealed: str) -> bool:
        """Whether the text was encrypted with one of the older keys."""
        if len(self._keys) < 2:
            return False
        newest, *older = self._locks()
        return not _opens([newest], sealed) and _opens(older, sealed)

    @property
    def _place(self) -> str:
        return f"in {VARIABLE}" if self._keys else f"in {self._file}"

    def _locks(self) -> list[Fernet]:
        try:
            return [Fernet(key) for key in self._keys or (self._read(),)]
        except ValueError:
            # Not `from` the error: it may repeat what it was given.
            raise RefusedError(
                f"the key {self._place} is no key: it has 32 bytes, written in URL-safe Base64; "
                f"put the right one back, or {MAKE_ONE} and connect the desk again"
            ) from None

    def _read(self) -> str:
        try:
            return self._file.read_text("ascii").strip()
        except FileNotFoundError:
            raise RefusedError(
                f"the key to what signs us in is missing: there is no {self._file}; put it back, "
                f"or set {VARIABLE}, or connect the desk again"
            ) from None
        except OSError as error:
            raise RefusedError(
                f"the key {self._place} cannot be read: {error.strerror}; run as its owner"
            ) from error


def _opens(locks: list[Fernet], sealed: str) -> bool:
    with suppress(InvalidToken):
        MultiFernet(locks).decrypt(sealed)
        return True
    return False


def _make_key(file: Path) -> None:
    """Put a new key in place, whole or not at all; another process's key stays."""
    descriptor, draft = mkstemp(dir=file.parent)  # readable by the owner alone from the start
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(Fernet.generate_key())
            opened.flush()
            # Without the key nothing that it encrypted is worth anything.
            os.fsync(opened.fileno())
        with suppress(FileExistsError):
            os.link(draft, file)
    finally:
        os.unlink(draft)
    _settle(file.parent)


def _settle(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
