"""A probe tells whether the effect of a step of unknown outcome has happened."""

import pytest

from saga import StepState
from saga.headers import StepHeader
from tests.saga.behaviours import lose_answer, lose_request, outlive_key, refuse
from tests.saga.choices import Choice, Choices
from tests.saga.stage import COMPLETED, Stage, failed
from tests.saga.world import Behaviour, Job, World

PROBED = Choices(things=(Choice(thing="a"), Choice(thing="b", probe=True)))


async def test_it_happened(stage: Stage) -> None:
    """The step is done with what the probe has found: no retry, no undo, no person."""
    stage.world.on("b", lose_answer)
    handle = await stage.start("choices", PROBED)

    assert await handle.result() == ["a", "b"]
    assert stage.world.log == ["make a", "make b", "find b"]
    assert [step.status for step in (await stage.status(handle)).steps] == [StepState.COMPLETED] * 2


async def test_it_did_not_happen_yet(stage: Stage) -> None:
    """A request on its way may still arrive: the step has failed, and is undone, which leaves a tombstone."""
    stage.world.on("b", lose_request)

    assert await stage.play("choices", PROBED) == failed("ConnectionLost")
    assert stage.world.unmade == ["b", "a"]


async def test_no_answer_from_the_probe(stage: Stage) -> None:
    """Then the outcome stays unknown, and the step is undone."""
    stage.world.on("b", lose_answer)
    stage.world.on("find b", refuse)

    assert await stage.play("choices", PROBED) == failed("ConnectionLost")
    assert (stage.world.unmade, stage.world.open_effects()) == (["b", "a"], [])


async def test_refused_steps_are_not_probed(stage: Stage) -> None:
    """What is certain need not be asked."""
    stage.world.on("b", refuse)

    assert await stage.play("choices", PROBED) == failed("Refused")
    assert stage.world.log == ["make a", "make b", "unmake a"]


async def test_old_key_without_effect(stage: Stage) -> None:
    """Nothing under a key that is too old to arrive late: the step runs again by itself, under a new one."""
    stage.world.on("b", outlive_key)

    assert await stage.play("choices", PROBED) == COMPLETED
    assert stage.world.log == ["make a", "make b", "find b", "make b"]
    assert len(set(stage.world.keys("b"))) == 2


async def test_old_key_with_effect(stage: Stage) -> None:
    """The effect of an earlier attempt is found, and not made again."""

    def done_long_ago(world: World, header: StepHeader, job: Job) -> None:
        world.effect(header, job)
        outlive_key(world, header, job)

    stage.world.on("b", done_long_ago)

    assert await stage.play("choices", PROBED) == COMPLETED
    assert list(stage.world.made.values()) == ["a", "b"]


@pytest.mark.parametrize("behaviour", [lose_answer, lose_request])
async def test_before_a_person_is_asked(stage: Stage, behaviour: Behaviour) -> None:
    """The probe comes first: only what it cannot tell is held."""
    stage.world.on("b", behaviour)
    handle = await stage.start("choices", Choices(things=(Choice(thing="b", probe=True, hold=True),)))
    if behaviour is lose_request:
        await stage.waits_for(handle, "incident:b.1")
        await stage.resolve(handle, "b.1", "retry")

    assert await stage.end_of(handle) == COMPLETED
    assert len(set(stage.world.keys("b"))) == 1
    assert stage.world.open_effects() == ["b"]
