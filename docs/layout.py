"""What the generated pages are made of."""

from collections.abc import Iterable


def grid(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    cells = [[cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    top = list(head)
    return "\n".join(f"| {' | '.join(line)} |" for line in [top, ["---"] * len(top), *cells])


def page(title: str, source: str, *parts: str) -> str:
    told = f"<!-- Written by docs/build.py from {source}: change that, then run `make docs`. -->"
    return "\n\n".join([told, f"# {title}", *parts]) + "\n"
