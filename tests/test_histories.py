"""Recorded runs of the flows replay on today's code, with the same calls and the same result.

Temporal's replayer alone does not see a changed argument, time-out, retry policy or result, so these are compared here.
"""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from pydantic import BaseModel
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.worker import (
    ExecuteWorkflowInput,
    Interceptor,
    Replayer,
    StartActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)
from temporalio.workflow import ActivityHandle, _Definition  # the SDK has no public name for it

from catalogue import CATALOGUE
from saga import SagaPlugin
from saga.converter import ValidatingPayloadConverter
from tests.histories.record import FOLDER, STORIES
from workflows.arazzo import ArazzoWorkflow

HISTORIES = sorted(FOLDER.glob("*.json"))

DOCUMENTS = "arazzo"
"""Their results have no model: they are compared as JSON."""

CONVERTER = ValidatingPayloadConverter()

replayed_calls: list[StartActivityInput] = []
replayed_results: list[object] = []


class _Outbound(WorkflowOutboundInterceptor):
    def start_activity(self, input: StartActivityInput) -> ActivityHandle[Any]:  # noqa: A002 - the SDK's name
        replayed_calls.append(input)
        return super().start_activity(input)


class _Inbound(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_Outbound(outbound))

    async def execute_workflow(self, input: ExecuteWorkflowInput) -> object:  # noqa: A002 - the SDK's name
        result: object = await super().execute_workflow(input)
        replayed_results.append(result)
        return result


class Watching(Interceptor):
    """Keeps what the replayed code asked for."""

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: A002, ARG002 - the SDK's name
    ) -> type[WorkflowInboundInterceptor]:
        return _Inbound


def recorded(path: Path) -> WorkflowHistory:
    """Under its own workflow id, as that is part of each key."""
    history = WorkflowHistory.from_json("", path.read_text())
    started = history.events[0].workflow_execution_started_event_attributes
    return WorkflowHistory(started.workflow_id, history.events)


def described(event: HistoryEvent) -> dict[str, Any]:
    """A recorded call: what was asked of whom, for how long, and how often."""
    call = event.activity_task_scheduled_event_attributes
    return {
        "activity": call.activity_type.name,
        "id": call.activity_id,
        "input": [MessageToDict(payload) for payload in call.input.payloads],
        "start_to_close": call.start_to_close_timeout.ToTimedelta(),
        "schedule_to_close": call.schedule_to_close_timeout.ToTimedelta(),
        "heartbeat": call.heartbeat_timeout.ToTimedelta(),
        "attempts": call.retry_policy.maximum_attempts,
        "header": call.header.fields["saga-step"].data,
    }


def replayed(call: StartActivityInput) -> dict[str, Any]:
    """The same of a replayed call."""
    payloads = CONVERTER.to_payloads(call.args)
    return {
        "activity": call.activity,
        "id": call.activity_id,
        "input": [MessageToDict(payload) for payload in payloads],
        "start_to_close": call.start_to_close_timeout,
        "schedule_to_close": call.schedule_to_close_timeout or timedelta(),
        "heartbeat": call.heartbeat_timeout,
        "attempts": call.retry_policy.maximum_attempts if call.retry_policy else None,
        "header": call.headers["saga-step"].data,
    }


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
async def test_a_recorded_run_replays(path: Path) -> None:
    """The same calls with the same input, bounds and keys; and the result that was recorded."""
    replayed_calls.clear()
    replayed_results.clear()
    history = recorded(path)
    workflows = [*CATALOGUE.workflows, ArazzoWorkflow]
    replayer = Replayer(workflows=workflows, interceptors=[Watching()], plugins=[SagaPlugin()])
    await replayer.replay_workflow(history)
    last = history.events[-1]
    scheduled = [e for e in history.events if e.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED]

    assert [described(event) for event in scheduled] == [replayed(call) for call in replayed_calls]
    results = last.workflow_execution_completed_event_attributes.result.payloads
    flow = path.name.partition(".")[0]
    if flow == DOCUMENTS:
        again = [payload.data for result in replayed_results for payload in CONVERTER.to_payloads([result])]
        assert [json.loads(payload.data) for payload in results] == [json.loads(data) for data in again]
    else:
        assert [result_of(flow, payload.data) for payload in results] == replayed_results


def result_of(flow: str, recorded_result: bytes) -> BaseModel:
    """What the flow's workflow has returned."""
    workflow = CATALOGUE[flow].workflow
    assert workflow
    definition = _Definition.from_class(workflow)
    assert definition
    kind: type[BaseModel] | None = definition.ret_type
    assert kind
    return kind.model_validate_json(recorded_result)


def test_every_story_is_recorded() -> None:
    """There is a history for each way in which a flow goes."""
    assert {path.stem for path in HISTORIES} == {
        f"{flow}.{story}" for flow, stories in STORIES.items() for story in stories
    }
