"""Flows with a mailbox."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow

from saga import Resumable, Saga

with workflow.unsafe.imports_passed_through():
    from pydantic import BaseModel

HOLD_BACK = timedelta(seconds=30)


class News(BaseModel):
    """Something that has happened; `end` ends the flow."""

    key: str
    source: str = "desk"
    number: int


class Reading(Resumable):
    """What was read so far, each as its key; a run goes on as a new one after so many."""

    read: tuple[str, ...] = ()
    run_of: int = 1_000
    numbered: bool = True
    quiet: timedelta | None = None
    """End when nothing came for so long."""


@workflow.defn(name="reading")
class ReadingFlow:
    """Reads until it is told `end`, and answers what it has read."""

    @workflow.init
    def __init__(self, reading: Reading) -> None:
        self.saga = Saga(carried=reading.carried)
        self.news = self.saga.mailbox(
            "news",
            News,
            key=lambda news: news.key,
            stream=lambda news: news.source,
            sequence=(lambda news: news.number) if reading.numbered else None,
            hold_back=HOLD_BACK,
        )

    @workflow.run
    async def run(self, reading: Reading) -> list[str]:
        read = list(reading.read)
        while (news := await self._next(reading)) and news.key != "end":
            read.append(news.key)
            if len(read) % reading.run_of == 0:
                await self.saga.roll_over(reading.model_copy(update={"read": tuple(read)}))
        return read

    async def _next(self, reading: Reading) -> News | None:
        if reading.quiet:
            return await self.news.next_within(reading.quiet)
        return await self.news.next()
