"""The one interceptor: carries the step header and the correlation id between client, workflow and activity."""

from __future__ import annotations

from typing import Any, NoReturn

import temporalio.client
import temporalio.worker
from temporalio import workflow
from temporalio.api.sdk.v1 import WorkflowMetadata

from saga.headers import (
    CORRELATION_HEADER,
    STEP_HEADER,
    StepHeader,
    correlation_id,
    enter_step,
    outgoing_step,
    text_payload,
    to_payload,
)
from saga.scope import FlowScope, flow_scope


class SagaInterceptor(temporalio.client.Interceptor, temporalio.worker.Interceptor):
    """Part of `SagaPlugin`; holds no state, so one instance serves a client and its workers."""

    def intercept_client(
        self,
        next: temporalio.client.OutboundInterceptor,  # noqa: A002 - the SDK's name
    ) -> temporalio.client.OutboundInterceptor:
        return _ClientOutbound(next)

    def intercept_activity(
        self,
        next: temporalio.worker.ActivityInboundInterceptor,  # noqa: A002 - the SDK's name
    ) -> temporalio.worker.ActivityInboundInterceptor:
        return _ActivityInbound(next)

    def workflow_interceptor_class(
        self,
        input: temporalio.worker.WorkflowInterceptorClassInput,  # noqa: A002 - the SDK's name
    ) -> type[temporalio.worker.WorkflowInboundInterceptor]:
        del input
        return _WorkflowInbound


class _ClientOutbound(temporalio.client.OutboundInterceptor):
    async def start_workflow(
        self,
        input: temporalio.client.StartWorkflowInput,  # noqa: A002 - the SDK's name
    ) -> temporalio.client.WorkflowHandle[Any, Any]:
        if chosen := correlation_id.get():
            input.headers = {**input.headers, CORRELATION_HEADER: text_payload(chosen)}
        return await super().start_workflow(input)

    async def start_update_with_start_workflow(
        self,
        input: temporalio.client.StartWorkflowUpdateWithStartInput,  # noqa: A002 - the SDK's name
    ) -> temporalio.client.WorkflowUpdateHandle[Any]:
        if chosen := correlation_id.get():
            start = input.start_workflow_input
            start.headers = {**start.headers, CORRELATION_HEADER: text_payload(chosen)}
        return await super().start_update_with_start_workflow(input)


class _WorkflowInbound(temporalio.worker.WorkflowInboundInterceptor):
    _scope: FlowScope | None = None

    def init(self, outbound: temporalio.worker.WorkflowOutboundInterceptor) -> None:
        super().init(_WorkflowOutbound(outbound))

    async def execute_workflow(self, input: temporalio.worker.ExecuteWorkflowInput) -> Any:  # noqa: A002, ANN401 - the SDK's
        self._scope = scope = FlowScope(_correlation_of(input))
        flow_scope.set(scope)
        try:
            result = await super().execute_workflow(input)
        except BaseException as error:
            if scope.on_end:
                await scope.on_end(error)
            raise
        if scope.on_end:
            await scope.on_end(None)
        return result

    async def handle_query(self, input: temporalio.worker.HandleQueryInput) -> Any:  # noqa: A002, ANN401 - the SDK's
        """Add the step table to the current details, which the Web UI queries as part of the workflow's metadata."""
        answer = await super().handle_query(input)
        if isinstance(answer, WorkflowMetadata) and self._scope and self._scope.details:
            shown = (answer.current_details, self._scope.details())
            answer.current_details = "\n\n".join(part for part in shown if part)
        return answer


def _correlation_of(input: temporalio.worker.ExecuteWorkflowInput) -> str:  # noqa: A002 - the SDK's name
    payload = input.headers.get(CORRELATION_HEADER)
    return payload.data.decode() if payload else workflow.info().workflow_id


class _WorkflowOutbound(temporalio.worker.WorkflowOutboundInterceptor):
    def start_activity(
        self,
        input: temporalio.worker.StartActivityInput,  # noqa: A002 - the SDK's name
    ) -> workflow.ActivityHandle[Any]:
        if step := outgoing_step.get():
            input.headers = {**input.headers, STEP_HEADER: to_payload(step)}
        return super().start_activity(input)

    async def start_child_workflow(
        self,
        input: temporalio.worker.StartChildWorkflowInput,  # noqa: A002 - the SDK's name
    ) -> workflow.ChildWorkflowHandle[Any, Any]:
        if scope := flow_scope.get():
            input.headers = {**input.headers, CORRELATION_HEADER: text_payload(scope.correlation_id)}
        return await super().start_child_workflow(input)

    def continue_as_new(self, input: temporalio.worker.ContinueAsNewInput) -> NoReturn:  # noqa: A002 - the SDK's name
        if scope := flow_scope.get():
            input.headers = {**input.headers, CORRELATION_HEADER: text_payload(scope.correlation_id)}
        super().continue_as_new(input)


class _ActivityInbound(temporalio.worker.ActivityInboundInterceptor):
    async def execute_activity(self, input: temporalio.worker.ExecuteActivityInput) -> Any:  # noqa: A002, ANN401 - the SDK's
        if payload := input.headers.get(STEP_HEADER):
            enter_step(StepHeader.model_validate_json(payload.data))
        return await super().execute_activity(input)
