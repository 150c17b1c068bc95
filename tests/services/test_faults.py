"""Scripted faults: each kind as a caller meets it."""

import asyncio

import httpx
import pytest

from services.backstage.calls import CallState
from services.backstage.faults import FaultKind
from tests.services.caller import (
    AUTHORIZATION,
    COMPENSATIONS,
    OPERATIONS,
    POSTS,
    RESERVATION,
    Input,
    input_of,
    new_key,
    problem_of,
    send,
)
from tests.standins import StandIns

RESERVE = Input(RESERVATION)
AUTHORIZE = Input(AUTHORIZATION)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (FaultKind.REFUSE, (402, "urn:problem:payment-refused")),
        (FaultKind.ERROR, (500, "urn:problem:internal-error")),
        (FaultKind.UNAVAILABLE, (503, "urn:problem:unavailable")),
        (FaultKind.THROTTLE, (429, "urn:problem:throttled")),
        (FaultKind.UNAUTHORIZED, (401, "urn:problem:unauthorized")),
    ],
)
async def test_answers_without_an_effect(
    stand_ins: StandIns, kind: FaultKind, expected: tuple[int, str]
) -> None:
    """A refusal is a problem, leaves no effect, and the same request succeeds when the fault is over."""
    await stand_ins.faults.add("authorizePayment", kind)

    first, second = [await send(stand_ins, "authorizePayment", AUTHORIZE, key="k") for _ in range(2)]

    assert problem_of(first) == expected
    assert second.status_code == 201
    assert [1] == [effect.calls for effect in await stand_ins.effects()]


@pytest.mark.parametrize("operation", POSTS)
async def test_each_operation_has_its_own_refusal(stand_ins: StandIns, operation: str) -> None:
    """A scripted refusal without more is the first business refusal that the operation declares."""
    sent = await input_of(stand_ins, operation)
    await stand_ins.faults.add(operation, "refuse")

    answer = await send(stand_ins, operation, sent, compensates="step" if operation in COMPENSATIONS else "")

    refusal = OPERATIONS[operation].refusals[0]
    assert problem_of(answer) == (refusal.status, refusal.uri)


@pytest.mark.parametrize(
    ("kind", "problem", "expected"),
    [
        ("refuse", {"type": "already-authorized"}, (409, "urn:problem:already-authorized")),
        ("refuse", {"type": "urn:problem:card-lost"}, (402, "urn:problem:card-lost")),
        ("refuse", {"type": "card-lost", "status": 403}, (403, "urn:problem:card-lost")),
        ("refuse", {"status": 408}, (408, "urn:problem:payment-refused")),
        ("error", {"status": 502, "type": "bad-gateway"}, (502, "urn:problem:bad-gateway")),
    ],
)
async def test_the_problem_can_be_chosen(
    stand_ins: StandIns, kind: str, problem: dict[str, str | int], expected: tuple[int, str]
) -> None:
    """A refusal and an error take a type and a status; a declared type brings its own status."""
    await stand_ins.faults.add("authorizePayment", kind, problem=problem)

    assert problem_of(await send(stand_ins, "authorizePayment", AUTHORIZE)) == expected


async def test_the_detail_can_be_chosen(stand_ins: StandIns) -> None:
    """What the problem says in words can be scripted."""
    await stand_ins.faults.add("authorizePayment", "refuse", problem={"detail": "insufficient funds"})

    assert (await send(stand_ins, "authorizePayment", AUTHORIZE)).json()["detail"] == "insufficient funds"


@pytest.mark.parametrize("kind", ["unavailable", "throttle"])
@pytest.mark.parametrize("retry_after", [7, "Wed, 21 Oct 2026 07:28:00 GMT"])
async def test_retry_after_has_both_forms(stand_ins: StandIns, kind: str, retry_after: str | int) -> None:
    """Retry-After is as scripted, seconds or a date, and one second otherwise."""
    await stand_ins.faults.add("reserveInventory", kind)
    await stand_ins.faults.add("reserveInventory", kind, problem={"retry_after": retry_after})

    answers = [await send(stand_ins, "reserveInventory", RESERVE) for _ in range(2)]

    assert ["1", str(retry_after)] == [answer.headers["retry-after"] for answer in answers]


async def test_unauthorized_names_its_scheme(stand_ins: StandIns) -> None:
    """401 says how to authenticate."""
    await stand_ins.faults.add("reserveInventory", "unauthorized")

    assert (await send(stand_ins, "reserveInventory", RESERVE)).headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(("kind", "effects"), [("drop_connection", 0), ("effect_then_drop", 1)])
async def test_a_dropped_connection_has_no_answer(stand_ins: StandIns, kind: str, effects: int) -> None:
    """The connection is closed without an answer, before or after the effect; a retry is answered."""
    await stand_ins.faults.add("reserveInventory", kind)

    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        await send(stand_ins, "reserveInventory", RESERVE, key="k")

    assert len(await stand_ins.effects()) == effects
    assert (await send(stand_ins, "reserveInventory", RESERVE, key="k")).status_code == 201
    assert [effects + 1] == [effect.calls for effect in await stand_ins.effects()]


async def test_only_the_request_s_own_connection_is_dropped(stand_ins: StandIns) -> None:
    """Other requests under way at the time are answered."""
    await stand_ins.faults.add("reserveInventory", "drop_connection", match={"order_id": "A-7"})
    orders = [RESERVE.but(order_id=f"A-{n}") for n in range(10)]

    results = await asyncio.gather(
        *(send(stand_ins, "reserveInventory", order) for order in orders), return_exceptions=True
    )

    assert [7] == [n for n, result in enumerate(results) if isinstance(result, httpx.RemoteProtocolError)]
    assert len(await stand_ins.effects()) == 9


async def test_an_effect_then_a_timeout(stand_ins: StandIns) -> None:
    """The client gives up while the effect is made; its retry gets the answer, and there is one effect."""
    await stand_ins.faults.add("authorizePayment", "effect_then_timeout")
    impatient = httpx.AsyncClient(base_url=stand_ins.url, timeout=0.2)

    with pytest.raises(httpx.ReadTimeout):
        await impatient.post("/payments/authorizations", json=AUTHORIZATION, headers={"Idempotency-Key": "k"})
    await impatient.aclose()
    await stand_ins.wait_for_held("authorizePayment", CallState.HELD_AFTER_EFFECT)

    assert (await send(stand_ins, "authorizePayment", AUTHORIZE, key="k")).status_code == 201
    assert [2] == [effect.calls for effect in await stand_ins.effects()]


async def test_a_slow_answer_comes_late(stand_ins: StandIns) -> None:
    """A slow request has its effect after the scripted time, and is answered."""
    await stand_ins.faults.add("reserveInventory", "slow", seconds=0.2)

    answer = await send(stand_ins, "reserveInventory", RESERVE)

    (call,) = await stand_ins.calls()
    assert answer.status_code == 201
    assert call.ended_at
    assert (call.ended_at - call.at).total_seconds() >= 0.19


async def test_a_malformed_answer(stand_ins: StandIns) -> None:
    """The effect is made and the status right, but the body is not what was promised; a retry tells."""
    await stand_ins.faults.add("reserveInventory", "malformed")

    first, second = [await send(stand_ins, "reserveInventory", RESERVE, key="k") for _ in range(2)]

    assert (first.status_code, first.json()) == (201, {"result": "ok"})
    assert [second.json()["id"]] == [effect.resource_id for effect in await stand_ins.effects()]


async def test_compensations_go_wrong_too(stand_ins: StandIns) -> None:
    """A compensation whose answer is lost has undone the effect; its retry says so."""
    await send(stand_ins, "reserveInventory", RESERVE, key="step")
    await stand_ins.faults.add("releaseInventory", "effect_then_drop")

    with pytest.raises(httpx.RemoteProtocolError):
        await send(stand_ins, "releaseInventory", RESERVE, key="k", compensates="step")

    assert [] == await stand_ins.open_effects()
    retried = await send(stand_ins, "releaseInventory", RESERVE, key="k", compensates="step")
    assert retried.json()["status"] == "released"


async def test_a_fault_hits_a_repeated_request_too(stand_ins: StandIns) -> None:
    """A request whose effect exists can be refused on its way, which must not be taken for *no effect*."""
    await send(stand_ins, "authorizePayment", AUTHORIZE, key="k")
    await stand_ins.faults.add("authorizePayment", "refuse")

    assert (await send(stand_ins, "authorizePayment", AUTHORIZE, key="k")).status_code == 402
    assert len(await stand_ins.open_effects()) == 1


async def test_races_leave_nothing_open(stand_ins: StandIns) -> None:
    """However a step's attempts and its compensation overlap, nothing is left open and the stock is whole."""
    await stand_ins.faults.add("reserveInventory", "slow", times=60, seconds=0.01)
    await stand_ins.faults.add("releaseInventory", "slow", times=20, seconds=0.01)

    async def race() -> None:
        key = new_key()
        attempts = (send(stand_ins, "reserveInventory", RESERVE, key=key) for _ in range(3))
        await asyncio.gather(*attempts, send(stand_ins, "releaseInventory", RESERVE, compensates=key))

    await asyncio.gather(*(race() for _ in range(40)))

    assert [] == await stand_ins.open_effects()
    assert (await stand_ins.http.get("/inventory/stock/lamp")).json()["available"] == 1_000_000
