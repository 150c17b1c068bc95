"""Incident response: page until somebody answers, remedy, see that the alert clears; then a post-mortem.

There is one response for each fingerprint: a repeated alert joins it. What does not help goes back to the people.
"""

from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from saga import APPROVAL_REJECTED, APPROVAL_TIMED_OUT, Deciders, Escalation, Saga, Sla
from saga import Rung as Deputy
from workflows.responding import PATIENT, Responding, Response

with workflow.unsafe.imports_passed_through():
    from activities.automation import Automation
    from activities.ops import Ops
    from activities.paging import Paging
    from activities.tasks import Tasks
    from models.automation import RunRequest
    from models.incident_response import Acknowledgement, IncidentResult, PostMortem
    from models.paging import (
        AcknowledgementQuery,
        AcknowledgementRequest,
        OnCallSchedule,
        Rung,
        ScheduleQuery,
    )
    from models.tasks import Task, TaskClosure

VERSION = "1.0.0"

SLA = Sla(
    limit=timedelta(days=21),
    warn=timedelta(days=14),
    escalations=(Escalation(after=timedelta(days=1), to="head-of-operations"),),
)
"""From the alert to the post-mortem."""

LONG_HISTORY = 500
"""Events: a hundred repeated alerts or so, and then it is continued as a new run."""

CHECK_EVERY = timedelta(minutes=1)
REMEDY_TAKES = timedelta(minutes=15)
"""From the end of a runbook until the alert has to be clear."""
HANDS_TAKE = timedelta(hours=4)
"""The same where a person sees to it."""

POST_MORTEM_DUE = timedelta(days=10)
REMIND_EVERY = timedelta(days=2)
HEAD = Deputy(after=timedelta(days=7), to=Deciders(people=("head-of-operations",)), name="head of operations")


@workflow.defn(name="incident-response")
class IncidentResponseWorkflow(Responding):
    """Somebody answers, or people are paged for as long as the alert fires: nothing but its clearing ends that."""

    @workflow.init
    def __init__(self, incident: Response) -> None:
        saga = Saga(
            version=VERSION,
            sla=SLA,
            announce=Ops.tell,
            announce_undone=True,
            carried=incident.carried,
            roll_over_after=LONG_HISTORY,
        )
        super().__init__(incident, saga)

    @workflow.run
    async def run(self, incident: Response) -> IncidentResult:
        if not (incident.carried and incident.carried.forward):
            async with self.saga:
                await self._bring_under_control()
        # The point of no return: the service is well, and what was done to it stays.
        await self.saga.gather(self._learn(), self._stay_alert())
        return self.known.result(incident)

    async def _bring_under_control(self) -> None:
        while self.known.clear_since is None:
            await self._page_until_answered()
            await self._remedy()
            await self._see_it_clear()

    async def _page_until_answered(self) -> None:
        """Rung by rung; the last one again and again. An alert that clears meanwhile needs nobody."""
        schedule = await self._schedule()
        while self.unanswered and not self.known.clear_since:
            rung = schedule.rung(self.known.round.rungs)
            rings = self.known.round.rung_ends or await self._page(rung, last=rung is schedule.rungs[-1])
            if rings is None or not await self.until("acknowledgement", self.has_news, at=rings):
                await self._climb()
            elif self.unanswered:
                await self.is_clear()
        silence = AcknowledgementRequest(incident=self.round_key, by=self.known.answered_by or "monitoring")
        await self.saga.optional(self.saga.execute_activity(Paging.acknowledge_pages, silence, **PATIENT))

    async def _schedule(self) -> OnCallSchedule:
        if self.known.schedule:
            return self.known.schedule
        query = ScheduleQuery(service=self.incident.service)
        schedule = await self.saga.execute_activity(Paging.get_schedule, query, on_failure="hold", **PATIENT)
        self.known = self.known.with_(schedule=schedule)
        return schedule

    async def _page(self, rung: Rung, *, last: bool) -> datetime | None:
        """Until when its people have time, or None if they cannot be paged: the last ones wait for help with that."""
        page = self.saga.execute_activity(
            Paging.send_page,
            self.incident.page(rung, self.round_key, number=self.known.round.number),
            compensation=Paging.recall_page,
            step="page",
            on_failure="hold" if last else "compensate",
            **PATIENT,
        )
        if await (page if last else self.saga.optional(page)) is None:
            return None
        rings = workflow.now() + rung.within
        self.known = self.known.in_round(rung_ends=rings)
        return rings

    async def _climb(self) -> None:
        """The time of a rung is over: the next one, unless somebody has answered on the pager, or all is well."""
        query = AcknowledgementQuery(incident=self.round_key)
        look = self.saga.execute_activity(Paging.find_acknowledgement, query, **PATIENT)
        if (found := await self.saga.optional(look)) and self.unanswered:
            self.accept(Acknowledgement(by=found.by))
        elif not await self.is_clear():
            self.known = self.known.in_round(rungs=self.known.round.rungs + 1, rung_ends=None)

    async def _remedy(self) -> None:
        """The runbook, if there is one. A refused one is held: another one, or none, is up to a person."""
        word = self.known.round.acknowledged
        if self.known.clear_since or self.known.round.remedied or word is None:
            return
        if word.runbook:
            run = await self.saga.execute_activity(
                Automation.run_runbook,
                RunRequest(incident=self.round_key, runbook=word.runbook),
                compensation=Automation.revert_run,
                step="remedy",
                on_failure="hold",
            )
            self.known = self.known.with_(runbooks=(*self.known.runbooks, run.runbook))
        well_by = workflow.now() + (REMEDY_TAKES if word.runbook else HANDS_TAKE)
        self.known = self.known.in_round(remedied=True, well_by=well_by)

    async def _see_it_clear(self) -> None:
        """What has not helped in time goes back to the people: another round."""
        while self.known.clear_since is None and not await self.is_clear(for_sure=True):
            now, well_by = workflow.now(), self.known.round.well_by
            if well_by is None or well_by <= now:
                self.known = self.known.next_round()
                return
            await self.until("clearing", lambda: self.known.look, at=min(well_by, now + CHECK_EVERY))

    async def _learn(self) -> None:
        """The post-mortem: a task for whoever has answered, closed when it is signed, or its time is over."""
        if self.known.post_mortem:
            return
        if self.known.task_id is None:
            request = self.incident.task(self.known.owner, due_at=workflow.now() + POST_MORTEM_DUE)
            task: Task | None = await self.saga.execute_activity(Tasks.open_task, request)
            self.known = self.known.with_(task_id=task.id if task else None)
        outcome = await self._signed()
        if self.known.task_id:
            closure = TaskClosure(task_id=self.known.task_id, outcome=outcome)
            await self.saga.execute_activity(Tasks.close_task, closure)
        self.known = self.known.with_(post_mortem=outcome)

    async def _signed(self) -> PostMortem:
        try:
            await self.saga.approval(
                "post-mortem",
                summary=f"Post-mortem of {self.incident.fingerprint}: approve when written, reject to do without",
                deadline=POST_MORTEM_DUE,
                deciders=Deciders(people=(self.known.owner,)),
                remind_every=REMIND_EVERY,
                ladder=(HEAD,),
            )
        except ApplicationError as error:
            if error.type not in (APPROVAL_REJECTED, APPROVAL_TIMED_OUT):
                raise
            return "waived" if error.type == APPROVAL_REJECTED else "overdue"
        return "written"

    async def _stay_alert(self) -> None:
        """Until the post-mortem is over: an alert that fires again pages again."""
        while True:
            await self.take_in()
            if self.known.look and not await self.is_clear():
                self.known = self.known.next_round()
            await self._bring_under_control()
            if self.known.post_mortem:
                return
            due = workflow.now() + POST_MORTEM_DUE
            await self.until("relapse", lambda: self.known.look or self.known.post_mortem is not None, at=due)
