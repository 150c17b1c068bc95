"""Rules of whole runs that only a durable one shows."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType

from arazzo.compiling import compile_plan
from arazzo.plan import Plan
from runtime.documents import read_documents
from saga.messages import Event
from tests.arazzo.api import TEXT
from tests.arazzo.documents import Fields, document, workflow
from tests.arazzo.linted import reading, steps
from tests.arazzo.microcases.durable import THINGS, answering, executed, history, timers
from tests.arazzo.microcases.executing import Executor, outcome_of
from tests.arazzo.microcases.mock import Answer, Mock, listening
from tests.arazzo.planning import planned
from tests.arazzo.test_messages import hearing, waiting
from tests.eventually import eventually
from workflows.arazzo_ports import MOST_TRANSFERS

BEGUN, ENDED = EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED, EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED
BEGUN_AND_ENDED = {BEGUN, ENDED}


@pytest.mark.arazzo("C16")
async def test_steps_run_side_by_side(executor: Executor) -> None:
    """Both are begun before either has ended; what depends on both begins after them."""
    content = steps(
        reading("one"),
        reading("left", dependsOn=["one"]),
        reading("right", dependsOn=["one"]),
        reading("last", dependsOn=["left", "right"]),
    )
    outcome, handle = await executed(executor, content, answering(get=[{}]))
    kinds = [one.event_type for one in await history(handle) if one.event_type in BEGUN_AND_ENDED]

    assert outcome.success
    assert [BEGUN, ENDED, BEGUN, BEGUN, ENDED, ENDED, BEGUN, ENDED] == kinds


@pytest.mark.arazzo("B3", "C16", "D10")
async def test_dependencies_are_run_once_and_their_steps_are_known(executor: Executor) -> None:
    """By children of the run: one that two workflows depend on is run once, and its steps have completed."""
    last = reading("last", dependsOn=["$workflows.right.steps.b"])
    content = document(
        workflow(steps=[last], dependsOn=["left", "right"]),
        workflow("left", [reading("a")], dependsOn=["right"]),
        workflow("right", [reading("b")]),
    )
    mock = answering(get=[{}])
    outcome, _ = await executed(executor, content, mock)

    assert (True, 3) == (outcome.success, len(mock.seen))


@pytest.mark.arazzo("D7", "D8")
async def test_workflows_that_lead_to_each_other_end(executor: Executor) -> None:
    """After so many times the run has failed."""
    go = {"name": "go", "type": "goto"}
    content = document(
        workflow(steps=[reading("one", onSuccess=[go | {"workflowId": "other"}])]),
        workflow("other", [reading("two", onSuccess=[go | {"workflowId": "main"}])]),
    )
    mock = answering(get=[{}])
    async with listening(mock) as url:
        handle = await executor.start(planned(content), {}, {"api": url}, transfers=MOST_TRANSFERS - 1)
        outcome = await outcome_of(handle, {})

    assert (False, 2) == (outcome.success, len(mock.seen))


@pytest.mark.arazzo("D11")
async def test_an_event_that_comes_early_is_kept(executor: Executor) -> None:
    """It is there when the step is reached that waits for it; one for somebody else is not taken for it."""
    plan = waiting(
        reading("one"),
        hearing(correlationId="mine", timeout=20_000, outputs={"parcel": "$message.payload#/parcel"}),
        outputs={"parcel": "$steps.heard.outputs.parcel"},
    )

    def event(name: str) -> Event:
        about: Fields = {
            "channel": "shipped",
            "correlation_id": name,
            "payload": {"parcel": f"parcel of {name}"},
        }
        return Event(mailbox="events", body={"id": name, **about})

    async with listening(answering(get=[{}])) as url:
        handle = await executor.start(plan, {}, {"api": url}, event=event("other"))
        await handle.signal("event", event("mine"))
        outcome = await outcome_of(handle, {})

    assert {"parcel": "parcel of mine"} == outcome.outputs


@pytest.mark.arazzo("C14", "D13", "D16")
async def test_a_failed_run_has_its_outputs(executor: Executor) -> None:
    """In its failure: those of the step that failed, and null for what has not run."""
    content = steps(
        reading("one", outputs={"a": "$response.body#/a"}),
        reading("two", outputs={"a": "$response.body#/a"}),
        outputs={"one": "$steps.one.outputs.a", "two": "$steps.two.outputs.a"},
    )
    outcome, _ = await executed(executor, content, answering(get=[{"status": 500, "json": {"a": 1}}]))

    assert (False, {"one": 1, "two": None}) == (outcome.success, outcome.outputs)


@pytest.mark.arazzo("D6")
async def test_an_edit_changes_no_run(executor: Executor, tmp_path: Path) -> None:
    """A run that waits goes on as the document was when it was started."""
    place = tmp_path / "edited.arazzo.json"
    again = {"name": "again", "type": "retry", "retryAfter": 0.3}

    def plan_of(last: str) -> Plan:
        content = steps(reading("one", onFailure=[again]), reading("two", operationId=last))
        place.write_text(json.dumps(content))
        bundle = read_documents(place, strict=True)
        return compile_plan(bundle.documents, bundle.root)

    (tmp_path / "api.yaml").write_text(TEXT)
    mock = Mock({THINGS: [Answer(status=503), Answer()], "POST /calls": [Answer()]})
    async with listening(mock) as url:
        handle = await executor.start(plan_of("read"), {}, {"api": url})
        await eventually(lambda: history(handle), lambda events: timedelta(seconds=0.3) in timers(events))
        edited = plan_of("call")
        outcome = await outcome_of(handle, {})

    assert outcome.success
    assert [THINGS] * 3 == [one.call for one in mock.seen]
    assert edited.sha256 != plan_of("read").sha256
