"""The settings of a project: where its book is, how it is served."""

import os
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from tierwise.facts.problems import InputError, Problem


class Settings(BaseModel):
    """What `settings.yaml` may hold; every key has a default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    shop: str = Field("My shop", description="Name shown on every page.")
    book: str = Field(
        "sqlite",
        description="Where decisions are kept: `sqlite` in the project, or a PostgreSQL address "
        "like `postgresql://user@host/name`. TIERWISE_BOOK in the environment goes first, so "
        "that a password need not stand in a file.",
    )
    port: int = Field(8765, ge=1, le=65535, description="Port of the pages, on 127.0.0.1.")
    hosts: tuple[str, ...] = Field((), description="Further host names a proxy may use.")
    memory: str = Field("", description="Most memory of the engine, like `2GB`; default 80 %.")
    threads: int = Field(0, ge=0, description="Processor cores of the engine; 0 takes all.")


def read_settings(text: str, source: str = "settings.yaml") -> Settings:
    """Settings from a YAML text; InputError with line numbers if it is not one."""
    try:
        loaded: Any = YAML(typ="rt").load(text) or {}
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise InputError(
            (Problem(source, line, None, "YAML", str(error.problem), "mend the line"),)
        ) from error
    if not isinstance(loaded, dict):
        found = "a list" if isinstance(loaded, list) else f"`{loaded}`"
        expected = "settings such as `shop: My shop`"
        raise InputError((Problem(source, 1, None, expected, found, "mend the line"),))
    try:
        settings = Settings.model_validate(dict(loaded))
    except ValidationError as error:
        raise InputError(
            tuple(_problem(found, loaded, source) for found in error.errors())
        ) from error
    return settings.model_copy(update={"book": os.environ.get("TIERWISE_BOOK", settings.book)})


def _problem(found: Any, loaded: Any, source: str) -> Problem:
    key = str(found["loc"][0])
    line = loaded.lc.key(key)[0] + 1 if key in loaded else None
    expected = f"one of {', '.join(Settings.model_fields)}"
    if found["type"] != "extra_forbidden":
        expected = str(found["msg"]).lower()
    return Problem(source, line, key, expected, f"`{found['input']}`", "mend the line")
