"""How far a run of one workflow is: all that it knows, as data, so that another run can go on with it."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from arazzo.context import Context, SourceValues, WorkflowValues
from arazzo.elements import Fixed
from arazzo.expression_error import ExpressionError
from arazzo.interpreter import Cursor
from arazzo.plan import Plan
from arazzo.rendering import render
from arazzo.step_input import Ran, Values


class Armed(BaseModel):
    """A step that receives and has been reached: it goes on being waited for until another step needs it (D11)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    correlation_id: str | None = None
    """None: any message will do."""
    until: datetime | None = None


class Frame(BaseModel):
    """Of one run of one workflow."""

    model_config = ConfigDict(extra="ignore")

    workflow: str
    """Key of the plan's workflows."""
    inputs: Values = Field(default={}, repr=False)
    cursor: Cursor = Field(default_factory=Cursor)
    depth: int = 0
    """How many workflows are run one within the other around it."""
    repeating: bool = False
    """The step at the cursor is to be called once more, in the same visit."""
    began: bool = False
    """The workflows that it depends on have been run."""
    outputs: dict[str, Values] = Field(default={}, repr=False)
    """By step, failed ones too."""
    completed: dict[str, bool] = Field(default={})
    """The steps that have succeeded when they were called last."""
    armed: dict[str, Armed] = Field(default={})
    workflows: dict[str, Ran] = Field(default={}, repr=False)
    """By key of the plan's workflows: those it depends on, and those that its steps have run."""

    def inner(self, workflow: str, inputs: Values, *, depth: int) -> Frame:
        """Of a workflow that is run for this one, or goes on after it."""
        cursor = Cursor(done=self.cursor.done)
        return Frame(
            workflow=workflow, inputs=inputs, cursor=cursor, depth=depth, workflows=dict(self.workflows)
        )

    def knows(self, plan: Plan) -> Context:
        """What expressions of the workflow may refer to between its steps."""
        workflow = plan.workflows[self.workflow]
        sources = plan.sources.get(workflow.document, {})
        return Context(
            inputs=self.inputs,
            steps=self.outputs,
            workflows={
                name: WorkflowValues(inputs=ran.inputs, outputs=ran.outputs)
                for name, ran in self.seen_from(workflow.document).items()
            },
            sources={name: SourceValues(fields=dict(fields)) for name, fields in sources.items()},
            self_uri=workflow.self_uri,
            lenient=workflow.lenient,
            version=str(workflow.spec),
        )

    def took(self, step_id: str, outputs: Values, *, success: bool) -> None:
        """A step has been called, and this came of it."""
        self.outputs[step_id] = outputs
        if success:
            self.completed[step_id] = True
        else:
            self.completed.pop(step_id, None)

    def ran(self, workflow: str, outcome: Outcome) -> None:
        """A workflow has been run for this one."""
        known = Ran(inputs=outcome.inputs, outputs=outcome.outputs, steps=outcome.completed)
        self.workflows = outcome.depended_on | self.workflows | {workflow: known}

    def seen_from(self, document: str) -> dict[str, Ran]:
        """Those that have been run by their ids; of two of the same id, a document means its own."""
        split = {key: key.rpartition("/") for key in self.workflows}
        foreign_first = sorted(self.workflows, key=lambda key: split[key][0] == document)
        return {split[key][2]: self.workflows[key] for key in foreign_first}

    def depended_on(self, plan: Plan) -> dict[str, Ran]:
        """Of the workflows that have been run, those that had to be completed before this one (D10)."""
        before = {name for layer in plan.before(self.workflow) for name in layer}
        return {name: ran for name, ran in self.workflows.items() if name in before}

    def result(self, plan: Plan) -> Values:
        """The workflow's outputs, also of one that has failed (D13); what cannot be evaluated is null (D16)."""
        context = self.knows(plan)
        outputs: Values = {}
        for name, value in plan.workflows[self.workflow].outputs.items():
            try:
                outputs[name] = render(value, context)
            except ExpressionError:
                outputs[name] = None
        return outputs


class Outcome(Fixed):
    """How a run of one workflow has ended."""

    success: bool
    outputs: dict[str, JsonValue] = Field(default={}, repr=False)
    inputs: dict[str, JsonValue] = Field(default={}, repr=False)
    completed: tuple[str, ...] = ()
    """The steps that have succeeded."""
    done: int = 0
    """Calls that were made until then, of what is around it, too."""
    depended_on: dict[str, Ran] = Field(default={}, repr=False)
    """The workflows that came before it, which are run once for all that depend on them (D10)."""
    step: str = ""
    """The one that it has failed with."""
    why: str = ""
    timed_out: bool = False
    """It was stopped, since it took longer than it might."""
