"""Merges: rows that went into others, followed to the one that is left; one SQL text for all."""


def steps_of(table: str, key: str) -> str:
    """Common table expressions, `WITH` included, that follow `merged_into` of a table.

    `step_8` has a row for every merged one: `key`, and the `target` at which following ended
    after up to eight steps. That one may be merged itself (a circle, or a longer chain) or be
    nobody.
    """
    return f"""
WITH step_1 AS (
    SELECT {key}, merged_into AS target FROM {table} WHERE merged_into IS NOT NULL
),
{_twice("step_2", "step_1", key)},
{_twice("step_4", "step_2", key)},
{_twice("step_8", "step_4", key)}
""".strip()


def _twice(name: str, steps: str, key: str) -> str:
    """As far again as `steps` go; who cannot go on stays."""
    return f"""{name} AS (
    SELECT a.{key}, COALESCE(b.target, a.target) AS target
    FROM {steps} a LEFT JOIN {steps} b ON b.{key} = a.target
)"""
