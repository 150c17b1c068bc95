"""Plain tables: no lines, nothing cut off, legible at 80 columns."""

from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text


def table(
    headings: Sequence[str],
    rows: Iterable[Sequence[str | Text]],
    *,
    whole: Sequence[str] = (),
    right: Sequence[str] = (),
) -> Table:
    """Where it gets narrow, the columns that are not `whole` go on in the next line."""
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in headings:
        made.add_column(
            heading,
            justify="right" if heading in right else "left",
            overflow="fold",
            no_wrap=heading in whole,
        )
    for row in rows:
        made.add_row(*row)
    return made
