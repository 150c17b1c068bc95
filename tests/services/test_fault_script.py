"""The script of faults: which requests meet them, and how many."""

import asyncio

import pytest
from pydantic import JsonValue

from tests.services.caller import RESERVATION, Body, Input, input_of, problem_of, send
from tests.standins import StandIns

RESERVE = Input(RESERVATION)


@pytest.mark.parametrize(
    ("match", "status"),
    [
        ({"order_id": "A-1"}, 503),
        ({"order_id": "A-1", "items": RESERVATION["items"]}, 503),
        ({"order_id": "A-2"}, 201),
        ({"order_id": "A-1", "customer": "Ada"}, 201),
    ],
)
async def test_match_looks_at_the_body(stand_ins: StandIns, match: Body, status: int) -> None:
    """A fault with `match` meets the requests that have all of these fields, and is not spent on others."""
    fault = await stand_ins.faults.add("reserveInventory", "unavailable", match=match)

    answer = await send(stand_ins, "reserveInventory", RESERVE)

    assert answer.status_code == status
    assert [(fault.id, int(status == 503))] == [(f.id, f.taken) for f in await stand_ins.faults.all()]


async def test_match_looks_at_parameters(stand_ins: StandIns) -> None:
    """Query and path parameters can be matched like fields of the body."""
    sent = await input_of(stand_ins, "createShipment")
    wanted: dict[str, JsonValue] = dict(sent.params)
    await stand_ins.faults.add("createShipment", "unavailable", match=wanted)
    await stand_ins.faults.add("getStock", "unavailable", match={"sku": "lamp"})

    assert (await send(stand_ins, "createShipment", sent)).status_code == 503
    assert (await stand_ins.http.get("/inventory/stock/desk")).status_code == 200
    assert (await stand_ins.http.get("/inventory/stock/lamp")).status_code == 503


async def test_match_looks_at_the_flow(stand_ins: StandIns) -> None:
    """With `correlation_id` a fault meets only the calls of one flow, whatever is in their bodies."""
    await stand_ins.faults.add("reserveInventory", "unavailable", match={"correlation_id": "order-2"})

    answers = [
        await send(stand_ins, "reserveInventory", RESERVE, X_Correlation_ID=flow)
        for flow in ("order-1", "order-2")
    ]

    assert [201, 503] == [answer.status_code for answer in answers]


async def test_match_looks_at_the_occurrence(stand_ins: StandIns) -> None:
    """With `occurrence` a fault meets the flow's nth key of an operation, and leaves retries of earlier ones alone."""
    match: Body = {"correlation_id": "order-1", "occurrence": 2}
    await stand_ins.faults.add("reserveInventory", "unavailable", times=None, match=match)

    answers = [
        await send(stand_ins, "reserveInventory", RESERVE, key=key, X_Correlation_ID=flow)
        for key, flow in [
            ("a", "order-1"),
            ("b", "order-1"),
            ("a", "order-1"),
            ("c", "order-1"),
            ("b", "order-2"),
        ]
    ]

    assert [201, 503, 201, 201, 201] == [answer.status_code for answer in answers]
    assert (
        503
        == (
            await send(stand_ins, "reserveInventory", RESERVE, key="b", X_Correlation_ID="order-1")
        ).status_code
    )


async def test_one_fault_is_removed(stand_ins: StandIns) -> None:
    """A fault that is removed by its id meets nobody any more; the others stay, and a second removal finds nothing."""
    gone, stays = [await stand_ins.faults.add("reserveInventory", "unavailable") for _ in range(2)]

    removed = [(await stand_ins.http.delete(f"/_faults/{gone.id}")).json()["removed"] for _ in range(2)]

    assert [1, 0] == removed
    assert [stays] == await stand_ins.faults.all()


async def test_faults_are_taken_in_order(stand_ins: StandIns) -> None:
    """Several faults of one operation are a script: each as often as it says, then the next, then none."""
    await stand_ins.faults.add("reserveInventory", "throttle", times=2)
    await stand_ins.faults.add("reserveInventory", "error")

    answers = [await send(stand_ins, "reserveInventory", RESERVE, key="k") for _ in range(4)]

    assert [429, 429, 500, 201] == [answer.status_code for answer in answers]


async def test_times_are_counted_exactly(stand_ins: StandIns) -> None:
    """Of many requests at once exactly as many are hit as the fault says."""
    await stand_ins.faults.add("reserveInventory", "unavailable", times=7)

    answers = await asyncio.gather(*(send(stand_ins, "reserveInventory", RESERVE) for _ in range(40)))

    assert [answer.status_code for answer in answers].count(503) == 7


async def test_for_ever_ends_when_it_is_removed(stand_ins: StandIns) -> None:
    """Without `times` every request is hit, until the faults are removed."""
    await stand_ins.faults.add("reserveInventory", "unavailable", times=None)

    hit = [(await send(stand_ins, "reserveInventory", RESERVE)).status_code for _ in range(5)]
    await stand_ins.faults.clear()

    assert {503} == set(hit)
    assert (await send(stand_ins, "reserveInventory", RESERVE)).status_code == 201
    assert [] == await stand_ins.faults.all()


FAULT: Body = {"service": "payments", "operation": "authorizePayment", "kind": "refuse"}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"service": "bakery"}, "service"),
        ({"operation": "reserveInventory"}, "operation"),
        ({"kind": "explode"}, "kind"),
        ({"times": 0}, "times"),
        ({"match": "A-1"}, "match"),
        ({"seconds": 1}, "seconds"),
        ({"status": 500}, "status"),
        ({"kind": "error", "status": 404}, "status"),
        ({"kind": "slow", "retry_after": 3}, "retry_after"),
        ({"knid": "refuse"}, "knid"),
    ],
)
async def test_a_wrong_fault_names_the_field(stand_ins: StandIns, changed: Body, field: str) -> None:
    """A fault that cannot be is refused, naming the field that is wrong."""
    answer = await stand_ins.http.post("/_faults", json={**FAULT, **changed})

    assert problem_of(answer) == (422, "urn:problem:invalid-request")
    assert [f"#/{field}"] == [error["pointer"] for error in answer.json()["errors"]]
    assert [] == await stand_ins.faults.all()
