"""What SQL engines say differently, as one table; everything else in a model is common SQL."""

from collections.abc import Callable, Mapping
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from tierwise.facts.columns import Kind
from tierwise.facts.models import SqlModel

Macro = Callable[..., str]

_COMMON: Mapping[str, Macro] = {
    "ratio": lambda a, b: f"(CAST({a} AS DOUBLE) / NULLIF({b}, 0))",
    "whole": lambda a: f"CAST({a} AS BIGINT)",
    "in_part": lambda key: "TRUE",
}

DUCKDB: Mapping[str, Macro] = {
    **_COMMON,
    "floor_div": lambda a, b: f"(({a}) // ({b}))",
    # COUNT(DISTINCT) took twice the CPU time (bench/RESULTS.md). The last sixteen bits of a day
    # tell days apart within 179 years.
    "count_days": lambda a: f"CAST(list_unique(list(CAST(({a}) & 65535 AS USMALLINT))) AS BIGINT)",
    "draw": lambda key, column: (
        f"(CAST('0x' || substr(md5('{key}:' || {column}), 1, 8) AS BIGINT) % 10000)"
    ),
}

SPARK: Mapping[str, Macro] = {
    **_COMMON,
    "floor_div": lambda a, b: f"(({a}) div ({b}))",
    "count_days": lambda a: f"COUNT(DISTINCT {a})",
    "draw": lambda key, column: (
        f"(CAST(conv(substr(md5('{key}:' || {column}), 1, 8), 16, 10) AS BIGINT) % 10000)"
    ),
}

STORAGE_TYPES: Mapping[Kind, str] = {
    Kind.TEXT: "VARCHAR",
    Kind.FLAG: "BOOLEAN",
    Kind.COUNT: "BIGINT",
    Kind.NUMBER: "DOUBLE",
    Kind.MONEY: "BIGINT",
    Kind.INSTANT: "BIGINT",
    Kind.DAY: "INTEGER",
}
SPARK_STORAGE_TYPES: Mapping[Kind, str] = {**STORAGE_TYPES, Kind.TEXT: "STRING"}

_JINJA = Environment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)


def render(
    model: SqlModel, dialect: Mapping[str, Macro], parameters: Mapping[str, int | str]
) -> str:
    """The model's SELECT for one engine.

    A parameter that the model does not name is refused, so that none is given in vain.
    """
    strangers = parameters.keys() - set(model.parameters)
    if strangers:
        raise ValueError(f"model `{model.name}` takes no {sorted(strangers)}")
    text = model.text or files(model.package).joinpath(f"{model.name}.sql").read_text("utf-8")
    return _JINJA.from_string(text).render(**dialect, **parameters)
