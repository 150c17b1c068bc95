"""What becomes of a dispatch that does not reach everybody: kept, tried again later, or undone."""

from collections import Counter
from datetime import timedelta

import pytest
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ApplicationError

from models.dispatch import OnPartial
from saga import FlowState, StepState
from services.backstage.calls import CallState
from services.backstage.faults import FaultKind
from tests.endings import PATIENCE, end_of, status_of
from tests.eventually import eventually
from tests.workflows.dispatching import FLOW, dispatch, go_wrong, result_of, statuses
from tests.workflows.playing import Playing


async def test_of_two_one_fails_and_the_other_is_kept(playing: Playing) -> None:
    """A partial success is an answer: the flow completes, and what was delivered stands."""
    handle = await playing.start(FLOW, dispatch("kept", ["crm", "closed_shop"]))
    result = await result_of(handle)

    assert "partial_success" == result.overall_status
    assert {"crm": "delivered", "closed_shop": "failed"} == statuses(result)
    assert await playing.open(handle) == Counter(["deliverMessage"])
    assert (await status_of(handle)).status is FlowState.COMPLETED


@pytest.mark.parametrize("on_partial", ["keep", "compensate"])
async def test_where_nobody_is_reached(playing: Playing, on_partial: OnPartial) -> None:
    """To keep means an answer that says failure; to compensate means that the flow fails."""
    name = f"nobody-{on_partial}"
    handle = await playing.start(FLOW, dispatch(name, ["closed_shop", "closed_bar"], on_partial=on_partial))

    if on_partial == "keep":
        assert (await result_of(handle)).overall_status == "failure"
    assert await end_of(handle) == ("completed" if on_partial == "keep" else "PartialDispatch")
    assert await playing.open(handle) == Counter()


async def test_all_or_none_leaves_none(playing: Playing) -> None:
    """The failure names what failed and what was not tried, and everything that was delivered is recalled."""
    asked = dispatch("none", ["crm", "closed_shop", "billing"], mode="dependent", on_partial="compensate")
    handle = await playing.start(FLOW, asked)
    with pytest.raises(WorkflowFailureError) as failed:
        await handle.result(rpc_timeout=PATIENCE)

    cause = failed.value.cause
    assert isinstance(cause, ApplicationError)
    assert ("PartialDispatch", 2) == (cause.type, len(cause.details))
    assert cause.message.startswith("closed_shop failed: PartnerRefused: ")
    assert cause.message.endswith("; billing not tried: needs closed_shop")
    assert ["deliverMessage", "deliverMessage", "recallMessage"] == await playing.operations(handle)
    assert await playing.open(handle) == Counter()
    assert (await status_of(handle)).status is FlowState.COMPENSATED


async def test_all_or_none_waits_for_what_is_under_way(unhurried: Playing) -> None:
    """A delivery that is under way when another fails is waited for, and then recalled."""
    asked = dispatch("under-way", ["crm", "closed_shop"], on_partial="compensate")
    await go_wrong(unhurried, asked, "crm", FaultKind.HOLD_AFTER_EFFECT)
    handle = await unhurried.start(FLOW, asked)
    await unhurried.stand_ins.wait_for_held("deliverMessage", CallState.HELD_AFTER_EFFECT)
    await unhurried.until(handle, lambda seen: any(step.status is StepState.SKIPPED for step in seen.steps))
    meanwhile = await unhurried.operations(handle)
    await unhurried.stand_ins.release()

    assert await end_of(handle) == "PartialDispatch"
    assert ["deliverMessage"] * 2 == meanwhile
    assert [*meanwhile, "recallMessage"] == await unhurried.operations(handle)
    assert await unhurried.open(handle) == Counter()


async def test_ops_are_told_of_what_was_undone(playing: Playing) -> None:
    """With what failed, and a link."""
    handle = await playing.start(FLOW, dispatch("told", ["crm", "closed_shop"], on_partial="compensate"))
    await end_of(handle)

    (told,) = await playing.stand_ins.told(handle.id)
    assert ("undone", True) == (told.kind, "closed_shop failed" in told.text)
    assert told.link


async def test_an_unknown_outcome_is_said_to_be_one(playing: Playing) -> None:
    """Four attempts that may have had an effect, and none is seen: the error says so."""
    asked = dispatch("unknown", ["crm", "billing"])
    await go_wrong(playing, asked, "crm", FaultKind.ERROR, times=None)
    result = await result_of(await playing.start(FLOW, asked))

    assert {"crm": "failed", "billing": "delivered"} == statuses(result)
    assert (result.targets[0].error or "").endswith("it may have taken effect")


async def test_a_partner_that_fails_is_tried_again_later(patient: Playing) -> None:
    """After five minutes and after ten more; those that need it come after it, and each has the message once."""
    asked = dispatch("later", ["crm", "billing"], mode="dependent", on_partial="retry_later")
    await go_wrong(patient, asked, "crm", FaultKind.REFUSE, times=2)
    handle = await patient.start(FLOW, asked)
    result = await result_of(handle)

    assert "success" == result.overall_status
    description = await handle.describe()
    assert description.close_time
    assert timedelta(minutes=15) <= description.close_time - description.start_time < timedelta(minutes=20)
    steps = [step.name for step in (await status_of(handle)).steps]
    assert ["deliver_crm", "deliver_crm-2", "deliver_crm-3", "deliver_billing"] == steps
    assert await patient.open(handle) == Counter({"deliverMessage": 2})


async def test_an_unknown_outcome_is_tried_again_without_a_second_message(patient: Playing) -> None:
    """The partner knows the message by its id: what came late, and what was sent again, are one delivery."""
    asked = dispatch("once", ["crm"], on_partial="retry_later")
    await go_wrong(patient, asked, "crm", FaultKind.HOLD_BEFORE_EFFECT)
    handle = await patient.start(FLOW, asked)
    await patient.stand_ins.wait_for_held("deliverMessage")
    await eventually(
        lambda: status_of(handle), lambda seen: any(step.status == "skipped" for step in seen.steps)
    )
    await patient.stand_ins.release()

    assert (await result_of(handle)).overall_status == "success"
    assert await patient.open(handle) == Counter(["deliverMessage"])


async def test_what_is_still_missing_in_the_end_is_said(patient: Playing) -> None:
    """Six rounds over two and a half hours, each wait twice the one before; then the answer names what is missing."""
    asked = dispatch("missing", ["crm", "closed_shop"], on_partial="retry_later")
    handle = await patient.start(FLOW, asked)
    result = await result_of(handle)

    timers = [
        event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta() / timedelta(minutes=1)
        for event in (await handle.fetch_history()).events
        if event.HasField("timer_started_event_attributes")
    ]
    assert ("partial_success", ["closed_shop"]) == (
        result.overall_status,
        [target.name for target in result.missing],
    )
    assert {5, 10, 20, 40, 80} <= set(timers)
    assert len([step for step in (await status_of(handle)).steps if "closed" in step.name]) == 6


async def test_a_cancel_while_it_waits_for_the_next_round(playing: Playing) -> None:
    """Nobody waits for the timer, and what was delivered is recalled."""
    handle = await playing.start(
        FLOW, dispatch("no-more-rounds", ["crm", "closed_shop"], on_partial="retry_later")
    )
    await playing.until(handle, lambda seen: {"completed", "skipped"} <= {s.status for s in seen.steps})
    await handle.cancel()

    assert await end_of(handle) == "CancelledError"
    assert await playing.open(handle) == Counter()
