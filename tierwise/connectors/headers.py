"""Headers: where the wanted columns of a file stand, and what to do when one is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from tierwise.facts.problems import InputError, Problem

from .reading import shown

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The columns a reader wants from a file: it cannot do without the `required` ones."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


def places_of(
    wanted: Wanted, header: Sequence[str], file: str, delimiter: str | None = None
) -> dict[str, int]:
    """Where each wanted column stands; InputError when a required one is missing or twice."""
    places = _positions(header, (*wanted.required, *wanted.optional))
    missing = tuple(name for name in wanted.required if name not in places)
    if missing:
        raise InputError(tuple(_missing(file, name, header, delimiter) for name in missing))
    twins = tuple(name for name, place in places.items() if header.count(header[place]) > 1)
    if twins:
        step = "rename or remove one of them"
        raise InputError(
            tuple(Problem(file, 1, name, "one column", "two of that name", step) for name in twins)
        )
    return places


def _positions(header: Sequence[str], names: Sequence[str]) -> dict[str, int]:
    """Capitals do not matter, unless two columns differ in nothing else."""
    exact = {name: place for place, name in enumerate(header)}
    folded = {name.casefold(): place for name, place in exact.items()}
    places = ((name, exact.get(name, folded.get(name.casefold()))) for name in names)
    return {name: place for name, place in places if place is not None}


def _missing(file: str, name: str, header: Sequence[str], delimiter: str | None) -> Problem:
    step = _next_step(name, header, delimiter)
    return Problem(file, 1, name, "this column", shown(", ".join(header)), step)


def _next_step(name: str, header: Sequence[str], delimiter: str | None) -> str:
    for other, word in DELIMITERS.items():
        if delimiter and len(header) == 1 and other != delimiter and other in header[0]:
            return f"the columns are separated by a {word}: say `--delimiter '{other}'`"
    close = get_close_matches(name, header, n=1, cutoff=0.6)
    return f"did you mean `{close[0]}`?" if close else "check that this is the right export"
