"""What is done next: from a step's verdict to its action, to the letter (E1 to E7), as a pure function of the plan.

A run holds one `Cursor` for each workflow that it is in. The cursor is data: it goes along when a run rolls over.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from arazzo.elements import FailureAction, Fixed, SuccessAction
from arazzo.model import Step
from arazzo.plan import PlannedStep, PlannedWorkflow


class Verdict(Fixed):
    """What came of one call of a step: judged where the answer was, so that bodies stay there."""

    success: bool
    status: int | None = None
    """None where no answer came (D17)."""
    outputs: dict[str, JsonValue] = Field(default={}, repr=False)
    """Of a failed step too (D16)."""
    matching: tuple[int, ...] = ()
    """Places of the actions all of whose criteria hold, in the step's list for success or failure."""
    retry_after: timedelta | None = None
    """What the service asked for, which overrules `retryAfter` (E6)."""
    why: str = ""
    """Of a failure: the first criterion that did not hold, or what went wrong."""
    timed_out: bool = False
    """The step's `timeout` has passed: `x-onTimeout` is asked first."""
    declined: bool = False
    """A person has declined: `x-onCancel` is asked first."""
    arguments: dict[int, dict[str, JsonValue]] = Field(default={}, repr=False)
    """By the place of a matching action: what it gives to the workflow that it names (E8)."""
    notes: tuple[str, ...] = ()
    """What was taken in another sense than the text's, or could not be evaluated."""

    def __saga_shown__(self) -> JsonValue:
        """In a status."""
        said: dict[str, JsonValue] = {"status": self.status, "outputs": dict(self.outputs)}
        if self.notes:
            said["notes"] = [*self.notes]
        return said


class GoOn(Fixed):
    """To the step at this place; behind the last one the workflow is done."""

    kind: Literal["go on"] = "go on"
    to: int


class Repeat(Fixed):
    """After `delay`, and after the step or workflow that is named, the same step once more (E5)."""

    kind: Literal["repeat"] = "repeat"
    delay: timedelta
    step: int | None = None
    workflow: str | None = None
    arguments: dict[str, JsonValue] | None = Field(default=None, repr=False)
    """For that workflow; None: nothing is said of them."""
    action: str


class Transfer(Fixed):
    """To another workflow, from which control does not come back (E4, D8)."""

    kind: Literal["transfer"] = "transfer"
    workflow: str
    arguments: dict[str, JsonValue] | None = Field(default=None, repr=False)
    action: str


class Finish(Fixed):
    """The workflow is over."""

    kind: Literal["finish"] = "finish"
    success: bool
    why: str = ""


Decision = GoOn | Repeat | Transfer | Finish


class Cursor(BaseModel):
    """Where a run of one workflow is."""

    model_config = ConfigDict(extra="ignore")

    at: int = 0
    done: int = 0
    """Steps called so far, retries and returns included: a bound on loops (D7)."""
    visits: dict[str, int] = Field(default={})
    """How often each step was begun, its retries not counted."""
    retries: dict[str, int] = Field(default={})
    """By the name of the action, how often it had the present visit's step repeated."""

    def begin(self, step: PlannedStep) -> None:
        """A new visit of `step`."""
        name = step.step.step_id
        self.visits = {**self.visits, name: self.visits.get(name, 0) + 1}
        self.retries = {}

    def called(self) -> None:
        self.done += 1

    def decide(self, workflow: PlannedWorkflow, verdict: Verdict) -> Decision:
        """What follows on `verdict` for the step at the cursor; counts a repetition, and moves on."""
        step = workflow.steps[self.at]
        decision = (
            self._on_success(workflow, step, verdict)
            if verdict.success
            else self._on_failure(workflow, step, verdict)
        )
        if isinstance(decision, GoOn):
            self.at = decision.to
        return decision

    def _on_success(self, workflow: PlannedWorkflow, step: PlannedStep, verdict: Verdict) -> Decision:
        if not verdict.matching:
            return GoOn(to=self.at + 1)
        place = verdict.matching[0]
        action = success_actions(step.step)[place]
        if action.type == "end":
            return Finish(success=True)
        return _go(workflow, step, action, verdict.arguments.get(place))

    def _on_failure(self, workflow: PlannedWorkflow, step: PlannedStep, verdict: Verdict) -> Decision:
        actions = failure_actions(step.step, verdict)
        for place in verdict.matching:
            action, given = actions[place], verdict.arguments.get(place)
            if action.type == "end":
                return Finish(success=False, why=verdict.why)
            if action.type == "goto":
                return _go(workflow, step, action, given)
            if self._may_repeat(action):
                return self._repeat(workflow, step, action, verdict, given)
        return Finish(success=False, why=verdict.why)

    def deals_with(self, step: PlannedStep, verdict: Verdict) -> bool:
        """Whether any action of a failed step is left that would be executed."""
        actions = failure_actions(step.step, verdict)
        matching = (actions[place] for place in verdict.matching)
        return any(action.type != "retry" or self._may_repeat(action) for action in matching)

    def _may_repeat(self, action: FailureAction) -> bool:
        """Its limit is exhausted before a further action is looked at (E7)."""
        return self.retries.get(action.name, 0) < action.retry_limit

    def _repeat(
        self,
        workflow: PlannedWorkflow,
        step: PlannedStep,
        action: FailureAction,
        verdict: Verdict,
        given: dict[str, JsonValue] | None,
    ) -> Repeat:
        self.retries = {**self.retries, action.name: self.retries.get(action.name, 0) + 1}
        return Repeat(
            delay=action.retry_after if verdict.retry_after is None else verdict.retry_after,
            step=None if action.step_id is None else place_of(workflow, action.step_id),
            workflow=None if action.workflow_id is None else step.targets[action.workflow_id],
            arguments=given,
            action=action.name,
        )


def success_actions(step: Step) -> tuple[SuccessAction, ...]:
    """Those of a merged step."""
    return tuple(action for action in step.on_success or () if isinstance(action, SuccessAction))


def failure_actions(step: Step, verdict: Verdict) -> tuple[FailureAction, ...]:
    """Those of a merged step, in the order in which they are asked about such a failure."""
    own = step.own
    first = (
        *((own.on_timeout or ()) if verdict.timed_out else ()),
        *((own.on_cancel or ()) if verdict.declined else ()),
    )
    return (*first, *(action for action in step.on_failure or () if isinstance(action, FailureAction)))


def place_of(workflow: PlannedWorkflow, step_id: str) -> int:
    """Where a step stands in its workflow."""
    return next(place for place, step in enumerate(workflow.steps) if step.step.step_id == step_id)


def _go(
    workflow: PlannedWorkflow,
    step: PlannedStep,
    action: SuccessAction | FailureAction,
    given: dict[str, JsonValue] | None,
) -> GoOn | Transfer:
    if action.step_id is not None:
        return GoOn(to=place_of(workflow, action.step_id))
    if action.workflow_id is None:
        raise ValueError(f"action {action.name} goes nowhere")
    return Transfer(workflow=step.targets[action.workflow_id], arguments=given, action=action.name)
