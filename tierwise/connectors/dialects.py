"""What SQL engines say differently, as one table; everything else in a model is common SQL."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template

from tierwise.facts.columns import Kind
from tierwise.facts.models import SqlModel

Macro = Callable[..., str]

_COMMON: Mapping[str, Macro] = {
    "ratio": lambda a, b: f"(CAST({a} AS DOUBLE) / NULLIF({b}, 0))",
    "whole": lambda a: f"CAST({a} AS BIGINT)",
    "in_part": lambda key: "TRUE",
}


def _converting(floor_div: Macro) -> dict[str, Macro]:
    """Whole division, and amounts by a row `r` of `daily_rates`, rounded half up.

    Taken apart, no step is larger than the answer or twice the denominator squared, so 64 bits
    do for amounts that are not negative. Most rows are in the policy's own currency and are not
    divided at all.
    """

    def converted(amount: str) -> str:
        rest = f"2 * (({amount}) % r.denominator) * (r.numerator % r.denominator) + r.denominator"
        return (
            f"CASE WHEN r.denominator = 1 THEN ({amount}) * r.numerator ELSE "
            f"({amount}) * {floor_div('r.numerator', 'r.denominator')} + "
            f"{floor_div(amount, 'r.denominator')} * (r.numerator % r.denominator) + "
            f"{floor_div(rest, '2 * r.denominator')} END"
        )

    return {"floor_div": floor_div, "converted": converted}


DUCKDB: Mapping[str, Macro] = {
    **_COMMON,
    **_converting(lambda a, b: f"(({a}) // ({b}))"),
    # COUNT(DISTINCT) took twice the CPU time (bench/RESULTS.md). The last sixteen bits of a day
    # tell days apart within 179 years.
    "count_days": lambda a: f"CAST(list_unique(list(CAST(({a}) & 65535 AS USMALLINT))) AS BIGINT)",
    "digest": lambda columns: f"CAST(BIT_XOR(hash({columns})) AS VARCHAR)",
    "draw": lambda key, column: (
        f"(CAST('0x' || substr(md5('{key}:' || {column}), 1, 8) AS BIGINT) % 10000)"
    ),
}

SPARK: Mapping[str, Macro] = {
    **_COMMON,
    **_converting(lambda a, b: f"(({a}) div ({b}))"),
    "count_days": lambda a: f"COUNT(DISTINCT {a})",
    "digest": lambda columns: f"CAST(BIT_XOR(xxhash64({columns})) AS STRING)",
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
    return _template(text).render(**dialect, **parameters)


@lru_cache(maxsize=256)
def _template(text: str) -> Template:
    return _JINJA.from_string(text)
