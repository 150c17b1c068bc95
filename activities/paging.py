"""The paging: says who is on call, rings at people, and knows who has answered."""

from temporalio import activity

from activities.http import Downstream
from models.paging import (
    AcknowledgementQuery,
    AcknowledgementRequest,
    OnCallSchedule,
    Page,
    PageAcknowledgement,
    PageRecall,
    PageRequest,
    ScheduleQuery,
)
from saga.headers import refused


class Paging:
    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="paging.get_schedule")
    async def get_schedule(self, query: ScheduleQuery) -> OnCallSchedule:
        """Refused with `NobodyOnCall`, for nobody may be left without an answer."""
        schedule = await self._downstream.read(
            "/schedules/{service}", params={"service": query.service}, returns=OnCallSchedule
        )
        if schedule is None:
            raise refused(f"nobody is on call for {query.service}", type="NobodyOnCall")
        return schedule

    @activity.defn(name="paging.send_page")
    async def send_page(self, request: PageRequest) -> Page:
        """Ring at people. Refused with `PersonUnknown`."""
        return await self._downstream.call("/pages", request, returns=Page)

    @activity.defn(name="paging.recall_page")
    async def recall_page(self, request: PageRequest) -> PageRecall:
        """Undo `send_page`; succeeds when there is nothing to recall."""
        return await self._downstream.call("/pages/recall", request, returns=PageRecall)

    @activity.defn(name="paging.acknowledge_pages")
    async def acknowledge_pages(self, request: AcknowledgementRequest) -> PageAcknowledgement:
        """Silence all pages of an incident. Answers who was the first to acknowledge them."""
        return await self._downstream.call("/acknowledgements", request, returns=PageAcknowledgement)

    @activity.defn(name="paging.find_acknowledgement")
    async def find_acknowledgement(self, query: AcknowledgementQuery) -> PageAcknowledgement | None:
        """Who has acknowledged on the pager itself, if anybody has."""
        return await self._downstream.read(
            "/acknowledgements", params={"incident": query.incident}, returns=PageAcknowledgement
        )
