"""A step that the flow itself runs once more; an undo that is given its step's result."""

from __future__ import annotations

import pytest

from saga import FlowState, StepState
from tests.saga.behaviours import lose_answer, lose_request, refuse
from tests.saga.long import Again
from tests.saga.stage import COMPLETED, Stage, failed
from tests.saga.world import Behaviour


@pytest.mark.parametrize("first", [refuse, lose_request, lose_answer])
async def test_same_input(stage: Stage, first: Behaviour) -> None:
    """It has the same key, one line in the status, and one undo."""
    stage.world.on("a", first)
    stage.world.on("z", refuse)
    handle = await stage.start("again", Again(then="z"))

    assert await stage.end_of(handle) == failed("Refused")
    assert len(stage.world.keys("a")) == 2
    assert len(set(stage.world.keys("a"))) == 1
    assert stage.world.unmade == ["a"]
    assert [step.name for step in (await stage.status(handle)).steps] == ["a", "z"]


async def test_done_at_last(stage: Stage) -> None:
    """What went wrong before is not shown any more."""
    stage.world.on("a", refuse)
    handle = await stage.start("again", Again())

    assert await stage.end_of(handle) == COMPLETED
    step = (await stage.status(handle)).steps[0]
    assert (step.status, step.error) == (StepState.COMPLETED, None)


async def test_refused_again(stage: Stage) -> None:
    """Refused each time, there is nothing to undo."""
    stage.world.on("a", refuse, refuse)

    assert await stage.play("again", Again()) == failed("Refused", FlowState.FAILED)
    assert stage.world.unmade == []


async def test_other_input(stage: Stage) -> None:
    """It has a key of its own; what the first may have done is undone as well."""
    stage.world.on("a", lose_answer)
    stage.world.on("z", refuse)

    assert await stage.play("again", Again(second="b", then="z")) == failed("Refused")
    assert len(set(stage.world.keys("a"))) == 2
    assert stage.world.unmade == ["b", "a"]


async def test_undo_with_result(stage: Stage) -> None:
    """The undo of a step that is done is given its result; where nobody knows it, nothing."""
    stage.world.on("b", lose_answer)

    assert await stage.play("with-result", Again()) == failed("ConnectionLost")
    assert stage.world.log == ["make a", "make b", "unmake b with nothing", "unmake a with a"]
