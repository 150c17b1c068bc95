"""The stories of the customer overview that are recorded."""

from models.customer_overview import OverviewRequest
from tests.histories.recording import Handle, Recording, Stories

FLOW = "customer-overview"


async def complete(recording: Recording) -> Handle:
    return await recording.playing.start(FLOW, OverviewRequest(customer_id="C-1001", request_id="complete"))


async def part_unknown(recording: Recording) -> Handle:
    return await recording.playing.start(FLOW, OverviewRequest(customer_id="C-1002", request_id="unknown"))


async def part_refused(recording: Recording) -> Handle:
    await recording.stand_ins.faults.add("listOrders", "unauthorized")
    return await recording.playing.start(FLOW, OverviewRequest(customer_id="C-1001", request_id="refused"))


STORIES: Stories = {"complete": complete, "part-unknown": part_unknown, "part-refused": part_refused}
