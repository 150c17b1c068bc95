"""The inventory's own rules."""

import pytest
from pydantic import JsonValue

from tests.services.caller import RESERVATION, Input, made, problem_of, send
from tests.standins import StandIns


async def available(stand_ins: StandIns, sku: str) -> int:
    return int((await stand_ins.http.get(f"/inventory/stock/{sku}")).json()["available"])


async def test_a_reservation_takes_stock(stand_ins: StandIns) -> None:
    """Each sku is counted down by what all items of the order ask of it."""
    items: JsonValue = [
        {"sku": "lamp", "quantity": 2},
        {"sku": "desk", "quantity": 1},
        {"sku": "lamp", "quantity": 3},
    ]

    answer = await send(stand_ins, "reserveInventory", Input({"order_id": "A-1", "items": items}))

    assert answer.status_code == 201
    assert answer.json() == {"id": answer.json()["id"], "order_id": "A-1", "status": "reserved"}
    assert [await available(stand_ins, sku) for sku in ("lamp", "desk")] == [999_995, 999_999]


async def test_a_release_gives_stock_back(stand_ins: StandIns) -> None:
    """After the release the stock is as before, and the reservation says that it is released."""
    reservation = await made(stand_ins, "reserveInventory", Input(RESERVATION), key="step")
    await send(stand_ins, "releaseInventory", Input(RESERVATION), compensates="step")

    assert await available(stand_ins, "lamp") == 1_000_000
    answer = await stand_ins.http.get(f"/inventory/reservations/{reservation}")
    assert answer.json() == {"id": reservation, "order_id": "A-1", "status": "released"}


@pytest.mark.parametrize(
    "item",
    [{"sku": "sold-out-lamp", "quantity": 1}, {"sku": "lamp", "quantity": 1_000_001}],
    ids=["none", "few"],
)
async def test_all_items_or_none(stand_ins: StandIns, item: dict[str, JsonValue]) -> None:
    """When one item is out of stock the order is refused, and nothing is taken for the others."""
    sent = Input({"order_id": "A-1", "items": [{"sku": "desk", "quantity": 1}, item]})

    answer = await send(stand_ins, "reserveInventory", sent)

    assert problem_of(answer) == (409, "urn:problem:out-of-stock")
    assert await available(stand_ins, "desk") == 1_000_000
    assert [] == await stand_ins.effects()


async def test_the_last_piece_is_sold_once(stand_ins: StandIns) -> None:
    """When all pieces are reserved the next order is out of stock."""
    everything = Input({"order_id": "A-1", "items": [{"sku": "lamp", "quantity": 1_000_000}]})
    await made(stand_ins, "reserveInventory", everything)

    assert problem_of(await send(stand_ins, "reserveInventory", Input(RESERVATION)))[0] == 409


async def test_an_unknown_reservation_is_not_found(stand_ins: StandIns) -> None:
    """What nobody made is not found."""
    answer = await stand_ins.http.get("/inventory/reservations/res_0")

    assert problem_of(answer) == (404, "urn:problem:not-found")
