"""`saga.execute_activity`, typed as `workflow.execute_activity` is: the same keywords, plus the compensation."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, Literal, TypeVar, Unpack, overload

import temporalio.common
from temporalio.exceptions import FailureError
from temporalio.types import (
    CallableAsyncNoParam,
    CallableAsyncSingleParam,
    CallableSyncNoParam,
    CallableSyncSingleParam,
    MethodAsyncNoParam,
    MethodAsyncSingleParam,
    MethodSyncNoParam,
    MethodSyncSingleParam,
)
from temporalio.workflow import ActivityConfig

from saga.step import Activity, as_args

P = TypeVar("P")
R = TypeVar("R")
_UNSET: Any = temporalio.common._arg_unset  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - the SDK's own "no argument"


class StepOptions(ActivityConfig, total=False):
    """Every keyword of `workflow.execute_activity`, and the saga's own."""

    step: str
    """Name of the step in status, keys and incidents; without it the last part of the activity's name."""
    again: bool
    """The newest run of this step once more, after it was raised: the same line in the status, and with the same input the
    same key and undo."""
    compensation_takes_result: bool
    """The compensation is given the step's result behind its input; None where that is not known."""
    compensation_options: ActivityConfig
    """Keywords for the compensation's activity, over the saga's policy for undoing."""
    on_failure: Literal["compensate", "hold"] | Callable[[FailureError], bool]
    """Refused or exhausted, the step's failure is raised; or the step is held for a person, as an incident. A function says
    of each failure whether it is held."""
    probe: Activity
    """A read with the step's own input that answers the step's result if the effect happened, or None. It is asked
    when the outcome is unknown, before anything else is done about that."""
    poll: Activity
    """A read with the step's own input, for a service that only accepts: it answers the step's result once that is
    settled, or None. It is asked after a failure made by `saga.headers.accepted`, again and again, and whenever
    someone sends the signal `callback`."""
    poll_every: timedelta
    settle_within: timedelta
    """From being accepted: then the step fails with `NeverSettled`, its effect being unknown."""


class Activities(ABC):
    """The typed front of `Saga`'s steps."""

    @overload
    async def execute_activity(
        self,
        activity: CallableAsyncSingleParam[P, R],
        arg: P,
        *,
        compensation: CallableAsyncSingleParam[P, Any] | CallableSyncSingleParam[P, Any] | str | None = None,
        **options: Unpack[StepOptions],
    ) -> R: ...
    @overload
    async def execute_activity(
        self,
        activity: MethodAsyncSingleParam[Any, P, R],
        arg: P,
        *,
        compensation: MethodAsyncSingleParam[Any, P, Any]
        | MethodSyncSingleParam[Any, P, Any]
        | str
        | None = None,
        **options: Unpack[StepOptions],
    ) -> R: ...
    @overload
    async def execute_activity(
        self,
        activity: CallableSyncSingleParam[P, R],
        arg: P,
        *,
        compensation: CallableAsyncSingleParam[P, Any] | CallableSyncSingleParam[P, Any] | str | None = None,
        **options: Unpack[StepOptions],
    ) -> R: ...
    @overload
    async def execute_activity(
        self,
        activity: MethodSyncSingleParam[Any, P, R],
        arg: P,
        *,
        compensation: MethodAsyncSingleParam[Any, P, Any]
        | MethodSyncSingleParam[Any, P, Any]
        | str
        | None = None,
        **options: Unpack[StepOptions],
    ) -> R: ...
    @overload
    async def execute_activity(
        self,
        activity: CallableAsyncNoParam[R],
        *,
        compensation: Callable[..., Any] | str | None = None,
        **options: Unpack[StepOptions],
    ) -> R: ...
    @overload
    async def execute_activity(
        self,
        activity: MethodAsyncNoParam[Any, R],
        *,
        compensation: Callable[..., Any] | str | None = None,
        **options: Unpack[StepOptions],
    ) -> R: ...
    @overload
    async def execute_activity(
        self,
        activity: CallableSyncNoParam[R],
        *,
        compensation: Callable[..., Any] | str | None = None,
        **options: Unpack[StepOptions],
    ) -> R: ...
    @overload
    async def execute_activity(
        self,
        activity: MethodSyncNoParam[Any, R],
        *,
        compensation: Callable[..., Any] | str | None = None,
        **options: Unpack[StepOptions],
    ) -> R: ...
    @overload
    async def execute_activity(
        self,
        activity: Callable[..., Awaitable[R]],
        *,
        args: Sequence[Any],
        compensation: Callable[..., Any] | str | None = None,
        **options: Unpack[StepOptions],
    ) -> R: ...
    @overload
    async def execute_activity(
        self,
        activity: Callable[..., R],
        *,
        args: Sequence[Any],
        compensation: Callable[..., Any] | str | None = None,
        **options: Unpack[StepOptions],
    ) -> R: ...
    @overload
    async def execute_activity(
        self,
        activity: str,
        arg: Any = ...,  # noqa: ANN401 - a name says nothing of types
        *,
        args: Sequence[Any] = ...,
        result_type: type[R],
        compensation: Callable[..., Any] | str | None = None,
        **options: Unpack[StepOptions],
    ) -> R: ...
    @overload
    async def execute_activity(
        self,
        activity: str,
        arg: Any = ...,  # noqa: ANN401 - a name says nothing of types
        *,
        args: Sequence[Any] = ...,
        result_type: None = None,
        compensation: Callable[..., Any] | str | None = None,
        **options: Unpack[StepOptions],
    ) -> Any: ...  # noqa: ANN401 - a name says nothing of types
    async def execute_activity(
        self,
        activity: Activity,
        arg: Any = _UNSET,
        *,
        args: Sequence[Any] = (),
        result_type: type | None = None,
        compensation: Activity | None = None,
        **options: Unpack[StepOptions],
    ) -> Any:
        """Run one step and return its result.

        The compensation is registered before the step starts, takes the same input, and must succeed when there is
        nothing to undo. Beyond the point of no return the step is tried for as long as it takes, shielded from a
        cancel; one that a person settles there has no result: it returns None.

        Args:
            activity: As for `workflow.execute_activity`; a method of an activity class may be given unbound.
            arg: The activity's single argument.
            args: Several arguments, in place of `arg`.
            result_type: For an activity given by name.
            compensation: The activity that undoes this one.
            options: Every other keyword of `workflow.execute_activity`, and those of `StepOptions`.

        Raises:
            ActivityError: refused or exhausted.
            asyncio.CancelledError: the workflow is being cancelled.
        """
        return await self._execute(
            activity,
            as_args(arg, args, _UNSET),
            compensation=compensation,
            result_type=result_type,
            options=options,
        )

    @abstractmethod
    async def _execute(
        self,
        activity: Activity,
        args: tuple[Any, ...],
        *,
        compensation: Activity | None,
        result_type: type | None,
        options: StepOptions,
    ) -> Any: ...  # noqa: ANN401 - the activity's result
