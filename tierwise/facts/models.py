"""A table function: SQL text that a stage owns and an engine runs."""

from dataclasses import dataclass

from .columns import Table


@dataclass(frozen=True, slots=True)
class SqlModel:
    """One SELECT, `<package>/<output.name>.sql`, from the tables in `reads` to `output`.

    The text is written in the house's subset: integers for instants, days and money, no time
    zones, intervals or `now()`; what differs between engines goes through the dialect's macros.
    `parameters` names the values the text needs, as `{{ name }}`.
    `text` is given by models that are written from data (the policy), or share it with others.
    With `in_parts` an engine may run it for one part of the keys after the other: its text keeps
    to the rows where `{{ in_part(key) }}` holds. `as_view` says that the text is so cheap that an
    engine may run it again at each reading instead of keeping its rows.
    """

    package: str
    output: Table
    reads: tuple[str, ...]
    parameters: tuple[str, ...] = ()
    text: str | None = None
    in_parts: bool = False
    as_view: bool = False

    @property
    def name(self) -> str:
        return self.output.name
