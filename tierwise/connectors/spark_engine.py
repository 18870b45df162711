"""The distributed engine: the same models on Apache Spark 4, for shops that outgrow one machine."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import inline, struct
from pyspark.sql.pandas.functions import arrow_udf

from tierwise.facts.columns import Table
from tierwise.facts.models import SqlModel

from .dialects import SPARK, SPARK_STORAGE_TYPES, render

if TYPE_CHECKING:
    Column: TypeAlias = pa.Array[Any]
else:
    # Spark reads the hints and knows this one alone.
    Column = pa.Array
Work: TypeAlias = Callable[[pa.Table, pa.Table], pa.Table]


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
            # With its schema given, files written before a column came have it empty.
            frame = self._session.read.schema(columns).parquet(*map(str, paths))
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

    def map_by_key(self, output: Table, one: str, many: str, work: Work) -> None:
        """Keep as a view what `work` makes of two tables, batch by batch of the first.

        It is given some rows of `one`, and all rows of `many` with the same values in the first
        column of `output`; of that column both tables have one, and in `one` each value once.
        """
        key = output.names[0]
        gathered = self._sql(
            f"SELECT {key}, collect_list(struct(*)) AS many FROM {many} GROUP BY {key}"
        )
        paired = self._session.table(one).join(gathered, key, "left")

        def on_batch(one: Column, many: Column) -> Column:
            return _work_on(work, key, one, many)

        # Its type asks for what its warning advises against: to say the kind of function.
        batched: Any = arrow_udf
        made = batched(on_batch, f"array<{_struct(output)}>")
        columns = [paired[name] for name in self._session.table(one).columns]
        found = paired.select(inline(made(struct(*columns), paired["many"])))
        path = str(self._scratch / output.name)
        found.write.mode("overwrite").parquet(path)
        self._session.read.parquet(path).createOrReplaceTempView(output.name)

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


def _struct(table: Table) -> str:
    columns = (f"{c.name}: {SPARK_STORAGE_TYPES[c.kind]}" for c in table.columns)
    return f"struct<{', '.join(columns)}>"


def _work_on(work: Work, key: str, one: Any, many: Any) -> Column:
    """What `work` makes of a batch, as a list for each row of it."""
    rows = pa.Table.from_struct_array(one)
    found = work(rows, pa.Table.from_struct_array(many.flatten()))
    place = pc.index_in(found[key], value_set=rows[key].combine_chunks()).to_numpy()
    ordered = found.take(np.argsort(place, kind="stable")).to_struct_array().combine_chunks()
    counts = np.bincount(place, minlength=len(rows))
    offsets: Any = pa.array(np.concatenate([[0], np.cumsum(counts)]), pa.int32())
    return pa.ListArray.from_arrays(offsets, ordered)
