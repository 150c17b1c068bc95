"""Documents carried out durably, against the stand-ins: what they do there is counted there."""

from collections.abc import Sequence

from services.backstage.ledger import Effect, EffectState
from tests.endings import end_of, status_of
from tests.workflows.documents import example, plan_of, play
from tests.workflows.playing import Handle, Playing


async def test_an_order_of_a_document_completes(playing: Playing) -> None:
    """The article's order runs as it stands: three services are called, and its outputs are its result."""
    handle = await play(playing, plan_of("place-order"), example("place-order"))

    assert await end_of(handle) == "completed"
    effects = await _effects(playing, handle)
    assert [one.operation for one in effects] == ["reserveInventory", "authorizePayment", "createShipment"]
    assert {one.state for one in effects} == {EffectState.OPEN}
    result = await handle.result()
    assert [one.resource_id in result.values() for one in effects] == [True, True, True]


async def test_an_order_of_a_document_is_undone(playing: Playing) -> None:
    """With x-compensate a shipment that is refused has the payment voided and the stock released, newest first."""
    await playing.stand_ins.faults.add("createShipment", "refuse")
    handle = await play(playing, plan_of("place-order-saga"), example("place-order-saga"))

    assert await end_of(handle) == "AddressNotServed"
    failed = (await status_of(handle)).steps[-1].error or ""
    assert failed.startswith("AddressNotServed: answered 422 (")
    assert failed.endswith("; $statusCode == 201 does not hold: $statusCode is 422")
    assert {one.state for one in await _effects(playing, handle)} == {EffectState.UNDONE}
    calls = await playing.stand_ins.calls()
    mine = [call.operation for call in calls if call.correlation_id == handle.id]
    assert mine == [
        "reserveInventory",
        "authorizePayment",
        "createShipment",
        "voidPayment",
        "releaseInventory",
    ]


async def test_a_status_shows_what_a_step_was_given(playing: Playing) -> None:
    """The status of a step has the values that it read, and its outputs; the plan is not in it."""
    given = example("place-order")
    handle = await play(playing, plan_of("place-order"), given)
    await handle.result()

    first = (await status_of(handle)).steps[0]
    assert first.name == "reserveStock"
    assert isinstance(first.input, dict)
    assert first.input == {"inputs": {name: given[name] for name in ("items", "orderId")}}
    assert isinstance(first.result, dict)
    assert first.result["status"] == 201


async def _effects(playing: Playing, handle: Handle) -> Sequence[Effect]:
    return await playing.stand_ins.effects(correlation_id=handle.id)
