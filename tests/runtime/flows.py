"""Workflows that do next to nothing; in a module of their own, because the sandbox imports it anew."""

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


@workflow.defn
class Echo:
    @workflow.run
    async def run(self, text: str) -> str:
        echoed: str = await workflow.execute_activity(
            "echo", text, start_to_close_timeout=timedelta(seconds=10)
        )
        return echoed
