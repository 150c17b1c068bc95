"""How a saga goes on as a new run with an empty history, and what of it the new run is given."""

from __future__ import annotations

from typing import NoReturn

from pydantic_core import to_jsonable_python
from temporalio import workflow
from temporalio.workflow import ActivityConfig

from saga.announcing import Announcer
from saga.answer import EarlyAnswer
from saga.carried import SHOWN, Carried, Resumable, carried_approvals, carried_steps, restore
from saga.compensation import CompensationStack
from saga.deadline import Deadline
from saga.handover import handed_over
from saga.incident import Incidents
from saga.journal import StepRecord
from saga.phase import Phase
from saga.receiving import Mailboxes
from saga.sla import SlaWatch
from saga.status import StepState
from saga.steps import Steps
from saga.waits import Waits


class RollingOver(Waits):
    """The part of `Saga` that continues as new."""

    _announcer: Announcer
    _answer: EarlyAnswer | None
    _incidents: Incidents
    _stack: CompensationStack
    _steps: Steps
    _sla: SlaWatch | None
    _deadline: Deadline
    _mailboxes: Mailboxes
    _phase: Phase
    _roll_over_after: int | None

    @property
    def is_forward(self) -> bool:
        """Whether the point of no return is passed, in this run or an earlier one: the block is not entered again."""
        return self._phase is Phase.FORWARD

    @property
    def roll_over_due(self) -> bool:
        """Whether the history has grown long, and nothing is under way that a new run could not go on with.

        It is long when the server says so, or when it has more than `Saga(roll_over_after=…)` events. A step that runs and
        an open incident keep a flow in its run.
        """
        info = workflow.info()
        after = self._roll_over_after
        long = info.is_continue_as_new_suggested() or (
            after is not None and info.get_current_history_length() > after
        )
        return long and self._phase is not Phase.UNDOING and self._journal.is_quiet

    async def roll_over(self, request: Resumable, *, flow: str | None = None) -> NoReturn:
        """Go on as a new run of the same workflow id with an empty history, given `request`; nothing is undone.

        The new run begins where `run` begins, before or beyond the point of no return as this one. Its saga, which is made
        with `carried=request.carried`, has all that this one had: the undo of each step, the keys of the steps to come,
        approvals, also one that waits, alarms, mailboxes with what is unread, the deadline, the SLA, the early answer.

        With `flow` it goes on as a workflow of that type, whose input `request` then is.

        Raises:
            RuntimeError: a step is under way, or an incident is open: ask `roll_over_due` before.
            asyncio.CancelledError: the flow is to stop.
        """
        if not self._journal.is_quiet or self._phase is Phase.UNDOING:
            raise RuntimeError("A step is under way, or an incident is open: roll over when `roll_over_due`.")
        await self._wait(self._all_heard)
        carried = request.model_copy(update={"carried": self._carry()})
        if flow is not None:
            workflow.continue_as_new(args=[carried], workflow=flow)
        workflow.continue_as_new(carried)

    async def _all_heard(self) -> None:
        await self._announcer.all_told()
        await workflow.wait_condition(workflow.all_handlers_finished)

    def _carry(self) -> Carried:
        journal, undo = self._journal, handed_over(self._stack)
        answer = self._answer
        return Carried(
            began_at=journal.began_at,
            runs=journal.runs,
            forward=self._phase is Phase.FORWARD,
            deadline_at=self._deadline.at,
            undo=undo,
            occurrences=dict(self._steps.occurrences),
            steps=carried_steps(journal.steps, undo),
            approvals=carried_approvals(journal.approvals.values()),
            settled_incidents=tuple(journal.settled_incidents[-SHOWN:]),
            incidents=self._incidents.opened,
            announcements=tuple(journal.announcements[-SHOWN:]),
            announced=journal.announced + len(journal.announcements[:-SHOWN]),
            alarms=journal.alarms,
            mailboxes=self._mailboxes.carry(),
            sla=journal.sla,
            sla_moments=self._sla.reached if self._sla else 0,
            answer=to_jsonable_python(answer.value) if answer else None,
            answered=bool(answer and answer.given),
            refused_messages=journal.refused_messages,
            refusals=tuple(journal.refusals),
            published=journal.published,
        )

    def _take_over(self, carried: Carried, undo_policy: ActivityConfig) -> None:
        """Go on where the run before this one stopped."""
        restore(self._journal, carried)
        self._phase = Phase.FORWARD if carried.forward else Phase.OPEN
        self._deadline.at = carried.deadline_at
        self._steps.occurrences.update(carried.occurrences)
        self._incidents.opened = carried.incidents
        if self._sla:
            self._sla.reached = carried.sla_moments
        if self._answer and carried.answered:
            self._answer.give(carried.answer)
        shown = {record.name: record for record in self._journal.steps}
        for undo in carried.undo:
            record = shown.get(undo.shown) or StepRecord(
                undo.shown, undo.activity, undo.args, carried.began_at, state=StepState.COMPLETED
            )
            self._stack.push(undo.taken_over(record, undo_policy, origin=undo.origin))
