"""What somebody looked at and found: in order, to be looked at, or in the way."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `verdict` is ok, warn or fail."""

    verdict: str
    part: str
    text: str
    next_step: str = ""
