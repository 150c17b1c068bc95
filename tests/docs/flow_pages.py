"""Somebody types what a page says, on one machine with the stand-ins. The pages are in several modules, so that they are
played side by side.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.docs.markdown import ROOT, blocks
from tests.docs.reader import Reader

PAGES = [*sorted((ROOT / "docs" / "flows").glob("*.md")), ROOT / "docs" / "arazzo-examples.md"]
SERVERS = ("temporal server start-dev", "python -m services", "python worker.py")
PARTS = 3


def part(number: int) -> list[Path]:
    """Each page is in one of them."""
    return PAGES[number::PARTS]


@asynccontextmanager
async def reading(folder: Path) -> AsyncGenerator[Reader]:
    """With the three terminals of the README open."""
    async with Reader(folder) as reader:
        for block in blocks(ROOT / "README.md", "sh"):
            if "serves" in block.words and block.text.strip() in SERVERS:
                await reader.follow(block)
        yield reader


async def follow(page: Path, reader: Reader) -> None:
    """Each command ends well, or fails where the page says so."""
    shown = [block for block in blocks(page, "sh") if "elsewhere" not in block.words]
    for block in shown:
        await reader.follow(block)

    assert shown
