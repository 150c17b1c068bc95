"""What has become of a step, where its call does not say: probes, and polls of what was only accepted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from temporalio.exceptions import is_cancelled_exception
from temporalio.workflow import ActivityConfig

from saga import policies
from saga.cancellation import raise_if_cancelled
from saga.headers import ACCEPTED, KEY_EXPIRED, Outcome
from saga.journal import Journal
from saga.pending import Accepted, Callbacks, settlement
from saga.plan import Step
from saga.probe import Seen, ask
from saga.status import StepState
from saga.step import Activity, Call, CallFailed, failure_type, perform


class Questions:
    """Asks for the steps of one saga."""

    def __init__(self, journal: Journal, policy: ActivityConfig) -> None:
        self._journal = journal
        self._policy = policy
        self._callbacks = Callbacks()

    def called_back(self, step: str) -> None:
        """Somebody says that what the step asked for is settled: a hint to ask."""
        self._callbacks.hear(step)

    async def answer(self, step: Step, policy: ActivityConfig, patience: timedelta) -> Any:  # noqa: ANN401 - the activity's result
        """The step's result: that of its call, or of what the call was only accepted for."""
        try:
            return await perform(step.call(policy), self._journal, patience=patience)
        except CallFailed as failed:
            poll = step.options.get("poll")
            if poll is None or failure_type(failed.failure) != ACCEPTED:
                raise
        step.record.state = StepState.PENDING
        accepted = Accepted(
            step.record.name,
            step.options.get("poll_every", policies.POLL_INTERVAL),
            step.options.get("settle_within", policies.SETTLE_LIMIT),
        )
        result = await settlement(
            accepted, lambda: self._question(step, poll, "ask after"), self._callbacks, self._journal
        )
        if policy is self._policy:
            raise_if_cancelled()
        return result

    def _question(self, step: Step, activity: Activity, verb: str) -> Call:
        """A read that asks what has become of the step, where the step itself ran."""
        config = policies.merged(
            self._policy,
            policies.place(step.options),
            {"activity_id": f"probe-{next(step.probes)}-{step.record.name}"},
        )
        return Call(activity, step.args, step.header, config, f"{verb} {step.record.name}", step.rounds)

    async def seen(self, step: Step, failed: CallFailed) -> Seen | None:
        """What the step's probe has seen. To see nothing is no refusal, except of an old key: so late nothing arrives."""
        probe = step.options.get("probe")
        if probe is None or failed.outcome is not Outcome.UNKNOWN or is_cancelled_exception(failed.failure):
            return None
        call = self._question(step, probe, "probe")
        seen = await ask(call, self._journal)
        if seen and seen.absent and failure_type(failed.failure) == KEY_EXPIRED:
            failed.outcome = Outcome.REFUSED
        return seen
