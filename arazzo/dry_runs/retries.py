"""Which action of a step is executed, retries that are used up left aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from arazzo.elements import FailureAction, SuccessAction
from arazzo.interpreter import Verdict, failure_actions, success_actions
from arazzo.plan import PlannedStep


class Retries:
    """Of the steps that are being visited, by workflow, step and name of the action."""

    def __init__(self) -> None:
        self._spent: Counter[tuple[str, str, str]] = Counter()

    def one_more(self, workflow: str, step: str, action: str) -> int:
        """How many there are now."""
        self._spent[workflow, step, action] += 1
        return self._spent[workflow, step, action]

    def forget(self, workflow: str, step: str) -> None:
        """Its next visit has all of them again."""
        for key in [key for key in self._spent if key[:2] == (workflow, step)]:
            del self._spent[key]

    def executed(
        self, workflow: str, step: PlannedStep, verdict: Verdict
    ) -> tuple[int | None, SuccessAction | FailureAction | None]:
        """The first that matches and is not exhausted (E2, E7), with its place; of none, none."""
        actions: Sequence[SuccessAction | FailureAction] = (
            success_actions(step.step) if verdict.success else failure_actions(step.step, verdict)
        )
        for place in verdict.matching:
            action = actions[place]
            spent = self._spent[workflow, step.step.step_id, action.name]
            if not (
                isinstance(action, FailureAction) and action.type == "retry" and spent >= action.retry_limit
            ):
                return place, action
        return None, None
