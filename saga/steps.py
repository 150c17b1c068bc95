"""Runs the steps of one saga: names and keys them, registers their compensations, and judges their failures."""

from __future__ import annotations

import dataclasses
import itertools
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.workflow import ActivityConfig

from saga import policies
from saga.activities import StepOptions
from saga.cancellation import raise_if_cancelled
from saga.compensation import Compensation, CompensationStack, compensation_key
from saga.headers import Outcome, StepHeader
from saga.incident import Incidents
from saga.journal import Journal, StepRecord
from saga.keys import idempotency_key
from saga.status import StepState
from saga.step import Activity, Call, CallFailed, activity_name, describe, is_final, perform, short_name


@dataclasses.dataclass(frozen=True)
class Policies:
    """Activity options for the three kinds of call."""

    before: ActivityConfig
    undo: ActivityConfig
    after: ActivityConfig


@dataclasses.dataclass
class Step:
    """One step as the flow wrote it."""

    activity: Activity
    args: tuple[Any, ...]
    compensation: Activity | None
    result_type: type | None
    options: StepOptions
    record: StepRecord
    header: StepHeader
    """What it sends with its call, and what history keeps of it."""
    rounds: Iterator[int] = dataclasses.field(default_factory=lambda: itertools.count(1))

    def call(self, policy: ActivityConfig) -> Call:
        """The activity to schedule now."""
        own = {
            key: value for key, value in self.options.items() if key not in ("step", "compensation_options")
        }
        return Call(
            self.activity,
            self.args,
            self.header,
            policies.merged(policy, own),
            self.record.name,
            self.rounds,
            self.record,
            self.result_type,
        )


class Steps:
    """The steps of one saga, in the order in which they were reached."""

    def __init__(
        self, journal: Journal, stack: CompensationStack, incidents: Incidents, policies_: Policies
    ) -> None:
        self._journal = journal
        self._stack = stack
        self._incidents = incidents
        self._policies = policies_
        self._occurrences: Counter[str] = Counter()

    def reach(
        self,
        activity: Activity,
        args: tuple[Any, ...],
        *,
        compensation: Activity | None,
        result_type: type | None,
        options: StepOptions,
    ) -> Step:
        """Give the step its name and occurrence, and a line in the status."""
        full = activity_name(activity)
        header = self._header(options.get("step") or short_name(full), compensation)
        shown = header.step if header.occurrence == 1 else f"{header.step}-{header.occurrence}"
        record = StepRecord(shown, full, args, workflow.now())
        self._journal.steps.append(record)
        return Step(activity, args, compensation, result_type, options, record, header)

    async def run(self, step: Step) -> Any:  # noqa: ANN401 - the activity's result
        """Run a step that can still be undone."""
        compensation = self.register(step)
        result, failed = await self._attempt(step, self._policies.before, policies.RETRY_LATER_LIMIT)
        if failed:
            if compensation and failed.outcome is Outcome.REFUSED:
                self._stack.drop(compensation)
            raise failed.failure
        raise_if_cancelled()
        return result

    async def run_forward(self, step: Step) -> Any:  # noqa: ANN401 - the activity's result
        """Run a step beyond the point of no return until it is done, or a person declares it settled."""
        for attempt in itertools.count(1):
            result, failed = await self._attempt(step, self._policies.after, timedelta.max)
            if failed is None:
                return result
            if await self._settled_by_hand(step, failed, attempt):
                break
        step.record.state = StepState.SKIPPED
        return None

    def register(self, step: Step) -> Compensation | None:
        """Put the step's undo on the stack: before the step starts, since a timed-out step may have taken effect."""
        if step.compensation is None:
            return None
        config = policies.merged(self._policies.undo, step.options.get("compensation_options", {}))
        compensation = Compensation(step.compensation, step.args, step.header, step.record, config)
        self._stack.push(compensation)
        return compensation

    def done_elsewhere(self, step: Step) -> None:
        """Register the undo of what was no step of this saga, and show it as done."""
        self._close(step.record, StepState.COMPLETED)
        self.register(step)

    async def _attempt(
        self, step: Step, policy: ActivityConfig, patience: timedelta
    ) -> tuple[Any, CallFailed | None]:
        """The step's result, or its failure: one of them."""
        record = step.record
        record.state, record.error, record.completed_at = StepState.RUNNING, None, None
        try:
            result = await perform(step.call(policy), self._journal, patience=patience)
        except CallFailed as failed:
            self._close(record, StepState.FAILED, error=describe(failed.failure))
            return None, failed
        record.result = result
        self._close(record, StepState.COMPLETED)
        return result, None

    def _close(self, record: StepRecord, state: StepState, *, error: str | None = None) -> None:
        record.state, record.error, record.completed_at = state, error, workflow.now()

    async def _settled_by_hand(self, step: Step, failed: CallFailed, attempt: int) -> bool:
        """Ask a person; False means: try again, under a new key only if the old one was certainly refused."""
        cause = describe(failed.failure)
        incident = self._incidents.open(step.record.name, kind="step", cause=cause, attempts=attempt)
        resolution = await self._incidents.resolution(incident)
        self._incidents.close(incident)
        if resolution and resolution.decision == "settle":
            return True
        if failed.outcome is Outcome.REFUSED and is_final(failed.failure):
            step.header = self._header(step.header.step, step.compensation)
        return False

    def _header(self, name: str, compensation: Activity | None) -> StepHeader:
        """For the next occurrence of the step `name`."""
        self._occurrences[name] += 1
        occurrence = self._occurrences[name]
        return StepHeader(
            step=name,
            occurrence=occurrence,
            key=idempotency_key(name, occurrence),
            correlation_id=self._journal.correlation_id,
            compensation=activity_name(compensation) if compensation else None,
            compensation_key=compensation_key(name, occurrence) if compensation else None,
        )
