"""Dispatch: hand one message to several partners, each as soon as those it needs have it.

Who needs whom, and what is done about a partial result, are data of the request: the plan is one.
"""

from collections.abc import Sequence
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError
from temporalio.workflow import ActivityConfig

from saga import Escalation, Saga, Sla

with workflow.unsafe.imports_passed_through():
    from activities.ops import Ops
    from activities.partners import Partners
    from models.dispatch import Dispatch, DispatchResult, OverallStatus, TargetResult
    from models.partners import Delivered, Delivery

VERSION = "1.0.0"

PARTIAL_DISPATCH = "PartialDispatch"
"""Failure type of a dispatch that was undone because it did not reach everybody."""

WAITS = tuple(timedelta(minutes=minutes) for minutes in (5, 10, 20, 40, 80))
"""Before each further round for a partner that failed, where the request says `retry_later`."""

SLA = Sla(
    limit=timedelta(hours=4),
    warn=timedelta(hours=3),
    escalations=(Escalation(after=timedelta(hours=4), to="head-of-partners"),),
)
"""Longer than all rounds together."""

ROUND = ActivityConfig(
    start_to_close_timeout=timedelta(seconds=20),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=500),
        maximum_interval=timedelta(seconds=10),
        maximum_attempts=4,
    ),
)


@workflow.defn(name="dispatch")
class DispatchWorkflow:
    """A dispatch says of each partner what became of it; or it has reached none, if it is not to be partial."""

    @workflow.init
    def __init__(self, dispatch: Dispatch) -> None:
        self.saga = Saga(version=VERSION, sla=SLA, announce=Ops.tell, announce_undone=True)
        self.dispatch = dispatch
        self.results: dict[str, TargetResult] = {}

    @workflow.run
    async def run(self, dispatch: Dispatch) -> DispatchResult:
        async with self.saga as saga:
            results = await saga.gather(*(self._reach(name) for name in dispatch.needs))
            answer = summary(dispatch, results)
            if answer.missing and dispatch.on_partial == "compensate":
                raise partial_dispatch(answer.missing)
        return answer

    async def _reach(self, name: str) -> TargetResult:
        """Begins when those that it needs are over; ends with the target's own result, whatever that is."""
        needed = self.dispatch.needs[name]
        await workflow.wait_condition(lambda: self.results.keys() >= set(needed))
        without = [other for other in needed if self.results[other].status != "delivered"]
        self.results[name] = not_tried(name, without) if without else await self._deliver(name)
        return self.results[name]

    async def _deliver(self, name: str) -> TargetResult:
        waits = WAITS if self.dispatch.on_partial == "retry_later" else ()
        delivered = await self._round(name)
        for wait in waits:
            if delivered:
                break
            await workflow.sleep(wait, summary=f"{name}: tried again later")
            delivered = await self._round(name)
        return TargetResult(
            name=name,
            status="delivered" if delivered else "failed",
            delivery_id=delivered.id if delivered else None,
            error=None if delivered else self.saga.error_of(step_of(name)),
        )

    async def _round(self, name: str) -> Delivered | None:
        """A further round is a step of its own; the partner knows the message by its id, and takes it once."""
        dispatch = self.dispatch
        delivery = Delivery(partner=name, message_id=dispatch.dispatch_id, body=dispatch.body)
        return await self.saga.optional(
            self.saga.execute_activity(
                Partners.deliver_message,
                delivery,
                compensation=Partners.recall_message,
                probe=Partners.find_delivery,
                step=step_of(name),
                **ROUND,
            )
        )


def step_of(name: str) -> str:
    return f"deliver_{name}"


def not_tried(name: str, without: Sequence[str]) -> TargetResult:
    return TargetResult(name=name, status="not_tried", error=f"needs {', '.join(without)}")


def summary(dispatch: Dispatch, results: Sequence[TargetResult]) -> DispatchResult:
    reached = sum(result.status == "delivered" for result in results)
    overall: OverallStatus = "partial_success" if reached else "failure"
    return DispatchResult(
        dispatch_id=dispatch.dispatch_id,
        overall_status="success" if reached == len(results) else overall,
        targets=tuple(results),
    )


def partial_dispatch(missing: Sequence[TargetResult]) -> ApplicationError:
    said = "; ".join(f"{target.name} {target.status.replace('_', ' ')}: {target.error}" for target in missing)
    return ApplicationError(
        said,
        *(target.model_dump(mode="json") for target in missing),
        type=PARTIAL_DISPATCH,
        non_retryable=True,
    )
