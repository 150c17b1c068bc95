"""A flow that asks named people: with everything that an approval may have, and a message that changes what it asks for."""

from __future__ import annotations

from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityConfig

from saga import Deciders, Resumable, Rung, Saga, WorkingTime

with workflow.unsafe.imports_passed_through():
    from pydantic import BaseModel, Field, JsonValue

    from tests.saga.world import Job, World

ATTEMPTS = ActivityConfig(
    start_to_close_timeout=timedelta(seconds=20),
    retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=5), maximum_attempts=3),
)


class Bill(BaseModel):
    """What people are shown."""

    amount: int
    iban: str = Field(default="DE00 1234", repr=False)


class Asking(Resumable):
    """How it asks."""

    deciders: Deciders | None = Deciders(people=("grace", "heidi", "ivan"))
    quorum: int = 1
    excluded: tuple[str, ...] = ()
    requester: str | None = "ada"
    deadline: timedelta = timedelta(days=3)
    remind_every: timedelta | None = None
    ladder: tuple[Rung, ...] = ()
    calendar: WorkingTime | None = None
    amount: int = 100
    takes: dict[str, JsonValue] | None = None
    """It takes the number of an account, as long as it is positive."""


class Asked(BaseModel):
    approved_by: tuple[str, ...]
    at: datetime
    input: JsonValue = None


class Change(BaseModel):
    amount: int


def misfit(answer: JsonValue) -> str | None:
    account = answer.get("account") if isinstance(answer, dict) else None
    return None if isinstance(account, int) and account > 0 else "account is no number above zero"


@workflow.defn(name="asking")
class AskingFlow:
    @workflow.init
    def __init__(self, plan: Asking) -> None:
        self.saga = Saga(
            carried=plan.carried, announce=World.tell, step_options=ATTEMPTS, compensation_options=ATTEMPTS
        )

    @workflow.run
    async def run(self, plan: Asking) -> Asked:
        async with self.saga as saga:
            if plan.carried is None:
                await saga.execute_activity(World.make, Job(thing="a"), compensation=World.unmake, step="a")
            approval = await saga.approval(
                "payment",
                summary=f"Bill over {plan.amount}",
                shown=Bill(amount=plan.amount),
                deciders=plan.deciders,
                quorum=plan.quorum,
                excluded=plan.excluded,
                requester=plan.requester,
                deadline=plan.deadline,
                remind_every=plan.remind_every,
                ladder=plan.ladder,
                calendar=plan.calendar,
                takes=plan.takes,
                check_input=misfit if plan.takes else None,
            )
        said = [decision for decision in approval.decisions if not decision.lapsed]
        return Asked(
            approved_by=tuple(decision.by for decision in said),
            at=workflow.now(),
            input=approval.decisions[-1].input,
        )

    @workflow.update
    def change(self, change: Change) -> None:
        self.saga.revise("payment", summary=f"Bill over {change.amount}", shown=Bill(amount=change.amount))
