"""Somebody types what the page of each flow says, and that of the documents, on one machine with the stand-ins."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.docs.markdown import ROOT, blocks
from tests.docs.reader import Reader

PAGES = [*sorted((ROOT / "docs" / "flows").glob("*.md")), ROOT / "docs" / "arazzo-examples.md"]
SERVERS = ("temporal server start-dev", "python -m services", "python worker.py")


@pytest.fixture(scope="module", name="reader")
async def _reader(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Reader]:
    """With the three terminals of the README open."""
    async with Reader(tmp_path_factory.mktemp("flows")) as reader:
        for block in blocks(ROOT / "README.md", "sh"):
            if "serves" in block.words and block.text.strip() in SERVERS:
                await reader.follow(block)
        yield reader


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
async def test_its_commands_do_what_it_says(page: Path, reader: Reader) -> None:
    """Each ends well, or fails where the page says so."""
    shown = [block for block in blocks(page, "sh") if "elsewhere" not in block.words]
    for block in shown:
        await reader.follow(block)

    assert shown
