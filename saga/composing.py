"""How steps are put together: side by side, within a time, one in place of another, as a flow of their own."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, TypeVar, Unpack, overload

from temporalio.exceptions import FailureError
from temporalio.types import MethodAsyncSingleParam
from temporalio.workflow import ChildWorkflowConfig

from saga.alternatives import first_of, optional
from saga.child import ChildFlow, Children, Reversible
from saga.compensation import CompensationStack
from saga.deadline import meanwhile, within
from saga.handover import handed_over
from saga.messages import Choice
from saga.parallel import all_settled
from saga.phase import Phase
from saga.steps import Steps

T = TypeVar("T")
P = TypeVar("P")
R = TypeVar("R")


class Composing:
    """The part of `Saga` that puts steps together."""

    _steps: Steps
    _stack: CompensationStack
    _children: Children
    _phase: Phase

    async def gather(self, *legs: Coroutine[Any, Any, T]) -> list[T]:
        """Run legs side by side; all have settled before anything is undone. Results in the order of the legs.

        Raises:
            BaseException: the first failure of a leg that is not a cancel. Never an `ExceptionGroup`.
        """
        return await self._onward(all_settled([asyncio.ensure_future(leg) for leg in legs]))

    async def within(self, limit: timedelta, work: Coroutine[Any, Any, T], *, name: str) -> T:
        """Bound `work`, one step or several, by `limit`; a call that is running then is still waited for.

        Raises:
            ApplicationError: `DeadlineExceeded`, naming `name`.
        """
        return await self._onward(within(limit, work, name=name))

    async def meanwhile(self, work: Coroutine[Any, Any, None], *, until: Coroutine[Any, Any, T]) -> T:
        """Do `work` beside a wait that it must not hold up: it is stopped when `until` ends.

        Steps that run are heard out; durable waits and incidents of theirs are given up. What fails of either ends both.
        """
        return await self._onward(meanwhile(work, until))

    async def fallback(self, *alternatives: Coroutine[Any, Any, T]) -> T:
        """The first of these steps that succeeds; each is one step, and is tried only if those before certainly did nothing.

        Raises:
            FailureError: of the last one, or of one whose outcome is unknown: a second attempt elsewhere might do it twice.
        """
        return await first_of(alternatives, self._steps)

    async def optional(self, step: Coroutine[Any, Any, T]) -> T | None:
        """A step that the flow can do without: if it fails it is shown as skipped, and the answer is None.

        What it may have done is still undone if the flow fails. A cancel is no failure.
        """
        return await optional(step, self._steps)

    @overload
    async def execute_child(
        self,
        flow: MethodAsyncSingleParam[Any, P, Reversible[R]],
        arg: P,
        *,
        step: str,
        hold: Callable[[FailureError], bool] | None = None,
        **options: Unpack[ChildWorkflowConfig],
    ) -> R: ...
    @overload
    async def execute_child(
        self,
        flow: str,
        arg: object,
        *,
        step: str,
        hold: Callable[[FailureError], bool] | None = None,
        **options: Unpack[ChildWorkflowConfig],
    ) -> Any: ...  # noqa: ANN401 - a name says nothing of types
    async def execute_child(
        self,
        flow: ChildFlow | str,
        arg: object,
        *,
        step: str,
        hold: Callable[[FailureError], bool] | None = None,
        **options: Unpack[ChildWorkflowConfig],
    ) -> Any:
        """Run a flow of its own; if this one fails later, before its point of no return, its steps are undone too.

        Its id is this one's, with `step` behind it; its `run` returns `self.saga.reversible(result)`. A child that fails, or
        is cancelled with its parent, has undone itself; one that was terminated has not: its incident waits for a person.
        Beyond the point of no return a cancel does not reach it. One whose failure is to `hold` waits for a person, who has
        it run again or says what its result would be.

        Raises:
            ChildWorkflowError: the child has failed.
        """
        self._go_on()

        def held(error: FailureError) -> tuple[Choice, ...]:
            if hold is None or not hold(error):
                return ()
            return ("retry", "skip", "settle" if self._phase is Phase.FORWARD else "compensate")

        return await self._onward(self._children.run(flow, arg, step, options, held))

    def reversible(self, result: R) -> Reversible[R]:
        """The result of a child flow, after its block, with all that its parent needs to undo it."""
        return Reversible(result=result, undo=handed_over(self._stack))

    @abstractmethod
    async def _onward(self, work: Coroutine[Any, Any, T]) -> T:
        """Do `work`; beyond the point of no return it hears of no cancel."""

    @abstractmethod
    def _go_on(self) -> None:
        """Unless the flow is cancelled."""
