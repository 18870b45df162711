"""Folders of results that are worked out once: there whole or not at all, the oldest forgotten."""

import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

DRAFT = "draft-"


def ensure_folder(folder: Path, fill: Callable[[Path], None], *, most: int) -> None:
    """The folder as `fill` makes it, made now if it is not there; `most` of its kind are kept."""
    if not folder.exists():
        _make(folder, fill)
        _sweep(folder.parent, most)
    folder.touch()


def used_at(folder: Path) -> float:
    """When a folder was last used; another process may have taken it away just now."""
    return folder.stat().st_mtime if folder.exists() else 0.0


def write_whole(file: Path, write: Callable[[Path], object]) -> None:
    """A file as `write` makes it: there whole or not at all, whoever else writes the same."""
    draft = Path(mkdtemp(prefix=DRAFT, dir=file.parent))
    try:
        write(draft / file.name)
        (draft / file.name).replace(file)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _make(folder: Path, fill: Callable[[Path], None]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(mkdtemp(prefix=DRAFT, dir=folder.parent))
    try:
        fill(draft)
        draft.replace(folder)
    except OSError:
        # Another process made the same folder first; it holds the same.
        if not folder.exists():
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _sweep(parent: Path, most: int) -> None:
    """Forget what was not used for the longest; it can be worked out again."""
    ages = [(used_at(folder), folder) for folder in parent.iterdir()]
    for _, folder in sorted(ages, reverse=True)[most:]:
        shutil.rmtree(folder, ignore_errors=True)
