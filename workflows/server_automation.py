"""Server automation: check all servers, have the change approved, roll it over them batch by batch, canary first.

After each batch it is verified. The first batch that fails halts the roll: it and those before it are rolled back,
newest first. When the last one is verified the change stands.
"""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityConfig

from saga import Deciders, Escalation, Saga, Sla

with workflow.unsafe.imports_passed_through():
    from activities.database import Database
    from activities.files import Files
    from activities.hosts import Hosts
    from activities.ops import Ops
    from models.files import FileToWrite
    from models.queries import QueryRequest
    from models.queues import PRIVATE_QUEUE
    from models.rollout import Rollout, RolloutResult, RolloutShown

VERSION = "1.0.0"

APPROVAL = "change"
APPROVAL_DEADLINE = timedelta(days=3)
REMIND_EVERY = timedelta(days=1)

ATTEMPTS = 3
EACH_HOST = timedelta(minutes=2)
"""What one command may take; its host is silent meanwhile, and the worker beats."""

SLA = Sla(
    limit=timedelta(days=4),
    warn=timedelta(days=3),
    escalations=(Escalation(after=timedelta(days=1), to="head-of-operations"),),
)
"""Until the change stands on all servers, or on none."""


def in_the_private_network(hosts: int) -> ActivityConfig:
    """So many hosts, one after another."""
    retries = RetryPolicy(
        initial_interval=timedelta(milliseconds=500),
        maximum_interval=timedelta(seconds=10),
        maximum_attempts=ATTEMPTS,
    )
    return ActivityConfig(
        task_queue=PRIVATE_QUEUE, start_to_close_timeout=EACH_HOST * hosts, retry_policy=retries
    )


@workflow.defn(name="server-automation")
class ServerAutomationWorkflow:
    """A change is on all servers and does as it should there, or it is on none."""

    @workflow.init
    def __init__(self, rollout: Rollout) -> None:
        del rollout  # the SDK gives `__init__` what it gives `run`
        self.saga = Saga(version=VERSION, sla=SLA, announce=Ops.tell, announce_undone=True)

    @workflow.run
    async def run(self, rollout: Rollout) -> RolloutResult:
        async with self.saga as saga:
            everywhere = rollout.on(rollout.hosts)
            await saga.execute_activity(
                Hosts.check, everywhere, step="check", **in_the_private_network(len(rollout.hosts))
            )
            approval = await saga.approval(
                APPROVAL,
                summary=summary(rollout),
                shown=shown(rollout),
                deciders=Deciders(people=rollout.approvers) if rollout.approvers else None,
                requester=rollout.requester,
                excluded=("requester",),
                deadline=APPROVAL_DEADLINE,
                remind_every=REMIND_EVERY,
            )
            await saga.execute_activity(
                Database.write,
                noted(rollout),
                compensation=Database.undo_write,
                step="note_change",
                task_queue=PRIVATE_QUEUE,
            )
            for number, batch in enumerate(rollout.batches):
                await self._roll(rollout, batch, name=f"batch_{number}" if number else "canary")
        # The point of no return: the change stands everywhere.
        approved_by = tuple(decision.by for decision in approval.decisions if not decision.lapsed)
        await saga.execute_activity(
            Files.write_file, report(rollout, approved_by), step="write_report", task_queue=PRIVATE_QUEUE
        )
        return RolloutResult(change_id=rollout.change_id, approved_by=approved_by, batches=rollout.batches)

    async def _roll(self, rollout: Rollout, batch: tuple[str, ...], *, name: str) -> None:
        """Raises what a server has refused; then all batches so far are rolled back."""
        bounds = in_the_private_network(len(batch))
        await self.saga.execute_activity(
            Hosts.apply_runbook,
            rollout.on(batch),
            compensation=Hosts.undo_runbook,
            step=f"apply_{name}",
            **bounds,
        )
        await self.saga.execute_activity(Hosts.verify, rollout.on(batch), step=f"verify_{name}", **bounds)


def summary(rollout: Rollout) -> str:
    values = ", ".join(f"{name} {value}" for name, value in sorted(rollout.arguments.items()))
    count = len(rollout.hosts)
    return f"{rollout.runbook} ({values}) on {count} server{'s' * (count > 1)}: {rollout.reason}"


def shown(rollout: Rollout) -> RolloutShown:
    return RolloutShown(
        runbook=rollout.runbook,
        arguments=dict(rollout.arguments),
        batches=rollout.batches,
        reason=rollout.reason,
    )


def noted(rollout: Rollout) -> QueryRequest:
    return QueryRequest(query="note-change", arguments={"change_id": rollout.change_id})


def report(rollout: Rollout, approved_by: tuple[str, ...]) -> FileToWrite:
    """For those who look after the servers."""
    lines = [summary(rollout), f"approved by {', '.join(approved_by)}", *map(", ".join, rollout.batches)]
    return FileToWrite(folder="reports", name=f"{rollout.change_id}.txt", content="\n".join(lines) + "\n")
