"""Makes up what comes back from calls, people, agents and channels: as it is described, and as the step wants it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from pydantic import JsonValue

from arazzo.answers import Answer
from arazzo.context import Context, Message
from arazzo.dry_runs.offers import Offers
from arazzo.dry_runs.ways import together, ways, ways_out
from arazzo.dry_runs.wishes import View, Way, Wish, granted, pointer_into_body
from arazzo.elements import Criterion
from arazzo.exchange import Prepared
from arazzo.extensions import Probe
from arazzo.interpreter import Verdict
from arazzo.judging import answered_by_code, found, heard, judged, told
from arazzo.openapi.content_types import is_json
from arazzo.openapi.examples import SUCCESSES, sample, sample_response
from arazzo.openapi.operation import Operation
from arazzo.step_input import StepInput

TRIES = 600
"""Answers that are tried for one call."""
USUAL_SUCCESSES = (200, 201, 202, 204)
USUAL_FAILURES = (400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 504)
OTHERS = (301, 302, 303, 304)
STATUS = re.compile(r"(?<![\w.])[1-5][0-9]{2}(?![\w.])")


@dataclass(frozen=True, slots=True)
class Aim:
    """What an answer is to lead to."""

    fits: Callable[[Verdict], bool]
    holding: tuple[Criterion, ...] = ()
    """All of them are to hold."""
    failing: tuple[tuple[Criterion, ...], ...] = ()
    """Of each of these at least one is not to."""
    succeeds: bool = True

    def ways(self, view: View) -> list[Way]:
        """Changes to an answer that may help, none at all first."""
        found = together((ways(self.holding, view), *(ways_out(one, view) for one in self.failing)))
        return [(), *(way for way in found if way)]


@dataclass(frozen=True, slots=True)
class Made:
    """An answer, as it was judged."""

    verdict: Verdict
    notes: tuple[str, ...] = ()


def succeeding(step: StepInput) -> Aim:
    """That the step goes well."""
    return Aim(lambda verdict: verdict.success, tuple(step.planned.step.success_criteria))


class Making:
    """For the steps of one plan."""

    def __init__(self, offers: Offers) -> None:
        self._offers = offers

    def answer(self, step: StepInput, prepared: Prepared, aim: Aim, now: datetime) -> Made | None:
        """The first answer that fits; None where none does."""
        operation = self._offers.operation(step.workflow, prepared.operation)
        view = _view(step, replace(step.context, request=prepared.request))
        texts = [one.condition for one in (*aim.holding, *(one for group in aim.failing for one in group))]
        statuses = list(_statuses(operation, texts, succeeds=aim.succeeds))
        tried = ((status, way) for way in aim.ways(view) for status in statuses)
        for status, way in islice(tried, TRIES):
            verdict = judged(step, prepared.request, self._answer(operation, status, step, way), now=now)
            if aim.fits(verdict):
                return Made(verdict, tuple(_notes(operation, status, way, verdict)))
        return None

    def answered(self, step: StepInput, prepared: Prepared, status: int, now: datetime) -> Made:
        """By a status that somebody has asked for."""
        operation = self._offers.operation(step.workflow, prepared.operation)
        return Made(judged(step, prepared.request, self._answer(operation, status, step), now=now))

    def seen(self, step: StepInput, probe: Probe, prepared: Prepared) -> Verdict | None:
        """What a probe sees of a step that has happened; None where no answer says so."""
        operation = self._offers.operation(step.workflow, prepared.operation)
        view = _view(step, step.context)
        statuses = list(_statuses(operation, [one.condition for one in probe.found], succeeds=True))
        ways_ = [(), *ways(probe.found, view)]
        for status, way in islice(((status, way) for way in ways_ for status in statuses), TRIES):
            answer = self._answer(operation, status, step, way)
            if (verdict := found(step, probe, step.context, answer)) is not None:
                return verdict
        return None

    def told(self, step: StepInput, schema: JsonValue, aim: Aim) -> Made | None:
        """What a person or an agent says."""
        given = None if schema is None else sample(schema)
        return _first(aim, _view(step, step.context), given, lambda payload, _: told(step, payload))

    def coded(self, step: StepInput, aim: Aim) -> Made | None:
        """What code of ours gives, of which there is no description."""
        given = _made_up(step, None)
        return _first(aim, _view(step, step.context), given, lambda body, _: answered_by_code(step, body))

    def message(self, step: StepInput, aim: Aim) -> Message | None:
        """The message that a step waits for."""
        schema = self._offers.message(step.workflow, step.planned.call.channel or "")
        given = None if schema is None else sample(schema)
        for way in aim.ways(_view(step, step.context)):
            payload, headers = granted(way, given, {})
            message = Message(headers=headers, payload=payload)
            if aim.fits(heard(step, message)):
                return message
        return None

    def _answer(self, operation: Operation, status: int, step: StepInput, way: Way = ()) -> Answer:
        made = sample_response(operation, status)
        body = made.body
        if body is None and status in SUCCESSES:
            body = sample_response(operation).body
        if body is None and status in SUCCESSES:
            body = _made_up(step, body)
        kind = next(iter(operation.accepts), "application/json")
        body, headers = granted(way, body, made.headers)
        if isinstance(body, str) and not is_json(kind):
            return Answer(status, {"Content-Type": kind} | headers, body.encode())
        content = b"" if body is None else json.dumps(body).encode()
        return Answer(status, {"Content-Type": "application/json"} | headers, content)


def _first(
    aim: Aim, view: View, given: JsonValue, judge: Callable[[JsonValue, object], Verdict]
) -> Made | None:
    for way in aim.ways(view):
        body, headers = granted(way, given, {})
        verdict = judge(body, headers)
        if aim.fits(verdict):
            return Made(verdict)
    return None


def _view(step: StepInput, context: Context) -> View:
    return View(context, step.name, step.planned.step.outputs)


def _statuses(operation: Operation, criteria: Sequence[str], *, succeeds: bool) -> Iterator[int]:
    """All that are worth trying, the likeliest first: what criteria name, what is described, what is usual."""
    named = [int(found) for text in criteria for found in STATUS.findall(text)]
    described = [
        int(one.upper().replace("XX", "00")) for one in operation.responses if one.lower() != "default"
    ]
    successes = [one for one in (*named, *described, *USUAL_SUCCESSES) if one in SUCCESSES]
    known = sorted(successes, key=lambda one: one not in described)
    failures = [one for one in (*described, *named, *USUAL_FAILURES) if one not in SUCCESSES]
    either = (*known, *failures) if succeeds else (*failures, *known)
    yield from dict.fromkeys((*either, *USUAL_SUCCESSES, *OTHERS))


def _made_up(step: StepInput, body: JsonValue) -> JsonValue:
    """Where nothing says what an answer has in it: what the step takes out of it."""
    view = _view(step, step.context)
    for value in step.planned.step.outputs.values():
        pointer = pointer_into_body(value, view)
        if pointer:
            body, _ = granted((Wish(pointer, "text"),), body, {})
    return body


def _notes(operation: Operation, status: int, way: Way, verdict: Verdict) -> Iterator[str]:
    """What of an answer no description says."""
    declared = {one.upper() for one in operation.responses}
    if declared and not declared & {str(status), f"{status // 100}XX", "DEFAULT"}:
        yield f"its description has no answer {status}"
    elif way:
        yield "the answer is as the document wants it, and not the description's own example"
    empty = [name for name, value in verdict.outputs.items() if value is None]
    if empty and verdict.success:
        yield f"nothing in the answer is {', '.join(empty)}"
