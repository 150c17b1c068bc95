"""A request that a service has only accepted is asked after until it is settled, for a bounded time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from saga import StepState
from saga.headers import StepHeader, accepted, refused
from saga.messages import Callback
from tests.saga.behaviours import lose_answer, refuse_for_now
from tests.saga.long import Accepting
from tests.saga.stage import CANCELLED, COMPLETED, Stage, failed
from tests.saga.world import Job, World


def accept(world: World, header: StepHeader, job: Job) -> None:
    """The effect happens, and the service says only that it will."""
    world.effect(header, job)
    raise accepted("202")


def only_accept(_world: World, _header: StepHeader, _job: Job) -> None:
    """As yet nothing happens."""
    raise accepted("202")


def fail_after_all(_world: World, _header: StepHeader, job: Job) -> None:
    raise refused(f"{job.thing} could not be made", type="NotMade")


async def test_found_by_a_poll(patient: Stage) -> None:
    """The step is done with what the poll answers, and is called once."""
    patient.world.on("a", accept)

    assert await patient.play("accepting", Accepting()) == COMPLETED
    assert patient.world.log == ["make a", "find a"]
    assert patient.world.open_effects() == ["a"]


async def test_asked_again_and_again(patient: Stage) -> None:
    """As long as it is not settled it is asked after, at the interval of the step, by durable timers."""
    patient.world.on("a", only_accept)
    handle = await patient.start("accepting", Accepting())
    await patient.waits_for(handle, "settled:a")

    assert await patient.end_of(handle) == failed("NeverSettled")
    assert patient.world.log == ["make a", *["find a"] * 6, "unmake a"]


async def test_shown(patient: Stage) -> None:
    """Meanwhile the step is shown as pending."""
    patient.world.on("a", only_accept)
    handle = await patient.start("accepting", Accepting())

    status = await patient.waits_for(handle, "settled:a")

    assert [step.status for step in status.steps] == [StepState.PENDING]


async def test_callback(stage: Stage) -> None:
    """Somebody calls back: it is asked after at once, and not before."""
    stage.world.on("a", accept)
    handle = await stage.start("accepting", Accepting())
    await stage.waits_for(handle, "settled:a")
    asked = list(stage.world.log)

    await stage.send(handle, "callback", Callback(step="a"), way="signal")

    assert await stage.end_of(handle) == COMPLETED
    assert asked == ["make a"]
    assert stage.world.log == ["make a", "find a"]


async def test_false_callback(stage: Stage) -> None:
    """A callback is not believed: what the service does not know of is not settled."""
    stage.world.on("a", only_accept)
    handle = await stage.start("accepting", Accepting())
    await stage.waits_for(handle, "settled:a")

    await stage.send(handle, "callback", Callback(step="a"), way="signal")
    await stage.until_called("find a")
    assert "WORKFLOW_TASK_FAILED" not in await stage.at_rest(handle)
    assert (await stage.status(handle)).waiting_for == "settled:a"
    await handle.cancel()

    assert await stage.end_of(handle) == CANCELLED
    assert stage.world.unmade == ["a"]


async def test_callback_before_the_answer(stage: Stage) -> None:
    """A callback that overtakes the answer is not lost."""
    handle = await stage.start(
        "accepting", Accepting(), start_signal="callback", start_signal_args=[_of("a")]
    )
    stage.world.on("a", accept)

    assert await stage.end_of(handle) == COMPLETED


def _of(step: str) -> Callback:
    return Callback(step=step)


async def test_failed_after_all(patient: Stage) -> None:
    """The poll says that it came to nothing: the step fails with that, and is undone to be sure."""
    patient.world.on("a", only_accept)
    patient.world.on("find a", fail_after_all)

    assert await patient.play("accepting", Accepting()) == failed("NotMade")
    assert patient.world.unmade == ["a"]


async def test_poll_without_answer(stage: Stage) -> None:
    """A poll that gets no answer says nothing; the next one does."""
    stage.world.on("a", accept)
    stage.world.on("find a", refuse_for_now, refuse_for_now)

    assert await stage.play("accepting", Accepting(every=timedelta(seconds=1))) == COMPLETED
    assert stage.world.log == ["make a", *["find a"] * 3]


async def test_without_a_poll(stage: Stage) -> None:
    """A step that does not say how it is asked after has an unknown outcome."""
    stage.world.on("a", accept)

    assert await stage.play("accepting", Accepting(poll=False)) == failed("Accepted")
    assert stage.world.open_effects() == []


async def test_lost_answer_is_not_acceptance(stage: Stage) -> None:
    """Only a call that was accepted is waited for."""
    stage.world.on("a", lose_answer)

    assert await stage.play("accepting", Accepting()) == failed("ConnectionLost")
    assert stage.world.log == ["make a", "unmake a"]


@pytest.mark.parametrize("cancelled", ["while waiting", "never"])
async def test_beyond_the_point_of_no_return(stage: Stage, cancelled: str) -> None:
    """There too it is waited for, and a cancel changes nothing."""
    stage.world.on("a", accept)
    handle = await stage.start("accepting", Accepting(every=timedelta(seconds=1), forward=True))
    await stage.waits_for(handle, "settled:a")

    if cancelled == "while waiting":
        await handle.cancel()

    assert (await stage.end_of(handle)).state == COMPLETED.state
    assert stage.world.open_effects() == ["a"]
