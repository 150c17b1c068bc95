"""One call of a step in a dry run: to a service, to code, a person or an agent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from pydantic import JsonValue

from arazzo.dry_runs.faults import Fault, FaultKind
from arazzo.dry_runs.making import Aim, Made, Making, succeeding
from arazzo.dry_runs.report import Kind
from arazzo.exchange import NotPrepared, Prepared, prepare, shown
from arazzo.extensions import Interaction, Judge
from arazzo.interpreter import Verdict
from arazzo.judging import declined, told, unanswered
from arazzo.step_input import StepInput
from arazzo.step_wording import Kind as StepKind
from arazzo.step_wording import kind_of

Direction = Fault | tuple[Aim, ...]
LONGEST = 70


class Stopped(Exception):
    """It cannot be rehearsed any further."""

    def __init__(self, step: str, why: str) -> None:
        super().__init__(why)
        self.step = step


class Held(Stopped):
    """A person has to decide."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that was asked for a step, and what came of it."""

    kind: Kind
    what: str
    came: str
    verdict: Verdict
    operation: str = ""
    fault: str = ""
    problem: str = ""
    notes: tuple[str, ...] = ()
    misfits: tuple[str, ...] = ()


class Calls:
    """Of one dry run."""

    def __init__(self, making: Making) -> None:
        self._making = making

    def call(self, step: StepInput, direction: Direction, now: datetime) -> Iterator[Asked]:
        """What is asked, one after the other; the last one's verdict is the step's. Raises Stopped."""
        own = step.planned.step.own
        match kind_of(step.planned):
            case StepKind.PERSON if own.interaction is not None:
                yield self._person(step, own.interaction, direction)
            case StepKind.AGENT if own.judge is not None:
                yield from self._agent(step, own.judge, direction)
            case StepKind.CODE:
                yield self._code(step, direction)
            case StepKind.SEND if step.planned.call.operation is None:
                what = f"sends to {step.planned.call.channel}"
                yield Asked(Kind.EVENT, what, "", told(step, None))
            case _:
                yield self._service(step, direction, now)

    def probe(self, step: StepInput) -> Asked | None:
        """Whether a step of unknown outcome has happened: it has, where any answer says so."""
        probe = step.planned.step.own.probe
        if probe is None or step.planned.probe is None or step.planned.probe.operation is None:
            return None
        try:
            prepared = prepare(step, "probe", key=step.key)
        except NotPrepared as error:
            return Asked(Kind.PROBE, "x-probe", "", unanswered(step, str(error)), problem=str(error))
        seen = self._making.seen(step, probe, prepared)
        came = "it has not happened" if seen is None else f"{seen.status}: it has happened"
        verdict = seen or unanswered(step, came)
        return Asked(Kind.PROBE, address(prepared), came, verdict, called(prepared))

    def _service(self, step: StepInput, direction: Direction, now: datetime) -> Asked:
        try:
            prepared = prepare(step, key=step.key)
        except NotPrepared as error:
            verdict = unanswered(step, str(error))
            return Asked(Kind.CALL, _planned(step), "is not sent", verdict, problem=str(error))
        if isinstance(direction, Fault):
            made = self._faulty(step, direction, prepared, now)
        else:
            made = self._first(step, direction, lambda aim: self._answer(step, aim, prepared, now))
        status = made.verdict.status
        came = "no answer" if status is None else str(status)
        said = _said(direction)
        what, operation = address(prepared), called(prepared)
        return Asked(
            Kind.CALL, what, came, made.verdict, operation, said, notes=made.notes, misfits=prepared.misfits
        )

    def _answer(self, step: StepInput, aim: Aim, prepared: Prepared, now: datetime) -> Made | None:
        made = self._making.answer(step, prepared, aim, now)
        if made is None and not aim.succeeds:
            made = Made(unanswered(step, "no answer", request=prepared.request))
        return made if made is not None and aim.fits(made.verdict) else None

    def _faulty(self, step: StepInput, fault: Fault, prepared: Prepared, now: datetime) -> Made:
        if fault.status is not None:
            return self._making.answered(step, prepared, fault.status, now)
        late = fault.kind is FaultKind.TIMEOUT and step.planned.step.timeout is not None
        why = "no answer in time" if fault.kind is FaultKind.TIMEOUT else "the connection was lost"
        return Made(unanswered(step, why, request=prepared.request, timed_out=late))

    def _code(self, step: StepInput, direction: Direction) -> Asked:
        what = f"code {step.planned.call.activity}"
        if isinstance(direction, Fault):
            verdict = unanswered(step, "it gave no result")
            return Asked(Kind.CODE, what, "no result", verdict, fault=_said(direction))
        made = self._first(step, direction, lambda aim: self._coded(step, aim))
        return Asked(Kind.CODE, what, _ends(made.verdict), made.verdict)

    def _coded(self, step: StepInput, aim: Aim) -> Made | None:
        made = self._making.coded(step, aim)
        if made is None and not aim.succeeds and aim.fits(verdict := unanswered(step, "it gave no result")):
            return Made(verdict)
        return made

    def _person(self, step: StepInput, asked: Interaction, direction: Direction) -> Asked:
        what = _short(str(shown(asked.prompt, step.context)))
        if isinstance(direction, Fault):
            no = direction.kind is FaultKind.DECLINE
            verdict = (
                declined(step, "declined") if no else unanswered(step, "no decision in time", timed_out=True)
            )
            return Asked(Kind.PERSON, what, verdict.why, verdict, fault=_said(direction))
        made = self._first(step, direction, lambda aim: self._told(step, asked.input_schema, aim))
        return Asked(Kind.PERSON, what, "answers" if made.verdict.success else "declined", made.verdict)

    def _agent(self, step: StepInput, judge: Judge, direction: Direction) -> Iterator[Asked]:
        what = _short(str(shown(judge.prompt, step.context)))
        if not isinstance(direction, Fault):
            made = self._first(step, direction, lambda aim: self._told(step, judge.output_schema, aim))
            yield Asked(Kind.AGENT, what, _ends(made.verdict), made.verdict)
            return
        verdict = unanswered(step, "no judgement")
        yield Asked(Kind.AGENT, what, "no judgement", verdict, fault=_said(direction))
        if judge.fallback is not None:
            schema = (
                judge.output_schema if judge.fallback.input_schema is None else judge.fallback.input_schema
            )
            asked = judge.fallback.model_copy(update={"input_schema": schema})
            yield self._person(step, asked, (succeeding(step),))

    def _told(self, step: StepInput, schema: JsonValue, aim: Aim) -> Made | None:
        made = self._making.told(step, schema, aim)
        if made is None and not aim.succeeds and aim.fits(verdict := unanswered(step, "no answer")):
            return Made(verdict)
        return made

    def _first(self, step: StepInput, aims: tuple[Aim, ...], make: Callable[[Aim], Made | None]) -> Made:
        for aim in aims:
            if (made := make(aim)) is not None:
                return made
        any_ = make(Aim(lambda _: True))
        why = (
            any_.verdict.why
            if any_ is not None and not any_.verdict.success
            else "all that are found lead elsewhere"
        )
        raise Stopped(step.name, f"no answer was found that does what the document asks of it: {why}")


def address(prepared: Prepared) -> str:
    """`POST /orders/17?fast=true`."""
    parts = urlsplit(prepared.http.url)
    return _short(f"{prepared.http.method} {parts.path}{'?' if parts.query else ''}{parts.query}")


def called(prepared: Prepared) -> str:
    """The operation's id."""
    return prepared.operation.operation_id or ""


def _planned(step: StepInput) -> str:
    operation = step.planned.call.operation
    return "" if operation is None else f"{operation.method} {operation.path}"


def _said(direction: Direction) -> str:
    if not isinstance(direction, Fault):
        return ""
    return str(direction.status) if direction.status is not None else str(direction.kind)


def _ends(verdict: Verdict) -> str:
    return "answers" if verdict.success else verdict.why


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
