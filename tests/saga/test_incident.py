"""A compensation that fails: the others still run, and its incident stays open until it is settled."""

from datetime import timedelta

import pytest

from saga import FlowState, Resolution
from tests.saga.behaviours import come_back_later, refuse, refuse_for_now
from tests.saga.stage import Handle, Stage, failed, kind_of

EXCEEDED = [refuse_for_now] * 3
WAYS = pytest.mark.parametrize("way", ["update", "signal"])


async def with_incident(stage: Stage, flow: str, *, exceeded: bool = False) -> Handle:
    """A flow whose step c was refused, and then the undo of b."""
    stage.world.on("c", refuse)
    stage.world.on("undo b", *(EXCEEDED if exceeded else [refuse]))
    handle = await stage.start(flow)
    await stage.waits_for(handle, "incident:b.1")
    await stage.until(handle, lambda _: "a" in stage.world.unmade)
    return handle


async def test_others_are_undone(stage: Stage, flow: str) -> None:
    """A compensation that fails for good never stops the others, and its incident tells why and what to do."""
    handle = await with_incident(stage, flow)

    status = await stage.status(handle)
    [incident] = status.incidents
    assert stage.world.open_effects() == ["b"]
    assert status.status is FlowState.NEEDS_ATTENTION
    assert status.error == "Refused: no c today"
    assert (incident.id, incident.step, incident.kind) == ("b.1", "b", "compensation")
    assert (incident.cause, incident.options) == ("Refused: no b today", ("retry", "settle"))


@WAYS
async def test_retry_by_a_person(stage: Stage, flow: str, way: str) -> None:
    """A person's retry, by update or signal, undoes it after all: compensated, with the original cause."""
    handle = await with_incident(stage, flow)

    await stage.resolve(handle, "b.1", "retry", way=way)

    assert await stage.end_of(handle) == failed("Refused")
    assert stage.world.open_effects() == []
    assert len(set(stage.world.undo_keys("b"))) == 2  # a service may remember a refusal under its key


@WAYS
async def test_settled_by_a_person(stage: Stage, flow: str, way: str) -> None:
    """A person may declare it settled, by update or signal: failed, with the original cause and the reason kept."""
    handle = await with_incident(stage, flow)

    await stage.resolve(handle, "b.1", "settle", way=way)

    assert await stage.end_of(handle) == failed("Refused", FlowState.FAILED)
    [incident] = (await stage.status(handle)).settled_incidents
    assert incident.resolution
    assert incident.resolution.model_dump(include={"by", "decision", "reason"}) == {
        "by": "ada",
        "decision": "settle",
        "reason": "called them",
    }


async def test_step_name_for_the_incident(stage: Stage) -> None:
    """The step's name does for the incident's id where it is unambiguous."""
    handle = await with_incident(stage, "sequence")

    await stage.resolve(handle, "b", "settle")

    assert await stage.end_of(handle) == failed("Refused", FlowState.FAILED)


async def test_exceeded_undo_is_tried_again(patient: Stage, flow: str) -> None:
    """An undo that is exceeded, not refused, is tried again on a durable timer, under the same key, until it succeeds."""
    patient.world.on("c", refuse)
    patient.world.on("undo b", *EXCEEDED, *EXCEEDED)

    end = await patient.play(flow)

    assert end == failed("Refused")
    assert patient.world.open_effects() == []
    assert len(patient.world.undo_keys("b")) == 7
    assert len(set(patient.world.undo_keys("b"))) == 1


async def test_interval_of_the_retries(patient: Stage) -> None:
    """The durable wait doubles with each retry by itself."""
    patient.world.on("c", refuse)
    patient.world.on("undo b", *EXCEEDED * 3)
    handle = await patient.start("sequence")

    await patient.end_of(handle)

    timers = [
        e.timer_started_event_attributes
        for e in await patient.events(handle)
        if "TIMER_STARTED" in kind_of(e)
    ]
    waits = [timer.start_to_fire_timeout.ToTimedelta() for timer in timers]
    assert waits == [timedelta(minutes=minutes) for minutes in (10, 20, 40)]


async def test_refused_undo_waits(stage: Stage) -> None:
    """A refused undo has no timer: it waits for a person."""
    handle = await with_incident(stage, "sequence")

    assert "TIMER_STARTED" not in await stage.kinds(handle)

    await stage.resolve(handle, "b.1", "settle")
    await stage.end_of(handle)


async def test_person_before_the_timer(stage: Stage) -> None:
    """A person need not wait for the retry by itself."""
    handle = await with_incident(stage, "sequence", exceeded=True)

    await stage.resolve(handle, "b.1", "retry")

    assert await stage.end_of(handle) == failed("Refused")
    assert len(set(stage.world.undo_keys("b"))) == 1


async def test_retry_that_fails_again(stage: Stage) -> None:
    """A retry that fails again opens a new incident, so that a decision about the old one is stale."""
    handle = await with_incident(stage, "sequence")
    stage.world.on("undo b", refuse)

    await stage.resolve(handle, "b.1", "retry")
    status = await stage.waits_for(handle, "incident:b.2")

    assert [incident.id for incident in status.incidents] == ["b.2"]
    assert [incident.attempts for incident in status.incidents] == [2]
    assert (await stage.refusal(handle, "resolve", resolution("b.1"))).type == "StaleIncident"
    await stage.resolve(handle, "b.2", "settle")
    await stage.end_of(handle)


async def test_two_incidents(stage: Stage, flow: str) -> None:
    """Each undo that fails has an incident of its own; the flow ends when all are settled."""
    stage.world.on("c", refuse)
    stage.world.on("undo b", refuse)
    stage.world.on("undo a", refuse)
    handle = await stage.start(flow)
    await stage.waits_for(handle, "incident:a.2")

    await stage.resolve(handle, "b.1", "settle")
    await stage.until(handle, lambda status: [i.id for i in status.incidents] == ["a.2"])
    await stage.resolve(handle, "a.2", "retry")

    assert await stage.end_of(handle) == failed("Refused", FlowState.FAILED)
    assert stage.world.unmade == ["a"]


async def test_undo_told_to_come_back_later(patient: Stage) -> None:
    """An undo that is told to come back later waits durably, and is then run again."""
    patient.world.on("c", refuse)
    patient.world.on("undo b", come_back_later)

    end = await patient.play("sequence")

    assert end == failed("Refused")
    assert patient.world.unmade == ["b", "a"]


async def test_undo_told_to_come_back_for_more_than_a_day(patient: Stage) -> None:
    """An undo that is told to come back later, again and again, is exceeded: tried again by itself, without a person."""
    patient.world.on("c", refuse)
    patient.world.on("undo b", *[come_back_later] * 14)

    end = await patient.play("sequence")

    assert end == failed("Refused")
    assert patient.world.open_effects() == []


async def test_cancel_while_an_incident_is_open(stage: Stage) -> None:
    """A cancel while an incident is open changes nothing: a person still has to settle it."""
    handle = await with_incident(stage, "sequence")

    await handle.cancel()
    await stage.until_event(handle, "WORKFLOW_EXECUTION_CANCEL_REQUESTED")
    await stage.resolve(handle, "b.1", "retry")

    assert await stage.end_of(handle) == failed("Refused")
    assert stage.world.open_effects() == []


def resolution(incident: str) -> Resolution:
    return Resolution(incident=incident, decision="settle", by="ada", reason="called them")
