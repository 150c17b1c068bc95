"""The early answer: what the caller has at once, while the flow goes on behind."""

from __future__ import annotations

from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from saga.messages import AnswerRequest
from saga.step import describe, root_cause


class EarlyAnswer:
    """Given once; whoever asked for it before, or asks later, gets the same."""

    def __init__(self) -> None:
        self.given = False
        self.value: Any = None
        self._failure: ApplicationError | None = None
        self._waiting = 0

    def give(self, value: Any) -> None:  # noqa: ANN401 - the flow's own model
        """Answer those who wait.

        Raises:
            RuntimeError: it was given already.
        """
        if self.given:
            raise RuntimeError("the early answer was given already")
        self.given, self.value = True, value

    async def wait(self, request: AnswerRequest) -> Any:  # noqa: ANN401 - the flow's own model
        """Handler of the update `answer`.

        Raises:
            ApplicationError: the flow ended before it had answered, with the type of what ended it.
        """
        del request
        self._waiting += 1
        try:
            await workflow.wait_condition(lambda: self.given or self._failure is not None)
        finally:
            self._waiting -= 1
        if self.given:
            return self.value
        raise self._failure or RuntimeError

    async def end(self, error: BaseException | None) -> None:
        """The flow is over: those who still wait are told, before it closes."""
        if not self.given:
            self._failure = _not_given(error)
        if self._waiting:
            await workflow.wait_condition(lambda: not self._waiting)


def _not_given(error: BaseException | None) -> ApplicationError:
    if error is None:
        return ApplicationError("The flow completed without an answer.", type="NoAnswer", non_retryable=True)
    cause = root_cause(error)
    kind = cause.type if isinstance(cause, ApplicationError) and cause.type else type(cause).__name__
    return ApplicationError(
        f"The flow ended before it had answered: {describe(error)}", type=kind, non_retryable=True
    )
