"""The page of the policy file: its keys, its rules, its presets."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from layout import grid, page
from page_tables import columns_grid

from tierwise.levels.policy import policy_schema
from tierwise.levels.protected import PROTECTED, UNLAWFUL
from tierwise.levels.rule_text import read_rule
from tierwise.levels.rule_values import COLUMNS
from tierwise.levels.rules import TAKES_EVERYBODY, Rule

PRESETS = Path(__file__).parents[1] / "tierwise" / "app" / "presets"
Schema = Mapping[str, Any]

RULE_FORMS: tuple[tuple[str, str], ...] = (
    ("`=`, `<>`, `<`, `<=`, `>`, `>=` with a number", "ltv_percentile >= 90"),
    ("`=`, `<>` with a text in single quotes", "rfm_group = 'Top Customers'"),
    ("a list", "rfm_group in ('Top Customers', 'Loyal Customers')"),
    ("a range, both ends included", "recency_days between 0 and 30"),
    ("a value that is missing, or not", "gap_days is not null"),
    ("a yes-or-no column alone", "is_account"),
    ("`+`, `-`, `*` between numbers", "ltv_365d_minor >= 2 * average_order_minor"),
    ("`and`, `or`, `not`, brackets", "orders >= 3 and not (recency_days > 365 or rfm_m < 3)"),
    ("a segment of this policy, by its name", "regulars and orders_90d > 0"),
    ("everybody", "everyone"),
)


def policy_page() -> str:
    schema = policy_schema()
    return page(
        "The policy file",
        "tierwise/levels and tierwise/app/presets",
        "One text says who gets which service. `tierwise policy check` names every problem with "
        "its line; `tierwise policy schema` writes a JSON Schema, with which an editor completes "
        "keys. Unknown keys are refused.",
        *policy_keys(schema, schema, "The file"),
        "## Rules",
        "A rule is a SQL condition over the columns below. The first level whose rule holds takes "
        "the customer, and the last takes everybody. A comparison with an empty value does not "
        "hold, and neither does its opposite.",
        rule_forms(),
        "## Columns a rule may use",
        columns_grid(COLUMNS.values()),
        "## What no rule may use",
        f"{UNLAWFUL[0].upper()}{UNLAWFUL[1:]}. So columns that tell of one of these are refused: "
        f"{', '.join(protected.attribute for protected in PROTECTED)}.",
        "## Presets",
        "`tierwise init FOLDER --preset NAME` begins with one of these.",
        *(
            f"### {path.stem}\n\n```yaml\n{path.read_text(encoding='utf-8').strip()}\n```"
            for path in sorted(PRESETS.glob("*.yaml"))
        ),
    )


def policy_keys(schema: Schema, part: Schema, place: str) -> list[str]:
    """A section for a part of the policy, then one for each part inside it."""
    properties: Schema = part["properties"]
    must = part.get("required", ())
    rows = (key_row(key, about, must=key in must) for key, about in properties.items())
    sections = [
        f"## {place}\n\n{part['description']}\n\n"
        + grid(("key", "must be there", "if not", "for example", "meaning"), rows)
    ]
    top = place == "The file"
    for inner, keys in parts_inside(properties).items():
        below = described(schema["$defs"][inner])
        if not below["properties"].keys() <= properties.keys():  # else it is described already
            path = ", ".join(keys if top else (f"{place}.{key}" for key in keys))
            sections += policy_keys(schema, below, path)
    return sections


def parts_inside(properties: Schema) -> dict[str, list[str]]:
    """The parts of the policy that keys lead to, each with the paths to it."""
    found: dict[str, list[str]] = {}
    for key, about in properties.items():
        inner, between = inside(about)
        if inner:
            found.setdefault(inner, []).append(key + between)
    return found


def key_row(key: str, about: Schema, *, must: bool) -> tuple[str, ...]:
    return (
        f"`{key}`",
        "yes" if must else "",
        default_of(about),
        ", ".join(f"`{written(example)}`" for example in examples_of(about)),
        about["description"],
    )


def default_of(about: Schema) -> str:
    """What holds when the key is not there, if that can be said in a word."""
    given = about.get("default")
    return f"`{written(given)}`" if isinstance(given, str | int | float | list) and given else ""


def written(value: object) -> str:
    """A value as a policy could have it, lists and keys on one line."""
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {written(one)}' for key, one in value.items())}}}"
    return str(value)


def shapes_of(about: Schema) -> list[Schema]:
    """The shapes a key can have, those of the entries below it included."""
    choices = [*about.get("anyOf", ()), *about.get("patternProperties", {}).values()]
    below = [about.get("additionalProperties"), about.get("items")]
    return [about, *choices, *(shape for shape in below if isinstance(shape, Mapping))]


def examples_of(about: Schema) -> list[object]:
    return [example for shape in shapes_of(about) for example in shape.get("examples", ())]


def inside(about: Schema) -> tuple[str | None, str]:
    """The part of the policy a key leads to, and what comes between: a name, a number."""
    for shape in shapes_of(about):
        if "$ref" in shape:
            alone = shape is about or shape in about.get("anyOf", ())
            between = ".N" if shape == about.get("items") else ".NAME"
            return shape["$ref"].rpartition("/")[2], "" if alone else between
    return None, ""


def described(part: Schema) -> Schema:
    """A part of the policy with its keys on top, also when it has a short form."""
    long = next((shape for shape in part.get("anyOf", ()) if "properties" in shape), part)
    return {**long, "description": part["description"]}


def rule_forms() -> str:
    """The table of what a rule may say; each example is read, so none can be wrong."""
    for _, example in RULE_FORMS:
        if not isinstance(read_rule(example, {"regulars": TAKES_EVERYBODY}), Rule):
            raise ValueError(f"not a rule: {example}")
    return grid(("what", "example"), ((what, f"`{example}`") for what, example in RULE_FORMS))
