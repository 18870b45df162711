"""The settings of a project: where its book is, how it is served."""

import os
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

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
    memory: str = Field(
        "",
        pattern=r"^(\d+(\.\d+)? ?[KMGT]i?B)?$",
        description="Most memory of the engine, like `2GB`; 80 % of the machine's if not given.",
    )
    desk_field: str = Field(
        "service_level",
        pattern=r"^[a-z][a-z0-9_]*$",
        description="Key of the user field at the help desk that shows the level.",
    )
    public_address: str = Field(
        "",
        pattern=r"^(https://[^/]+)?$",
        description="Address under which a help desk reaches these pages, like "
        "`https://levels.example.org`; with it the desk tells at once what happens to tickets.",
    )
    threads: int = Field(0, ge=0, description="Processor cores of the engine; 0 takes all.")

    @property
    def served_hosts(self) -> tuple[str, ...]:
        """Host names that requests may bear: those listed, and where a help desk knocks."""
        public = urlsplit(self.public_address).hostname
        return (*self.hosts, public) if public else self.hosts


def read_yaml(text: str, source: str) -> object:
    """What a YAML text holds; InputError with the line if it is none."""
    try:
        return YAML(typ="rt").load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        found = getattr(error, "problem", None) or str(error).partition("\n")[0]
        raise InputError((Problem(source, line, None, "YAML", found, "mend the line"),)) from error


def read_settings(text: str, source: str = "settings.yaml") -> Settings:
    """Settings from a YAML text; InputError with line numbers if it is not one."""
    loaded: Any = read_yaml(text, source) or {}
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
