"""Steps of documents that ask a person or an agent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from pydantic import JsonValue
from temporalio import workflow
from temporalio.exceptions import ApplicationError, FailureError, is_cancelled_exception

from saga import APPROVAL_REJECTED, APPROVAL_TIMED_OUT, APPROVAL_WITHDRAWN, Saga
from saga.tolerance import Tolerance, tolerating

with workflow.unsafe.imports_passed_through():
    from arazzo.exchange import question, shown
    from arazzo.extensions import Interaction, Judge
    from arazzo.inputs import wrong_with_inputs
    from arazzo.interpreter import Verdict
    from arazzo.judging import declined, told, unanswered
    from arazzo.step_input import StepInput
    from models.agent import Judgement, JudgeRequest

LONGEST_QUESTION = timedelta(days=30)
"""A question to people that says no time."""
LONGEST_JUDGEMENT = timedelta(minutes=2)
"""A question to an agent that says no time."""
DECLINED = (APPROVAL_REJECTED, APPROVAL_WITHDRAWN)


class Asking:
    """The questions of one run, and the names of what it begins."""

    def __init__(self, saga: Saga, names: Mapping[str, int], kinds: dict[str, str]) -> None:
        """`names`: how often each was used; `kinds` is told the type of a step's failure."""
        self._saga = saga
        self._kinds = kinds
        self.names = Counter(names)

    async def person(self, step: StepInput, asked: Interaction) -> Verdict:
        """A person; who says no declines."""
        context = step.context
        seen = shown(asked.context, context)
        takes = asked.input_schema if isinstance(asked.input_schema, dict) else None
        try:
            approval = await self._saga.approval(
                self.unique(step.name),
                summary=question(asked.prompt, context),
                deadline=asked.timeout or step.planned.step.timeout or LONGEST_QUESTION,
                shown=_fields(seen, None if asked.url is None else shown(asked.url, context)),
                takes=takes,
                check_input=None if takes is None else lambda given: _wrong(takes, given),
            )
        except ApplicationError as error:
            self._kinds[step.name] = error.type or "StepFailed"
            if error.type == APPROVAL_TIMED_OUT:
                return unanswered(step, error.message, timed_out=True)
            if error.type in DECLINED:
                return declined(step, error.message)
            raise
        return told(step, approval.decisions[-1].input)

    async def agent(self, step: StepInput, judge: Judge) -> Verdict:
        """An agent; where it gives no judgement that fits, or none in time, a person, if the step says so."""
        try:
            limit = judge.timeout or step.planned.step.timeout or LONGEST_JUDGEMENT
            judgement = await self._saga.within(limit, self._judgement(step, judge), name=step.name)
        except FailureError as error:
            if is_cancelled_exception(error) or judge.fallback is None:
                raise
            takes = (
                judge.output_schema if judge.fallback.input_schema is None else judge.fallback.input_schema
            )
            return await self.person(step, judge.fallback.model_copy(update={"input_schema": takes}))
        return told(step, judgement.answer)

    async def _judgement(self, step: StepInput, judge: Judge) -> Judgement:
        """Nothing comes of a question that is given up, so it is not heard out."""
        request = JudgeRequest(
            prompt=question(judge.prompt, step.context),
            context=shown(judge.context, step.context),
            output_schema=judge.output_schema,
        )
        with tolerating(Tolerance.ALTERNATIVE):
            return await self._saga.execute_activity(
                "agent.judge",
                request,
                result_type=Judgement,
                step=step.name,
                start_to_close_timeout=judge.timeout or LONGEST_JUDGEMENT,
                cancellation_type=workflow.ActivityCancellationType.TRY_CANCEL,
            )

    def unique(self, name: str) -> str:
        """Of children and questions: the second of a name is `name-2`, in this run and those before it."""
        status = self._saga.status()
        taken = {one.name for one in status.steps} | {one.name for one in status.approvals}
        while True:
            self.names[name] += 1
            count = self.names[name]
            found = name if count == 1 else f"{name}-{count}"
            if found not in taken:
                return found


def _fields(seen: JsonValue, url: JsonValue) -> Mapping[str, object] | None:
    fields = seen if isinstance(seen, dict) else {} if seen is None else {"context": seen}
    return fields | ({} if url is None else {"url": url}) or None


def _wrong(schema: JsonValue, given: JsonValue) -> str | None:
    return "; ".join(wrong_with_inputs(schema, given)) or None
