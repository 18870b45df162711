"""A project: the folder that holds a company's policy, settings, facts and book."""

import json
import os
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from tierwise.facts.problems import InputError, Problem, RefusedError, UsageError

from .settings import Settings, read_settings

PRESETS = ("three-levels", "four-levels")

_SOURCES = """\
# What `tierwise read` reads when it is called without a file. One entry a source:
#
# - file: exports/orders.csv
#   as: shopify-orders
#   source: orders        # name of the source; the name of the file if not given
sources: []
"""
_IGNORED = "# Facts, the book and secrets stay on this machine.\n.tierwise/\nsecrets*\n.env\n"


@dataclass(frozen=True, slots=True)
class Project:
    """Where everything of one company lies."""

    folder: Path
    settings: Settings

    @property
    def policy_file(self) -> Path:
        return self.folder / "policy.yaml"

    @property
    def sources_file(self) -> Path:
        return self.folder / "sources.yaml"

    @property
    def mappings(self) -> Path:
        return self.folder / "mappings"

    @property
    def kept(self) -> Path:
        """Everything Tierwise writes by itself."""
        return self.folder / ".tierwise"

    @property
    def book_url(self) -> str:
        if self.settings.book == "sqlite":
            return f"sqlite:///{self.kept / 'book.sqlite'}"
        return self.settings.book.replace("postgresql://", "postgresql+psycopg://", 1)


def preset_text(preset: str) -> str:
    """The policy text of a preset; UsageError if there is none of that name."""
    if preset not in PRESETS:
        raise UsageError(f"no preset `{preset}`; choose one of {', '.join(PRESETS)}")
    return files("tierwise.app").joinpath("presets", f"{preset}.yaml").read_text("utf-8")


def make_project(
    folder: Path, *, preset: str, shop: str, currency: str = "EUR", zone: str = "Europe/Berlin"
) -> Project:
    """Write a new project folder; RefusedError if one is there already."""
    if (folder / "policy.yaml").exists():
        raise RefusedError(
            f"`{folder}` holds a project already; remove its policy.yaml to start again"
        )
    text = preset_text(preset).replace("currency: EUR", f"currency: {currency}", 1)
    text = text.replace("Europe/Berlin", zone)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mappings").mkdir(exist_ok=True)
    (folder / ".gitignore").write_text(_IGNORED, "utf-8")
    (folder / "sources.yaml").write_text(_SOURCES, "utf-8")
    (folder / "settings.yaml").write_text(_settings_text(shop), "utf-8")
    (folder / "policy.yaml").write_text(text, "utf-8")  # last: it makes the folder a project
    return open_project(folder)


def open_project(folder: Path) -> Project:
    """The project in `folder`; UsageError if there is none."""
    if not (folder / "policy.yaml").exists():
        raise UsageError(
            f"no project in `{folder}` (no policy.yaml); make one with `tierwise init {folder}`, "
            "or name its folder with --project"
        )
    settings = folder / "settings.yaml"
    text = own_text(settings) if settings.exists() else ""
    project = Project(folder, read_settings(text))
    project.kept.mkdir(exist_ok=True)
    return project


def own_text(path: Path) -> str:
    """The text of a file the user writes; InputError with the line when it is not UTF-8."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        step = "save the file with the encoding UTF-8"
        raise InputError(
            (Problem(path.name, line, None, "UTF-8 text", "other bytes", step),)
        ) from error


def replace_text(path: Path, text: str) -> None:
    """Replace a file in one step: whoever reads it sees the old text or the new one."""
    draft = path.with_name(f".{path.name}.new")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _settings_text(shop: str) -> str:
    lines = [f"shop: {json.dumps(shop, ensure_ascii=False)}", ""]
    for name, field in Settings.model_fields.items():
        if name == "shop":
            continue
        default = list(field.default) if isinstance(field.default, tuple) else field.default
        lines += [f"# {field.description}", f"# {name}: {json.dumps(default)}", ""]
    return "\n".join(lines)
