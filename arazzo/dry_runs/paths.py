"""How a step of a workflow is reached: which way each step before it has to lead."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

from arazzo.interpreter import place_of, success_actions
from arazzo.plan import PlannedStep, PlannedWorkflow
from arazzo.step_wording import failure_actions, successes

PLAIN, BRANCH, FAILURE = 0, 1, 100
"""What a turn costs: the way to a step goes as well as it can."""


@dataclass(frozen=True, slots=True, order=True)
class Turn:
    """A step, and what it leads to."""

    place: int
    success: bool
    action: int | None
    """The place of the action that is executed; None: no action is."""


def path_to(
    workflow: PlannedWorkflow, place: int, without: frozenset[Turn] = frozenset()
) -> tuple[Turn, ...] | None:
    """From the first step to this one, by none of the turns `without`; None where nothing leads there."""
    waiting: list[tuple[int, int, tuple[Turn, ...]]] = [(0, 0, ())]
    known: set[int] = set()
    while waiting:
        cost, at, turns = heapq.heappop(waiting)
        if at == place:
            return turns
        if at in known:
            continue
        known.add(at)
        for more, to, turn in _turns(workflow, at):
            if turn not in without:
                heapq.heappush(waiting, (cost + more, to, (*turns, turn)))
    return None


def open_end(planned: PlannedStep) -> bool:
    """Whether none of its success actions may be executed, so that the next step follows."""
    taken = successes(planned)
    return not (taken and not taken[-1].criteria)


def _turns(workflow: PlannedWorkflow, at: int) -> Iterator[tuple[int, int, Turn]]:
    planned = workflow.steps[at]
    if open_end(planned) and at + 1 < len(workflow.steps):
        yield PLAIN, at + 1, Turn(at, success=True, action=None)
    possible = len(successes(planned))
    for number, success in enumerate(success_actions(planned.step)[:possible]):
        if success.step_id is not None:
            yield BRANCH, place_of(workflow, success.step_id), Turn(at, success=True, action=number)
    for number, failure in enumerate(failure_actions(planned.step.on_failure)):
        if failure.type == "goto" and failure.step_id is not None:
            yield FAILURE, place_of(workflow, failure.step_id), Turn(at, success=False, action=number)
