"""A document asks an agent: its judgement counts, and without one in time a person is asked."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml
from pydantic import JsonValue

from arazzo.compiling import compile_plan
from arazzo.plan import Plan
from runtime.documents import read_documents
from saga.status import ApprovalStatus, FlowState
from tests.endings import end_of
from tests.workflows.documents import EXAMPLES, example, play
from tests.workflows.playing import Handle, Playing

DOCUMENT = "support-triage.arazzo.yaml"
DESCRIPTION = "support.openapi.json"


@pytest.fixture(name="hasty")
def _hasty(tmp_path: Path) -> Plan:
    """The triage of the examples, whose agent has one second."""
    return triage(tmp_path, timeout="PT1S")


def triage(folder: Path, **judge: JsonValue) -> Plan:
    """That of the examples with other words for its agent, and without a second try."""
    document = yaml.safe_load((EXAMPLES / DOCUMENT).read_text())
    (workflow,) = document["workflows"]
    own = workflow["steps"][0]["x-judge"] | judge
    workflow["steps"][0]["x-judge"] = {name: value for name, value in own.items() if value is not None}
    del workflow["failureActions"]
    (folder / DOCUMENT).write_text(json.dumps(document))
    (folder / DESCRIPTION).write_text((EXAMPLES / DESCRIPTION).read_text())
    bundle = read_documents(folder / DOCUMENT)
    return compile_plan(bundle.documents, bundle.root, None)


@pytest.fixture(autouse=True)
async def _forgotten(playing: Playing) -> AsyncIterator[None]:
    """What goes wrong in one test goes well in the next."""
    yield
    await playing.stand_ins.faults.clear()


async def asked(playing: Playing, handle: Handle) -> ApprovalStatus:
    """What a person is asked."""
    status = await playing.until(handle, lambda seen: seen.status is FlowState.WAITING_FOR_APPROVAL)
    (approval,) = status.approvals
    return approval


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ("hold_before_effect", {}),
        ("unavailable", {"retry_after": 3600}),
        ("error", {}),
        ("unauthorized", {}),
        ("malformed", {}),
    ],
    ids=["silent", "come back later", "broken", "no credential", "nonsense"],
)
async def test_an_agent_that_cannot_be_had_in_time(
    playing: Playing, hasty: Plan, fault: str, problem: dict[str, int]
) -> None:
    """A person is asked in its place, soon, whatever is wrong with the agent, and the flow goes on with the answer."""
    await playing.stand_ins.faults.add("createChatCompletion", fault, times=None, problem=problem)
    handle = await play(playing, hasty, example("support-triage"))
    approval = await asked(playing, handle)
    await handle.execute_update(
        "decide",
        {
            "approval": approval.name,
            "decision": "approve",
            "by": "grace",
            "input": {"team": "accounts", "urgent": False},
        },
    )

    assert "completed" == await end_of(handle)
    assert "accounts" == (await handle.result())["team"]
    assert "The agent gave no answer. Which team should deal with this message?" == approval.summary


async def test_an_agent_is_asked_once(playing: Playing, hasty: Plan) -> None:
    """Its judgement decides where the document goes on, and nobody is asked besides."""
    handle = await play(playing, hasty, example("support-triage", text="The payments are wrong."))

    assert "completed" == await end_of(handle)
    assert "payments" == (await handle.result())["team"]
    assert 1 == (await playing.operations(handle)).count("createChatCompletion")


async def test_nobody_else_is_asked(playing: Playing, tmp_path: Path) -> None:
    """Without a `fallback` a step without a judgement fails as every other, and what follows is not done."""
    plan = triage(tmp_path, timeout="PT1S", fallback=None)
    handle = await play(playing, plan, example("support-triage", text="I have no idea."))

    assert "NoJudgement" == await end_of(handle)
    assert ["createChatCompletion"] == await playing.operations(handle)
