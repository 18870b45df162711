"""Rows as plain text in columns, the same in a terminal and in a mail."""

from collections.abc import Iterator, Sequence


def side_by_side(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns; heads that end with `>` stand right.

    >>> list(side_by_side(("a", "n>"), [("x", "12"), ("yy", "3")]))
    ['a    n', 'x   12', 'yy   3']
    """
    names = [head.rstrip(">") for head in heads]
    widths = [max(len(row[i]) for row in (names, *rows)) for i in range(len(heads))]
    for row in (names, *rows):
        cells = (
            cell.rjust(width) if head.endswith(">") else cell.ljust(width)
            for cell, width, head in zip(row, widths, heads, strict=True)
        )
        yield "  ".join(cells).rstrip()
