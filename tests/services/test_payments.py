"""The payments' own rules."""

import httpx
import pytest

from tests.services.caller import AUTHORIZATION, Body, Input, input_of, made, problem_of, send
from tests.standins import StandIns


async def status_of(stand_ins: StandIns, payment: str) -> str:
    return str((await stand_ins.http.get(f"/payments/authorizations/{payment}")).json()["status"])


async def send_amount(stand_ins: StandIns, operation: str, payment: str, amount: str) -> httpx.Response:
    return await send(
        stand_ins, operation, Input({"payment_id": payment, "amount": amount, "currency": "EUR"})
    )


async def test_an_authorization_echoes_the_money(stand_ins: StandIns) -> None:
    """The answer says what was authorised, to the cent as it was asked, and nothing of the payment method."""
    answer = await send(stand_ins, "authorizePayment", Input(AUTHORIZATION))

    expected = {"order_id": "A-1", "amount": "12.50", "currency": "EUR", "status": "authorized"}
    assert answer.status_code == 201
    assert answer.json() == {"id": answer.json()["id"], **expected}


async def test_a_declined_method_is_refused(stand_ins: StandIns) -> None:
    """The payment method `tok_declined` is refused, and has no effect."""
    sent = Input(AUTHORIZATION).but(payment_method="tok_declined")

    answer = await send(stand_ins, "authorizePayment", sent)

    assert problem_of(answer) == (402, "urn:problem:payment-refused")
    assert [] == await stand_ins.effects()


@pytest.mark.parametrize("captured", [False, True], ids=["authorized", "captured"])
async def test_an_order_is_authorized_once(stand_ins: StandIns, *, captured: bool) -> None:
    """A second authorization of an order is refused while the first one is open, captured or not."""
    payment = await made(stand_ins, "authorizePayment", Input(AUTHORIZATION))
    if captured:
        await send_amount(stand_ins, "capturePayment", payment, "12.50")

    answer = await send(stand_ins, "authorizePayment", Input(AUTHORIZATION))

    assert problem_of(answer) == (409, "urn:problem:already-authorized")
    assert payment in answer.json()["detail"]


async def test_a_voided_order_can_be_authorized_again(stand_ins: StandIns) -> None:
    """After a void the order is free for another authorization."""
    first = await made(stand_ins, "authorizePayment", Input(AUTHORIZATION), key="step")
    await send(stand_ins, "voidPayment", Input(AUTHORIZATION), compensates="step")

    await made(stand_ins, "authorizePayment", Input(AUTHORIZATION))

    assert await status_of(stand_ins, first) == "voided"


async def test_a_payment_is_captured_once(stand_ins: StandIns) -> None:
    """A captured payment cannot be captured under another key."""
    sent = await input_of(stand_ins, "capturePayment")
    capture = await send(stand_ins, "capturePayment", sent)

    again = await send(stand_ins, "capturePayment", sent)

    payment = str(sent.body["payment_id"])
    assert capture.json() == {"id": capture.json()["id"], "payment_id": payment, "status": "captured"}
    assert problem_of(again) == (409, "urn:problem:already-captured")
    assert await status_of(stand_ins, payment) == "captured"


async def test_a_voided_payment_is_not_captured(stand_ins: StandIns) -> None:
    """Only an authorised payment can be captured."""
    payment = await made(stand_ins, "authorizePayment", Input(AUTHORIZATION), key="step")
    await send(stand_ins, "voidPayment", Input(AUTHORIZATION), compensates="step")

    answer = await send_amount(stand_ins, "capturePayment", payment, "12.50")

    assert problem_of(answer) == (409, "urn:problem:payment-not-authorized")


@pytest.mark.parametrize("operation", ["capturePayment", "refundPayment"])
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"payment_id": "pay_0"}, (404, "urn:problem:payment-not-found")),
        ({"currency": "USD"}, (404, "urn:problem:payment-not-found")),
        ({"amount": "12.51"}, (422, "urn:problem:amount-not-covered")),
    ],
)
async def test_money_moves_only_within_the_payment(
    stand_ins: StandIns, operation: str, changed: Body, expected: tuple[int, str]
) -> None:
    """Another payment, another currency or more money than there is are refused."""
    sent = await input_of(stand_ins, operation)

    assert problem_of(await send(stand_ins, operation, sent.but(**changed))) == expected


async def test_what_is_not_captured_is_not_refunded(stand_ins: StandIns) -> None:
    """An authorization alone has nothing to give back."""
    sent = await input_of(stand_ins, "capturePayment")

    assert problem_of(await send(stand_ins, "refundPayment", sent)) == (
        409,
        "urn:problem:payment-not-captured",
    )


async def test_a_refund_in_parts(stand_ins: StandIns) -> None:
    """Parts can be refunded until all is given back, and not more."""
    sent = await input_of(stand_ins, "refundPayment")
    payment = str(sent.body["payment_id"])

    amounts = ("10.00", "2.51", "2.50", "0.01")
    answers = [await send_amount(stand_ins, "refundPayment", payment, amount) for amount in amounts]

    assert [201, 422, 201, 409] == [answer.status_code for answer in answers]
    assert await status_of(stand_ins, payment) == "refunded"


async def test_a_capture_is_undone_by_a_refund(stand_ins: StandIns) -> None:
    """As a capture's compensation a refund gives back what is left; then the payment can be voided."""
    authorization = Input(AUTHORIZATION)
    payment = await made(stand_ins, "authorizePayment", authorization, key="authorize")
    captured = Input({"payment_id": payment, "amount": "12.50", "currency": "EUR"})
    await made(stand_ins, "capturePayment", captured, key="capture")

    refunded = await send(stand_ins, "refundPayment", captured, compensates="capture")
    voided = await send(stand_ins, "voidPayment", authorization, compensates="authorize")

    assert [200, 200] == [refunded.status_code, voided.status_code]
    assert await status_of(stand_ins, payment) == "refunded"
    assert [] == await stand_ins.open_effects()
