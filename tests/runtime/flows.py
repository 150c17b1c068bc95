"""Two workflows that only wait; in a module of their own, because the sandbox imports it anew."""

from datetime import timedelta

from temporalio import workflow


@workflow.defn
class ShortNap:
    @workflow.run
    async def run(self) -> None:
        await workflow.sleep(timedelta(milliseconds=50))


@workflow.defn
class LongSleep:
    @workflow.run
    async def run(self) -> str:
        await workflow.sleep(timedelta(days=30))
        return "rested"
