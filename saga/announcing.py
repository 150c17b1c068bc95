"""Tells people: each announcement is an activity beside the flow, which it never fails and never holds up while it runs."""

from __future__ import annotations

import asyncio
from datetime import datetime

from temporalio import workflow
from temporalio.exceptions import FailureError
from temporalio.workflow import ActivityConfig

from saga import policies
from saga.cancellation import settled
from saga.headers import StepHeader, outgoing_step
from saga.journal import Journal
from saga.keys import idempotency_key
from saga.messages import Announcement, AnnouncementKind
from saga.status import AnnouncementStatus, ApprovalStatus
from saga.step import Activity


class Announcer:
    """Has no more than one activity to offer; without it what happens is only shown in the status."""

    def __init__(self, journal: Journal, activity: Activity | None) -> None:
        self._journal = journal
        self._activity = activity
        self._under_way: list[asyncio.Task[None]] = []

    def __bool__(self) -> bool:
        return self._activity is not None

    def tell(
        self,
        kind: AnnouncementKind,
        *,
        to: str = "ops",
        cause: str,
        since: datetime,
        step: str | None = None,
        incident: str | None = None,
        approval: ApprovalStatus | None = None,
        number: int = 1,
    ) -> None:
        """Begin to tell, and return."""
        if self._activity is None:
            return
        info = workflow.info()
        announcement = Announcement(
            kind=kind,
            to=to,
            flow=self._journal.flow,
            workflow_id=info.workflow_id,
            run_id=info.run_id,
            step=step,
            incident=incident,
            approval=approval.name if approval else None,
            digest=approval.digest if approval else None,
            due=approval.deadline if approval else None,
            takes_input=True if approval and approval.takes is not None else None,
            cause=cause,
            since=since,
            number=number,
        )
        place = len(self._journal.announcements)
        self._journal.announcements.append(
            AnnouncementStatus(
                kind=kind,
                to=to,
                at=workflow.now(),
                step=step,
                incident=incident,
                approval=approval.name if approval else None,
            )
        )
        told = asyncio.ensure_future(self._told(self._activity, announcement, place))
        self._under_way = [task for task in self._under_way if not task.done()] + [told]

    async def all_told(self) -> None:
        """Wait until all that was begun is delivered or given up."""
        await settled(*self._under_way)

    async def _told(self, activity: Activity, announcement: Announcement, place: int) -> None:
        step, number = f"announce-{announcement.kind}", self._journal.announced + place + 1
        header = StepHeader(
            step=step,
            occurrence=number,
            key=idempotency_key(step, number),
            correlation_id=self._journal.correlation_id,
        )
        config: ActivityConfig = {
            **policies.ANNOUNCEMENT,
            "summary": f"tell {announcement.to}: {announcement.kind}",
            "activity_id": f"{step}.{number}",
        }
        token = outgoing_step.set(header)
        try:
            handle = workflow.start_activity(activity, announcement, **config)
        finally:
            outgoing_step.reset(token)
        try:
            await handle
        except FailureError:
            self._delivered(place, delivered=False)
        else:
            self._delivered(place, delivered=True)

    def _delivered(self, place: int, *, delivered: bool) -> None:
        known = self._journal.announcements[place]
        self._journal.announcements[place] = known.model_copy(update={"delivered": delivered})
