"""The shipping's own rules."""

import pytest

from tests.services.caller import (
    ADDRESS,
    RESERVATION,
    SHIPMENT,
    Input,
    input_of,
    made,
    problem_of,
    send,
)
from tests.standins import StandIns


async def test_a_shipment_has_a_tracking_id(stand_ins: StandIns) -> None:
    """The answer carries what the customer can follow, and the shipment can be looked up."""
    answer = await send(stand_ins, "createShipment", await input_of(stand_ins, "createShipment"))

    shipment = answer.json()
    assert answer.status_code == 201
    assert shipment == {
        "id": shipment["id"],
        "order_id": "A-1",
        "tracking_id": shipment["tracking_id"],
        "status": "created",
    }
    assert shipment["tracking_id"].startswith("TRK")
    assert (await stand_ins.http.get(f"/shipping/shipments/{shipment['id']}")).json() == shipment


async def test_an_unserved_country_is_refused(stand_ins: StandIns) -> None:
    """Where no carrier goes nothing is shipped."""
    sent = await input_of(stand_ins, "createShipment")

    answer = await send(stand_ins, "createShipment", sent.but(address={**ADDRESS, "country": "AQ"}))

    assert problem_of(answer) == (422, "urn:problem:address-not-served")


@pytest.mark.parametrize("reservation", ["unknown", "released", "of another order"])
async def test_the_reservation_has_to_be_open(stand_ins: StandIns, reservation: str) -> None:
    """Nothing is shipped from a reservation that is unknown, released, or another order's."""
    order = "A-2" if reservation == "of another order" else "A-1"
    reserved = await made(stand_ins, "reserveInventory", Input(RESERVATION).but(order_id=order), key="step")
    if reservation == "released":
        await send(stand_ins, "releaseInventory", Input(RESERVATION), compensates="step")
    chosen = "res_0" if reservation == "unknown" else reserved

    answer = await send(stand_ins, "createShipment", Input(SHIPMENT, {"reservationId": chosen}))

    assert problem_of(answer) == (409, "urn:problem:reservation-not-open")


async def test_the_reservation_has_to_be_named(stand_ins: StandIns) -> None:
    """The reservation is a query parameter, and required."""
    answer = await send(stand_ins, "createShipment", Input(SHIPMENT))

    assert problem_of(answer) == (422, "urn:problem:invalid-request")
    assert answer.json()["errors"][0]["parameter"] == "reservationId"


async def test_a_cancelled_shipment_says_so(stand_ins: StandIns) -> None:
    """After its compensation a shipment is still there, as cancelled."""
    sent = await input_of(stand_ins, "createShipment")
    shipment = await made(stand_ins, "createShipment", sent, key="step")
    await send(stand_ins, "cancelShipment", sent, compensates="step")

    assert (await stand_ins.http.get(f"/shipping/shipments/{shipment}")).json()["status"] == "cancelled"
