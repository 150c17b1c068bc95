"""The documents in examples/arazzo, carried out by the loop that all runs share, at the real stand-ins."""

from collections.abc import AsyncIterator, Mapping

import httpx
import pytest
from pydantic import JsonValue

from arazzo.answers import Answer
from arazzo.context import Message
from arazzo.driving import Drive
from arazzo.exchange import Prepared
from arazzo.frames import Armed, Frame, Outcome
from arazzo.rehearsal import Rehearsal
from arazzo.step_input import StepInput
from tests.arazzo.examples import input_of, plan_of
from tests.standins import StandIns

TOLD: dict[str, JsonValue] = {
    "askForApproval": {"contact": "grace"},
    "classify": {"team": "payments", "urgent": True},
}
"""What people and agents answer."""

RECEIVED: JsonValue = {"orderId": "A-3201", "amount": "2396.00", "receivedAt": "2026-02-01T09:00:00Z"}


@pytest.fixture(scope="module", name="process")
async def _process(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[StandIns]:
    async with StandIns(tmp_path_factory.mktemp("stand-ins") / "stand-ins.db") as stand_ins:
        yield stand_ins


@pytest.fixture(name="stand_ins")
async def _stand_ins(process: StandIns) -> StandIns:
    await process.reset()
    return process


class Played:
    """One document at the stand-ins; nothing is undone here, as that is not the loop's."""

    def __init__(self, stand_ins: StandIns, name: str, given: Mapping[str, JsonValue]) -> None:
        self.plan = plan_of(name)
        self.heard: list[str | None] = []
        self._url = stand_ins.url
        self._told = TOLD | {name: given[name] for name in TOLD.keys() & given.keys()}
        self._inputs = input_of(name) | {name: value for name, value in given.items() if name not in TOLD}

    async def outcome(self) -> Outcome:
        sources = {name for fields in self.plan.sources.values() for name in fields}
        ports = Rehearsal(
            self.plan,
            self._answer,
            tell=lambda step: self._told[step.name],
            hear=self._hear,
            servers=dict.fromkeys(sources, self._url),
        )
        frame = Frame(workflow=self.plan.root, inputs=dict(self._inputs))
        return await Drive(self.plan, frame, ports, ports.servers).outcome()

    @staticmethod
    def _answer(_: StepInput, prepared: Prepared) -> Answer:
        asked = prepared.http
        answer = httpx.request(asked.method, asked.url, headers=list(asked.headers), content=asked.content)
        return Answer(status=answer.status_code, headers=dict(answer.headers), content=answer.content)

    def _hear(self, _: StepInput, armed: Armed) -> Message:
        self.heard.append(armed.correlation_id)
        return Message(payload=RECEIVED)


@pytest.mark.parametrize(
    ("name", "given", "operations"),
    [
        ("place-order", {}, "reserveInventory authorizePayment createShipment"),
        (
            "place-order-saga",
            {},
            "reserveInventory authorizePayment createShipment capturePayment sendNotification",
        ),
        ("subscription", {}, "chargePayment provisionWorkspace sendNotification"),
        (
            "subscription",
            {"paymentMethod": "tok_declined"},
            "chargeAtBackup provisionWorkspace sendNotification",
        ),
        ("onboarding", {}, "createAccount sendNotification createMarketingProfile"),
        ("content-publishing", {}, "storeArticle indexArticle"),
        ("approval", {}, "reserveInventory createShipment sendNotification"),
        ("support-triage", {}, "openTask sendNotification"),
        ("support-triage", {"classify": {"team": "nobody", "urgent": False}}, "sendNotification"),
    ],
)
async def test_it_does_what_it_says(
    stand_ins: StandIns, name: str, given: dict[str, JsonValue], operations: str
) -> None:
    """It completes, and the ledger has its effects in the order of its steps."""
    played = Played(stand_ins, name, given)

    outcome = await played.outcome()

    assert (True, "") == (outcome.success, outcome.why)
    assert operations.split() == [effect.operation for effect in await stand_ins.open_effects()]


@pytest.mark.parametrize(
    ("name", "given", "step", "operations"),
    [
        ("place-order", {"paymentMethod": "tok_declined"}, "authorizePayment", "reserveInventory"),
        ("place-order-saga", {"items": [{"sku": "sold-out-lamp", "quantity": 1}]}, "reserveStock", ""),
        ("subscription", {"userId": "unknown-1"}, "chargeAndProvision", ""),
        ("subscription", {"plan": "retired-plan"}, "chargeAndProvision", "chargePayment"),
        (
            "subscription",
            {"paymentMethod": "tok_declined_everywhere"},
            "chargeAndProvision",
            "provisionWorkspace",
        ),
        ("approval", {"amount": "1.00"}, "awaitPayment", "reserveInventory"),
    ],
)
async def test_what_is_refused_ends_it(
    stand_ins: StandIns, name: str, given: dict[str, JsonValue], step: str, operations: str
) -> None:
    """It fails with the step that was refused, and begins none of those that follow."""
    played = Played(stand_ins, name, given)

    outcome = await played.outcome()

    assert (False, step) == (outcome.success, outcome.step)
    assert operations.split() == [effect.operation for effect in await stand_ins.open_effects()]


async def test_the_handoff(stand_ins: StandIns) -> None:
    """The shipment is of the stock that was reserved, and the result has both."""
    outcome = await Played(stand_ins, "place-order", {}).outcome()

    made = {effect.operation: effect.resource_id for effect in await stand_ins.open_effects()}
    assert made["reserveInventory"] == outcome.outputs["reservationId"]
    assert made["authorizePayment"] == outcome.outputs["paymentId"]
    assert made["createShipment"] == outcome.outputs["shipmentId"]


async def test_a_retry_is_the_same_request(stand_ins: StandIns) -> None:
    """Twice unavailable, then there: three calls under one key, and one effect."""
    await stand_ins.faults.add("authorizePayment", "unavailable", times=2)

    outcome = await Played(stand_ins, "place-order-saga", {}).outcome()

    calls = await stand_ins.calls(operation="authorizePayment")
    assert (True, [503, 503, 201]) == (outcome.success, [call.status for call in calls])
    assert 1 == len({call.key for call in calls})


async def test_the_message_is_that_of_the_order(stand_ins: StandIns) -> None:
    """What is waited for is told apart by the order's id."""
    played = Played(stand_ins, "approval", {})

    outcome = await played.outcome()

    assert ["A-3201"] == played.heard
    assert ("grace", "2026-02-01T09:00:00Z") == (outcome.outputs["contact"], outcome.outputs["receivedAt"])
