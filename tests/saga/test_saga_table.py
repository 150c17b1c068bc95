"""The saga table: what happens to each flow whose step fails, with the block and with try/except written out."""

import pytest

from saga import FlowState
from tests.saga.behaviours import (
    break_down,
    come_back_later,
    come_back_later_unsure,
    hang,
    hang_before,
    lose_answer,
    lose_answer_once,
    lose_request,
    refuse,
    refuse_for_now,
)
from tests.saga.flows import Plan
from tests.saga.stage import COMPLETED, MOMENT, Stage, failed
from tests.saga.world import Behaviour


async def test_all_goes_well(stage: Stage, flow: str) -> None:
    """A flow without failures completes, all its effects stand, and nothing is undone."""
    end = await stage.play(flow)

    assert end == COMPLETED
    assert stage.world.open_effects() == ["a", "b", "c"]
    assert stage.world.log == ["make a", "make b", "make c"]


async def test_refused_step(stage: Stage, flow: str) -> None:
    """A refused step: the earlier ones are undone, newest first, and the flow fails with the step's cause."""
    stage.world.on("c", refuse)

    end = await stage.play(flow)

    assert end == failed("Refused")
    assert stage.world.open_effects() == []
    assert stage.world.log == ["make a", "make b", "make c", "unmake b", "unmake a"]


async def test_refused_first_step(stage: Stage, flow: str) -> None:
    """With nothing done before it, a refused step leaves nothing to undo: the flow has failed."""
    stage.world.on("a", refuse)

    end = await stage.play(flow)

    assert end == failed("Refused", FlowState.FAILED)
    assert stage.world.log == ["make a"]


async def test_exhausted_step(stage: Stage, flow: str) -> None:
    """A step that is refused at each of its attempts had no effect: the earlier ones are undone, and not it."""
    stage.world.on("c", *[refuse_for_now] * 3)

    end = await stage.play(flow)

    assert end == failed("Busy")
    assert stage.world.log == ["make a", "make b", *["make c"] * 3, "unmake b", "unmake a"]


async def test_retried_step(stage: Stage, flow: str) -> None:
    """A step that succeeds at a later attempt is like any other."""
    stage.world.on("b", refuse_for_now, lose_answer_once)

    end = await stage.play(flow)

    assert end == COMPLETED
    assert stage.world.open_effects() == ["a", "b", "c"]
    assert len(set(stage.world.keys("b"))) == 1


@pytest.mark.parametrize("unknown", [lose_answer, lose_request], ids=["effect", "no effect"])
async def test_unknown_outcome(stage: Stage, flow: str, unknown: Behaviour) -> None:
    """A step whose outcome nobody knows is taken for done: it is undone too, and first."""
    stage.world.on("c", unknown)

    end = await stage.play(flow)

    assert end == failed("ConnectionLost")
    assert stage.world.open_effects() == []
    assert stage.world.unmade == ["c", "b", "a"]


async def test_foreign_failure(stage: Stage, flow: str) -> None:
    """A failure that says nothing of the outcome is of unknown outcome."""
    stage.world.on("c", *[break_down] * 3)

    end = await stage.play(flow)

    assert end == failed("ValueError")
    assert stage.world.unmade == ["c", "b", "a"]


@pytest.mark.parametrize("silence", [hang, hang_before], ids=["effect", "no effect"])
async def test_timed_out_step(stage: Stage, flow: str, silence: Behaviour) -> None:
    """A step that times out at each attempt may have taken effect: it is undone."""
    stage.world.on("b", *[silence] * 3)

    end = await stage.play(flow, Plan(attempt=MOMENT))

    assert end == failed(None)
    assert stage.world.open_effects() == []
    assert stage.world.unmade == ["b", "a"]


async def test_refusal_that_the_flow_catches(stage: Stage, flow: str) -> None:
    """The undo of a refused step is dropped also when the flow goes on without it."""
    stage.world.on("b", refuse)
    stage.world.on("c", refuse)

    end = await stage.play(flow, Plan(catch=("b",)))

    assert end == failed("Refused")
    assert stage.world.unmade == ["a"]


async def test_unknown_outcome_that_the_flow_catches(stage: Stage, flow: str) -> None:
    """The undo of a step of unknown outcome stays registered when the flow goes on without it."""
    stage.world.on("b", lose_answer)
    stage.world.on("c", refuse)

    end = await stage.play(flow, Plan(catch=("b",)))

    assert end == failed("Refused")
    assert stage.world.open_effects() == []
    assert stage.world.unmade == ["b", "a"]


async def test_refused_after_an_unknown_execution(patient: Stage, flow: str) -> None:
    """A step is refused only if every execution of it was: one that was told to come back later counts too."""
    patient.world.on("c", come_back_later_unsure, refuse)

    end = await patient.play(flow)

    assert end == failed("Refused")
    assert patient.world.unmade == ["c", "b", "a"]


async def test_told_to_come_back_later(patient: Stage, flow: str) -> None:
    """A step that is told to come back later is run again after a durable wait, under the same key."""
    patient.world.on("b", come_back_later)

    end = await patient.play(flow)

    assert end == COMPLETED
    assert patient.world.log == ["make a", "make b", "make b", "make c"]
    assert len(set(patient.world.keys("b"))) == 1
