"""The dispatch from its start to what the partners have of it."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import pytest

from models.dispatch import Mode
from services.backstage.calls import Call, CallState
from services.backstage.faults import FaultKind
from tests.endings import PATIENCE, end_of, status_of
from tests.workflows.dispatching import FLOW, SEVEN, dispatch, go_wrong, result_of, statuses
from tests.workflows.playing import Handle, Playing

HELD = CallState.HELD_BEFORE_EFFECT


EACH_MODE: Sequence[Mode] = ("independent", "dependent", "partly_dependent")


async def held(playing: Playing, handle: Handle, count: int) -> list[Call]:
    """So many deliveries that are under way at the same time."""
    return await playing.stand_ins.wait_for_calls(
        "deliverMessage", state=HELD, correlation_id=handle.id, count=count
    )


@pytest.mark.parametrize("mode", EACH_MODE)
@pytest.mark.parametrize("count", [1, 2, 7])
async def test_all_are_reached(playing: Playing, count: int, mode: Mode) -> None:
    """Each partner has the message once, and the answer names each delivery, in the order of the request."""
    names = list(SEVEN)[:count]
    targets = {name: SEVEN[name] for name in names} if mode == "partly_dependent" else names
    handle = await playing.start(FLOW, dispatch(f"all-{mode}-{count}", targets, mode=mode))

    result = await result_of(handle)
    effects = await playing.stand_ins.open_effects(correlation_id=handle.id)
    assert ("success", names) == (result.overall_status, [target.name for target in result.targets])
    assert Counter(effect.resource_id for effect in effects) == Counter(
        target.delivery_id for target in result.targets
    )
    assert ["deliverMessage"] * count == await playing.operations(handle)


async def test_independent_targets_are_reached_at_the_same_time(unhurried: Playing) -> None:
    """All seven deliveries are under way at once: none is answered before the last one has come."""
    asked = dispatch("at-once", list(SEVEN))
    for partner in SEVEN:
        await go_wrong(unhurried, asked, partner, FaultKind.HOLD_BEFORE_EFFECT)
    handle = await unhurried.start(FLOW, asked)
    await held(unhurried, handle, len(SEVEN))
    await unhurried.stand_ins.release()

    assert (await result_of(handle)).overall_status == "success"
    assert ["deliverMessage"] * len(SEVEN) == await unhurried.operations(handle)


async def test_a_chain_is_reached_one_after_the_other(playing: Playing) -> None:
    """No delivery begins before the one before it has ended."""
    handle = await playing.start(FLOW, dispatch("chain", ["c", "a", "b"], mode="dependent"))
    await handle.result(rpc_timeout=PATIENCE)

    steps = [step.name for step in (await status_of(handle)).steps]
    calls = await playing.stand_ins.calls(correlation_id=handle.id)
    assert ["deliver_c", "deliver_a", "deliver_b"] == steps
    for before, after in pairwise(calls):
        assert before.ended_at
        assert before.ended_at <= after.at


async def test_a_target_waits_for_those_that_it_needs_and_for_nobody_else(unhurried: Playing) -> None:
    """While billing is under way, a branch that does not need it goes on to its end: there are no levels."""
    asked = dispatch("no-levels", SEVEN, mode="partly_dependent")
    await go_wrong(unhurried, asked, "billing", FaultKind.HOLD_BEFORE_EFFECT)
    handle = await unhurried.start(FLOW, asked)
    await held(unhurried, handle, 1)
    reached = {
        "deliver_crm",
        "deliver_billing",
        "deliver_newsletter",
        "deliver_logistics",
        "deliver_warehouse",
    }
    status = await unhurried.until(handle, lambda seen: len(seen.steps) == len(reached))
    await unhurried.until(handle, lambda seen: sum(step.status == "completed" for step in seen.steps) == 4)
    await unhurried.stand_ins.release()

    assert reached == {step.name for step in status.steps}
    assert (await result_of(handle)).overall_status == "success"
    assert [step.name for step in (await status_of(handle)).steps][-2:] == [
        "deliver_invoices",
        "deliver_archive",
    ]


async def test_what_needs_a_failed_target_is_not_tried(playing: Playing) -> None:
    """The answer has each target's own result or error; what did not need it is reached all the same."""
    asked = dispatch("not-tried", SEVEN, mode="partly_dependent")
    await go_wrong(playing, asked, "crm", FaultKind.REFUSE)
    result = await result_of(await playing.start(FLOW, asked))

    by_name = {target.name: target for target in result.targets}
    assert "partial_success" == result.overall_status
    assert {
        **dict.fromkeys(("billing", "newsletter"), "delivered"),
        **dict.fromkeys(("invoices", "logistics", "warehouse", "archive"), "not_tried"),
        "crm": "failed",
    } == statuses(result)
    assert (by_name["crm"].error or "").startswith("PartnerRefused: ")
    assert ("needs crm", "needs invoices, warehouse") == (by_name["invoices"].error, by_name["archive"].error)


async def test_a_lost_answer_is_no_failure(playing: Playing) -> None:
    """The partner is asked what it has of the message; it was delivered."""
    asked = dispatch("lost", ["crm"])
    await go_wrong(playing, asked, "crm", FaultKind.EFFECT_THEN_DROP, times=None)
    handle = await playing.start(FLOW, asked)

    assert (await result_of(handle)).overall_status == "success"
    assert "findDelivery" in await playing.operations(handle)
    assert await playing.open(handle) == Counter(["deliverMessage"])


async def test_a_cancel_recalls_what_was_delivered(playing: Playing) -> None:
    """What is under way is waited for."""
    asked = dispatch("cancelled", ["crm", "billing"], mode="dependent", on_partial="retry_later")
    await go_wrong(playing, asked, "billing", FaultKind.HOLD_AFTER_EFFECT)
    handle = await playing.start(FLOW, asked)
    await playing.stand_ins.wait_for_held("deliverMessage", CallState.HELD_AFTER_EFFECT)
    await handle.cancel()
    await playing.stand_ins.release()

    assert await end_of(handle) == "CancelledError"
    assert await playing.open(handle) == Counter()
