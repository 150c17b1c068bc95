"""What can be read of the stand-ins: the ledger and the log, and that both can be forgotten."""

from datetime import UTC, datetime, timedelta

from services.backstage.calls import CallState
from services.backstage.ledger import EffectState
from services.catalogue import SERVICES
from tests.services.caller import AUTHORIZATION, RESERVATION, Input, problem_of, send
from tests.standins import StandIns

RESERVE = Input(RESERVATION)
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def test_the_ledger_has_one_row_per_effect(stand_ins: StandIns) -> None:
    """An effect's row says who made what under which key and when."""
    answer = await send(stand_ins, "reserveInventory", RESERVE, key="k", X_Correlation_ID="order-A-1")

    (row,) = (await stand_ins.http.get("/_effects")).json()
    at = datetime.fromisoformat(row.pop("at"))

    assert row == {
        "service": "inventory",
        "operation": "reserveInventory",
        "resource_id": answer.json()["id"],
        "key": "k",
        "correlation_id": "order-A-1",
        "state": "open",
        "calls": 1,
    }
    assert abs(datetime.now(UTC) - at) < timedelta(minutes=1)


async def test_the_ledger_can_be_asked(stand_ins: StandIns) -> None:
    """The effects of one flow, or those that are open, can be asked for alone."""
    for order in ("A-1", "A-2"):
        await send(stand_ins, "reserveInventory", RESERVE, key=order, X_Correlation_ID=f"order-{order}")
    await send(stand_ins, "releaseInventory", RESERVE, compensates="A-1")

    assert ["A-2"] == [effect.key for effect in await stand_ins.open_effects()]
    assert [] == await stand_ins.open_effects(correlation_id="order-A-1")
    (undone,) = await stand_ins.effects(correlation_id="order-A-1")
    assert undone.state is EffectState.UNDONE


async def test_the_log_has_one_row_per_call(stand_ins: StandIns) -> None:
    """Every call is logged with its key, correlation, trace context, and how it was answered."""
    headers = {"X_Correlation_ID": "order-A-1", "traceparent": TRACEPARENT}
    await send(stand_ins, "reserveInventory", RESERVE, key="a", **headers)
    await send(stand_ins, "releaseInventory", RESERVE, key="b", compensates="a", **headers)

    step, compensation = await stand_ins.calls()

    assert (step.service, step.operation, step.key, step.status) == (
        "inventory",
        "reserveInventory",
        "a",
        201,
    )
    assert (step.correlation_id, step.traceparent) == ("order-A-1", TRACEPARENT)
    assert (compensation.operation, compensation.compensates) == ("releaseInventory", "a")
    assert compensation.id > step.id
    assert step.ended_at
    assert step.at <= step.ended_at


async def test_what_is_refused_is_logged(stand_ins: StandIns) -> None:
    """A call with an invalid body, without a key, or dropped, is in the log too."""
    await send(stand_ins, "reserveInventory", RESERVE.but(items=[]))
    await stand_ins.http.post("/inventory/reservations", json=RESERVATION)
    await stand_ins.http.post("/inventory/reservations", content="{")
    await stand_ins.http.get("/inventory/reservations/res_0")

    assert [422, 400, 422, 404] == [call.status for call in await stand_ins.calls()]


async def test_the_log_can_be_asked(stand_ins: StandIns) -> None:
    """Calls can be asked for by operation, correlation, and since the last one that is known."""
    await send(stand_ins, "authorizePayment", Input(AUTHORIZATION), X_Correlation_ID="order-A-1")
    (first,) = await stand_ins.calls()
    await send(stand_ins, "reserveInventory", RESERVE, key="k")

    assert ["k"] == [call.key for call in await stand_ins.calls(after=first.id)]
    assert [first] == await stand_ins.calls(operation="authorizePayment")
    assert [first] == await stand_ins.calls(correlation_id="order-A-1")
    assert len(await stand_ins.calls(state=CallState.ANSWERED)) == 2


async def test_a_wrong_question_is_refused(stand_ins: StandIns) -> None:
    """A misspelt filter is an error, lest it be taken for *all*."""
    answer = await stand_ins.http.get("/_effects", params={"correlationid": "order-A-1"})

    assert problem_of(answer) == (422, "urn:problem:invalid-request")
    assert answer.json()["errors"][0]["parameter"] == "correlationid"


async def test_a_reset_forgets_everything(stand_ins: StandIns) -> None:
    """After a reset there is no effect, call or fault, and the same key makes a new effect."""
    first = await send(stand_ins, "reserveInventory", RESERVE, key="k")
    await send(stand_ins, "releaseInventory", RESERVE, compensates="k")
    await stand_ins.faults.add("reserveInventory", "error", times=None)

    await stand_ins.reset()

    assert ([], [], []) == (await stand_ins.effects(), await stand_ins.calls(), await stand_ins.faults.all())
    second = await send(stand_ins, "reserveInventory", RESERVE, key="k")
    assert second.status_code == 201
    assert second.json()["id"] != first.json()["id"]


async def test_health(stand_ins: StandIns) -> None:
    """Health says which services are served, and how many wait for calls."""
    answer = (await stand_ins.http.get("/_health")).json()

    assert answer == {"status": "ok", "services": [service.name for service in SERVICES], "waiting": 0}
