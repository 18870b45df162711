"""Modules whose examples are read by the tests need what they import."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("pyspark") else ["tierwise/connectors/spark_engine.py"]
