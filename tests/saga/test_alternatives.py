"""Steps that another replaces, or that the flow can do without."""

from collections.abc import Generator
from contextvars import copy_context

import pytest

from saga import FlowState, StepState
from saga.tolerance import Tolerance, tolerance, tolerating
from tests.saga.behaviours import held_then_refuse, lose_answer, refuse, refuse_credentials, refuse_for_now
from tests.saga.choices import Choice, Choices
from tests.saga.stage import CANCELLED, COMPLETED, Stage, failed
from tests.saga.world import Behaviour

REPLACEABLE = Choices(things=(Choice(thing="a", instead=("b", "c")), Choice(thing="d")))


async def test_first_choice(stage: Stage) -> None:
    """Where the first succeeds no other is tried."""
    handle = await stage.start("choices", REPLACEABLE)

    assert await handle.result() == ["a", "d"]
    assert stage.world.log == ["make a", "make d"]


@pytest.mark.parametrize(
    "behaviours",
    [[refuse], [refuse_for_now] * 2, [refuse_credentials]],
    ids=["refused", "down", "credentials"],
)
async def test_second_choice(stage: Stage, behaviours: list[Behaviour]) -> None:
    """The next is tried when the first certainly did nothing, in any of its attempts; only what was done is undone."""
    stage.world.on("a", *behaviours)
    stage.world.on("d", refuse)
    handle = await stage.start("choices", REPLACEABLE)

    assert await stage.end_of(handle) == failed("Refused")
    assert stage.world.unmade == ["b"]
    assert [step.status for step in (await stage.status(handle)).steps] == [
        StepState.FAILED,
        StepState.COMPENSATED,
        StepState.FAILED,
    ]


async def test_no_second_choice_when_unknown(stage: Stage) -> None:
    """Of an unknown outcome no other is tried: it might be done twice. What may have happened is undone."""
    stage.world.on("a", lose_answer)

    assert await stage.play("choices", REPLACEABLE) == failed("ConnectionLost")
    assert "make b" not in stage.world.log
    assert (stage.world.unmade, stage.world.open_effects()) == (["a"], [])


async def test_last_choice(stage: Stage) -> None:
    """When all are refused the flow fails with the last one's cause."""
    for thing in "abc":
        stage.world.on(thing, refuse)

    assert await stage.play("choices", REPLACEABLE) == failed("Refused", FlowState.FAILED)
    assert stage.world.log == ["make a", "make b", "make c"]


@pytest.mark.parametrize("after", [False, True], ids=["before", "beyond the point of no return"])
@pytest.mark.parametrize("behaviour", [refuse, lose_answer])
async def test_optional(stage: Stage, behaviour: Behaviour, *, after: bool) -> None:
    """The flow goes on without the step, which is shown as skipped, with its error."""
    stage.world.on("a", behaviour)
    choices = (Choice(thing="a", optional=True), Choice(thing="b"))
    handle = await stage.start("choices", Choices(after=choices) if after else Choices(things=choices))

    assert await handle.result() == [None, "b"]
    [skipped, done] = (await stage.status(handle)).steps
    assert (skipped.status, done.status) == (StepState.SKIPPED, StepState.COMPLETED)
    assert skipped.error


async def test_optional_is_undone(stage: Stage) -> None:
    """What an optional step may have done is undone when the flow fails later."""
    stage.world.on("a", lose_answer)
    stage.world.on("b", refuse)
    plan = Choices(things=(Choice(thing="a", optional=True), Choice(thing="b")))

    assert await stage.play("choices", plan) == failed("Refused")
    assert (stage.world.unmade, stage.world.open_effects()) == (["a"], [])


async def test_optional_and_held(stage: Stage) -> None:
    """An optional step may be held as well; skipped then, it needs no result."""
    stage.world.on("a", refuse)
    handle = await stage.start("choices", Choices(things=(Choice(thing="a", optional=True, hold=True),)))
    status = await stage.waits_for(handle, "incident:a.1")

    await stage.resolve(handle, "a.1", "skip")

    assert not status.incidents[0].needs_result
    assert await handle.result() == [None]


async def test_cancel_is_no_failure(stage: Stage) -> None:
    """A cancel while an optional step is held ends the flow, and not only the step."""
    stage.world.on("b", refuse)
    plan = Choices(things=(Choice(thing="a"), Choice(thing="b", optional=True, hold=True)))
    handle = await stage.start("choices", plan)
    await stage.waits_for(handle, "incident:b.1")

    await handle.cancel()

    assert await stage.end_of(handle) == CANCELLED
    assert stage.world.open_effects() == []


async def test_optional_call_that_is_cancelled(stage: Stage) -> None:
    """A cancel during an optional call that then fails ends the flow as well."""
    stage.world.on("b", held_then_refuse)
    handle = await stage.start(
        "choices", Choices(things=(Choice(thing="a"), Choice(thing="b", optional=True)))
    )
    await stage.begun("b")

    await handle.cancel()
    await stage.told_to_stop("b")
    stage.go_on("b")

    assert await stage.end_of(handle) == CANCELLED
    assert stage.world.open_effects() == []


async def test_optional_step_that_succeeds(stage: Stage) -> None:
    """Where nothing fails it is a step like any other."""
    assert await stage.play("choices", Choices(things=(Choice(thing="a", optional=True),))) == COMPLETED


def test_a_leg_that_is_thrown_away_is_quiet() -> None:
    """An evicted run's legs are closed in another context than the one they began in, and that is no error."""

    class Waiting:
        def __await__(self) -> Generator[None]:
            yield

    async def leg() -> None:
        with tolerating(Tolerance.ALTERNATIVE):
            await Waiting()

    begun = leg()
    copy_context().run(begun.send, None)
    begun.close()

    assert tolerance() is Tolerance.NONE
