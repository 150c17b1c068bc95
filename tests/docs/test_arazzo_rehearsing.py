"""What the page about rehearsals shows is what the commands on it answer."""

import os
import shlex

import pytest

from arazzo.dry_runs.faults import FaultKind
from tests.cli.commands import CommandLine
from tests.docs.markdown import ROOT, blocks, commands

PAGE = ROOT / "docs" / "arazzo-rehearsing.md"
TYPED = [command for block in blocks(PAGE, "sh") for command in commands(block)]
SHOWN = [block.text.rstrip("\n") for block in blocks(PAGE, "text")]


@pytest.mark.parametrize(("command", "shown", "status"), list(zip(TYPED, SHOWN, (1, 0), strict=True)))
async def test_what_is_shown_is_what_is_said(command: str, shown: str, status: int) -> None:
    """Each command is followed by a part of its answer."""
    _, _, *words = shlex.split(command)
    answer = await CommandLine({**os.environ, "COLUMNS": "80"})(*words)

    said = "\n".join(line.rstrip() for line in answer.out.splitlines())
    assert status == answer.status
    assert shown in said


def test_every_fault_is_told_of() -> None:
    """All that `--fault` takes."""
    page = PAGE.read_text()

    assert [] == [kind for kind in FaultKind if kind is not FaultKind.STATUS and f"`STEP={kind}`" not in page]
