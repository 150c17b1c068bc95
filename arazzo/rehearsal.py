"""Ports that touch nothing: answers are made up, time is counted and not waited for. Dry runs are made of them."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from pydantic import JsonValue

from arazzo.answers import Answer
from arazzo.context import Message
from arazzo.driving import Drive
from arazzo.exchange import NotPrepared, Prepared, prepare
from arazzo.frames import Armed, Frame, Outcome
from arazzo.interpreter import Verdict
from arazzo.judging import judged, told, unanswered
from arazzo.plan import Plan
from arazzo.ports import Dealt, Nested
from arazzo.step_input import StepInput, Values

T = TypeVar("T")

MOST_TRANSFERS = 50
"""Each is a run within the one before it."""
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)

Answering = Callable[[StepInput, Prepared], Answer | None]
"""What a service answers; None: nothing comes back."""
Telling = Callable[[StepInput], JsonValue]
"""What a person, an agent or code answers."""
Hearing = Callable[[StepInput, Armed], Message | None]
"""The message that comes; None: none does in time."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that a rehearsal has done."""

    kind: str
    """`call`, `ask`, `wait`, `receive`, `workflow`, `transfer` or `point of no return`."""
    workflow: str
    step: str
    text: str = ""
    request: Prepared | None = None
    verdict: Verdict | None = None


@dataclass
class Rehearsal:
    """The ports of a dry run; what it has done is in `happened`."""

    plan: Plan
    answer: Answering
    tell: Telling = lambda _: None
    hear: Hearing = lambda _, __: None
    servers: Mapping[str, str] = field(default_factory=dict[str, str])
    happened: list[Happened] = field(default_factory=list["Happened"])
    clock: datetime = BEGAN
    workflow: str = ""

    def now(self) -> datetime:
        return self.clock

    async def call(self, step: StepInput, *, again: bool, dealt: Dealt) -> Verdict:
        del again, dealt
        if step.planned.call.operation is None:
            verdict = told(step, self.tell(step))
            self._note("ask", step.workflow, step.name, verdict=verdict)
            return verdict
        try:
            prepared = prepare(step, key=step.key)
        except NotPrepared as error:
            verdict = unanswered(step, str(error))
            self._note("call", step.workflow, step.name, verdict=verdict)
            return verdict
        answer = self.answer(step, prepared)
        if answer is None:
            verdict = unanswered(step, "no answer", request=prepared.request)
        else:
            verdict = judged(step, prepared.request, answer, now=self.clock)
        self._note("call", step.workflow, step.name, request=prepared, verdict=verdict)
        return verdict

    async def run(self, workflow: str, inputs: Values, frame: Frame, nested: Nested) -> Outcome:
        self._note("workflow", frame.workflow, nested.step, text=workflow)
        inner = frame.inner(workflow, inputs, depth=frame.depth + 1)
        return await Drive(self.plan, inner, self, self.servers).outcome()

    async def transfer(self, workflow: str, inputs: Values, frame: Frame) -> Outcome:
        if sum(one.kind == "transfer" for one in self.happened) >= MOST_TRANSFERS:
            why = f"a rehearsal goes on as another workflow {MOST_TRANSFERS} times at most"
            return Outcome(success=False, inputs=frame.inputs, why=why)
        self._note("transfer", frame.workflow, "", text=workflow)
        after = frame.inner(workflow, inputs, depth=frame.depth)
        return await Drive(self.plan, after, self, self.servers).outcome()

    async def sleep(self, step: str, delay: timedelta, action: str) -> None:
        self.clock += delay
        self._note("wait", "", step, text=f"{delay.total_seconds():g} s, as {action} says")

    async def receive(self, step: StepInput, armed: Armed) -> Message | None:
        message = self.hear(step, armed)
        if message is None and armed.until is not None:
            self.clock = max(self.clock, armed.until)
        self._note("receive", step.workflow, step.name, text="a message" if message else "no message in time")
        return message

    async def side_by_side(self, legs: Sequence[Coroutine[Any, Any, T]]) -> Sequence[T]:
        return [await leg for leg in legs]

    async def between(self, frame: Frame) -> None:
        """Nothing grows long here."""

    def point_of_no_return(self) -> None:
        self._note("point of no return", "", "")

    def key(self, step: str, visit: int) -> str:
        return f"{step}-{visit}"

    def _note(
        self,
        kind: str,
        workflow: str,
        step: str,
        *,
        text: str = "",
        request: Prepared | None = None,
        verdict: Verdict | None = None,
    ) -> None:
        self.happened.append(Happened(kind, workflow, step, text, request, verdict))
