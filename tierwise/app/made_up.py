"""Which facts are made up, and the sentence that everything made from them must show."""

from collections.abc import Iterable

from .answers import SourceState
from .wiring import MADE_UP, StoredBatch


def made_up(sources: Iterable[SourceState | StoredBatch]) -> str | None:
    """What to say beside numbers when some of the sources are generated; None when all are real."""
    return next((MADE_UP[one.reader] for one in sources if one.reader in MADE_UP), None)
