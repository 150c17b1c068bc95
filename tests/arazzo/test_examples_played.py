"""The documents in examples/arazzo, carried out by the loop that all runs share, at the real stand-ins."""

from collections.abc import AsyncIterator, Mapping

import httpx
import pytest
from pydantic import JsonValue

from arazzo.answers import Answer
from arazzo.context import Message
from arazzo.driving import Drive
from arazzo.exchange import COMPENSATES, Prepared, prepare
from arazzo.frames import Armed, Frame, Outcome
from arazzo.openapi.http_request import HttpRequest
from arazzo.rehearsal import Rehearsal
from arazzo.step_input import StepInput
from tests.arazzo.examples import input_of, plan_of
from tests.standins import StandIns

TOLD: dict[str, JsonValue] = {
    "askForApproval": {"contact": "grace"},
    "classify": {"team": "payments", "urgent": True},
}
"""What people and agents answer."""

ADDRESS: dict[str, JsonValue] = {
    "name": "Ada Lovelace",
    "street": "Marktplatz 1",
    "city": "Bremen",
    "postal_code": "28195",
    "country": "DE",
}

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
        self.called: list[StepInput] = []
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

    def take_back(self) -> list[int]:
        """Each step that says what takes it back, newest first; how they were answered."""
        return [_sent(_undo(step)).status for step in reversed(self.called) if step.planned.compensation]

    def ask_after(self) -> dict[str, int]:
        """Each step that says how to find out whether it has happened; how it was answered."""
        asked = [step for step in self.called if step.planned.probe]
        return {step.name: _sent(prepare(step, "probe").http).status for step in asked}

    def _answer(self, step: StepInput, prepared: Prepared) -> Answer:
        self.called.append(step)
        return _sent(prepared.http)

    def _hear(self, _: StepInput, armed: Armed) -> Message:
        self.heard.append(armed.correlation_id)
        return Message(payload=RECEIVED)


def _undo(step: StepInput) -> HttpRequest:
    prepared = prepare(step, "compensation", key=f"undo-{step.key}")
    return prepared.http.with_header(COMPENSATES, step.key)


def _sent(asked: HttpRequest) -> Answer:
    answer = httpx.request(asked.method, asked.url, headers=list(asked.headers), content=asked.content)
    return Answer(status=answer.status_code, headers=dict(answer.headers), content=answer.content)


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


@pytest.mark.parametrize(
    ("name", "given", "stays"),
    [
        ("place-order-saga", {"shippingAddress": ADDRESS | {"country": "AQ"}}, []),
        ("subscription", {"plan": "retired-plan"}, []),
        ("subscription", {}, ["sendNotification"]),
        ("subscription", {"paymentMethod": "tok_declined"}, ["sendNotification"]),
        ("onboarding", {}, ["sendNotification", "createMarketingProfile"]),
        ("content-publishing", {}, ["indexArticle"]),
        ("approval", {}, ["sendNotification"]),
    ],
)
async def test_what_takes_a_step_back_is_understood(
    stand_ins: StandIns, name: str, given: dict[str, JsonValue], stays: list[str]
) -> None:
    """Each undo finds by the step's key what there is to undo, and nothing that can be undone stays."""
    played = Played(stand_ins, name, given)
    await played.outcome()

    assert {200} == set(played.take_back())
    assert stays == [effect.operation for effect in await stand_ins.open_effects()]


async def test_a_probe_sees_what_has_happened(stand_ins: StandIns) -> None:
    """The provider that has charged shows it, and the other one does not."""
    played = Played(stand_ins, "subscription", {"paymentMethod": "tok_declined"})
    await played.outcome()

    assert {"charge": 404, "chargeAtBackup": 200} == played.ask_after()
