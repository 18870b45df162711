"""A Spark session on this machine, for the tests that need one."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest


@contextmanager
def local_spark(**settings: str) -> Iterator[Any]:
    """Two threads and two partitions; without Java or the extra the test is skipped."""
    if shutil.which("java") is None and not os.environ.get("CI"):
        pytest.skip("Spark needs Java; install a Java runtime of version 17 or later")
    pyspark = pytest.importorskip("pyspark.sql", reason="install the extra `spark`")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    fixed = {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
    }
    builder = pyspark.SparkSession.builder.master("local[2]")
    made = builder.config(map={**fixed, **settings}).getOrCreate()
    made.sparkContext.setLogLevel("ERROR")
    yield made
    made.stop()
