"""A whole order, as the flow will place it: what is left open when it completes, and when it is undone."""

from tests.services.caller import AUTHORIZATION, MESSAGE, RESERVATION, SHIPMENT, Input, made, send
from tests.standins import StandIns


async def placed(stand_ins: StandIns) -> dict[str, Input]:
    """Reserve, authorise and ship, each under its operation's id as key; what each was sent."""
    sent = {"reserveInventory": Input(RESERVATION), "authorizePayment": Input(AUTHORIZATION)}
    reservation, _ = [await made(stand_ins, step, sent[step], key=step) for step in sent]
    sent["createShipment"] = Input(SHIPMENT, {"reservationId": reservation})
    await made(stand_ins, "createShipment", sent["createShipment"], key="createShipment")
    return sent


async def test_a_completed_order_leaves_five_effects(stand_ins: StandIns) -> None:
    """Reservation, authorization, shipment, capture and message stay open, oldest first."""
    await placed(stand_ins)
    (authorization,) = await stand_ins.effects(operation="authorizePayment")
    captured = Input({"payment_id": authorization.resource_id, "amount": "12.50", "currency": "EUR"})
    await made(stand_ins, "capturePayment", captured)
    await made(stand_ins, "sendNotification", Input(MESSAGE))

    expected = [
        "reserveInventory",
        "authorizePayment",
        "createShipment",
        "capturePayment",
        "sendNotification",
    ]
    assert expected == [effect.operation for effect in await stand_ins.open_effects()]


async def test_a_compensated_order_leaves_none(stand_ins: StandIns) -> None:
    """Undone in reverse order nothing is left open, and every effect is still on the ledger."""
    sent = await placed(stand_ins)

    undone = [
        await send(stand_ins, "cancelShipment", sent["createShipment"], compensates="createShipment"),
        await send(stand_ins, "voidPayment", sent["authorizePayment"], compensates="authorizePayment"),
        await send(stand_ins, "releaseInventory", sent["reserveInventory"], compensates="reserveInventory"),
    ]

    assert ["cancelled", "voided", "released"] == [answer.json()["status"] for answer in undone]
    assert [] == await stand_ins.open_effects()
    assert len(await stand_ins.effects()) == 3
