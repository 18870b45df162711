"""Random rules, standings and policies, and the engine that judges them from outside."""

from collections.abc import Mapping, Sequence

import duckdb
import jinja2
import pyarrow as pa
from hypothesis import strategies as st

from tierwise.facts.columns import Kind, Table
from tierwise.facts.models import SqlModel
from tierwise.levels.conditions import (
    MIRRORED,
    AllOf,
    Always,
    AnyOf,
    Arithmetic,
    ColumnValue,
    Comparison,
    Condition,
    Empty,
    Flag,
    Not,
    Number,
    OneOf,
    Text,
    Value,
)
from tierwise.levels.policy import Policy
from tierwise.levels.rule_values import COLUMNS
from tierwise.levels.rules import rule_of
from tierwise.value.rfm_groups import GROUP_NAMES

DAY = 20_000

ARROW: Mapping[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.FLAG: pa.bool_(),
    Kind.NUMBER: pa.float64(),
    Kind.DAY: pa.int32(),
    Kind.COUNT: pa.int64(),
    Kind.MONEY: pa.int64(),
}

SOMEBODY: Mapping[str, object] = {
    "customer_id": "c1",
    "ltv_percentile": 50.0,
    "ltv_minor": 10_000,
    "orders": 3,
    "occasions": 3,
    "refunded_minor": 0,
    "average_order_minor": 3333.3,
    "recency_days": 30,
    "tenure_days": 300,
    "gap_days": 90.5,
    "orders_90d": 1,
    "ltv_365d_minor": 10_000,
    "rfm_r": 3,
    "rfm_f": 3,
    "rfm_m": 3,
    "rfm_group": "About to Sleep",
    "active_days_30d": None,
    "active_days_trend": None,
    "is_account": False,
}


def standing(**values: object) -> dict[str, object]:
    """Somebody ordinary, except for what is given."""
    return {**SOMEBODY, **values}


def arrow(table: Table, rows: Sequence[Mapping[str, object]]) -> pa.Table:
    fields = [(column.name, ARROW[column.kind]) for column in table.columns]
    return pa.Table.from_pylist([dict(row) for row in rows], schema=pa.schema(fields))


def lot(key: str, column: str) -> str:
    return f"(CAST('0x' || substr(md5('{key}:' || {column}), 1, 8) AS BIGINT) % 10000)"


def written(model: SqlModel, day: int = DAY) -> str:
    """The model's text as the embedded engine reads it."""
    template = jinja2.Template(model.text or "", undefined=jinja2.StrictUndefined)
    text: str = template.render(as_of_day=day, draw=lot, whole="CAST({} AS BIGINT)".format)
    return text


def written_plain(model: SqlModel) -> str:
    """The text of a model that takes no parameters."""
    assert model.parameters == ()
    return written(model)


def engine(**tables: pa.Table) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    for name, rows in tables.items():
        connection.register(f"given_{name}", rows)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given_{name}")
    return connection


NUMBERS = st.one_of(
    st.integers(-5, 100),
    st.decimals(min_value=-5, max_value=100, places=2, allow_nan=False),
).map(Number.of)
_COLUMN_VALUES = [ColumnValue(c.name, c.kind) for c in COLUMNS.values()]
NUMBER_COLUMNS = [c for c in _COLUMN_VALUES if c.kind not in {Kind.TEXT, Kind.FLAG}]
GROUP = ColumnValue("rfm_group", Kind.TEXT)
FLAG = ColumnValue("is_account", Kind.FLAG)
columns = st.sampled_from(NUMBER_COLUMNS)
texts = st.sampled_from(GROUP_NAMES).map(Text)
products = st.builds(Arithmetic, st.just("*"), columns, NUMBERS)
values: st.SearchStrategy[Value] = st.one_of(
    columns,
    products,
    st.builds(Arithmetic, st.sampled_from("+-"), columns, st.one_of(columns, NUMBERS, products)),
)
plain_atoms: st.SearchStrategy[Condition] = st.one_of(
    st.builds(Comparison, st.sampled_from(sorted(MIRRORED)), columns, NUMBERS),
    st.builds(Comparison, st.sampled_from(["=", "<>"]), st.just(GROUP), texts),
    st.builds(OneOf, st.just(GROUP), st.lists(texts, min_size=1, max_size=4).map(tuple)),
    st.builds(OneOf, columns, st.lists(NUMBERS, min_size=1, max_size=3).map(tuple)),
    st.builds(Empty, st.one_of(columns, st.just(GROUP), st.just(FLAG))),
    st.just(Flag(FLAG)),
    st.builds(Always, value=st.booleans()),
)
atoms = st.one_of(
    plain_atoms,
    st.builds(Comparison, st.sampled_from(sorted(MIRRORED)), values, st.one_of(values, NUMBERS)),
    st.builds(OneOf, values, st.lists(NUMBERS, min_size=1, max_size=3).map(tuple)),
)


def _joined(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(Not, parts), st.builds(AllOf, several), st.builds(AnyOf, several))


conditions = st.recursive(atoms, _joined, max_leaves=6)
rules = conditions.map(rule_of)
small = st.integers(0, 6)


def _or_empty(found: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.one_of(found, found, st.none())


def _column(name: str) -> st.SearchStrategy[object]:
    column = COLUMNS[name]
    if column.kind is Kind.FLAG:
        return _or_empty(st.booleans())
    if column.kind is Kind.TEXT:
        return _or_empty(st.sampled_from(column.choices))
    if column.kind is Kind.NUMBER:
        halves = st.integers(-10, 200).map(lambda half: half / 2)
        return _or_empty(st.one_of(halves, st.floats(0, 100, allow_nan=False, width=32)))
    return _or_empty(st.one_of(small, st.integers(-5, 100)))


standings = st.fixed_dictionaries(
    {"customer_id": st.just("c"), **{name: _column(name) for name in COLUMNS}}
)
LEVELS = ("vip", "premium", "plus", "standard")
some_level = st.sampled_from([*LEVELS, "retired_level"])
days = st.integers(DAY - 40, DAY + 10)
currents = st.fixed_dictionaries(
    {
        "level": st.one_of(st.none(), some_level, some_level),
        "since_day": st.one_of(st.none(), days),
        "by_hand": st.sampled_from([0, 1]),
        "waiting_level": st.one_of(st.none(), some_level),
        "waiting_runs": st.integers(0, 3),
        "waiting_day": st.one_of(st.none(), days),
        "override_level": st.one_of(st.none(), some_level),
        "override_until_day": st.one_of(st.none(), days),
    }
)
experiments = st.fixed_dictionaries(
    {
        "band": st.sampled_from(["0-50", "40-95", "2.5-4"]),
        "share": st.sampled_from(["50%", "12.5%", "100%"]),
        "column": st.sampled_from(["ltv_percentile", "orders"]),
        "key": st.sampled_from([None, "spring"]),
    }
)
level_texts = st.fixed_dictionaries(
    {"who": rules},
    optional={"keep_until": rules, "experiment": experiments},
)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Sound in every part; the last level takes everybody even when it does not say so."""
    names = LEVELS[: draw(st.integers(1, 4))]
    stability = {
        "promote_after": draw(st.integers(1, 3)),
        "demote_after": draw(st.integers(1, 3)),
        "minimum_stay": draw(st.sampled_from(["0d", "10d"])),
    }
    levels = {name: draw(level_texts) for name in names}
    return Policy.model_validate({"currency": "EUR", "levels": levels, "stability": stability})
