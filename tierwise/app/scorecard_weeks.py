"""Figures week by week: only weeks that new facts or passing time have touched are counted anew."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq

import tierwise
from tierwise.facts.time import day_of
from tierwise.metrics.catalogue import CATALOGUE
from tierwise.metrics.cells import Cells
from tierwise.metrics.digests import digest_model
from tierwise.metrics.kinds import Rows, rows_of
from tierwise.metrics.periods import WEEK_DAYS, Periods, weeks
from tierwise.metrics.scorecard import cells_of
from tierwise.metrics.sums import Asked
from tierwise.metrics.windows import DAY_S

from .kept_folders import used_at, write_whole
from .scorecard_basis import ScoreBasis, completed, counted_cells, read_cells, write_cells

Digests = Mapping[str, str]
# The longest window, and the week itself.
_YOUNG_DAYS = max(one.window_s for one in CATALOGUE.values()) // DAY_S + WEEK_DAYS
_RESULT = "weeks_{}.parquet"
_DIGESTS = "weeks.json"


@dataclass(frozen=True, slots=True)
class Earlier:
    """Weeks that were counted from an earlier state: their figures, and what they stood on."""

    cells: Cells
    digests: Digests
    as_of_day: int


def ensure_weeks(basis: ScoreBasis, by: tuple[str, ...]) -> Cells:
    """Every figure of every week of the tickets, counted if it is not kept yet."""
    name = "_".join(by) or "all"
    file = basis.measured.folder / _RESULT.format(name)
    if not file.exists():
        _count(basis, by, name, file)
    return read_cells(basis, by, file)


def _count(basis: ScoreBasis, by: tuple[str, ...], name: str, file: Path) -> None:
    asked = basis.asked(by, all_weeks(basis))
    digests = kept_digests(basis, asked)
    earlier = _earlier(basis, by, name)
    touched = touched_weeks(basis, asked, digests, earlier)
    write_cells(weeks_anew(basis, asked, touched, earlier), by, file)


def kept_digests(basis: ScoreBasis, asked: Asked) -> Digests:
    """What the rows of each week are, worked out once for all ways to slice them."""
    file = basis.measured.folder / _DIGESTS
    if not file.exists():
        found = week_digests(basis, asked)
        told = {"made_of": _made_of(basis), "digests": found, "as_of_day": _today(basis)}
        write_whole(file, partial(Path.write_text, data=json.dumps(told), encoding="utf-8"))
    digests: Digests = json.loads(file.read_bytes())["digests"]
    return digests


def all_weeks(basis: ScoreBasis) -> Periods:
    """The weeks from the first ticket to the last day known."""
    return weeks(day_of(basis.first_s, basis.promises.zone), _today(basis))


def weeks_anew(
    basis: ScoreBasis, asked: Asked, touched: tuple[int, ...], earlier: Earlier | None
) -> Cells:
    """Touched weeks counted, the others as they were; stocks and what hangs on them are all new."""
    counted = counted_cells(basis, replace(asked, only=touched))
    kept = {
        place: figure
        for place, figure in (earlier.cells.items() if earlier else ())
        if place[2] not in touched and rows_of(CATALOGUE[place[0]].how)
    }
    return completed(basis, {**kept, **counted}, asked)


def touched_weeks(
    basis: ScoreBasis, asked: Asked, digests: Digests, earlier: Earlier | None
) -> tuple[int, ...]:
    """The weeks whose rows are other ones now, or whose figures time alone may change."""
    every = tuple(begins for begins, _ in asked.periods)
    if earlier is None:
        return every
    young = min(earlier.as_of_day, _today(basis)) - _YOUNG_DAYS
    return tuple(
        begins
        for begins in every
        if begins >= young or digests.get(str(begins)) != earlier.digests.get(str(begins))
    )


def week_digests(basis: ScoreBasis, asked: Asked) -> dict[str, str]:
    """What the rows of each week are, over all measures and all moments they are counted by."""
    found: dict[str, str] = {}
    for rows in dict.fromkeys((one.table, one.at) for one in _counted_rows(basis.sources)):
        model = digest_model(Rows(*rows), asked)
        basis.engine.materialise(model, {})
        for week, digest, is_open in basis.engine.rows(f"SELECT * FROM {model.name}"):
            # What is open grows with time: another moment is another figure.
            grown = f" {basis.promises.world.as_of_s}" if is_open else ""
            found[str(week)] = f"{found.get(str(week), '')} {digest}{grown}"
    return {week: hashlib.sha256(told.encode()).hexdigest() for week, told in found.items()}


def _counted_rows(sources: frozenset[str]) -> list[Rows]:
    """What the catalogue counts, in a fixed order."""
    found = (rows_of(one.how) for one in CATALOGUE.values())
    return [one for one in found if one and one.table in sources]


def _earlier(basis: ScoreBasis, by: tuple[str, ...], name: str) -> Earlier | None:
    """The weeks counted last from an earlier state, by the same catalogue and zone."""
    folders = sorted(basis.measured.folder.parent.glob("*/"), key=used_at, reverse=True)
    for folder in folders:
        file, beside = folder / _RESULT.format(name), folder / _DIGESTS
        kept = json.loads(beside.read_bytes()) if beside.exists() and file.exists() else {}
        if kept.get("made_of") == _made_of(basis):
            return Earlier(cells_of(pq.read_table(file), by), kept["digests"], kept["as_of_day"])
    return None


def _made_of(basis: ScoreBasis) -> str:
    """How weeks are counted; what was counted otherwise is of no use."""
    how = (tierwise.__version__, sorted(basis.sources), basis.promises.policy.zone)
    return hashlib.sha256(repr((how, list(CATALOGUE.values()))).encode()).hexdigest()


def _today(basis: ScoreBasis) -> int:
    return day_of(basis.promises.world.as_of_s - 1, basis.promises.zone)
