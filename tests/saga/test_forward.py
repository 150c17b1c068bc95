"""Beyond the point of no return: only forward, for as long as it takes, whatever cancel comes."""

import pytest

from saga import FlowState
from saga.status import StepState
from tests.saga.behaviours import come_back_later, held, lose_answer, refuse, refuse_for_now
from tests.saga.flows import Plan
from tests.saga.stage import COMPLETED, Stage

ONWARD = Plan(things=("a",), after=("x", "y"))


async def test_cancel(stage: Stage, flow: str) -> None:
    """A cancel beyond the point of no return is recorded and changes nothing: the flow completes."""
    stage.world.on("x", held)
    handle = await stage.start(flow, ONWARD)
    await stage.begun("x")

    await handle.cancel(reason="too late")
    await stage.until(handle, lambda status: status.cancel_requested == "too late")
    stage.go_on("x")

    assert await stage.end_of(handle) == COMPLETED
    assert stage.world.log == ["make a", "make x", "x answers", "make y"]
    assert "ACTIVITY_TASK_CANCEL_REQUESTED" not in await stage.kinds(handle)


async def test_cancel_of_parallel_legs(stage: Stage) -> None:
    """A cancel of parallel legs beyond the point of no return changes nothing either."""
    stage.world.on("x", held)
    handle = await stage.start("parallel", ONWARD)
    await stage.begun("x")

    await handle.cancel()
    await stage.until(handle, lambda status: status.cancel_requested is not None)
    stage.go_on("x")

    assert await stage.end_of(handle) == COMPLETED
    assert stage.world.open_effects() == ["a", "x", "y"]


async def test_cancel_while_asking(stage: Stage) -> None:
    """A cancel while the flow asks a person beyond the point of no return changes nothing either."""
    handle = await stage.start("parallel", Plan(things=("a",), after=("ask",)))
    await stage.waits_for(handle, "approval:ask")

    await handle.cancel()
    await stage.until(handle, lambda status: status.cancel_requested is not None)
    await stage.decide(handle, "approve")

    assert await stage.end_of(handle) == COMPLETED


async def test_unbounded_attempts(stage: Stage, flow: str) -> None:
    """A step beyond the point of no return is tried for as long as it takes, without a person."""
    stage.world.on("x", *[refuse_for_now] * 12)
    handle = await stage.start(flow, ONWARD)

    assert await stage.end_of(handle) == COMPLETED
    assert stage.world.log.count("make x") == 13
    assert (await stage.status(handle)).settled_incidents == ()


async def test_told_to_come_back_for_more_than_a_day(patient: Stage, flow: str) -> None:
    """Told to come back later, again and again, it does so without any bound, under one key."""
    patient.world.on("x", *[come_back_later] * 14)

    assert await patient.play(flow, ONWARD) == COMPLETED
    assert len(patient.world.keys("x")) == 15
    assert len(set(patient.world.keys("x"))) == 1


async def test_refusal_opens_an_incident(stage: Stage, flow: str) -> None:
    """A refusal undoes nothing: it opens an incident of the step, and the flow waits for a person."""
    stage.world.on("x", refuse)
    handle = await stage.start(flow, ONWARD)

    status = await stage.waits_for(handle, "incident:x.1")

    [incident] = status.incidents
    assert status.status is FlowState.NEEDS_ATTENTION
    assert (incident.kind, incident.cause, incident.options) == (
        "step",
        "Refused: no x today",
        ("retry", "skip", "settle"),
    )
    assert stage.world.log == ["make a", "make x"]
    await stage.resolve(handle, "x.1", "retry")
    assert await stage.end_of(handle) == COMPLETED


async def test_retry_of_a_refused_step(stage: Stage, flow: str) -> None:
    """A retry of a refused step is a new occurrence with a new key."""
    stage.world.on("x", refuse)
    handle = await stage.start(flow, ONWARD)
    await stage.waits_for(handle, "incident:x.1")

    await stage.resolve(handle, "x.1", "retry")

    assert await stage.end_of(handle) == COMPLETED
    assert stage.world.log == ["make a", "make x", "make x", "make y"]
    assert len(set(stage.world.keys("x"))) == 2


async def test_retry_of_a_step_of_unknown_outcome(stage: Stage, flow: str) -> None:
    """A retry of a step of unknown outcome has its key, so that there is one effect and not two."""
    stage.world.on("x", lose_answer)
    handle = await stage.start(flow, ONWARD)
    await stage.waits_for(handle, "incident:x.1")

    await stage.resolve(handle, "x.1", "retry")

    assert await stage.end_of(handle) == COMPLETED
    assert stage.world.open_effects() == ["a", "x", "y"]
    assert len(set(stage.world.keys("x"))) == 1


async def test_settled_step(stage: Stage, flow: str) -> None:
    """A person may declare the step settled: the flow goes on without it, and ends completed."""
    stage.world.on("x", refuse)
    handle = await stage.start(flow, ONWARD)
    await stage.waits_for(handle, "incident:x.1")

    await stage.resolve(handle, "x.1", "settle")

    assert await stage.end_of(handle) == COMPLETED
    steps = {step.name: step.status for step in (await stage.status(handle)).steps}
    assert steps == {"a": StepState.COMPLETED, "x": StepState.SKIPPED, "y": StepState.COMPLETED}


@pytest.mark.parametrize("way", ["update", "signal"])
async def test_cancel_while_an_incident_is_open(stage: Stage, flow: str, way: str) -> None:
    """A cancel does not settle an incident: a person still has to, by update or signal."""
    stage.world.on("x", refuse)
    handle = await stage.start(flow, ONWARD)
    await stage.waits_for(handle, "incident:x.1")

    await handle.cancel()
    status = await stage.until(handle, lambda status: status.cancel_requested is not None)
    await stage.resolve(handle, "x.1", "retry", way=way)

    assert status.status is FlowState.NEEDS_ATTENTION
    assert await stage.end_of(handle) == COMPLETED
