"""Every error is a problem (RFC 9457) that says what is wrong and where."""

import pytest

from tests.services.caller import AUTHORIZATION, RESERVATION, Body, Input, new_key, problem_of, send
from tests.standins import StandIns

INVALID = (422, "urn:problem:invalid-request")


@pytest.mark.parametrize(
    ("changed", "pointers"),
    [
        ({"items": [{"sku": "lamp", "quantity": 0}]}, ["#/items/0/quantity"]),
        ({"items": []}, ["#/items"]),
        ({"order_id": None}, ["#/order_id"]),
        ({"order_id": "", "items": [{"sku": "lamp"}]}, ["#/order_id", "#/items/0/quantity"]),
        ({"a/b~c": 1}, ["#/a~1b~0c"]),
    ],
)
async def test_each_wrong_field_is_pointed_at(
    stand_ins: StandIns, changed: Body, pointers: list[str]
) -> None:
    """Each wrong field of the body has its JSON pointer, an unknown one too."""
    answer = await send(stand_ins, "reserveInventory", Input(RESERVATION).but(**changed))

    assert problem_of(answer) == INVALID
    assert pointers == [error["pointer"] for error in answer.json()["errors"]]


@pytest.mark.parametrize("amount", ["0", "-1", "1.005", "12345678901.00", "a lot", "NaN", "Infinity"])
async def test_money_is_checked(stand_ins: StandIns, amount: str) -> None:
    """An amount is positive, has at most two decimals, and is a number."""
    answer = await send(stand_ins, "authorizePayment", Input(AUTHORIZATION).but(amount=amount))

    assert problem_of(answer) == INVALID
    assert [] == await stand_ins.effects()


@pytest.mark.parametrize("content", ["{", "", "[]", '"order"'])
async def test_an_unreadable_body_is_a_problem(stand_ins: StandIns, content: str) -> None:
    """What is not the JSON object that is asked for is refused as such."""
    headers = {"Idempotency-Key": new_key(), "Content-Type": "application/json"}

    answer = await stand_ins.http.post("/inventory/reservations", content=content, headers=headers)

    assert problem_of(answer) == INVALID


async def test_what_was_sent_is_not_repeated(stand_ins: StandIns) -> None:
    """A problem does not carry the value that was wrong, which may be a secret."""
    answer = await send(
        stand_ins, "authorizePayment", Input(AUTHORIZATION).but(payment_method=["tok_secret"])
    )

    assert problem_of(answer) == INVALID
    assert "tok_secret" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/nowhere", (404, "urn:problem:not-found")),
        ("GET", "/inventory/nowhere", (404, "urn:problem:not-found")),
        ("GET", "/payments/authorizations/pay_0", (404, "urn:problem:not-found")),
        ("GET", "/shipping/shipments/shp_0", (404, "urn:problem:not-found")),
        ("GET", "/notifications/messages/msg_0", (404, "urn:problem:not-found")),
        ("DELETE", "/inventory/reservations", (405, "urn:problem:method-not-allowed")),
        ("DELETE", "/_calls", (405, "urn:problem:method-not-allowed")),
    ],
)
async def test_what_is_not_there_is_a_problem(
    stand_ins: StandIns, method: str, path: str, expected: tuple[int, str]
) -> None:
    """Unknown paths, resources and methods are problems too, of the services and of the control."""
    assert problem_of(await stand_ins.http.request(method, path)) == expected
