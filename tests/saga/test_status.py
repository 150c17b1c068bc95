"""What people see of a flow: its status query, its current details, and the lists that search attributes make."""

from __future__ import annotations

import pytest
from temporalio.api.sdk.v1 import WorkflowMetadata

from saga import SAGA_STATUS, SAGA_WAITING_FOR, FlowState, FlowStatus
from tests.eventually import eventually
from tests.saga.behaviours import come_back_later, held, refuse, refuse_with_hostile_text
from tests.saga.flows import Plan
from tests.saga.stage import Handle, Stage

JOB = {"thing": "a", "password": "***"}


async def details(handle: Handle) -> str:
    metadata: WorkflowMetadata = await handle.query(
        "__temporal_workflow_metadata", result_type=WorkflowMetadata
    )
    return metadata.current_details


def states(status: FlowStatus) -> dict[str, str]:
    return {step.name: step.status.value for step in status.steps}


# --- the query ---------------------------------------------------------------------------------------------


async def test_of_a_running_flow(stage: Stage) -> None:
    """The status names the flow and lists the steps reached, in order, with what is known of each."""
    stage.world.on("b", held)
    handle = await stage.start("sequence")
    await stage.begun("b")

    status = await stage.until(handle, lambda status: len(status.steps) == 2)
    stage.go_on("b")

    assert (status.id, status.flow, status.version, status.status) == (
        handle.id,
        "sequence",
        "7",
        FlowState.RUNNING,
    )
    assert states(status) == {"a": "completed", "b": "running"}
    made = status.steps[0]
    assert (made.activity, made.activity_id, made.attempts, made.duration_s) == (
        "world.make",
        "a",
        None,
        None,
    )
    assert made.started_at
    assert made.completed_at
    assert status.created_at <= made.started_at <= made.completed_at


async def test_masked_fields(stage: Stage) -> None:
    """Inputs and results are shown, except for fields that their model hides from its `repr`."""
    handle = await stage.start("sequence", Plan(things=("a",)))
    await stage.end_of(handle)

    [step] = (await stage.status(handle)).steps
    assert step.input == {"thing": "a", "password": "***"}
    assert step.result == {"thing": "a", "key": stage.world.keys("a")[0], "token": "***"}


async def test_of_a_compensated_flow(stage: Stage) -> None:
    """The status of a compensated flow tells what was undone, and why, and when it was over."""
    stage.world.on("c", refuse)
    handle = await stage.start("sequence")
    await stage.end_of(handle)

    status = await stage.status(handle)

    assert states(status) == {"a": "compensated", "b": "compensated", "c": "failed"}
    assert status.error == "Refused: no c today"
    assert status.steps[2].error == "Refused: no c today"
    assert status.completed_at
    assert status.waiting_for is None


async def test_of_an_undoing_flow(stage: Stage) -> None:
    """While it undoes, a flow is compensating, and so is the step."""
    stage.world.on("c", refuse)
    stage.world.on("undo b", held)
    handle = await stage.start("sequence")
    await stage.begun("b")

    status = await stage.until(handle, lambda status: status.status is FlowState.COMPENSATING)
    stage.go_on("b")

    assert states(status) == {"a": "completed", "b": "compensating", "c": "failed"}


async def test_of_a_step_that_waits(stage: Stage) -> None:
    """A step that was told to come back later is pending, and the flow says what it waits for."""
    stage.world.on("b", come_back_later)
    handle = await stage.start("sequence")

    status = await stage.waits_for(handle, "retry:b")

    assert states(status) == {"a": "completed", "b": "pending"}
    assert status.status is FlowState.RUNNING


async def test_of_a_failed_undo(stage: Stage) -> None:
    """A step whose undo has failed is shown so, beside those that are undone."""
    stage.world.on("c", refuse)
    stage.world.on("undo b", refuse)
    handle = await stage.start("sequence")
    await stage.waits_for(handle, "incident:b.1")

    status = await stage.until(handle, lambda status: states(status)["a"] == "compensated")

    assert states(status) == {"a": "compensated", "b": "compensation_failed", "c": "failed"}


# --- the current details -----------------------------------------------------------------------------------


async def test_details(stage: Stage) -> None:
    """The workflow's current details are the step table as Markdown, with what the flow waits for."""
    handle = await stage.start("sequence", Plan(things=("a", "ask")))
    await stage.waits_for(handle, "approval:ask")

    lines = (await details(handle)).splitlines()

    assert lines[0] == "**sequence** is **waiting_for_approval**, waits for approval:ask"
    assert lines[2:5] == ["| step | status | error |", "| --- | --- | --- |", "| a | ✔ completed |  |"]
    assert lines[6].startswith("- approval **ask**: waiting, until 20")


async def test_hostile_text_in_the_details(stage: Stage) -> None:
    """Text that comes from a service stays text: no markup, no new row, no line of its own."""
    stage.world.on("b", refuse_with_hostile_text)
    stage.world.on("undo a", refuse_with_hostile_text)
    handle = await stage.start("sequence", Plan(things=("a", "b")))
    await stage.waits_for(handle, "incident:a.1")

    shown = await details(handle)

    rows = [line for line in shown.splitlines() if line.startswith("|")]
    assert [row.split(" | ")[0] for row in rows] == ["| step", "| ---", "| a", "| b"]
    assert r"\<img src=x onerror=alert\(1\)\> \| \*\*b\*\* \[x\]\(javascript:1\) \# heading" in shown
    assert "<img" not in shown.replace(r"\<img", "")


async def test_hostile_name_of_a_step(stage: Stage) -> None:
    """A step that a flow names after its input cannot break the table either."""
    handle = await stage.start("sequence", Plan(things=("<b>|x|y",)))
    await stage.end_of(handle)

    [row] = [line for line in (await details(handle)).splitlines() if "completed |" in line]

    assert row == r"| \<b\>\|x\|y | ✔ completed |  |"


# --- the lists ---------------------------------------------------------------------------------------------


async def test_list_of_what_waits(stage: Stage) -> None:
    """A flow that waits for a person is found by its search attributes, and no more once it goes on."""
    handle = await stage.start("sequence", Plan(things=("a", "ask")))
    found = f"SagaStatus = 'waiting_for_approval' AND SagaWaitingFor = 'approval:ask' AND WorkflowId = '{handle.id}'"

    async def count() -> int:
        return (await stage.client.count_workflows(found)).count

    await eventually(count, lambda n: n == 1)
    await stage.decide(handle, "approve")
    await stage.end_of(handle)
    await eventually(count, lambda n: n == 0)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ({"c": refuse}, ["compensated"]),
        ({"a": refuse}, []),
        ({}, []),
    ],
    ids=["undone", "nothing to undo", "completes"],
)
async def test_upserts(stage: Stage, script: dict[str, object], expected: list[str]) -> None:
    """Search attributes change only around waits, incidents and failing ends."""
    for call in script:
        stage.world.on(call, refuse)
    handle = await stage.start("sequence")
    await stage.end_of(handle)

    assert await upserted(stage, handle) == expected


async def test_upserts_of_an_incident(stage: Stage) -> None:
    """An incident, and what it waits for, is in the search attributes until it is settled."""
    stage.world.on("c", refuse)
    stage.world.on("undo b", refuse)
    handle = await stage.start("sequence", Plan(things=("b", "c")))
    await stage.waits_for(handle, "incident:b.1")
    await stage.resolve(handle, "b.1", "settle")
    await stage.end_of(handle)

    seen = await upserted(stage, handle)

    assert list(dict.fromkeys(seen)) == ["needs_attention", "compensating", "failed"]


async def upserted(stage: Stage, handle: Handle) -> list[str]:
    """The status in each upsert of the history."""
    attributes = [
        event.upsert_workflow_search_attributes_event_attributes for event in await stage.events(handle)
    ]
    found = [a.search_attributes.indexed_fields for a in attributes if a.search_attributes.indexed_fields]
    assert all(set(fields) == {SAGA_STATUS.name, SAGA_WAITING_FOR.name} for fields in found)
    return [fields[SAGA_STATUS.name].data.decode().strip('"') for fields in found]
