"""One step as the flow wrote it: what it calls, and what becomes of it when it fails."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from typing import Any

from temporalio.workflow import ActivityConfig

from saga import policies
from saga.activities import StepOptions
from saga.compensation import Compensation
from saga.headers import CREDENTIALS_REFUSED, KEY_EXPIRED, Outcome, StepHeader
from saga.journal import StepRecord
from saga.messages import Choice
from saga.step import Activity, Call, CallFailed, failure_type
from saga.terms import Terms, input_type_of, result_type_of
from saga.tolerance import Tolerance

_OWN_OPTIONS = StepOptions.__annotations__.keys() - ActivityConfig.__annotations__.keys()
_FOR_A_PERSON = (CREDENTIALS_REFUSED, KEY_EXPIRED)
"""Failures that no flow can do anything about: such a step is held, whatever it says."""


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
    tolerance: Tolerance
    undo: Compensation | None = None
    """Where it is registered, until it is certain that there is nothing to undo."""
    rounds: Iterator[int] = dataclasses.field(default_factory=lambda: itertools.count(1))
    probes: Iterator[int] = dataclasses.field(default_factory=lambda: itertools.count(1))

    def call(self, policy: ActivityConfig) -> Call:
        """The activity to schedule now."""
        own = {key: value for key, value in self.options.items() if key not in _OWN_OPTIONS}
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

    def is_held(self, failed: CallFailed) -> bool:
        """Whether a person has to decide what becomes of the step."""
        on_failure = self.options.get("on_failure", "compensate")
        if callable(on_failure):
            return on_failure(failed.failure)
        if on_failure == "hold":
            return True
        return self.tolerance is Tolerance.NONE and failure_type(failed.failure) in _FOR_A_PERSON

    def terms(self, failed: CallFailed, *, forward: bool) -> Terms:
        """Corrected input is a new call under a new key, so only where the old one certainly did nothing."""
        options: tuple[Choice, ...] = ("retry", "skip", "settle" if forward else "compensate")
        promised = result_type_of(self.activity, self.result_type)
        return Terms(
            options,
            input_type=input_type_of(self.args) if failed.outcome is Outcome.REFUSED else None,
            result_type=promised,
            needs_result=promised not in (None, type(None), Any) and self.tolerance is not Tolerance.OPTIONAL,
        )
