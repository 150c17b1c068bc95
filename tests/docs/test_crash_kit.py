"""A reader who follows the crash kit's page has rehearsed a flow of his own."""

import re
from pathlib import Path

from tests.docs.markdown import ROOT, blocks
from tests.docs.reader import Reader

PAGE = ROOT / "docs" / "crash-kit.md"


async def test_a_flow_of_ones_own_is_rehearsed(tmp_path: Path) -> None:
    """With its own catalogue, worker and stand-ins; the worker is killed inside each call, and all promises are kept."""
    async with Reader(tmp_path) as reader:
        for block in blocks(PAGE, "sh"):
            if "elsewhere" not in block.words:
                await reader.follow(block)
        (said,) = reader.said.values()

    assert "trip calls bookRoom, bookSeat, cancelRoom, cancelSeat, issueTicket" in said
    assert "all promises kept" in said
    assert re.search(r"^kill_after +5 +5 *$", said, re.MULTILINE)
