"""A step that is held for a person instead of being given up."""

from datetime import timedelta

import pytest

from saga import FlowState, Resolution, StepState
from saga.messages import Choice as Verdict
from tests.saga.behaviours import lose_answer, outlive_key, refuse, refuse_credentials, refuse_for_now
from tests.saga.choices import Choice, Choices
from tests.saga.stage import CANCELLED, COMPLETED, Handle, Stage, failed
from tests.saga.world import Behaviour

HELD = Choices(things=(Choice(thing="a"), Choice(thing="b", hold=True), Choice(thing="c")))


def resolution(decision: Verdict, **more: dict[str, object]) -> Resolution:
    return Resolution(incident="b.1", decision=decision, by="ada", reason="called them", **more)


async def with_held(stage: Stage, plan: Choices = HELD) -> Handle:
    handle = await stage.start("choices", plan)
    await stage.waits_for(handle, "incident:b.1")
    return handle


@pytest.mark.parametrize("behaviour", [refuse, lose_answer])
async def test_held(stage: Stage, behaviour: Behaviour) -> None:
    """Nothing is undone, nothing goes on, and the incident says what may be done."""
    stage.world.on("b", behaviour)
    handle = await with_held(stage)

    status = await stage.status(handle)
    [incident] = status.incidents
    assert status.status is FlowState.NEEDS_ATTENTION
    assert (incident.kind, incident.options) == ("step", ("retry", "skip", "compensate"))
    assert (incident.accepts_input, incident.needs_result) == (behaviour is refuse, True)
    assert stage.world.unmade == []
    assert "make c" not in stage.world.log

    await stage.resolve(handle, "b.1", "compensate")
    await stage.end_of(handle)


async def test_exhausted_step_is_held(stage: Stage) -> None:
    """A step whose retries are used up is held as well; a retry goes under the same key, since it was never final."""
    stage.world.on("b", *[refuse_for_now] * 2)
    handle = await with_held(stage)

    await stage.resolve(handle, "b.1", "retry")

    assert await stage.end_of(handle) == COMPLETED
    assert len(set(stage.world.keys("b"))) == 1
    first, _, last = [header.key_since for header in stage.world.headers if header.step == "b"]
    assert first
    assert last
    assert first < last  # it has had no effect until then, so it is not too old


async def test_retry(stage: Stage) -> None:
    """After a final refusal the retry has a new key, and the undo that is registered goes with it."""
    stage.world.on("b", refuse)
    stage.world.on("c", refuse)
    handle = await with_held(stage)

    await stage.resolve(handle, "b.1", "retry")

    assert await stage.end_of(handle) == failed("Refused")
    assert len(set(stage.world.keys("b"))) == 2
    assert (stage.world.unmade, stage.world.open_effects()) == (["b", "a"], [])


async def test_retry_that_fails_again(stage: Stage) -> None:
    """Each failure is an incident of its own, so that a decision on the old one is refused."""
    stage.world.on("b", refuse, refuse)
    handle = await with_held(stage)
    await stage.resolve(handle, "b.1", "retry")
    await stage.waits_for(handle, "incident:b.2")

    stale = await stage.refusal(handle, "resolve", resolution("retry"))

    assert stale.type == "StaleIncident"
    await stage.resolve(handle, "b.2", "retry")
    assert await stage.end_of(handle) == COMPLETED


async def test_corrected_input(stage: Stage) -> None:
    """A refused step is retried with corrected input, under a new key; its undo takes the new input."""
    stage.world.on("b", refuse)
    stage.world.on("c", refuse)
    handle = await with_held(stage)

    await handle.execute_update("resolve", resolution("retry", input={"thing": "better b"}))

    assert await stage.end_of(handle) == failed("Refused")
    assert stage.world.unmade == ["better b", "a"]
    assert len(set(stage.world.keys("b"))) == 2


async def test_invalid_input(stage: Stage) -> None:
    """Corrected input is checked against the model before it is accepted, and what is wrong is named by field."""
    stage.world.on("b", refuse)
    handle = await with_held(stage)

    told = await stage.refusal(handle, "resolve", resolution("retry", input={"thing": 7}))

    assert (told.type, told.details[0]) == (
        "InvalidInput",
        [{"field": "thing", "message": "Input should be a valid string"}],
    )
    assert (await stage.status(handle)).incidents
    await stage.resolve(handle, "b.1", "compensate")
    await stage.end_of(handle)


async def test_no_new_input_for_what_may_have_happened(stage: Stage) -> None:
    """A step of unknown outcome is not tried with other input: it might be done twice."""
    stage.world.on("b", lose_answer)
    handle = await with_held(stage)

    told = await stage.refusal(handle, "resolve", resolution("retry", input={"thing": "other"}))

    assert told.type == "InputNotTaken"
    await stage.resolve(handle, "b.1", "retry")
    assert await stage.end_of(handle) == COMPLETED
    assert stage.world.open_effects() == ["a", "b", "c"]
    assert len(set(stage.world.keys("b"))) == 1


async def test_skip_with_a_result(stage: Stage) -> None:
    """A skip brings what later steps are promised; without it, or with something else, it is refused."""
    stage.world.on("b", refuse)
    handle = await with_held(stage)

    bare = await stage.refusal(handle, "resolve", resolution("skip"))
    wrong = await stage.refusal(handle, "resolve", resolution("skip", result={"thing": "b"}))
    result: dict[str, object] = {"thing": "b by hand", "key": "none"}
    await handle.execute_update("resolve", resolution("skip", result=result))

    assert (bare.type, wrong.type) == ("ResultNeeded", "InvalidInput")
    assert await handle.result() == ["a", "b by hand", "c"]
    steps = {step.name: step.status for step in (await stage.status(handle)).steps}
    assert steps["b"] is StepState.SKIPPED


@pytest.mark.parametrize(("behaviour", "undone"), [(refuse, ["a"]), (lose_answer, ["b", "a"])])
async def test_compensate_now(stage: Stage, behaviour: Behaviour, undone: list[str]) -> None:
    """The flow fails with the step's own cause; the step itself is undone unless it was certainly refused."""
    stage.world.on("b", behaviour)
    handle = await with_held(stage)

    await stage.resolve(handle, "b.1", "compensate")

    assert await stage.end_of(handle) == failed("Refused" if behaviour is refuse else "ConnectionLost")
    assert (stage.world.unmade, stage.world.open_effects()) == (undone, [])


async def test_cancel_while_held(stage: Stage) -> None:
    """A cancel ends the wait: everything is undone, and the refused step, which did nothing, is left alone."""
    stage.world.on("b", refuse)
    handle = await with_held(stage)

    await handle.cancel()

    assert await stage.end_of(handle) == CANCELLED
    assert stage.world.unmade == ["a"]
    assert not (await stage.status(handle)).incidents


async def test_evicted_while_held(forgetful: Stage) -> None:
    """A worker that forgets the flow changes nothing."""
    forgetful.world.on("b", refuse)
    handle = await with_held(forgetful)

    await forgetful.resolve(handle, "b.1", "retry", way="signal")

    assert await forgetful.end_of(handle) == COMPLETED
    assert forgetful.world.unmade == []


@pytest.mark.parametrize("behaviour", [refuse_credentials, outlive_key])
async def test_what_only_a_person_can_mend(stage: Stage, behaviour: Behaviour) -> None:
    """Refused credentials and a key that is too old are held, whatever the step says."""
    stage.world.on("b", behaviour)
    handle = await with_held(stage, Choices(things=(Choice(thing="a"), Choice(thing="b"))))

    await stage.resolve(handle, "b.1", "retry")

    assert await stage.end_of(handle) == COMPLETED
    assert stage.world.open_effects() == ["a", "b"]


async def test_retry_after_an_old_key(stage: Stage) -> None:
    """A person has seen that nothing was done: a new key, since the old one would never be sent again."""
    stage.world.on("b", outlive_key)
    stage.world.on("c", refuse)
    handle = await with_held(stage, Choices(things=tuple(Choice(thing=thing) for thing in "abc")))

    await stage.resolve(handle, "b.1", "retry")

    assert await stage.end_of(handle) == failed("Refused")
    assert len(set(stage.world.keys("b"))) == 2
    assert stage.world.unmade == ["b", "b", "a"]  # should the person have been wrong


async def test_undo_after_an_old_key(stage: Stage) -> None:
    """An undo whose key is too old is tried again under a new one, when a person says so."""
    stage.world.on("c", refuse)
    stage.world.on("undo b", outlive_key)
    handle = await with_held(stage, Choices(things=tuple(Choice(thing=thing) for thing in "abc")))

    await stage.resolve(handle, "b.1", "retry")

    assert await stage.end_of(handle) == failed("Refused")
    assert len(set(stage.world.undo_keys("b"))) == 2


async def test_skipped_beyond_the_point_of_no_return(stage: Stage) -> None:
    """There a step may be skipped or settled, and the flow ends completed."""
    stage.world.on("b", refuse)
    handle = await with_held(stage, Choices(things=(Choice(thing="a"),), after=(Choice(thing="b"),)))

    [incident] = (await stage.status(handle)).incidents
    await stage.resolve(handle, "b.1", "settle")

    assert incident.options == ("retry", "skip", "settle")
    assert await stage.end_of(handle) == COMPLETED


async def test_corrected_input_for_an_undo(stage: Stage) -> None:
    """A refused undo too may be retried with corrected input, under a new key."""
    stage.world.on("c", refuse)
    stage.world.on("undo b", refuse)
    handle = await with_held(stage, Choices(things=tuple(Choice(thing=thing) for thing in "abc")))

    await handle.execute_update("resolve", resolution("retry", input={"thing": "b, rightly"}))

    assert await stage.end_of(handle) == failed("Refused")
    assert stage.world.unmade == ["a", "b, rightly"]
    assert len(set(stage.world.undo_keys("b"))) == 2


async def test_held_leg(stage: Stage) -> None:
    """The deadline of a wait that comes after a held step counts from then: time that a person took is not lost."""
    stage.world.on("b", refuse)
    plan = HELD.model_copy(update={"ask": timedelta(days=1)})
    handle = await with_held(stage, plan)
    await stage.resolve(handle, "b.1", "retry")
    await stage.waits_for(handle, "approval:ask")

    await stage.decide(handle, "approve")

    assert await stage.end_of(handle) == COMPLETED
