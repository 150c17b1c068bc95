"""What each call of a dry run is to lead to: well, unless a fault is asked for, and never round and round."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from arazzo.dry_runs.faults import Fault, Faults
from arazzo.dry_runs.making import Aim, succeeding
from arazzo.interpreter import Verdict, failure_actions, success_actions
from arazzo.step_input import StepInput

MOST_STEPS = 1_000


class Directions(Protocol):
    """Of a dry run."""

    def next(self, step: StepInput) -> Fault | tuple[Aim, ...]:
        """What the next call of a step is to lead to: of several aims the first that can be had."""
        ...

    def fault(self, workflow: str, step: str) -> Fault | None:
        """What goes wrong with a step that runs a workflow."""
        ...

    def led(self, workflow: str, step: str, verdict: Verdict, action: int | None, *, is_left: bool) -> None:
        """A step has led to an action, by its place, or to none; and it is left, or tried again."""
        ...


class Onward:
    """Each step goes well. One that comes back leads elsewhere, if it can, so that a loop ends."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._faults = Faults(faults)
        self._led: dict[tuple[str, str], int] = {}

    def next(self, step: StepInput) -> Fault | tuple[Aim, ...]:
        fault = self.fault(step.workflow, step.name)
        if fault is not None:
            return fault
        last = self._led.get((step.workflow, step.name))
        usual = succeeding(step)
        return (usual,) if last is None else (elsewhere(step, last), usual)

    def fault(self, workflow: str, step: str) -> Fault | None:
        return self._faults.next(workflow, step)

    def led(self, workflow: str, step: str, verdict: Verdict, action: int | None, *, is_left: bool) -> None:
        if is_left and verdict.success and action is not None:
            self._led[workflow, step] = action


def elsewhere(step: StepInput, last: int) -> Aim:
    """That the step goes well, and leads to another action than the one at this place."""
    avoided = success_actions(step.planned.step)[last].criteria
    return Aim(
        lambda verdict: verdict.success and verdict.matching[:1] != (last,),
        holding=step.planned.step.success_criteria,
        failing=(avoided,),
    )


def to_success(step: StepInput, action: int | None) -> Aim:
    """That the step goes well, and leads to the action at this place, or to none."""
    actions = success_actions(step.planned.step)
    before = actions if action is None else actions[:action]
    own = () if action is None else actions[action].criteria
    wanted = () if action is None else (action,)
    return Aim(
        lambda verdict: verdict.success and verdict.matching[:1] == wanted,
        holding=(*step.planned.step.success_criteria, *own),
        failing=tuple(one.criteria for one in before if one.criteria),
    )


def to_failure(step: StepInput, action: int | None) -> tuple[Aim, ...]:
    """That the step fails, and leads to the action at this place, or to none: at once, or when retries are used up."""
    planned = step.planned.step
    actions = failure_actions(planned, Verdict(success=False))
    retries = {place for place, one in enumerate(actions[:action]) if one.type == "retry"}
    at_first = _failing(step, action, frozenset())
    if action is None or not retries:
        return (at_first,)
    return (at_first, _failing(step, action, frozenset(retries)))


def _failing(step: StepInput, action: int | None, behind: frozenset[int]) -> Aim:
    """Whatever the actions at the places `behind` say."""
    planned = step.planned.step
    actions = failure_actions(planned, Verdict(success=False))
    others = [one for place, one in enumerate(actions[:action]) if place not in behind]
    own = () if action is None else actions[action].criteria

    def fits(verdict: Verdict) -> bool:
        first = next((place for place in verdict.matching if place not in behind), None)
        return not verdict.success and first == action

    avoided = (planned.success_criteria, *(one.criteria for one in others))
    return Aim(fits, holding=own, failing=tuple(one for one in avoided if one), succeeds=False)
