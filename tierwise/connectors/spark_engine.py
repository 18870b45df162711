"""The distributed engine: the same models on Apache Spark 4, for shops that outgrow one machine."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from tierwise.facts.columns import Table
from tierwise.facts.models import SqlModel

from .dialects import SPARK, SPARK_STORAGE_TYPES, render


class SparkEngine:
    """Runs models as temporary views over Parquet in `scratch`, each written before the next.

    The session is the caller's: it says where the cluster is and how much it may use. Writing
    keeps plans short; merely cached views would be planned again inside every later model.
    """

    def __init__(self, session: SparkSession, scratch: Path) -> None:
        self._session = session
        self._scratch = scratch

    def read(self, table: Table, paths: Sequence[Path]) -> None:
        """Make the Parquet files at `paths` available as `table`; no files make it empty."""
        columns = ", ".join(f"{c.name} {SPARK_STORAGE_TYPES[c.kind]}" for c in table.columns)
        if paths:
            frame = self._session.read.parquet(*map(str, paths)).select(*table.names)
        else:
            frame = self._session.createDataFrame([], columns)
        frame.createOrReplaceTempView(table.name)

    def upload(self, name: str, rows: pa.Table) -> None:
        """Make an Arrow table available as `name`."""
        self._session.createDataFrame(rows).createOrReplaceTempView(name)

    def materialise(self, model: SqlModel, parameters: Mapping[str, int | str]) -> None:
        """Run a model and keep its output as a view named after it."""
        wanted = {name: parameters[name] for name in model.parameters}
        path = str(self._scratch / model.name)
        self._sql(render(model, SPARK, wanted)).write.mode("overwrite").parquet(path)
        self._session.read.parquet(path).createOrReplaceTempView(model.name)

    def query(self, text: str) -> pa.Table:
        """The answer of a query as an Arrow table."""
        answer: pa.Table = self._sql(text).toArrow()
        return answer

    def rows(self, text: str) -> list[tuple[Any, ...]]:
        """The answer of a query as plain rows."""
        return [tuple(row) for row in self._sql(text).collect()]

    def save(self, name: str, path: Path) -> None:
        """Write the table `name` as Parquet."""
        self._session.table(name).write.mode("overwrite").parquet(str(path))

    def _sql(self, text: str) -> DataFrame:
        return self._session.sql(text)
