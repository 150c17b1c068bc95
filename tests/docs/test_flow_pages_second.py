"""Somebody types what the pages of the flows say: the second third of them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.docs.flow_pages import follow, part, reading
from tests.docs.reader import Reader


@pytest.fixture(scope="module", name="reader")
async def _reader(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Reader]:
    async with reading(tmp_path_factory.mktemp("flows")) as reader:
        yield reader


@pytest.mark.parametrize("page", part(1), ids=lambda page: page.stem)
async def test_its_commands_do_what_it_says(page: Path, reader: Reader) -> None:
    """Each ends well, or fails where the page says so."""
    await follow(page, reader)
