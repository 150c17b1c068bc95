"""Runs the steps of one saga: names and keys them, registers their compensations, and judges their failures."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.workflow import ActivityConfig

from saga import policies
from saga.activities import StepOptions
from saga.cancellation import raise_if_cancelled
from saga.compensation import Compensation, CompensationStack, compensation_key
from saga.headers import KEY_EXPIRED, Outcome, StepHeader
from saga.incident import Incidents
from saga.journal import Journal, StepRecord
from saga.keys import idempotency_key
from saga.messages import Resolution
from saga.plan import Policies, Step
from saga.questions import Questions
from saga.status import StepState
from saga.step import (
    Activity,
    CallFailed,
    activity_name,
    describe,
    failure_type,
    is_final,
    short_name,
)
from saga.terms import Terms
from saga.tolerance import Tolerance, tolerance

_AGAIN = Resolution(incident="-", decision="retry", by="saga", reason="certainly without effect")


class Steps:
    """The steps of one saga, in the order in which they were reached."""

    def __init__(
        self, journal: Journal, stack: CompensationStack, incidents: Incidents, policies_: Policies
    ) -> None:
        self._journal = journal
        self._stack = stack
        self._incidents = incidents
        self._policies = policies_
        self.occurrences: Counter[str] = Counter()
        """How often each step was reached, in earlier runs too: its keys follow from that."""
        self._questions = Questions(journal, policies_.before)
        self._newest: dict[str, Step] = {}

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
        name = options.get("step") or short_name(full)
        if options.get("again") and name in self._newest:
            return self._once_more(self._newest[name], args, options)
        header = self._header(name, compensation)
        shown = header.step if header.occurrence == 1 else f"{header.step}-{header.occurrence}"
        record = StepRecord(shown, full, args, workflow.now(), step=header.step)
        self._journal.steps.append(record)
        step = Step(activity, args, compensation, result_type, options, record, header, tolerance())
        self._newest[name] = step
        return step

    def _once_more(self, step: Step, args: tuple[Any, ...], options: StepOptions) -> Step:
        """Under the same key if it asks for the same; what it may have done under another one stays to be undone."""
        step.options, step.tolerance = options, tolerance()
        if args != step.args:
            step.args = step.record.args = args
            step.header = self._header(step.header.step, step.compensation)
            step.undo = None
        elif step.record.outcome is Outcome.REFUSED:
            step.header = step.header.renewed(workflow.now())
        return step

    async def run(self, step: Step) -> Any:  # noqa: ANN401 - the activity's result
        """Run a step that can still be undone, until it is done, has failed, or a person has decided."""
        if step.undo is None:
            self.register(step)
        for attempt in itertools.count(1):
            result, failed = await self._attempt(step, self._policies.before, policies.RETRY_LATER_LIMIT)
            if failed is None:
                raise_if_cancelled()
                return result
            resolution = await self._held(step, failed, attempt)
            if resolution and resolution.decision == "retry":
                if self._renewed(step, failed, resolution):
                    self._drop_if_refused(step, failed)
                    self.register(step)
                continue
            self._drop_if_refused(step, failed)
            if resolution is None or resolution.decision == "compensate":
                raise failed.failure
            return self._skip(step, step.terms(failed, forward=False).result(resolution))
        raise AssertionError("an endless loop has ended")

    async def run_forward(self, step: Step) -> Any:  # noqa: ANN401 - the activity's result
        """Run a step beyond the point of no return until it is done, or a person declares it settled."""
        for attempt in itertools.count(1):
            result, failed = await self._attempt(step, self._policies.after, timedelta.max)
            if failed is None:
                return result
            if step.tolerance is not Tolerance.NONE and not step.is_held(failed):
                raise failed.failure
            terms = step.terms(failed, forward=True)
            resolution = await self._decision(step, failed, attempt, terms)
            if resolution.decision != "retry":
                return self._skip(step, terms.result(resolution))
            self._renewed(step, failed, resolution)
        raise AssertionError("an endless loop has ended")

    def register(self, step: Step) -> None:
        """Put the step's undo on the stack: before the step starts, since a timed-out step may have taken effect."""
        if step.compensation is None:
            return
        own = step.options.get("compensation_options", {})
        config = policies.merged(self._policies.undo, policies.place(step.options), own)
        takes_result = step.options.get("compensation_takes_result", False)
        step.undo = Compensation(
            step.compensation, step.args, step.header, step.record, config, takes_result=takes_result
        )
        self._stack.push(step.undo)

    def done_elsewhere(self, step: Step) -> None:
        """Register the undo of what was no step of this saga, and show it as done."""
        self._close(step.record, StepState.COMPLETED)
        self.register(step)

    def called_back(self, step: str) -> None:
        """Somebody says that what the step asked for is settled: a hint to ask."""
        self._questions.called_back(step)

    def error_of(self, name: str) -> str | None:
        """The error of the newest run of a step."""
        records = reversed(self._journal.steps)
        return next((record.error for record in records if record.step == name), None)

    def failed(self, error: BaseException) -> StepRecord | None:
        """The step that failed with just this error."""
        return next((record for record in reversed(self._journal.steps) if record.failure is error), None)

    async def _attempt(
        self, step: Step, policy: ActivityConfig, patience: timedelta
    ) -> tuple[Any, CallFailed | None]:
        """The step's result, or its failure: one of them."""
        record = step.record
        record.state, record.error, record.completed_at = StepState.RUNNING, None, None
        try:
            result = await self._questions.answer(step, policy, patience)
        except CallFailed as failed:
            seen = await self._questions.seen(step, failed)
            if seen is None or seen.absent:
                record.failure, record.outcome = failed.failure, failed.outcome
                self._close(record, StepState.FAILED, error=describe(failed.failure))
                return None, failed
            result = seen.result
        record.result, record.outcome = result, Outcome.CONFIRMED
        if step.undo:
            step.undo.result = result
        self._close(record, StepState.COMPLETED)
        return result, None

    def _close(self, record: StepRecord, state: StepState, *, error: str | None = None) -> None:
        record.state, record.error, record.completed_at = state, error, workflow.now()

    async def _held(self, step: Step, failed: CallFailed, attempt: int) -> Resolution | None:
        """What a person says of a held step; None for one that nobody is asked about."""
        if failed.outcome is Outcome.REFUSED and failure_type(failed.failure) == KEY_EXPIRED:
            return _AGAIN
        if not step.is_held(failed):
            return None
        try:
            return await self._decision(step, failed, attempt, step.terms(failed, forward=False))
        except asyncio.CancelledError:
            self._drop_if_refused(step, failed)
            raise

    async def _decision(self, step: Step, failed: CallFailed, attempt: int, terms: Terms) -> Resolution:
        name, cause = step.record.name, describe(failed.failure)
        resolution = await self._incidents.step_decided(name, cause=cause, attempts=attempt, terms=terms)
        return resolution or _AGAIN

    def _renewed(self, step: Step, failed: CallFailed, resolution: Resolution) -> bool:
        """Whether the step is tried under a new key: only if it was certainly refused under the old one, or that is too old.

        Of an old key a person, or a probe, has seen that it did nothing; its undo stays registered all the same.
        """
        corrected = step.terms(failed, forward=False).corrected(resolution)
        refused = failed.outcome is Outcome.REFUSED and (corrected is not None or is_final(failed.failure))
        if not refused and failure_type(failed.failure) != KEY_EXPIRED:
            if failed.outcome is Outcome.REFUSED:
                step.header = step.header.renewed(workflow.now())
            return False
        if corrected is not None:
            step.args = step.record.args = (corrected,)
        step.header = self._header(step.header.step, step.compensation)
        return True

    def _drop_if_refused(self, step: Step, failed: CallFailed) -> None:
        if step.undo and failed.outcome is Outcome.REFUSED:
            self._stack.drop(step.undo)
            step.undo = None

    def _skip(self, step: Step, result: Any) -> Any:  # noqa: ANN401 - the step's result
        step.record.state, step.record.completed_at = StepState.SKIPPED, workflow.now()
        step.record.result = result
        return result

    def _header(self, name: str, compensation: Activity | None) -> StepHeader:
        """For the next occurrence of the step `name`."""
        self.occurrences[name] += 1
        occurrence = self.occurrences[name]
        return StepHeader(
            step=name,
            occurrence=occurrence,
            key=idempotency_key(name, occurrence),
            correlation_id=self._journal.correlation_id,
            compensation=activity_name(compensation) if compensation else None,
            compensation_key=compensation_key(name, occurrence) if compensation else None,
            key_since=workflow.now(),
        )
