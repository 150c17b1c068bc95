"""What goes wrong in a dry run because somebody wants to see it: `STEP=KIND[:TIMES]`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from arazzo.plan import Plan, PlannedStep
from arazzo.problems import one_of
from arazzo.step_wording import Kind, kind_of

WRITTEN = re.compile(
    r"(?:(?P<workflow>[^/=]+)/)?(?P<step>[^/=]+)=(?P<kind>[A-Za-z0-9-]+)(?::(?P<times>[1-9][0-9]{0,5}))?"
)
STATUS = re.compile(r"[1-5][0-9]{2}")


class FaultKind(StrEnum):
    """How a step goes wrong."""

    STATUS = "status"
    """It is answered with a status."""
    TIMEOUT = "timeout"
    """No answer comes in time: of a service, a person or an agent."""
    DROP = "drop"
    """The connection is lost after the request: the service has done what it was asked."""
    LOST = "lost"
    """The connection is lost before: it has not."""
    NO_MESSAGE = "no-message"
    """The message that it waits for does not come."""
    DECLINE = "decline"
    """The person says no."""


CALLS = frozenset({FaultKind.STATUS, FaultKind.TIMEOUT, FaultKind.DROP, FaultKind.LOST})
POSSIBLE = {
    Kind.CALL: CALLS,
    Kind.SEND: CALLS,
    Kind.CODE: CALLS - {FaultKind.STATUS},
    Kind.AGENT: frozenset({FaultKind.TIMEOUT, FaultKind.DROP}),
    Kind.PERSON: frozenset({FaultKind.TIMEOUT, FaultKind.DECLINE}),
    Kind.RECEIVE: frozenset({FaultKind.NO_MESSAGE}),
    Kind.WORKFLOW: frozenset[FaultKind](),
}
KINDS = "a status such as 503, or one of timeout, drop, lost, no-message, decline"


class FaultRefused(Exception):
    """It is not understood, or cannot happen to its step."""

    def __init__(self, fault: str, message: str, expected: str) -> None:
        super().__init__(f"{fault}: {message}; expected {expected}")


@dataclass(frozen=True, slots=True)
class Fault:
    """Of one step."""

    step: str
    kind: FaultKind
    status: int | None = None
    workflow: str | None = None
    """Key of the plan's workflow; None: whichever has such a step."""
    times: int | None = None
    """So many calls; None: each."""

    def is_of(self, workflow: str, step: str) -> bool:
        return self.step == step and self.workflow in {None, workflow}


class Faults:
    """Those that are still to come."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._left = [(fault, fault.times) for fault in faults]

    def next(self, workflow: str, step: str) -> Fault | None:
        """What goes wrong with a call; the first of several that are of the step."""
        for place, (fault, times) in enumerate(self._left):
            if fault.is_of(workflow, step) and times != 0:
                self._left[place] = (fault, None if times is None else times - 1)
                return fault
        return None


def read_fault(text: str, plan: Plan) -> Fault:
    """As somebody has written it; raises FaultRefused."""
    found = WRITTEN.fullmatch(text)
    if found is None:
        raise FaultRefused(text, "it is not STEP=KIND or STEP=KIND:TIMES", KINDS)
    key, steps = _steps(plan, text, found["workflow"], found["step"])
    kind, status = _kind(text, found["kind"])
    possible = [one for one in FaultKind if any(one in _possible(step) for step in steps)]
    if kind not in possible:
        said = "a status" if kind is FaultKind.STATUS else kind
        expected = one_of("a status" if one is FaultKind.STATUS else one for one in possible)
        of_workflow = "a fault of one of the steps of the workflow that it runs"
        raise FaultRefused(
            text, f"{said} cannot happen to {found['step']}", expected if possible else of_workflow
        )
    times = None if found["times"] is None else int(found["times"])
    return Fault(found["step"], kind, status, key, times)


def _possible(step: PlannedStep) -> frozenset[FaultKind]:
    """A workflow that a step runs may be late where the step says how long it may take."""
    kind = kind_of(step)
    late = kind is Kind.WORKFLOW and step.step.timeout is not None
    return frozenset({FaultKind.TIMEOUT}) if late else POSSIBLE[kind]


def _kind(text: str, written: str) -> tuple[FaultKind, int | None]:
    if STATUS.fullmatch(written):
        return FaultKind.STATUS, int(written)
    if written in set(FaultKind) - {FaultKind.STATUS}:
        return FaultKind(written), None
    raise FaultRefused(text, f"{written} is no fault", KINDS)


def _steps(plan: Plan, text: str, workflow: str | None, step: str) -> tuple[str | None, list[PlannedStep]]:
    """The steps of that name, in the workflow if one is named."""
    keys = [key for key, one in plan.workflows.items() if workflow in {None, key, one.workflow_id}]
    if not keys:
        known = one_of(one.workflow_id for one in plan.workflows.values())
        raise FaultRefused(text, f"there is no workflow {workflow}", known)
    found = [(key, one) for key in keys for one in plan.workflows[key].steps if one.step.step_id == step]
    if not found:
        known = one_of(_names(plan, keys))
        raise FaultRefused(text, f"there is no step {step}", known)
    return None if workflow is None else found[0][0], [one for _, one in found]


def _names(plan: Plan, keys: Iterable[str]) -> Iterator[str]:
    return (one.step.step_id for key in keys for one in plan.workflows[key].steps)
