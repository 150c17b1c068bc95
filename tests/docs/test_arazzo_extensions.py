"""The page about extensions: each is there, and each example is read as it stands."""

import json
import re
from typing import Any

import pytest
import yaml

from arazzo.loading import load
from tests.docs.markdown import ROOT, Block, blocks

PAGE = ROOT / "docs" / "arazzo-extensions.md"
SCHEMA = json.loads((ROOT / "arazzo" / "extensions.schema.json").read_text())
EXAMPLES = list(blocks(PAGE, "yaml"))


def test_it_has_every_extension() -> None:
    """In its tables, those of steps and those of workflows."""
    told = re.findall(r"^\| \[?`(x-[\w-]+)`", PAGE.read_text(), re.MULTILINE)

    assert sorted(told) == sorted(
        [*SCHEMA["$defs"]["step"]["properties"], *SCHEMA["$defs"]["workflow"]["properties"]]
    )


@pytest.mark.parametrize("block", EXAMPLES, ids=str)
def test_its_examples_are_read(block: Block) -> None:
    """A step or a workflow, in strict."""
    shown: dict[str, Any] = yaml.safe_load(block.text)
    of_workflow = block.words == ("workflow",)
    step: dict[str, Any] = {"stepId": "one", "operationId": "call"} if of_workflow else shown
    workflow = {"workflowId": "main", "steps": [step]} | (shown if of_workflow else {})
    text = {
        "arazzo": "1.1.0",
        "info": {"title": "A page", "version": "1"},
        "sourceDescriptions": [{"name": "api", "url": "api.yaml"}],
        "workflows": [workflow],
    }

    assert () == load(json.dumps(text), uri="page.json").departures
