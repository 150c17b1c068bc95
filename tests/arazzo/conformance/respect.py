"""The micro-cases in Redocly's `respect`, side by side: `tools/respect` installs it, and keeps what came of them."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, Field

from tests.arazzo.microcases.cases import DESCRIPTION, Case, Outcome, differences, own
from tests.arazzo.microcases.mock import Mock, listening

KEPT = Path(__file__).with_name("respect.json")
EXPLAINED = Path(__file__).with_name("respect.explained.yaml")
BOUND = 60
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


class Ran(BaseModel):
    """What came of one case there; outputs are not compared."""

    sha256: str
    """Of the case as it was."""
    success: bool
    requests: list[str]
    differences: list[str] = Field(default=[])


class Respect(BaseModel):
    """What came of all of them, when."""

    version: str
    date: str
    cases: dict[str, Ran]


def kept() -> Respect:
    return Respect.model_validate_json(KEPT.read_text())


def explained() -> dict[str, str]:
    """By case: why it is not the same there."""
    found: dict[str, str] = yaml.safe_load(EXPLAINED.read_text())
    return found


async def play(case: Case, redocly: Path) -> Ran:
    """One case, in a process of theirs."""
    mock = Mock(case.script)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "case.arazzo.json").write_text(case.document)
        (folder / DESCRIPTION).write_text(case.description)
        async with listening(mock) as url:
            words = ["respect", "case.arazzo.json", "-w", case.workflow, "-i", json.dumps(case.inputs)]
            success = await _run(redocly, *words, "-S", f"{case.source()}={url}", folder=folder) == 0
    outcome = Outcome(success=success, outputs=case.expected.outputs or {})
    return Ran(
        sha256=case.sha256,
        success=success,
        requests=[one.call for one in mock.seen],
        differences=differences(case, outcome, mock.seen),
    )


async def _run(redocly: Path, *words: str, folder: Path) -> int:
    process = await asyncio.create_subprocess_exec(
        redocly,
        *words,
        cwd=folder,
        env=os.environ | QUIET,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return await asyncio.wait_for(process.wait(), BOUND)


async def play_all(redocly: Path) -> Respect:
    package: dict[str, Any] = json.loads((redocly.resolve().parents[1] / "package.json").read_text())
    return Respect(
        version=package["version"],
        date=datetime.now(UTC).date().isoformat(),
        cases={case.name: await play(case, redocly) for case in own()},
    )


if __name__ == "__main__":
    KEPT.write_text(asyncio.run(play_all(Path(sys.argv[1]))).model_dump_json(indent=2) + "\n")
