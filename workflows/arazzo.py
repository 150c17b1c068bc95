"""Any workflow of any document: its steps are the plan's, and what is not the document's is the saga's.

One class serves all types `arazzo:<document>/<workflowId>`. The plan comes with the input, so that editing a document
changes no run of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from saga import Reversible, Saga, Sla
from saga.carried import Carried

with workflow.unsafe.imports_passed_through():
    from activities.ops import Ops
    from arazzo.driving import Drive
    from arazzo.frames import Frame, Outcome
    from arazzo.interpreter import Cursor
    from arazzo.run_input import MAILBOX
    from arazzo.step_input import Values
    from arazzo.type_names import TYPE_PREFIX
    from workflows.arazzo_ports import DurablePorts
    from workflows.arazzo_run import ArazzoRun, Heard


@workflow.defn(dynamic=True)
class ArazzoWorkflow:
    """A workflow of a document, carried out durably."""

    @workflow.init
    def __init__(self, args: Sequence[RawValue]) -> None:
        self.request = _read(args)
        planned = self.request.plan.workflows[self.request.key]
        own = planned.own
        self.saga = Saga(
            version=own.version or self.request.plan.version,
            announce=Ops.tell,
            carried=self.request.carried,
            roll_over_after=self.request.roll_over_after,
            deadline=own.deadline or _deadline_before(self.request.carried),
            sla=Sla(limit=own.sla.limit, warn=own.sla.warn) if own.sla else None,
        )
        self.events = self.saga.mailbox(MAILBOX, Heard, key=lambda event: event.key)
        self.frame = self.request.frame or Frame(
            workflow=self.request.key,
            inputs=self.request.inputs,
            workflows=dict(self.request.workflows),
            cursor=Cursor(done=self.request.done),
            depth=self.request.depth,
        )
        self.ports = DurablePorts(self.saga, self.events, self.request)

    @workflow.run
    async def run(self, args: Sequence[RawValue]) -> Reversible[Values] | Values:
        del args  # they are in `__init__`
        async with self.saga:
            drive = Drive(self.request.plan, self.frame, self.ports, self.request.servers)
            outcome = await drive.outcome()
            if not outcome.success:
                raise self._failed(outcome)
        result = outcome.model_dump(mode="json") if self.request.depth else dict(outcome.outputs)
        if workflow.info().parent is None:
            return result
        keeps = self.ports.is_final or self.request.keeps_undo
        return Reversible(result=result) if keeps else self.saga.reversible(result)

    def _failed(self, outcome: Outcome) -> ApplicationError:
        """With the outputs, which a failed workflow has, too (D13)."""
        kind = self.ports.kind_of_failure(outcome.step)
        why = f"{outcome.step}: {outcome.why}" if outcome.step else outcome.why
        return ApplicationError(why, outcome.model_dump(mode="json"), type=kind, non_retryable=True)


def _deadline_before(carried: Carried | None) -> timedelta | None:
    """That of the workflow which has gone on as this one."""
    return carried.deadline_at - carried.began_at if carried and carried.deadline_at else None


def _read(args: Sequence[RawValue]) -> ArazzoRun:
    """The input of a document's workflow; a type that is none is a worker's that is missing, and waits for it."""
    name = workflow.info().workflow_type
    if not name.startswith(TYPE_PREFIX):
        raise LookupError(f"this worker has no flow {name}: deploy the worker that has")
    request: ArazzoRun = workflow.payload_converter().from_payload(args[0].payload, ArazzoRun)
    return request
