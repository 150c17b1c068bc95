"""One key, one effect, one answer."""

import asyncio

import pytest

from services.backstage.calls import CallState
from tests.services.caller import (
    AUTHORIZATION,
    EFFECTS,
    OPERATIONS,
    POSTS,
    RESERVATION,
    Input,
    input_of,
    new_key,
    path_of,
    problem_of,
    send,
)
from tests.standins import StandIns


@pytest.mark.parametrize("operation", POSTS)
async def test_a_key_is_required(stand_ins: StandIns, operation: str) -> None:
    """A request of any operation with an effect is refused without Idempotency-Key, and has none."""
    sent = await input_of(stand_ins, operation)

    asked = OPERATIONS[operation]
    answer = await stand_ins.http.request(asked.method, path_of(asked), json=sent.body, params=sent.params)

    assert problem_of(answer) == (400, "urn:problem:key-missing")
    assert [] == await stand_ins.effects(operation=operation)


async def test_a_key_has_a_bound(stand_ins: StandIns) -> None:
    """A key longer than 255 characters is refused, naming the header."""
    answer = await send(stand_ins, "reserveInventory", Input(RESERVATION), key="k" * 256)

    assert problem_of(answer) == (422, "urn:problem:invalid-request")
    assert answer.json()["errors"][0]["header"] == "Idempotency-Key"


@pytest.mark.parametrize("operation", EFFECTS)
async def test_the_same_request_has_one_effect(stand_ins: StandIns, operation: str) -> None:
    """Sent three times under one key, a step answers the same three times, and its effect exists once."""
    sent, key = await input_of(stand_ins, operation), new_key()

    answers = [await send(stand_ins, operation, sent, key=key) for _ in range(3)]

    assert {(a.status_code, a.text) for a in answers} == {(OPERATIONS[operation].status, answers[0].text)}
    (effect,) = await stand_ins.effects(operation=operation)
    made, _, _ = effect.resource_id.partition("/")  # of a member the group, then the user
    assert (effect.key, effect.calls, made) == (key, 3, answers[0].json()["id"])


async def test_equal_is_what_means_the_same(stand_ins: StandIns) -> None:
    """The order of a body's fields makes no difference."""
    turned = Input(dict(reversed(RESERVATION.items())))

    first = await send(stand_ins, "reserveInventory", Input(RESERVATION), key="k")

    assert (await send(stand_ins, "reserveInventory", turned, key="k")).text == first.text


@pytest.mark.parametrize("operation", ["reserveInventory", "authorizePayment", "createShipment"])
async def test_another_body_is_refused(stand_ins: StandIns, operation: str) -> None:
    """A key that was used for one body is refused for another, whose effect does not happen."""
    sent = await input_of(stand_ins, operation)
    await send(stand_ins, operation, sent, key="k")

    answer = await send(stand_ins, operation, sent.but(order_id="A-2"), key="k")

    assert problem_of(answer) == (422, "urn:problem:key-reused")
    assert len(await stand_ins.effects(operation=operation)) == 1


async def test_other_parameters_are_refused(stand_ins: StandIns) -> None:
    """A query parameter belongs to what a key stands for."""
    sent = await input_of(stand_ins, "createShipment")
    await send(stand_ins, "createShipment", sent, key="k")

    answer = await send(stand_ins, "createShipment", Input(sent.body, {"reservationId": "res_2"}), key="k")

    assert problem_of(answer) == (422, "urn:problem:key-reused")


async def test_another_operation_is_refused(stand_ins: StandIns) -> None:
    """A key of one operation is refused for another one of the same service, with the same body."""
    sent = await input_of(stand_ins, "capturePayment")
    await send(stand_ins, "capturePayment", sent, key="k")

    assert problem_of(await send(stand_ins, "refundPayment", sent, key="k")) == (
        422,
        "urn:problem:key-reused",
    )


async def test_services_do_not_share_keys(stand_ins: StandIns) -> None:
    """Two services know nothing of each other's keys."""
    answers = [
        await send(stand_ins, "reserveInventory", Input(RESERVATION), key="k"),
        await send(stand_ins, "authorizePayment", Input(AUTHORIZATION), key="k"),
    ]

    assert [201, 201] == [answer.status_code for answer in answers]


async def test_a_running_key_is_refused(stand_ins: StandIns) -> None:
    """While the first request runs, the same again is in progress, and another body is a reuse."""
    await stand_ins.faults.add("reserveInventory", "hold_before_effect")
    first = asyncio.create_task(send(stand_ins, "reserveInventory", Input(RESERVATION), key="k"))
    await stand_ins.wait_for_held("reserveInventory")

    same = await send(stand_ins, "reserveInventory", Input(RESERVATION), key="k")
    other = await send(stand_ins, "reserveInventory", Input(RESERVATION).but(order_id="A-2"), key="k")
    await stand_ins.release()

    assert problem_of(same) == (409, "urn:problem:key-in-progress")
    assert problem_of(other) == (422, "urn:problem:key-reused")
    assert (await first).status_code == 201


async def test_a_key_is_free_once_its_effect_is_made(stand_ins: StandIns) -> None:
    """When the effect is made and not yet answered, a repetition gets the answer that the first is owed."""
    await stand_ins.faults.add("reserveInventory", "hold_after_effect")
    first = asyncio.create_task(send(stand_ins, "reserveInventory", Input(RESERVATION), key="k"))
    await stand_ins.wait_for_held("reserveInventory", CallState.HELD_AFTER_EFFECT)

    second = await send(stand_ins, "reserveInventory", Input(RESERVATION), key="k")
    await stand_ins.release()

    assert second.text == (await first).text


async def test_many_at_once_have_one_effect(stand_ins: StandIns) -> None:
    """Thirty times the same at once: one effect, and every answer is either its own or *in progress*."""
    answers = await asyncio.gather(
        *(send(stand_ins, "authorizePayment", Input(AUTHORIZATION), key="k") for _ in range(30))
    )

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.text for answer in answers if answer.status_code == 201}) == 1
    assert len(await stand_ins.effects()) == 1


async def test_a_refusal_is_not_remembered(stand_ins: StandIns) -> None:
    """What was refused under a key is decided anew when it comes again, by the state of that time."""
    everything = Input({"order_id": "A-1", "items": [{"sku": "lamp", "quantity": 1_000_000}]})
    await send(stand_ins, "reserveInventory", everything, key="all")
    refused = await send(stand_ins, "reserveInventory", Input(RESERVATION), key="k")
    await send(stand_ins, "releaseInventory", everything, compensates="all")

    again = await send(stand_ins, "reserveInventory", Input(RESERVATION), key="k")

    assert problem_of(refused) == (409, "urn:problem:out-of-stock")
    assert again.status_code == 201
