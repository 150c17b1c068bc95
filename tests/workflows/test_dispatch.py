"""The dispatch from its start to what the partners have of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ApplicationError

from models.dispatch import Dispatch, DispatchResult, Mode, OnPartial, Target
from saga import FlowState
from services.backstage.calls import Call, CallState
from services.backstage.faults import FaultKind
from tests.endings import end_of, status_of
from tests.eventually import eventually
from tests.workflows.playing import Handle, Playing

FLOW = "dispatch"
HELD = CallState.HELD_BEFORE_EFFECT
EACH_MODE: Sequence[Mode] = ("independent", "dependent", "partly_dependent")

SEVEN: Mapping[str, tuple[str, ...]] = {
    "crm": (),
    "billing": (),
    "invoices": ("crm", "billing"),
    "logistics": ("crm",),
    "newsletter": (),
    "warehouse": ("logistics",),
    "archive": ("invoices", "warehouse"),
}


def dispatch(
    name: str,
    targets: Mapping[str, tuple[str, ...]] | Sequence[str],
    *,
    mode: Mode = "independent",
    on_partial: OnPartial = "keep",
) -> Dispatch:
    after = targets if isinstance(targets, Mapping) else dict.fromkeys(targets, ())
    return Dispatch(
        dispatch_id=name,
        body="Ada has moved.",
        targets=tuple(Target(name=target, after=needed) for target, needed in after.items()),
        mode=mode,
        on_partial=on_partial,
    )


async def go_wrong(
    playing: Playing,
    asked: Dispatch,
    partner: str,
    kind: FaultKind,
    *,
    times: int | None = 1,
    **more: Any,  # noqa: ANN401
) -> None:
    """At this partner, for this dispatch alone."""
    match = {"partner": partner, "message_id": asked.dispatch_id}
    await playing.stand_ins.faults.add("deliverMessage", kind, times=times, match=match, **more)


async def result_of(handle: Handle) -> DispatchResult:
    return DispatchResult.model_validate(await handle.result())


def statuses(result: DispatchResult) -> dict[str, str]:
    return {target.name: target.status for target in result.targets}


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


async def test_independent_targets_are_reached_at_the_same_time(playing: Playing) -> None:
    """All seven deliveries are under way at once."""
    asked = dispatch("at-once", list(SEVEN))
    for partner in SEVEN:
        await go_wrong(playing, asked, partner, FaultKind.SLOW, seconds=0.4)
    handle = await playing.start(FLOW, asked)

    assert len(await held(playing, handle, 7)) == 7
    assert (await result_of(handle)).overall_status == "success"


async def test_a_chain_is_reached_one_after_the_other(playing: Playing) -> None:
    """No delivery begins before the one before it has ended."""
    handle = await playing.start(FLOW, dispatch("chain", ["c", "a", "b"], mode="dependent"))
    await handle.result()

    steps = [step.name for step in (await status_of(handle)).steps]
    calls = await playing.stand_ins.calls(correlation_id=handle.id)
    assert ["deliver_c", "deliver_a", "deliver_b"] == steps
    for before, after in pairwise(calls):
        assert before.ended_at
        assert before.ended_at <= after.at


async def test_a_target_waits_for_those_that_it_needs_and_for_nobody_else(playing: Playing) -> None:
    """While billing is under way, a branch that does not need it goes on to its end: there are no levels."""
    asked = dispatch("no-levels", SEVEN, mode="partly_dependent")
    await go_wrong(playing, asked, "billing", FaultKind.HOLD_BEFORE_EFFECT)
    handle = await playing.start(FLOW, asked)
    await held(playing, handle, 1)
    reached = {
        "deliver_crm",
        "deliver_billing",
        "deliver_newsletter",
        "deliver_logistics",
        "deliver_warehouse",
    }
    status = await playing.until(handle, lambda seen: len(seen.steps) == len(reached))
    await playing.until(handle, lambda seen: sum(step.status == "completed" for step in seen.steps) == 4)
    await playing.stand_ins.release()

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
        await handle.result()

    cause = failed.value.cause
    assert isinstance(cause, ApplicationError)
    assert ("PartialDispatch", 2) == (cause.type, len(cause.details))
    assert cause.message.startswith("closed_shop failed: PartnerRefused: ")
    assert cause.message.endswith("; billing not tried: needs closed_shop")
    assert ["deliverMessage", "deliverMessage", "recallMessage"] == await playing.operations(handle)
    assert await playing.open(handle) == Counter()
    assert (await status_of(handle)).status is FlowState.COMPENSATED


async def test_all_or_none_waits_for_what_is_under_way(playing: Playing) -> None:
    """A delivery that is under way when another fails is waited for, and then recalled."""
    asked = dispatch("under-way", ["crm", "closed_shop"], on_partial="compensate")
    await go_wrong(playing, asked, "crm", FaultKind.SLOW, seconds=0.3)
    handle = await playing.start(FLOW, asked)

    assert await end_of(handle) == "PartialDispatch"
    assert (await playing.operations(handle))[-1] == "recallMessage"
    assert await playing.open(handle) == Counter()


async def test_ops_are_told_of_what_was_undone(playing: Playing) -> None:
    """With what failed, and a link."""
    handle = await playing.start(FLOW, dispatch("told", ["crm", "closed_shop"], on_partial="compensate"))
    await end_of(handle)

    (told,) = await playing.stand_ins.told(handle.id)
    assert ("undone", True) == (told.kind, "closed_shop failed" in told.text)
    assert told.link


async def test_a_lost_answer_is_no_failure(playing: Playing) -> None:
    """The partner is asked what it has of the message; it was delivered."""
    asked = dispatch("lost", ["crm"])
    await go_wrong(playing, asked, "crm", FaultKind.EFFECT_THEN_DROP, times=None)
    handle = await playing.start(FLOW, asked)

    assert (await result_of(handle)).overall_status == "success"
    assert "findDelivery" in await playing.operations(handle)
    assert await playing.open(handle) == Counter(["deliverMessage"])


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


async def test_a_cancel_while_it_waits_for_the_next_round(playing: Playing) -> None:
    """Nobody waits for the timer, and what was delivered is recalled."""
    handle = await playing.start(
        FLOW, dispatch("no-more-rounds", ["crm", "closed_shop"], on_partial="retry_later")
    )
    await playing.until(handle, lambda seen: {"completed", "skipped"} <= {s.status for s in seen.steps})
    await handle.cancel()

    assert await end_of(handle) == "CancelledError"
    assert await playing.open(handle) == Counter()
