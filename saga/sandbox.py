"""The SDK's workflow sandbox, not asked for what nobody uses: by measurement a quarter of a flow's CPU in the worker.

For each payload of each command the SDK asks the sandboxed instance, three times, in which context to encode it.
Only a payload codec and an external storage read the answer. Where the client has neither, none is given.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from temporalio.converter import DataConverter, SerializationContext, StorageDriverStoreContext
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner
from temporalio.workflow import Info


def without_contexts(runner: WorkflowRunner, converter: DataConverter) -> WorkflowRunner:
    """`runner`, or in place of the SDK's own sandbox one that gives no contexts, where `converter` uses none."""
    if type(runner) is not SandboxedWorkflowRunner or converter.payload_codec or converter.external_storage:
        return runner
    return _Sandbox(runner.restrictions, runner.runner_class)


@dataclasses.dataclass(frozen=True)
class _Sandbox(SandboxedWorkflowRunner):
    """Still the SDK's, so that a plugin after ours may go on configuring it."""

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        return _ContextFree(super().create_instance(det))


class _ContextFree(WorkflowInstance):
    def __init__(self, instance: WorkflowInstance) -> None:
        self._instance = instance
        self._store_context: StorageDriverStoreContext | None = None

    def activate(self, act: Any) -> Any:  # noqa: ANN401 - the core's protobufs
        return self._instance.activate(act)

    def get_serialization_context(self, command_info: Any) -> SerializationContext | None:  # noqa: ANN401 - the SDK's own
        del command_info
        return None

    def get_external_store_context(self, command_info: Any) -> StorageDriverStoreContext:  # noqa: ANN401 - the SDK's own
        del command_info
        if self._store_context is None:
            self._store_context = self._instance.get_external_store_context(None)
        return self._store_context

    def get_info(self) -> Info:
        return self._instance.get_info()

    def get_thread_id(self) -> int | None:
        return self._instance.get_thread_id()
