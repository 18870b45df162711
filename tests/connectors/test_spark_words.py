"""What the scorecard asks, as it is written for Spark: nothing in it that only DuckDB understands.

Runs without Spark; whether the answers are the same is asked in `test_spark_scorecard`.
"""

import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
import sqlglot

from tierwise.connectors.dialects import SPARK, render
from tierwise.facts.models import SqlModel
from tierwise.metrics.catalogue import CATALOGUE
from tierwise.metrics.cells import batches
from tierwise.metrics.digests import digest_model
from tierwise.metrics.kinds import rows_of
from tierwise.metrics.measure_tables import MEASURES
from tierwise.metrics.measure_views import VIEWS
from tierwise.metrics.periods import Periods, day_words
from tierwise.metrics.rows_behind import rows_model
from tierwise.metrics.sums import Asked
from tierwise.metrics.windows import WINDOWS

AS_OF_S = 1_700_000_000
GIVEN: dict[str, int | str] = {**WINDOWS, "as_of_s": AS_OF_S, "floor": "standard"}
PERIODS = Periods(19_600, 7, 2)
DAYS = day_words(ZoneInfo("Europe/Berlin"), AS_OF_S - 10**8, AS_OF_S)
ASKED = Asked(("level", "team"), PERIODS, DAYS, (AS_OF_S, AS_OF_S), only=(19_600,))
ONLY_DUCKDB = re.compile(
    r"//|::|\bVARCHAR\b(?!\s*\()|\bHUGEINT\b|\bUSMALLINT\b|\bQUALIFY\b|\bASOF\b|\bFROM \w+ SELECT\b"
    r"|\blist_\w+\(|\bstrftime\(|\bmake_timestamp\(|\bepoch\(|\bFILTER\s*\(|\bBIT_XOR\(hash\(",
    re.IGNORECASE,
)


def models() -> Iterator[SqlModel]:
    """All that is asked for figures, for the rows behind them and for digests."""
    yield from (*MEASURES, *VIEWS)
    yield from (batch.model for batch in batches(CATALOGUE.values(), ASKED))
    for one in CATALOGUE.values():
        behind = rows_model(one, CATALOGUE, ASKED)
        if behind:
            yield behind
        if rows := rows_of(one.how):
            yield digest_model(rows, ASKED)


@pytest.mark.parametrize("model", list(models()), ids=lambda model: model.name)
def test_spark_is_told_nothing_that_only_duckdb_understands(model: SqlModel) -> None:
    text = render(model, SPARK, {name: GIVEN[name] for name in model.parameters})
    found = ONLY_DUCKDB.search(re.sub(r"'[^']*'|--.*", "", text))
    assert not found, f"{model.name}: {found and found[0]}"
    read = sqlglot.parse_one(text, read="spark")
    assert isinstance(read, sqlglot.exp.Query)
    assert "*" in read.named_selects or set(read.named_selects) == set(model.output.names)


@pytest.mark.parametrize(
    "text", ["a // 2", "CAST(a AS VARCHAR)", "a::int", "list_unique(a)", "strftime(a, 'b')"]
)
def test_words_of_duckdb_are_found(text: str) -> None:
    assert ONLY_DUCKDB.search(text)
    assert not ONLY_DUCKDB.search("CAST(a AS STRING) div 2")
