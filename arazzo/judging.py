"""Verdicts: whether a step has succeeded, what it gives, and which of its actions match, from what came back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from pydantic import JsonValue

from arazzo.answers import Answer, response_of
from arazzo.context import Context, Message, Request, Response
from arazzo.criteria import judge_all
from arazzo.elements import Criterion, FailureAction, Parameter, SuccessAction, Value
from arazzo.expression_error import ExpressionError
from arazzo.extensions import Compensate, Probe
from arazzo.interpreter import Verdict, failure_actions, success_actions
from arazzo.rendering import render
from arazzo.step_input import StepInput

FAILS_FROM = 400
"""Without success criteria an answer from this status on is a failure (D12)."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of a step beyond its context: whether it is a success unless its criteria say otherwise."""

    success: bool
    why: str = ""
    status: int | None = None
    retry_after: timedelta | None = None
    timed_out: bool = False
    declined: bool = False


def judged(
    step: StepInput, request: Request | None, answer: Answer, *, now: datetime | None = None
) -> Verdict:
    """The verdict on an answer; `now` is when it came, for a `Retry-After` that is a date."""
    response = response_of(answer)
    context = replace(step.context, request=request, response=response, message=_sent(step, request))
    fact = Fact(
        success=step.any_answer or answer.status < FAILS_FROM,
        why=f"answered {answer.status}",
        status=answer.status,
        retry_after=retry_after(answer.headers, now or datetime.now(UTC)),
    )
    return conclude(step, context, fact)


def _sent(step: StepInput, request: Request | None) -> Message | None:
    """What went to a channel, where the step sends."""
    if step.planned.step.action != "send" or request is None:
        return None
    return Message(headers=request.headers, payload=request.body)


def unanswered(
    step: StepInput, why: str, *, request: Request | None = None, timed_out: bool = False
) -> Verdict:
    """The verdict where no answer came, or nothing could be sent (D17)."""
    fact = Fact(success=False, why=why, timed_out=timed_out)
    return conclude(step, replace(step.context, request=request), fact, criteria=())


def heard(step: StepInput, message: Message) -> Verdict:
    """The verdict on a message that was received."""
    return conclude(step, replace(step.context, message=message), Fact(success=True))


def told(step: StepInput, payload: JsonValue) -> Verdict:
    """The verdict on what a person or an agent has answered."""
    return conclude(step, replace(step.context, interaction=payload), Fact(success=True))


def answered_by_code(step: StepInput, result: JsonValue) -> Verdict:
    """The verdict on what an activity of ours has given, which is `$response.body`; it has no status."""
    response = Response(status=None, body=result)
    return conclude(step, replace(step.context, response=response), Fact(success=True))


def declined(step: StepInput, why: str) -> Verdict:
    """The verdict on a question that a person would not answer."""
    return conclude(step, step.context, Fact(success=False, why=why, declined=True), criteria=())


def ran(
    step: StepInput,
    outputs: Mapping[str, JsonValue],
    *,
    success: bool,
    why: str = "",
    timed_out: bool = False,
) -> Verdict:
    """The verdict on a workflow that was run as a step (D9)."""
    fact = Fact(success=success, why=why, timed_out=timed_out)
    return conclude(step, replace(step.context, outputs=outputs), fact)


def conclude(
    step: StepInput, context: Context, fact: Fact, *, criteria: Sequence[Criterion] | None = None
) -> Verdict:
    """Criteria first (C12), then outputs, of a failed step too (D16), then the actions (E2)."""
    wanted = step.planned.step.success_criteria if criteria is None else criteria
    silent = context.response is None and not fact.success
    decided = judge_all(wanted, context) if wanted and not silent else None
    success, why = (decided.holds, decided.why) if decided else (fact.success, fact.why)
    outputs, notes = _outputs(step.planned.step.outputs, context)
    known = replace(context, steps={**context.steps, step.name: outputs})
    verdict = Verdict(
        success=success,
        status=fact.status,
        outputs=outputs,
        retry_after=None if success else fact.retry_after,
        why="" if success else why,
        timed_out=fact.timed_out,
        declined=fact.declined,
        notes=(*(decided.notes if decided else ()), *notes),
    )
    return _with_actions(step, known, verdict)


def undone(step: StepInput, compensate: Compensate, context: Context, answer: Answer) -> str:
    """Why the compensation has not succeeded; nothing where it has."""
    response = response_of(answer)
    if not compensate.success_criteria:
        return f"answered {answer.status}" if answer.status >= FAILS_FROM else ""
    verdict = judge_all(compensate.success_criteria, replace(context, response=response))
    return "" if verdict.holds else verdict.why or f"{step.name}: a criterion of x-compensate does not hold"


def found(step: StepInput, probe: Probe, context: Context, answer: Answer) -> Verdict | None:
    """What a probe has seen: the step's verdict, as if it had been answered just that; None where it has not happened."""
    known = replace(context, response=response_of(answer))
    seen = judge_all(probe.found, known).holds if probe.found else answer.status < FAILS_FROM
    if not seen:
        return None
    outputs, notes = _outputs(probe.outputs or step.planned.step.outputs, known)
    after = replace(known, steps={**known.steps, step.name: outputs})
    return _with_actions(
        step, after, Verdict(success=True, status=answer.status, outputs=outputs, notes=notes)
    )


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Seconds, or a date, as the answer's header says it (E6)."""
    text = next((value for name, value in headers.items() if name.lower() == "retry-after"), "").strip()
    try:
        return max(timedelta(seconds=float(text)), timedelta())
    except (ValueError, OverflowError):
        pass
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max((date if date.tzinfo else date.replace(tzinfo=UTC)) - now, timedelta())


def _with_actions(step: StepInput, context: Context, verdict: Verdict) -> Verdict:
    """Which actions match; in their order the first is executed."""
    actions: Sequence[SuccessAction | FailureAction] = (
        success_actions(step.planned.step) if verdict.success else failure_actions(step.planned.step, verdict)
    )
    matching = tuple(
        place for place, action in enumerate(actions) if judge_all(action.criteria, context).holds
    )
    given: dict[int, dict[str, JsonValue]] = {}
    for place in matching:
        if actions[place].workflow_id is not None and actions[place].parameters:
            given[place] = _arguments(actions[place], context)
    return verdict.model_copy(update={"matching": matching, "arguments": given})


def _arguments(action: SuccessAction | FailureAction, context: Context) -> dict[str, JsonValue]:
    given = (one for one in action.parameters if isinstance(one, Parameter))
    return {one.name: _value(one.value, context)[0] for one in given}


def _outputs(wanted: Mapping[str, Value], context: Context) -> tuple[dict[str, JsonValue], tuple[str, ...]]:
    """What cannot be evaluated is null, and a note (D16)."""
    outputs: dict[str, JsonValue] = {}
    notes: list[str] = []
    for name, value in wanted.items():
        outputs[name], note = _value(value, context)
        notes += [f"output {name}: {note}"] if note else []
    return outputs, tuple(notes)


def _value(value: Value, context: Context) -> tuple[JsonValue, str]:
    try:
        return render(value, context), ""
    except ExpressionError as error:
        return None, str(error)
