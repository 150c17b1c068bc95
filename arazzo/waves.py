"""Which steps may run side by side, and what has to have completed before a step may begin (C16).

The order of the document is the order of the steps. Side by side are those that follow one another and say each what
they depend on, where that is none of the others: so an author says it, and nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from arazzo.elements import FailureAction, SuccessAction
from arazzo.frames import Frame
from arazzo.plan import PlannedStep, PlannedWorkflow

_OF_WORKFLOW = re.compile(
    r"\$(?:workflows\.|sourceDescriptions\.[^.]+\.)(?P<workflow>[^.]+)\.steps\.(?P<step>.+)"
)
_ELSEWHERE = "$sourceDescriptions."
_OUTPUTS = re.compile(r"\$steps\.(?P<step>[^.]+)\.outputs")


def wave(workflow: PlannedWorkflow, at: int, armed: Iterable[str] = ()) -> tuple[int, ...]:
    """The places of the steps that begin together with the one at a place: itself at least.

    One that needs a message which is still waited for begins when that is here, and holds up no other.
    """
    places = [at]
    if not _may_share(workflow.steps[at]):
        return (at,)
    members = {workflow.steps[at].step.step_id, *armed}
    for place in range(at + 1, len(workflow.steps)):
        step = workflow.steps[place]
        if not _may_share(step) or needed_steps(step) & members:
            break
        places.append(place)
        members.add(step.step.step_id)
    return tuple(places)


def needed_steps(step: PlannedStep) -> set[str]:
    """The steps of the same workflow that it waits for: those it names, and those whose outputs it reads."""
    own = step.step.step_id
    read = {found["step"] for need in step.needs if (found := _OUTPUTS.match(need))}
    return {one for one in step.step.depends_on if not one.startswith("$")} | (read - {own})


def lacking(workflow: PlannedWorkflow, step: PlannedStep, frame: Frame) -> list[str]:
    """What it depends on and has not completed."""
    return [one for one in step.step.depends_on if not _has_completed(one, workflow.document, frame)]


def is_receive(step: PlannedStep) -> bool:
    """Whether it waits for a message, and for no answer of its own."""
    return step.step.action == "receive" and step.call.channel is not None


def joins_later(step: PlannedStep, *, last: bool) -> bool:
    """Whether others may begin before its message is here: nothing that it says decides which one is next."""
    actions = [*(step.step.on_success or ()), *(step.step.on_failure or ())]
    return is_receive(step) and not last and not any(_leads_away(action) for action in actions)


def to_join(step: PlannedStep, armed: Iterable[str]) -> list[str]:
    """The steps that receive which a step needs, in the order in which they were reached."""
    needed = needed_steps(step)
    return [one for one in armed if one in needed]


def _has_completed(one: str, document: str, frame: Frame) -> bool:
    other = _OF_WORKFLOW.fullmatch(one)
    if other is None:
        return one in frame.completed
    elsewhere = one.startswith(_ELSEWHERE)
    return any(
        other["step"] in ran.steps
        for key, ran in frame.workflows.items()
        if key.rpartition("/")[2] == other["workflow"] and elsewhere is (key.rpartition("/")[0] != document)
    )


def _may_share(step: PlannedStep) -> bool:
    """Whether it says what it depends on, and leads to no other step or workflow."""
    own = step.step.own
    asks = own.interaction is not None or own.judge is not None
    actions = (
        *(step.step.on_success or ()),
        *(step.step.on_failure or ()),
        *(own.on_timeout or ()),
        *(own.on_cancel or ()),
    )
    return (
        bool(step.step.depends_on)
        and not (is_receive(step) or asks or own.point_of_no_return)
        and not any(_leads_away(action) or getattr(action, "type", "") == "end" for action in actions)
    )


def _leads_away(action: object) -> bool:
    if not isinstance(action, SuccessAction | FailureAction):
        return False
    return action.step_id is not None or action.workflow_id is not None
