"""What the pages about documents show is what the commands on them answer."""

import asyncio
import os
import shlex
from pathlib import Path

import pytest

from tests.cli.commands import CommandLine
from tests.docs.markdown import ROOT, blocks, commands

PAGES = [ROOT / "docs" / name for name in ("arazzo.md", "arazzo-catalogue.md")]
PICTURE = "docs/arazzo-place-order.svg"
TYPED = [command for page in PAGES for block in blocks(page, "sh") for command in commands(block)]


@pytest.fixture(scope="module")
async def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Each command of the pages, and what it says; the picture goes elsewhere."""
    folder = tmp_path_factory.mktemp("drawn")
    typing = CommandLine({**os.environ, "COLUMNS": "80"})
    said: dict[str, str] = {}
    for command in TYPED:
        _, _, *words = shlex.split(command.replace(PICTURE, str(folder / "picture.svg")))
        answer = await typing(*words)
        assert answer.status == 0, answer
        said[command] = "\n".join(line.rstrip() for line in answer.out.splitlines())
    said[PICTURE] = await asyncio.to_thread((folder / "picture.svg").read_text)
    return said


def test_what_is_shown_is_what_is_said(answers: dict[str, str]) -> None:
    """Every text that the pages show stands in what a command on them answers."""
    shown = [block.text.rstrip("\n") for page in PAGES for block in blocks(page, "text")]

    assert [] == [text for text in shown if not any(text in said for said in answers.values())]
    assert len(shown) >= 6


def test_the_picture_is_of_the_document_that_there_is(answers: dict[str, str]) -> None:
    """The command on the page draws it again."""
    assert (ROOT / PICTURE).read_text() == answers[PICTURE]


def test_the_picture_needs_nothing_else() -> None:
    """It fetches no font, no style and no script, which a page would not load."""
    picture = Path(ROOT / PICTURE).read_text()

    assert ["http://www.w3.org/2000/svg"] == [
        word.split('"')[1] for word in picture.split() if "http" in word
    ]
    assert "<script" not in picture
