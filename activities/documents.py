"""The activities of steps that are written in documents: call, undo, ask. One call, one verdict; bodies stay here.

Whether a failed step is called again is the document's to say (D1). So a verdict that is a failure ends the activity
for good, and Temporal repeats one only where a worker was lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from pydantic_core import to_jsonable_python
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.attempt import Attempt
from activities.document_calls import CameBack, DocumentCalls, NotSent, Ready, with_compensates
from activities.document_code import Code, CodeFailed
from activities.failure import FailureTerms
from activities.seals import Seals
from activities.undo_workflow import UndoWorkflow
from activities.verdict import Failed
from arazzo.code_names import ActivityRefused
from arazzo.exchange import NotPrepared, arguments, has_nothing_to_name, undo_arguments
from arazzo.interpreter import Verdict
from arazzo.judging import FAILS_FROM, answered_by_code, found, judged, unanswered, undone
from arazzo.step_input import StepInput, Values
from saga.headers import Outcome, StepFailure, current_step, refused, unknown

TERMS = FailureTerms("ARAZZO", "ARAZZO_CREDENTIALS_FILE", timedelta(hours=24))
GONE = frozenset({404, 410})
"""An undo that is answered so has nothing to undo, unless its criteria say otherwise."""


class Documents:
    """Offered by a worker once, for all documents."""

    def __init__(self, calls: DocumentCalls, code: Mapping[str, Code], seals: Seals | None = None) -> None:
        self._calls = calls
        self._code = code
        self._seals = seals or Seals()

    @activity.defn(name="arazzo.call")
    async def call(self, step: StepInput) -> Verdict:
        """Carry a step out. Raises its failure, whose second detail is the verdict."""
        with self._seals.opened(step) as opened:
            return opened.closed(await self._called(opened.step))

    async def _called(self, step: StepInput) -> Verdict:
        attempt = Attempt()
        if step.planned.call.activity is not None:
            return await self._coded(attempt, step, step.planned.call.activity)
        try:
            ready = self._calls.ready(step)
            TERMS.check_key(attempt, step.name)
            came_back = await self._calls.send(attempt, ready, timeout=step.planned.step.timeout)
        except NotSent as error:
            raise self._not_sent(attempt, step, error) from None
        return self._concluded(attempt, step, ready, came_back)

    @activity.defn(name="arazzo.compensate")
    async def compensate(self, step: StepInput, done: Verdict | None = None) -> None:
        """Take a step back: `done` is what it gave, where that is known. Succeeds where there is nothing to take back."""
        with self._seals.opened(step) as opened:
            await self._taken_back(opened.step, opened.done(done))

    async def _taken_back(self, step: StepInput, done: Verdict | None) -> None:
        attempt, undo = Attempt(), step.planned.compensation
        known = done or await self._asked(attempt, step)
        if undo is None or (known is None and has_nothing_to_name(step)):
            return
        outputs = dict(known.outputs) if known else {}
        if undo.activity is not None:
            await self._undone_by_code(step, undo.activity, outputs)
        elif undo.workflow is not None:
            if (failed := await UndoWorkflow(self._calls, attempt, step, outputs).run()) is not None:
                raise self._undo_failure(attempt, f"undo of {step.name}", failed)
        else:
            await self._undone(attempt, step, outputs)

    @activity.defn(name="arazzo.probe")
    async def probe(self, step: StepInput) -> Verdict | None:
        """What a step of unknown outcome has given, if it has happened; else None."""
        with self._seals.opened(step) as opened:
            known = await self._asked(Attempt(), opened.step)
            return known and opened.closed(known)

    async def _coded(self, attempt: Attempt, step: StepInput, name: str) -> Verdict:
        """A step that calls code: its result is seen as an answer's body."""
        if name not in self._code:
            raise self._not_sent(attempt, step, NotSent("ActivityRefused", str(ActivityRefused(name))))
        limit = step.planned.step.timeout
        try:
            async with asyncio.timeout(None if limit is None else limit.total_seconds()):
                result = await self._code[name].run(arguments(step))
        except TimeoutError:
            if limit is None:
                raise
            verdict = unanswered(step, f"{name} was not done within {limit}", timed_out=True)
            raise failure("TimeoutError", Outcome.UNKNOWN, verdict) from None
        except NotPrepared as error:
            raise self._not_sent(attempt, step, NotSent("RequestNotBuilt", str(error))) from None
        except CodeFailed as error:
            verdict = unanswered(step, str(error))
            raise failure(error.kind, error.outcome, verdict) from error
        verdict = answered_by_code(step, to_jsonable_python(result))
        if verdict.success:
            return verdict
        raise failure("CriteriaNotMet", attempt.outcome(Outcome.UNKNOWN), verdict)

    def _concluded(self, attempt: Attempt, step: StepInput, ready: Ready, came_back: CameBack) -> Verdict:
        request, answer = ready.prepared.request, came_back.answer
        if answer is None:
            late = step.planned.step.timeout is not None and isinstance(came_back.reply, TimeoutError)
            why = self._calls.hidden_in(came_back.failure.message)
            verdict = unanswered(step, why, request=request, timed_out=late)
        else:
            verdict = came_back.noted_in(judged(step, request, answer, now=datetime.now(UTC)))
        if verdict.success:
            return verdict
        known = came_back.failure
        if answer is not None and known.message:
            said = (
                self._calls.hidden_in(known.message),
                *(() if verdict.why in known.message else (verdict.why,)),
            )
            verdict = verdict.model_copy(update={"why": "; ".join(said)})
        raise failure(known.type, attempt.outcome(known.outcome), verdict)

    def _not_sent(self, attempt: Attempt, step: StepInput, error: NotSent) -> ApplicationError:
        verdict = unanswered(step, self._calls.hidden_in(str(error)))
        return failure(error.kind, attempt.outcome(Outcome.REFUSED), verdict)

    async def _undone(self, attempt: Attempt, step: StepInput, outputs: Values) -> None:
        compensate = step.planned.step.own.compensate
        what = f"undo of {step.name}"
        try:
            ready = self._calls.ready(step, "compensation", outputs=outputs, key=current_step().key)
            TERMS.check_key(attempt, what)
            came_back = await self._calls.send(attempt, with_compensates(ready, self._key(step)))
        except NotSent as error:
            raise refused(f"{what}: {self._calls.hidden_in(str(error))}", type=error.kind) from None
        answer = came_back.answer
        if answer is None or compensate is None:
            raise self._undo_failure(attempt, what, came_back.failure)
        if answer.status in GONE and not compensate.success_criteria:
            return
        if why := undone(step, compensate, step.with_outputs(outputs), answer):
            known = came_back.failure
            said = Failed(known.outcome, known.type, known.message or why, known.retry, known.wait)
            raise self._undo_failure(attempt, what, said)

    async def _undone_by_code(self, step: StepInput, name: str, outputs: Values) -> None:
        what = f"undo of {step.name}"
        if name not in self._code:
            raise refused(f"{what}: {ActivityRefused(name)}", type="ActivityRefused")
        try:
            await self._code[name].run(undo_arguments(step, outputs))
        except NotPrepared as error:
            raise refused(f"{what}: {error}", type="RequestNotBuilt") from None
        except CodeFailed as error:
            fail = refused if error.outcome is Outcome.REFUSED else unknown
            raise fail(f"{what}: {error}", type=error.kind) from error

    async def _asked(self, attempt: Attempt, step: StepInput) -> Verdict | None:
        probe, what = step.planned.step.own.probe, f"probe of {step.name}"
        if probe is None:
            return None
        try:
            ready = self._calls.ready(step, "probe", key=self._key(step))
            came_back = await self._calls.send(attempt, ready)
        except NotSent as error:
            raise refused(f"{what}: {self._calls.hidden_in(str(error))}", type=error.kind) from None
        answer = came_back.answer
        if answer is None:
            raise self._undo_failure(attempt, what, came_back.failure)
        seen = found(step, probe, step.context, answer)
        if seen is None and answer.status >= FAILS_FROM and answer.status not in GONE:
            raise self._undo_failure(attempt, what, came_back.failure)  # it has said nothing of the step
        return seen and came_back.noted_in(seen)

    def _key(self, step: StepInput) -> str:
        """Of the step's own call: code has that of its step, and a workflow has none but what follows from its visit."""
        if step.planned.call.operation is not None:
            return self._calls.ready(step).key
        return (current_step().compensates or current_step().key) if step.planned.call.activity else step.key

    def _undo_failure(self, attempt: Attempt, what: str, known: Failed) -> ApplicationError:
        said = self._calls.hidden_in(f"{what}: {known.message}")
        return TERMS.failure(attempt, said, known, attempt.outcome(known.outcome))


def failure(kind: str, outcome: Outcome, verdict: Verdict) -> ApplicationError:
    """Of a step: the engine reads the outcome, the flow the verdict."""
    return ApplicationError(
        verdict.why or kind,
        StepFailure(outcome=outcome).model_dump(mode="json", exclude_none=True),
        verdict.model_dump(mode="json"),
        type=kind,
        non_retryable=True,
        category=ApplicationErrorCategory.BENIGN,
    )
