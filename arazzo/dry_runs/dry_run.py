"""A dry run of a plan: offline, always with the same result."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Mapping
from typing import Any

from pydantic import JsonValue

from arazzo.dry_runs.calling import Held, Stopped
from arazzo.dry_runs.directions import Directions
from arazzo.dry_runs.inputs import Inputs, inputs_for
from arazzo.dry_runs.making import Making
from arazzo.dry_runs.offers import Offers
from arazzo.dry_runs.report import End, Report
from arazzo.dry_runs.running import DryRun
from arazzo.frames import Frame, Outcome
from arazzo.identity import DocumentSet
from arazzo.openapi.operation import Operation
from arazzo.openapi.servers import is_address
from arazzo.plan import Plan
from arazzo.rehearsal import BEGAN
from arazzo.step_input import Values

NO_SERVER = "http://localhost"
"""Of descriptions that name none; nothing is sent."""


class DryRuns:
    """Of one plan."""

    def __init__(self, documents: DocumentSet, plan: Plan) -> None:
        self._plan = plan
        self._offers = Offers(documents, plan)
        self._making = Making(self._offers)
        self._servers = {
            operation.source: NO_SERVER
            for operation in _operations(plan)
            if not any(map(is_address, operation.servers[:1]))
        }

    def inputs(self, given: Mapping[str, JsonValue] | None = None) -> Inputs:
        """Those that are given; what is missing is made up."""
        return inputs_for(self._plan, self._offers, given)

    def run(self, inputs: Values, directions: Directions) -> Report:
        """From its beginning to its end."""
        ports = DryRun(self._plan, self._making, directions, self._servers)
        frame = Frame(workflow=self._plan.root, inputs=inputs)
        end, step, why, outputs = End.COMPLETED, "", "", Values()
        try:
            outcome = _driven(ports.outcome(frame))
            end = End.COMPLETED if outcome.success else End.FAILED
            step, why, outputs = outcome.step, outcome.why, dict(outcome.outputs)
        except Stopped as stopped:
            end = End.HELD if isinstance(stopped, Held) else End.STOPPED
            step, why = stopped.step, str(stopped)
        return Report(
            workflow=self._plan.root,
            end=end,
            events=tuple(ports.log.events),
            hops=tuple(ports.log.hops),
            inputs=inputs,
            outputs=outputs,
            step=step,
            why=why,
            took=ports.log.clock - BEGAN,
        )


def _driven(run: Coroutine[Any, Any, Outcome]) -> Outcome:
    """What comes of a run that waits for nothing."""
    try:
        run.send(None)
    except StopIteration as done:
        outcome: Outcome = done.value
        return outcome
    raise RuntimeError("a rehearsal has waited for something")


def _operations(plan: Plan) -> Iterable[Operation]:
    for workflow in plan.workflows.values():
        for step in workflow.steps:
            for call in (step.call, step.compensation, step.probe):
                if call is not None and call.operation is not None:
                    yield call.operation
