"""What operators run before a deploy tells the flows that the new code could not go on with."""

import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from activities.registry import open_activities
from examples.operating.replay import replayed
from tests.crash.orders import order, start
from tests.docs.careless import CarelessOrder
from tests.docs.conftest import calling
from tests.endings import status_of
from tests.eventually import eventually
from tests.standins import StandIns
from workflows.order import OrderWorkflow


@pytest.mark.parametrize(("code", "fits"), [(OrderWorkflow, True), (CarelessOrder, False)])
async def test_a_running_flow_is_replayed(
    code: type,
    fits: bool,  # noqa: FBT001
    client: Client,
    stand_ins: StandIns,
    task_queue: str,
) -> None:
    """A flow that waits for a person is named when the code does not fit it, and only then."""
    async with (
        open_activities(calling(stand_ins)) as activities,
        Worker(client, task_queue=task_queue, workflows=[OrderWorkflow], activities=activities),
    ):
        handle = await start(client, order(task_queue, quantity=100), task_queue)
        await eventually(lambda: status_of(handle), lambda status: status.status == "waiting_for_approval")

        verdicts = dict([verdict async for verdict in replayed(client, [code])])

    assert fits is (verdicts[handle.id] is None)
    await handle.terminate("the test is over")
