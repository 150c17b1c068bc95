"""The one loop that carries a workflow out: steps, actions, repairs, joins, other workflows.

It does nothing itself. What has an effect, takes time or comes from outside is asked of its `Ports`: a durable run
has those of Temporal, a dry run those that make answers up. Both so do the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from arazzo.elements import Parameter
from arazzo.exchange import shown
from arazzo.extensions import KeyScope
from arazzo.frames import Armed, Frame, Outcome
from arazzo.inputs import declared_inputs, with_defaults, wrong_with_inputs
from arazzo.interpreter import Cursor, Decision, Finish, Repeat, Transfer, Verdict, place_of
from arazzo.judging import heard, ran, unanswered
from arazzo.plan import Plan, PlannedStep, PlannedWorkflow
from arazzo.ports import Nested, Ports
from arazzo.step_input import StepInput, Values, step_input
from arazzo.templates import as_text
from arazzo.waves import is_receive, joins_later, lacking, to_join, wave

MOST_CALLS = 100_000
"""Of one run, retries, returns and all workflows in it included: where a loop has no end, a run has (D7)."""
MOST_NESTED = 20
"""A workflow that runs itself ends here."""


class Drive:
    """Carries out one workflow of a plan."""

    def __init__(
        self, plan: Plan, frame: Frame, ports: Ports, servers: Mapping[str, str] | None = None
    ) -> None:
        self.plan = plan
        self.frame = frame
        self.ports = ports
        self.servers = dict(servers or {})
        self.workflow: PlannedWorkflow = plan.workflows[frame.workflow]
        self._joining = False

    async def outcome(self) -> Outcome:
        """To its end, from where its frame is."""
        frame, steps = self.frame, self.workflow.steps
        if not frame.began:
            if (failed := await self._depended_on()) is not None:
                return failed
            frame.began = True
        while frame.cursor.at < len(steps) or frame.armed:
            over = frame.cursor.at >= len(steps)
            end = await (self._join(list(frame.armed)) if over else self._next())
            if end is not None:
                return end
        return self._ended(Finish(success=True))

    async def _next(self) -> Outcome | None:
        """The step at the cursor, with those beside it; how the workflow ends, if it does."""
        frame, cursor = self.frame, self.frame.cursor
        at = cursor.at
        step = self.workflow.steps[at]
        if (end := await self._join(to_join(step, frame.armed))) is not None:
            return end
        if cursor.at != at:
            return None  # what was joined leads elsewhere
        if joins_later(step, last=at + 1 == len(self.workflow.steps)) and not frame.repeating:
            self._arm(step)
            cursor.at = at + 1
            return None
        places = wave(self.workflow, at, frame.armed)
        if len(places) > 1 and not frame.repeating:
            return await self._together(places)
        return await self._visit(step, cursor)

    async def _visit(self, step: PlannedStep, cursor: Cursor) -> Outcome | None:
        """One step until it leads on: called, and called again as its actions say."""
        frame = self.frame
        if not frame.repeating:
            cursor.begin(step)
        while True:
            if not self._joining:  # the frame says where it is
                await self.ports.between(frame)
            if cursor.done >= MOST_CALLS:
                why = f"more than {MOST_CALLS} calls in one run"
                return self._ended(Finish(success=False, why=why), step)
            cursor.called()
            verdict = await self._call(step, cursor, again=frame.repeating)
            self._took(step, verdict)
            frame.repeating = False
            decision = cursor.decide(self.workflow, verdict)
            if not isinstance(decision, Repeat):
                return await self._onward(step, decision)
            await self._repair(step, decision)
            frame.repeating = True

    async def _together(self, places: Sequence[int]) -> Outcome | None:
        """Steps side by side; the first in the document's order that fails decides, when all have settled."""
        await self.ports.between(self.frame)
        cursors = [Cursor(at=place, visits=dict(self.frame.cursor.visits)) for place in places]
        legs = [self._leg(self.workflow.steps[cursor.at], cursor) for cursor in cursors]
        verdicts = await self.ports.side_by_side(legs)
        cursor = self.frame.cursor
        for place, other in zip(places, cursors, strict=True):
            name = self.workflow.steps[place].step.step_id
            cursor.visits = {**cursor.visits, name: other.visits[name]}
            cursor.done += other.done
        for place, verdict in zip(places, verdicts, strict=True):
            if not verdict.success:
                cursor.at = place
                return self._ended(Finish(success=False, why=verdict.why))
        cursor.at = places[-1] + 1
        return None

    async def _leg(self, step: PlannedStep, cursor: Cursor) -> Verdict:
        """One of them, with its retries: nothing else is among its actions."""
        cursor.begin(step)
        again = False
        while True:
            cursor.called()
            verdict = await self._call(step, cursor, again=again)
            self._took(step, verdict)
            decision = cursor.decide(self.workflow, verdict)
            if not isinstance(decision, Repeat):
                return verdict
            await self.ports.sleep(step.step.step_id, decision.delay, decision.action)
            again = True

    def _took(self, step: PlannedStep, verdict: Verdict) -> None:
        self.frame.took(step.step.step_id, dict(verdict.outputs), success=verdict.success)
        if verdict.success and step.step.own.point_of_no_return:
            self.ports.point_of_no_return()

    async def _call(self, step: PlannedStep, cursor: Cursor, *, again: bool) -> Verdict:
        given = self._input(step, cursor)
        if missing := lacking(self.workflow, step, self.frame):
            return unanswered(given, f"{step.step.step_id} depends on {', '.join(missing)}: not completed")
        if step.call.workflow is not None:
            return await self._nested(step, given, cursor)
        if is_receive(step):
            self._arm(step)
            return await self._received(step, given)
        return await self.ports.call(
            given, again=again, dealt=lambda verdict: cursor.deals_with(step, verdict)
        )

    async def _nested(self, step: PlannedStep, given: StepInput, cursor: Cursor) -> Verdict:
        """A workflow as a step (D9)."""
        key = step.call.workflow or ""
        parameters = [one for one in step.step.parameters if isinstance(one, Parameter)]
        inputs = {one.name: shown(one.value, given.context) for one in parameters}

        def dealt(outcome: Outcome) -> bool:
            return cursor.deals_with(step, _verdict(given, outcome))

        nested = Nested(
            step=step.step.step_id,
            within=step.step.timeout,
            undo=None if step.compensation is None else given,
            holds=step.step.own.on_failure == "hold",
            dealt=dealt,
        )
        outcome = await self._run(key, inputs, nested)
        self.frame.ran(key, outcome)
        return _verdict(given, outcome)

    async def _run(self, workflow: str, inputs: Values, nested: Nested) -> Outcome:
        schema = self.plan.workflows[workflow].inputs
        filled = with_defaults(schema, inputs)
        if wrong := wrong_with_inputs(schema, filled):
            return Outcome(
                success=False, inputs=filled, why=f"{workflow} does not take it: {'; '.join(wrong)}"
            )
        if self.frame.depth >= MOST_NESTED:
            why = f"workflows run within workflows {MOST_NESTED} deep at most"
            return Outcome(success=False, inputs=filled, why=why)
        outcome = await self.ports.run(workflow, filled, self.frame, nested)
        self.frame.cursor.done = max(self.frame.cursor.done, outcome.done)
        return outcome

    async def _depended_on(self) -> Outcome | None:
        """The workflows that come before this one, each once, with as much of the inputs as they declare (D10).

        Those that do not depend on each other run side by side.
        """
        for layer in self.plan.before(self.frame.workflow):
            names = [name for name in layer if name not in self.frame.workflows]
            outcomes = await self.ports.side_by_side([self._dependency(name) for name in names])
            for name, outcome in zip(names, outcomes, strict=True):
                self.frame.ran(name, outcome)
            for name, outcome in zip(names, outcomes, strict=True):
                if not outcome.success:
                    why = f"{self._id_of(name)}, on which it depends, has failed: {outcome.why}"
                    return self._outcome(success=False, step=outcome.step, why=why)
        return None

    async def _dependency(self, name: str) -> Outcome:
        inputs = declared_inputs(self.plan.workflows[name].inputs, self.frame.inputs)
        return await self._run(name, inputs, Nested(self._id_of(name)))

    def _id_of(self, workflow: str) -> str:
        return self.plan.workflows[workflow].workflow_id

    async def _repair(self, step: PlannedStep, decision: Repeat) -> None:
        """What comes before a step is called once more (E5). A repair that fails is seen by the step itself."""
        await self.ports.sleep(step.step.step_id, decision.delay, decision.action)
        if decision.step is not None and decision.step != self.frame.cursor.at:
            repair = self.workflow.steps[decision.step]
            beside = Cursor(at=decision.step, visits=dict(self.frame.cursor.visits))
            beside.begin(repair)
            self.frame.cursor.visits = beside.visits
            self.frame.cursor.called()
            verdict = await self._call(repair, beside, again=False)
            self._took(repair, verdict)
        if decision.workflow is not None:
            inputs = self._for_target(decision.workflow, decision.arguments)
            outcome = await self._run(decision.workflow, inputs, Nested(decision.action))
            self.frame.ran(decision.workflow, outcome)

    async def _onward(self, step: PlannedStep, decision: Decision) -> Outcome | None:
        """After a step: nothing where the workflow goes on."""
        if isinstance(decision, Transfer):
            return await self._transferred(step, decision)
        if isinstance(decision, Finish):
            end = await self._join(list(self.frame.armed)) if decision.success else None
            return end or self._ended(decision, step)
        return None

    async def _transferred(self, step: PlannedStep, decision: Transfer) -> Outcome:
        schema = self.plan.workflows[decision.workflow].inputs
        filled = with_defaults(schema, self._for_target(decision.workflow, decision.arguments))
        if wrong := wrong_with_inputs(schema, filled):
            why = f"{decision.workflow} does not take it: {'; '.join(wrong)}"
            return self._ended(Finish(success=False, why=why), step)
        return await self.ports.transfer(decision.workflow, filled, self.frame)

    def _for_target(self, workflow: str, given: Values | None) -> Values:
        """What an action gives; 1.0 has no means to say it, so what the target declares is taken from these inputs (E8)."""
        if given is not None:
            return given
        return declared_inputs(self.plan.workflows[workflow].inputs, self.frame.inputs)

    def _arm(self, step: PlannedStep) -> None:
        """From now on the step's message is waited for."""
        name = step.step.step_id
        if name in self.frame.armed:
            return
        wanted = step.step.correlation_id
        context = self._input(step, self.frame.cursor).context
        correlation = None if wanted is None else as_text(shown(wanted, context))
        until = None if step.step.timeout is None else self.ports.now() + step.step.timeout
        self.frame.armed = {**self.frame.armed, name: Armed(correlation_id=correlation, until=until)}

    async def _received(self, step: PlannedStep, given: StepInput) -> Verdict:
        name = step.step.step_id
        message = await self.ports.receive(given, self.frame.armed[name])
        self.frame.armed = {other: armed for other, armed in self.frame.armed.items() if other != name}
        if message is None:
            return unanswered(given, f"no message within {step.step.timeout}", timed_out=True)
        return heard(given, message)

    async def _join(self, names: Sequence[str]) -> Outcome | None:
        """Wait for what was begun and is needed now; how the workflow ends, if that decides it."""
        cursor = self.frame.cursor
        for name in names:
            place, at = place_of(self.workflow, name), cursor.at
            cursor.at, self._joining = place, True
            end = await self._visit(self.workflow.steps[place], cursor)
            self._joining = False
            if end is not None:
                return end
            cursor.at = at if cursor.at == place + 1 else cursor.at
        return None

    def _input(self, step: PlannedStep, cursor: Cursor) -> StepInput:
        name, idempotency = step.step.step_id, step.step.own.idempotency
        stays = idempotency is not None and idempotency.scope is KeyScope.STEP
        return step_input(
            self.workflow,
            step,
            self.frame.knows(self.plan),
            sources=self.plan.sources.get(self.workflow.document, {}),
            servers=self.servers,
            undo_plan=self._undo_plan(step),
            key=self.ports.key(name, 0 if stays else cursor.visits.get(name, 1)),
        )

    def _undo_plan(self, step: PlannedStep) -> Plan | None:
        undo = step.compensation
        return None if undo is None or undo.workflow is None else self.plan.part(undo.workflow)

    def _ended(self, decision: Finish, step: PlannedStep | None = None) -> Outcome:
        failed = "" if decision.success else (step or self.workflow.steps[self.frame.cursor.at]).step.step_id
        return self._outcome(success=decision.success, step=failed, why=decision.why)

    def _outcome(self, *, success: bool, step: str, why: str) -> Outcome:
        return Outcome(
            success=success,
            outputs=self.frame.result(self.plan),
            inputs=self.frame.inputs,
            completed=tuple(self.frame.completed),
            done=self.frame.cursor.done,
            depended_on=self.frame.depended_on(self.plan),
            step=step,
            why=why,
        )


def _verdict(step: StepInput, outcome: Outcome) -> Verdict:
    """On a workflow that a step has run."""
    return ran(step, outcome.outputs, success=outcome.success, why=outcome.why, timed_out=outcome.timed_out)
