"""The order flow and its twin by hand, through the same events."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import NamedTuple

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.registry import open_activities
from examples.by_hand.order import OrderByHand
from models.order import Order
from saga import Decision, FlowStatus, Resolution
from saga.messages import Choice, Verdict
from services.backstage.faults import FaultKind
from tests.crash.orders import Handle, order
from tests.docs.conftest import calling
from tests.endings import end_of, status_of
from tests.eventually import eventually
from tests.standins import StandIns
from workflows.order import OrderWorkflow

TASK_QUEUE = "by-hand"
FLOWS: list[type] = [OrderWorkflow, OrderByHand]


class Ended(NamedTuple):
    """All that can be seen of a flow that is over."""

    how: str
    status: str
    steps: list[tuple[str, str, str | None]]
    calls: list[str]
    effects: list[tuple[str, str]]


@dataclass(frozen=True)
class Flow:
    """One execution, and what the events need of it."""

    handle: Handle
    stand_ins: StandIns

    async def until(self, state: str) -> FlowStatus:
        return await eventually(lambda: status_of(self.handle), lambda status: status.status == state)

    async def ended(self) -> Ended:
        how, mine = await end_of(self.handle), self.handle.id
        status = await status_of(self.handle)
        return Ended(
            how,
            status.status,
            [(step.name, step.status, step.error) for step in status.steps],
            [call.operation for call in await self.stand_ins.calls(correlation_id=mine)],
            [(e.operation, e.state) for e in await self.stand_ins.effects(correlation_id=mine)],
        )


Event = Callable[[Flow], Awaitable[None]]


async def nothing_else(_: Flow) -> None:
    pass


def decides(verdict: Verdict) -> Event:
    async def event(flow: Flow) -> None:
        await flow.until("waiting_for_approval")
        decision = Decision(approval="large-order", decision=verdict, by="ada", comment="so be it")
        await flow.handle.execute_update("decide", decision)

    return event


async def cancels_while_it_waits(flow: Flow) -> None:
    await flow.until("waiting_for_approval")
    await flow.handle.cancel()


async def cancels_during_a_call(flow: Flow) -> None:
    held = await flow.stand_ins.wait_for_held("authorizePayment")
    await flow.handle.cancel()
    await flow.stand_ins.release(call=held)


def resolves(choice: Choice) -> Event:
    async def event(flow: Flow) -> None:
        (incident,) = (await flow.until("needs_attention")).incidents
        resolution = Resolution(incident=incident.id, decision=choice, by="ada", reason="seen to it")
        await flow.handle.execute_update("resolve", resolution)

    return event


class Case(NamedTuple):
    ends: str
    event: Event = nothing_else
    fault: tuple[str, FaultKind] | None = None
    quantity: int = 1
    country: str = "DE"


LARGE = 100
CASES = {
    "nothing goes wrong": Case("completed"),
    "the first step is refused": Case("OutOfStock", fault=("reserveInventory", FaultKind.REFUSE)),
    "the second step is refused": Case("PaymentRefused", fault=("authorizePayment", FaultKind.REFUSE)),
    "the last step is refused": Case("AddressNotServed", country="AQ"),
    "an answer is lost": Case("completed", fault=("createShipment", FaultKind.EFFECT_THEN_DROP)),
    "an answer is malformed": Case("ResponseInvalid", fault=("createShipment", FaultKind.MALFORMED)),
    "a person approves": Case("completed", decides("approve"), quantity=LARGE),
    "a person rejects": Case("ApprovalRejected", decides("reject"), quantity=LARGE),
    "cancelled while it waits": Case("CancelledError", cancels_while_it_waits, quantity=LARGE),
    "cancelled during a call": Case(
        "CancelledError", cancels_during_a_call, fault=("authorizePayment", FaultKind.HOLD_BEFORE_EFFECT)
    ),
    "an undo is refused": Case(
        "AddressNotServed", resolves("retry"), fault=("voidPayment", FaultKind.UNAUTHORIZED), country="AQ"
    ),
    "beyond the point of no return": Case(
        "completed", resolves("settle"), fault=("capturePayment", FaultKind.UNAUTHORIZED)
    ),
}


@asynccontextmanager
async def serving(client: Client, stand_ins: StandIns) -> AsyncGenerator[Client]:
    """A worker serves both flows at the client's server."""
    async with (
        open_activities(calling(stand_ins)) as activities,
        Worker(client, task_queue=TASK_QUEUE, workflows=FLOWS, activities=activities),
    ):
        yield client


@pytest.fixture(scope="module", name="served")
async def _served(client: Client, stand_ins: StandIns) -> AsyncIterator[Client]:
    async with serving(client, stand_ins) as served:
        yield served


@pytest.mark.parametrize("name", CASES)
async def test_by_hand_it_behaves_alike(name: str, served: Client, stand_ins: StandIns) -> None:
    """Both flows make the same calls, leave the same effects, and end the same way."""
    case = CASES[name]
    first, second = [await play(case, flow, served, stand_ins) for flow in ("order", "order-by-hand")]

    assert first == second
    assert first.how == case.ends


async def test_by_hand_an_approval_times_out_alike(
    time_skipping: WorkflowEnvironment, stand_ins: StandIns
) -> None:
    """Nobody decides for three days: both give the stock back."""
    case = Case("ApprovalTimedOut", quantity=LARGE)
    async with serving(time_skipping.client, stand_ins) as client:
        first, second = [await play(case, flow, client, stand_ins) for flow in ("order", "order-by-hand")]

    assert first == second
    assert (first.how, first.calls) == (case.ends, ["reserveInventory", "tellOps", "releaseInventory"])


async def play(case: Case, workflow: str, client: Client, stand_ins: StandIns) -> Ended:
    await stand_ins.reset()
    if case.fault:
        await stand_ins.faults.add(*case.fault)
    placed = order("alike", country=case.country, quantity=case.quantity)
    flow = Flow(await start(client, workflow, placed), stand_ins)
    await case.event(flow)
    return await flow.ended()


async def start(client: Client, workflow: str, placed: Order) -> Handle:
    return await client.start_workflow(
        workflow, placed, id=f"{workflow}-{placed.order_id}", task_queue=TASK_QUEUE
    )
