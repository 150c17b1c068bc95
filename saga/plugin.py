"""The client plugin that a saga needs: one line in `Client.connect`, and its workers and replayers have it too."""

from __future__ import annotations

import dataclasses

from temporalio.plugin import SimplePlugin
from temporalio.worker import WorkerConfig, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from saga.converter import validating
from saga.interceptor import SagaInterceptor
from saga.sandbox import without_contexts

_PASSED_THROUGH = ("saga", "pydantic", "pydantic_core", "annotated_types")
"""Imported once for all runs: re-importing them for each workflow is most of the sandbox's cost, and the context
variables of `saga` must be the same objects on both sides."""


class SagaPlugin(SimplePlugin):
    """Adds the header interceptor, pydantic conversion with input validation, and the sandbox's pass-through.

    It appends: interceptors, plugins, codecs and converters that are configured already go on working.

    Example:
        `client = await Client.connect("127.0.0.1:7233", plugins=[SagaPlugin()])`
    """

    def __init__(self) -> None:
        super().__init__(
            "durable-sagas",
            data_converter=validating,
            interceptors=[SagaInterceptor()],
            workflow_runner=_pass_through,
        )

    def configure_worker(self, config: WorkerConfig) -> WorkerConfig:
        config = super().configure_worker(config)
        runner, client = config.get("workflow_runner"), config.get("client")
        if runner and client:
            config["workflow_runner"] = without_contexts(runner, client.data_converter)
        return config


def _pass_through(runner: WorkflowRunner | None) -> WorkflowRunner:
    runner = runner or SandboxedWorkflowRunner()
    if not isinstance(runner, SandboxedWorkflowRunner):
        return runner
    restrictions = runner.restrictions.with_passthrough_modules(*_PASSED_THROUGH)
    return dataclasses.replace(runner, restrictions=restrictions)
