"""A worker that evicts a flow after each of its tasks, or is stopped and replaced, changes nothing that happens."""

from datetime import timedelta
from typing import NamedTuple

import pytest

from tests.saga.behaviours import come_back_later, held, lose_answer, refuse, refuse_for_now
from tests.saga.flows import Plan
from tests.saga.stage import CANCELLED, COMPLETED, End, Stage, failed
from tests.saga.world import Behaviour


class Story(NamedTuple):
    flow: str
    plan: Plan
    script: dict[str, list[Behaviour]]
    end: End
    unmade: list[str]


AT_ONCE = timedelta(milliseconds=20)
STORIES = {
    "completes": Story("sequence", Plan(after=("x",)), {"b": [refuse_for_now]}, COMPLETED, []),
    "refused": Story("sequence", Plan(), {"c": [refuse]}, failed("Refused"), ["b", "a"]),
    "unknown": Story("by-hand", Plan(), {"c": [lose_answer]}, failed("ConnectionLost"), ["c", "b", "a"]),
    "parallel": Story("parallel", Plan(things=("a>b", "c")), {"b": [refuse]}, failed("Refused"), ["c", "a"]),
    "undo tried again": Story(
        "sequence",
        Plan(undo_again_after=AT_ONCE),
        {"c": [refuse], "undo b": [refuse_for_now] * 4},
        failed("Refused"),
        ["a", "b"],
    ),
    "not approved in time": Story(
        "sequence",
        Plan(things=("a", "ask"), decide_within=AT_ONCE),
        {},
        failed("ApprovalTimedOut"),
        ["a"],
    ),
    "not done in time": Story(
        "sequence",
        Plan(things=("a", "wait"), done_within=AT_ONCE * 10),
        {},
        failed("DeadlineExceeded"),
        ["a"],
    ),
}


@pytest.mark.parametrize("name", list(STORIES))
async def test_evicted_after_each_task(forgetful: Stage, name: str) -> None:
    """Evicted after each of its tasks a flow ends as ever: no call twice, and no undo from an eviction."""
    story = STORIES[name]
    for call, behaviours in story.script.items():
        forgetful.world.on(call, *behaviours)

    assert await forgetful.play(story.flow, story.plan) == story.end
    assert forgetful.world.unmade == story.unmade
    assert len(forgetful.world.made) == len(set(forgetful.world.made.values()))


async def test_evicted_while_a_cancelled_call_runs(forgetful: Stage, flow: str) -> None:
    """Evicted while a cancelled flow hears out its call, it does not undo before the call has ended."""
    forgetful.world.on("b", held)
    handle = await forgetful.start(flow)
    await forgetful.begun("b")

    await handle.cancel()
    await forgetful.told_to_stop("b")
    await forgetful.status(handle)
    forgetful.go_on("b")

    assert await forgetful.end_of(handle) == CANCELLED
    assert forgetful.world.log == ["make a", "make b", "b answers", "unmake b", "unmake a"]


@pytest.mark.parametrize("script", [{"b": [held]}, {"c": [refuse], "undo b": [held]}], ids=["step", "undo"])
async def test_worker_replaced_during_a_call(
    forgetful: Stage, flow: str, script: dict[str, list[Behaviour]]
) -> None:
    """A worker that stops during a call, of a step or an undo, hands it back: the next one ends the flow."""
    for call, behaviours in script.items():
        forgetful.world.on(call, *behaviours)
    handle = await forgetful.start(flow)
    await forgetful.begun("b")

    await forgetful.rest()
    await forgetful.work()

    assert await forgetful.end_of(handle) == (failed("Refused") if "c" in script else COMPLETED)
    assert forgetful.world.open_effects() == ([] if "c" in script else ["a", "b", "c"])
    assert len(set(forgetful.world.keys("b"))) == 1


WAITS: dict[str, tuple[Plan, dict[str, Behaviour]]] = {
    "approval:ask": (Plan(things=("a", "ask")), {}),
    "retry:b": (Plan(), {"b": come_back_later}),
    "incident:b.1": (Plan(), {"c": refuse, "undo b": refuse}),
    "incident:x.1": (Plan(after=("x",)), {"x": refuse}),
}


@pytest.mark.parametrize("waiting", list(WAITS))
async def test_worker_replaced_while_waiting(forgetful: Stage, waiting: str) -> None:
    """A flow that waits goes on waiting for the same thing on another worker, and has the same status."""
    plan, script = WAITS[waiting]
    for call, behaviour in script.items():
        forgetful.world.on(call, behaviour)
    handle = await forgetful.start("sequence", plan)
    await forgetful.waits_for(handle, waiting)
    await forgetful.at_rest(handle)
    before = await forgetful.status(handle)

    await forgetful.rest()
    await forgetful.work()

    assert await forgetful.status(handle) == before


async def test_cached_flow_of_a_worker_that_stops(stage: Stage, flow: str) -> None:
    """A worker that stops throws its cached flows away, and undoes nothing by that."""
    handle = await stage.start(flow, Plan(things=("a", "ask")))
    await stage.waits_for(handle, "approval:ask")
    kinds = await stage.at_rest(handle)

    await stage.rest()

    assert await stage.kinds(handle) == kinds
    assert stage.world.log == ["make a"]
