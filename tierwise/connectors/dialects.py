"""What SQL engines say differently, as one table; everything else in a model is common SQL."""

from collections.abc import Callable, Mapping
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from tierwise.facts.columns import Kind
from tierwise.facts.models import SqlModel

Macro = Callable[..., str]

_COMMON: Mapping[str, Macro] = {
    "ratio": lambda a, b: f"(CAST({a} AS DOUBLE) / NULLIF({b}, 0))",
    "number": lambda a: f"CAST({a} AS DOUBLE)",
    "whole": lambda a: f"CAST({a} AS BIGINT)",
    "small": lambda a: f"CAST({a} AS INT)",
}

DUCKDB: Mapping[str, Macro] = {
    **_COMMON,
    "floor_div": lambda a, b: f"(({a}) // ({b}))",
    "median": lambda a: f"quantile_cont({a}, 0.5)",
    "text": lambda a: f"CAST({a} AS VARCHAR)",
    "draw": lambda key, column: (
        f"(CAST('0x' || substr(md5('{key}:' || {column}), 1, 8) AS BIGINT) % 10000)"
    ),
}

SPARK: Mapping[str, Macro] = {
    **_COMMON,
    "floor_div": lambda a, b: f"(({a}) div ({b}))",
    "median": lambda a: f"percentile({a}, 0.5)",
    "text": lambda a: f"CAST({a} AS STRING)",
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
