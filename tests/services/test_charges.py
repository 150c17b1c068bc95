"""The charges' own rules, at both providers."""

import asyncio
from typing import NamedTuple

import httpx
import pytest

from tests.services.caller import OPERATIONS as ALL
from tests.services.caller import Input, example_of, made, problem_of, send
from tests.standins import StandIns


class Provider(NamedTuple):
    """A service's name and its operations."""

    name: str
    charge: str
    refund: str

    @property
    def example(self) -> Input:
        return Input(example_of(ALL[self.charge]))


PROVIDERS = [
    Provider("payments", "chargePayment", "refundCharge"),
    Provider("backup_payments", "chargeAtBackup", "refundAtBackup"),
]
pytestmark = pytest.mark.parametrize("provider", PROVIDERS, ids=[provider.name for provider in PROVIDERS])


async def found(stand_ins: StandIns, provider: Provider, key: str) -> httpx.Response:
    return await stand_ins.http.get(f"/{provider.name}/charges", params={"key": key})


async def test_a_charge_is_found_under_its_key(stand_ins: StandIns, provider: Provider) -> None:
    """Look-up and charge answer the same, to the cent, and nothing of the payment method."""
    answer = await send(stand_ins, provider.charge, provider.example, key="step")

    expected = {"subscription_id": "S-1", "amount": "19.00", "currency": "EUR", "status": "charged"}
    assert {"id": answer.json()["id"], **expected} == answer.json()
    assert answer.json() == (await found(stand_ins, provider, "step")).json()


async def test_what_does_not_stand_is_not_found(stand_ins: StandIns, provider: Provider) -> None:
    """Under a key of nobody's there is no charge, and none under that of a charge that was refunded."""
    await made(stand_ins, provider.charge, provider.example, key="step")
    await send(stand_ins, provider.refund, provider.example, compensates="step")

    for key in ("step", "nobody's"):
        assert (404, "urn:problem:not-found") == problem_of(await found(stand_ins, provider, key))


async def test_a_charge_that_is_being_made_is_in_progress(stand_ins: StandIns, provider: Provider) -> None:
    """It is not said that there is none while there may be one in a moment."""
    await stand_ins.faults.add(provider.charge, "hold_before_effect")
    charging = asyncio.create_task(send(stand_ins, provider.charge, provider.example, key="step"))
    await stand_ins.wait_for_held(provider.charge)
    meanwhile = await found(stand_ins, provider, "step")
    await stand_ins.release()
    await charging

    assert (409, "urn:problem:key-in-progress") == problem_of(meanwhile)
    assert (await charging).json() == (await found(stand_ins, provider, "step")).json()


async def test_a_charge_is_found_by_its_subscription(stand_ins: StandIns, provider: Provider) -> None:
    """While it stands; before it is made and after it is refunded there is none."""
    path = f"/{provider.name}/subscriptions/S-1/charge"
    before = await stand_ins.http.get(path)
    answer = await send(stand_ins, provider.charge, provider.example, key="step")
    between = await stand_ins.http.get(path)
    await send(stand_ins, provider.refund, provider.example, compensates="step")

    assert (404, "urn:problem:not-found") == problem_of(before)
    assert answer.json() == between.json()
    assert (404, "urn:problem:not-found") == problem_of(await stand_ins.http.get(path))


async def test_a_subscription_is_charged_once(stand_ins: StandIns, provider: Provider) -> None:
    """A second charge is refused while the first one stands, and accepted when it is refunded."""
    charge = await made(stand_ins, provider.charge, provider.example, key="step")
    again = await send(stand_ins, provider.charge, provider.example)
    await send(stand_ins, provider.refund, provider.example, compensates="step")
    await made(stand_ins, provider.charge, provider.example)

    assert (409, "urn:problem:already-charged") == problem_of(again)
    assert charge in again.json()["detail"]


async def test_a_method_that_is_declined_everywhere_is_refused(
    stand_ins: StandIns, provider: Provider
) -> None:
    """No money moves."""
    sent = provider.example.but(payment_method="tok_declined_everywhere")

    assert (402, "urn:problem:payment-refused") == problem_of(await send(stand_ins, provider.charge, sent))
    assert [] == await stand_ins.effects()


async def test_only_the_first_provider_declines(stand_ins: StandIns, provider: Provider) -> None:
    """The method `tok_declined` is good for a charge at the second one."""
    answer = await send(stand_ins, provider.charge, provider.example.but(payment_method="tok_declined"))

    assert (402 if provider.name == "payments" else 201) == answer.status_code
