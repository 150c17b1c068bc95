"""Counting, one call a step, as a flow in Python: what the same flow as a document is held against."""

from __future__ import annotations

from collections.abc import Mapping

from temporalio import activity, workflow

from saga import Resumable, Saga

with workflow.unsafe.imports_passed_through():
    from pydantic import BaseModel, ConfigDict

    from activities.http import Downstream


class Count(BaseModel):
    model_config = ConfigDict(frozen=True)

    n: int = 0


class Counted(BaseModel):
    model_config = ConfigDict(frozen=True)

    n: int


class Counting(Resumable):
    """So many steps of their own, or one step so many times."""

    model_config = ConfigDict(frozen=True)

    steps: int
    loop: bool = False
    done: Count = Count()


class Counter:
    """The service that counts, and its undo."""

    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="counter.count")
    async def count(self, count: Count) -> Counted:
        return await self._downstream.call("/counts", count, returns=Counted)

    @activity.defn(name="counter.take_back")
    async def take_back(self, count: Count) -> Counted:
        return await self._downstream.call("/counts/back", count, returns=Counted)


@workflow.defn(name="counting")
class CountingWorkflow:
    @workflow.init
    def __init__(self, counting: Counting) -> None:
        self.saga = Saga(carried=counting.carried)

    @workflow.run
    async def run(self, counting: Counting) -> Mapping[str, int]:
        done = counting.done
        async with self.saga as saga:
            while done.n < counting.steps:
                step = "count" if counting.loop else f"count{done.n + 1}"
                counted = await saga.execute_activity(
                    Counter.count, done, compensation=Counter.take_back, step=step
                )
                done = Count(n=counted.n)
                if saga.roll_over_due:
                    await saga.roll_over(counting.model_copy(update={"done": done}))
        return {"n": done.n}
