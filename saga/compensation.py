"""The undo stack: registered before each step starts, run newest first, one bounded activity at a time.

A failing compensation never stops the others: its incident opens and the next one runs. Exceeded ones are then tried
again on a durable timer until one succeeds or a person settles it; refused ones wait for the person.
"""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.workflow import ActivityConfig

from saga.headers import KEY_EXPIRED, Outcome, StepHeader
from saga.incident import Incidents
from saga.journal import Journal, StepRecord
from saga.keys import idempotency_key
from saga.parallel import all_settled
from saga.policies import COMPENSATION_RETRY_INTERVAL_MAX, RETRY_LATER_LIMIT
from saga.status import StepState
from saga.step import Activity, Call, CallFailed, activity_name, describe, failure_type, is_final, perform
from saga.terms import Terms, input_type_of


@dataclasses.dataclass(eq=False)
class Compensation:
    """How one step is undone. It takes the step's own input and succeeds when there is nothing to undo."""

    activity: Activity
    args: tuple[Any, ...]
    step: StepHeader
    record: StepRecord
    config: ActivityConfig
    origin: str = ""
    """Of a step of a child flow, the child, so that what is named after it is no other's."""
    takes_result: bool = False
    """Whether it is also given the step's result, as far as that is known."""
    result: Any = None
    occurrence: int = 1
    since: datetime | None = None
    """When its present key was first used."""
    rounds: Iterator[int] = dataclasses.field(default_factory=lambda: itertools.count(1))

    @property
    def all_args(self) -> tuple[Any, ...]:
        """The step's input, and its result where that is asked for."""
        return (*self.args, self.result) if self.takes_result else self.args

    def call(self) -> Call:
        """The activity that undoes the step, under its own key."""
        self.since = self.since or workflow.now()
        header = StepHeader(
            step=self.step.step,
            occurrence=self.step.occurrence,
            key=self._key(),
            correlation_id=self.step.correlation_id,
            compensates=self.step.key,
            key_since=self.since,
        )
        name = activity_name(self.activity).rpartition(".")[2]
        summary = f"undo {self.record.name}: {name}"
        label = f"undo-{self.origin}{self.step.step}"
        return Call(self.activity, self.all_args, header, self.config, summary, self.rounds, label=label)

    def _key(self) -> str:
        """The one that the step's header names; a further one only after that was refused."""
        if self.occurrence == 1 and self.step.compensation_key:
            return self.step.compensation_key
        return compensation_key(f"{self.origin}{self.step.step}", self.step.occurrence, self.occurrence)


def compensation_key(step: str, occurrence: int, run: int = 1) -> str:
    """The key of the `run`th undo of a step: a new one only after the old one was refused."""
    return idempotency_key(step, occurrence, purpose="compensation" if run == 1 else f"compensation-{run}")


class CompensationStack:
    """What is to be undone if the flow fails."""

    def __init__(self, journal: Journal, incidents: Incidents, *, interval: timedelta) -> None:
        self._journal = journal
        self._incidents = incidents
        self._interval = interval
        self._registered: list[Compensation] = []
        self._undone = 0
        self._settled_by_hand = False

    @property
    def undone_by_itself(self) -> bool:
        """Whether there was something to undo, and all of it was undone without a person declaring it settled."""
        return self._undone > 0 and not self._settled_by_hand

    def __bool__(self) -> bool:
        return bool(self._registered)

    @property
    def registered(self) -> Sequence[Compensation]:
        """Oldest first."""
        return tuple(self._registered)

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
        wait, attempts = self._interval, 1
        incident = self._open(compensation, failure, attempts)
        while True:
            alone = None if is_final(failure.failure) else wait
            resolution = await self._incidents.resolution(incident, retry_after=alone)
            if resolution and resolution.decision == "settle":
                self._settled_by_hand = True
                break
            if resolution and resolution.input is not None:
                compensation.args = (_terms(compensation, failure).corrected(resolution),)
            again = await self._retry(compensation, failure)
            if again is None:
                break
            attempts, failure = attempts + 1, again
            if resolution:  # a decision is used up: the next one names a new incident
                self._incidents.close(incident)
                incident = self._open(compensation, failure, attempts)
            else:
                self._incidents.failed_again(incident, cause=describe(failure.failure))
                wait = min(wait * 2, COMPENSATION_RETRY_INTERVAL_MAX)
        self._incidents.close(incident)

    async def _retry(self, compensation: Compensation, failure: CallFailed) -> CallFailed | None:
        refused, expired = failure.outcome is Outcome.REFUSED, failure_type(failure.failure) == KEY_EXPIRED
        if expired or (refused and is_final(failure.failure)):
            # A service may remember a refusal under its key, or not know it any more.
            compensation.occurrence += 1
        if expired or refused:
            compensation.since = None
        return await self._undo(compensation)

    def _open(self, compensation: Compensation, failure: CallFailed, attempts: int) -> str:
        return self._incidents.open(
            compensation.record.name,
            kind="compensation",
            cause=describe(failure.failure),
            attempts=attempts,
            terms=_terms(compensation, failure),
        )


def _terms(compensation: Compensation, failure: CallFailed) -> Terms:
    """Corrected input is a new call under a new key, so only where the old one certainly did nothing."""
    refused = failure.outcome is Outcome.REFUSED and is_final(failure.failure)
    return Terms(("retry", "settle"), input_type=input_type_of(compensation.args) if refused else None)
