"""The world, as a run of a workflow sees it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol, TypeVar

from arazzo.context import Message
from arazzo.frames import Armed, Frame, Outcome
from arazzo.interpreter import Verdict
from arazzo.step_input import StepInput, Values

T = TypeVar("T")

Dealt = Callable[[Verdict], bool]


class Nested(NamedTuple):
    """How a workflow is run within another."""

    step: str
    """What it is called there."""
    within: timedelta | None = None
    undo: StepInput | None = None
    """The step that runs it, where that says itself how it is taken back."""
    holds: bool = False
    """A failure that no action deals with waits for a person."""
    dealt: Callable[[Outcome], bool] = lambda _: True


class Ports(Protocol):
    """What has an effect, takes time, or comes from outside."""

    def now(self) -> datetime: ...

    async def call(self, step: StepInput, *, again: bool, dealt: Dealt) -> Verdict:
        """Carry out a step that calls an operation or code, or asks somebody.

        `again`: the same visit once more. `dealt`: whether an action is left that deals with such a failure.
        """
        ...

    async def run(
        self,
        workflow: str,
        inputs: Values,
        frame: Frame,
        nested: Nested,
    ) -> Outcome:
        """Run another workflow to its end, or for so long; what it has done is undone with this one."""
        ...

    async def transfer(self, workflow: str, inputs: Values, frame: Frame) -> Outcome:
        """Go on as another workflow, and never come back (D8)."""
        ...

    async def sleep(self, step: str, delay: timedelta, action: str) -> None:
        """Before the step is called once more."""
        ...

    async def receive(self, step: StepInput, armed: Armed) -> Message | None:
        """The message that the step waits for; None when the time for it has passed."""
        ...

    async def side_by_side(self, legs: Sequence[Coroutine[Any, Any, T]]) -> Sequence[T]:
        """All of them, each to its end."""
        ...

    async def between(self, frame: Frame) -> None:
        """Before a call, when all that is known is in the frame."""
        ...

    def point_of_no_return(self) -> None:
        """From here on only forward: nothing that was done is undone any more."""
        ...

    def key(self, step: str, visit: int) -> str:
        """From which the idempotency key of a visit follows."""
        ...
