"""The undo stack: registered before each step starts, run newest first, one bounded activity at a time.

A failing compensation never stops the others: its incident opens and the next one runs. Exceeded ones are then tried
again on a durable timer until one succeeds or a person settles it; refused ones wait for the person.
"""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from temporalio.workflow import ActivityConfig

from saga.headers import Outcome, StepHeader
from saga.incident import Incidents
from saga.journal import Journal, StepRecord
from saga.keys import idempotency_key
from saga.parallel import all_settled
from saga.policies import RETRY_LATER_LIMIT
from saga.status import StepState
from saga.step import Activity, Call, CallFailed, activity_name, describe, is_final, perform


@dataclasses.dataclass(eq=False)
class Compensation:
    """How one step is undone. It takes the step's own input and succeeds when there is nothing to undo."""

    activity: Activity
    args: tuple[Any, ...]
    step: StepHeader
    record: StepRecord
    config: ActivityConfig
    occurrence: int = 1
    rounds: Iterator[int] = dataclasses.field(default_factory=lambda: itertools.count(1))

    def call(self) -> Call:
        """The activity that undoes the step, under its own key."""
        header = StepHeader(
            step=self.step.step,
            occurrence=self.step.occurrence,
            key=compensation_key(self.step.step, self.step.occurrence, self.occurrence),
            correlation_id=self.step.correlation_id,
            compensates=self.step.key,
        )
        name = activity_name(self.activity).rpartition(".")[2]
        summary = f"undo {self.record.name}: {name}"
        return Call(self.activity, self.args, header, self.config, summary, self.rounds)


def compensation_key(step: str, occurrence: int, run: int = 1) -> str:
    """The key of the `run`th undo of a step: a new one only after the old one was refused."""
    return idempotency_key(step, occurrence, purpose="compensation" if run == 1 else f"compensation-{run}")


class CompensationStack:
    """What is to be undone if the flow fails."""

    def __init__(
        self, journal: Journal, incidents: Incidents, *, interval: timedelta, interval_max: timedelta
    ) -> None:
        self._journal = journal
        self._incidents = incidents
        self._interval = interval
        self._interval_max = interval_max
        self._registered: list[Compensation] = []
        self._undone = 0
        self._settled_by_hand = False

    @property
    def undone_by_itself(self) -> bool:
        """Whether there was something to undo, and all of it was undone without a person declaring it settled."""
        return self._undone > 0 and not self._settled_by_hand

    def __bool__(self) -> bool:
        return bool(self._registered)

    def push(self, compensation: Compensation) -> None:
        self._registered.append(compensation)

    def drop(self, compensation: Compensation) -> None:
        """The step was refused: certainly nothing to undo."""
        self._registered.remove(compensation)

    async def unwind(self) -> None:
        """Undo everything, newest first; return when each is undone or settled by a person."""
        failed: list[asyncio.Task[None]] = []
        while self._registered:
            compensation = self._registered.pop()
            failure = await self._undo(compensation)
            if failure:
                failed.append(asyncio.ensure_future(self._settle(compensation, failure)))
        await all_settled(failed)

    async def _undo(self, compensation: Compensation) -> CallFailed | None:
        try:
            self._mark(compensation, StepState.COMPENSATING)
            await perform(compensation.call(), self._journal, patience=RETRY_LATER_LIMIT)
        except CallFailed as failure:
            self._mark(compensation, StepState.COMPENSATION_FAILED)
            return failure
        self._undone += 1
        self._mark(compensation, StepState.COMPENSATED)
        return None

    def _mark(self, compensation: Compensation, state: StepState) -> None:
        compensation.record.state = state

    async def _settle(self, compensation: Compensation, failure: CallFailed) -> None:
        """One failed undo: tried again and again until it succeeds or a person settles it."""
        name, wait, attempts = compensation.record.name, self._interval, 1
        incident = self._incidents.open(
            name, kind="compensation", cause=describe(failure.failure), attempts=1
        )
        while True:
            alone = None if is_final(failure.failure) else wait
            resolution = await self._incidents.resolution(incident, retry_after=alone)
            if resolution and resolution.decision == "settle":
                self._settled_by_hand = True
                break
            again = await self._retry(compensation, failure)
            if again is None:
                break
            attempts, failure, cause = attempts + 1, again, describe(again.failure)
            if resolution:  # a decision is used up: the next one names a new incident
                self._incidents.close(incident)
                incident = self._incidents.open(name, kind="compensation", cause=cause, attempts=attempts)
            else:
                self._incidents.failed_again(incident, cause=cause)
                wait = min(wait * 2, self._interval_max)
        self._incidents.close(incident)

    async def _retry(self, compensation: Compensation, failure: CallFailed) -> CallFailed | None:
        if failure.outcome is Outcome.REFUSED and is_final(failure.failure):
            compensation.occurrence += 1  # a service may remember a refusal under its key
        return await self._undo(compensation)
