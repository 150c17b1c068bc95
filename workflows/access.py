"""Access: a manager approves, the directory gives it until a day, and on that day, or before, it is taken away.

While it stands, to undo is to revoke: whatever ends the flow then, no access is left. When its time is over, or somebody
has ended it early, to revoke is all that is left to do, and is tried for as long as it takes.
"""

from datetime import datetime, timedelta

from temporalio import workflow

from saga import Deciders, Escalation, Saga, Sla
from saga.people import REQUESTER
from workflows.access_term import PRIVATE, Access, Term

with workflow.unsafe.imports_passed_through():
    from activities.directory import Directory
    from activities.ops import Ops
    from models.access import LONGEST, AccessResult, EndMoved, Standing

VERSION = "1.0.0"

SLA = Sla(
    limit=LONGEST + timedelta(days=7),
    warn=LONGEST + timedelta(days=6),
    escalations=(Escalation(after=timedelta(hours=4), to="head-of-security"),),
)
"""Longer than any access and its approval: what is late has not been revoked."""

APPROVAL_DEADLINE = timedelta(days=5)
REMIND_EVERY = timedelta(days=1)

POLL_EVERY = timedelta(seconds=30)
SETTLE_WITHIN = timedelta(minutes=10)
"""What the directory has accepted, and not done by then, is undone."""

LONG_HISTORY = 500
"""Events, after which the flow goes on as a new run."""


@workflow.defn(name="access")
class AccessWorkflow:
    """Nobody has access without an approval, and nobody longer than was approved, or extended."""

    @workflow.init
    def __init__(self, request: Access) -> None:
        self.saga = Saga(
            version=VERSION,
            sla=SLA,
            announce=Ops.tell,
            announce_undone=True,
            carried=request.carried,
            roll_over_after=LONG_HISTORY,
        )
        self.term = Term(self.saga, request)

    @workflow.run
    async def run(self, request: Access) -> AccessResult:
        async with self.saga as saga:
            standing = request.standing or await self._granted(request)
            await self.term.over(standing)
        # The point of no return: its time is over.
        membership = request.membership(standing.found, self.term.end)
        await saga.execute_activity(Directory.remove_member, membership, **PRIVATE)
        entitlement = request.entitlement(standing.found)
        await saga.execute_activity(Directory.remove_entitlement, entitlement, **PRIVATE)
        return result(request, standing, self.term.moves, revoked_at=workflow.now())

    async def _granted(self, request: Access) -> Standing:
        """The reason is on record before there is access; what is undone first is the access."""
        saga = self.saga
        self.term.check_end()
        found = await saga.execute_activity(Directory.find_access, request.query, **PRIVATE)
        approval = await saga.approval(
            "access",
            summary=request.summary,
            shown=request.shown,
            deciders=Deciders(people=(request.manager,)),
            excluded=(REQUESTER, request.user),
            requester=request.requester,
            deadline=APPROVAL_DEADLINE,
            remind_every=REMIND_EVERY,
        )
        expires = self.term.begin()
        await saga.execute_activity(
            Directory.record_entitlement,
            request.entitlement(found),
            compensation=Directory.remove_entitlement,
            **PRIVATE,
        )
        await saga.execute_activity(
            Directory.add_member,
            request.membership(found, expires),
            compensation=Directory.remove_member,
            poll=Directory.find_member,
            poll_every=POLL_EVERY,
            settle_within=SETTLE_WITHIN,
            **PRIVATE,
        )
        return Standing(found=found, approved_by=approval.decisions[-1].by, granted_at=workflow.now())


def result(
    request: Access, standing: Standing, moves: tuple[EndMoved, ...], *, revoked_at: datetime
) -> AccessResult:
    early = bool(moves) and moves[-1].how == "revoked"
    return AccessResult(
        request_id=request.request_id,
        user=request.user,
        group=request.group,
        approved_by=standing.approved_by,
        granted_at=standing.granted_at,
        revoked_at=revoked_at,
        ended="revoked_early" if early else "expired",
        moves=moves,
    )
