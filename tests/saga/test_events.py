"""The engine adds no history event beyond those that its features need."""

from collections import Counter
from datetime import timedelta

from tests.saga.behaviours import refuse
from tests.saga.flows import Bare, Plan, Sequence
from tests.saga.stage import Handle, Stage, kind_of

UPSERT = "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES"


async def counted(stage: Stage, handle: Handle) -> Counter[str]:
    await stage.end_of(handle)
    return Counter(kind for kind in await stage.kinds(handle) if "WORKFLOW_TASK" not in kind)


async def test_as_many_as_a_bare_workflow(stage: Stage) -> None:
    """A flow in which nothing is waited for has exactly the events of one that is written without the engine."""
    await stage.work([Bare, Sequence])
    bare, ours = await stage.start("bare"), await stage.start("sequence")
    await bare.result()
    await ours.result()

    assert len(await stage.kinds(bare)) == 23
    assert await stage.kinds(ours) == await stage.kinds(bare)


async def test_approval(stage: Stage) -> None:
    """An approval adds its timer, and an upsert before and after it."""
    plain = await counted(stage, await stage.start("sequence", Plan(things=("a",))))
    handle = await stage.start("sequence", Plan(things=("ask", "a")))
    await stage.waits_for(handle, "approval:ask")
    await stage.decide(handle, "approve", way="signal")

    added = await counted(stage, handle) - plain

    assert added == {UPSERT: 2, "TIMER_STARTED": 1, "TIMER_CANCELED": 1, "WORKFLOW_EXECUTION_SIGNALED": 1}


async def test_deadline(stage: Stage) -> None:
    """A deadline adds its timer."""
    plain = await counted(stage, await stage.start("sequence"))
    bounded = await counted(stage, await stage.start("sequence", Plan(done_within=timedelta(hours=1))))

    assert bounded - plain == {"TIMER_STARTED": 1, "TIMER_CANCELED": 1}


async def test_undo(stage: Stage) -> None:
    """Undoing adds one upsert, when it ends."""
    stage.world.on("b", refuse)

    events = await counted(stage, await stage.start("sequence"))

    assert events[UPSERT] == 1
    assert events["ACTIVITY_TASK_SCHEDULED"] == 3


async def test_failure_with_nothing_to_undo(stage: Stage) -> None:
    """A flow that fails with nothing to undo adds nothing: Temporal's own status says it."""
    stage.world.on("a", refuse)

    events = await counted(stage, await stage.start("sequence"))

    assert events[UPSERT] == 0


async def test_summaries(stage: Stage) -> None:
    """Each step, undo, timer and wait carries a summary, so that the Web UI reads as the saga."""
    stage.world.on("b", refuse)
    handle = await stage.start("sequence", Plan(things=("a", "ask", "b")))
    await stage.waits_for(handle, "approval:ask")
    await stage.decide(handle, "approve")
    await stage.end_of(handle)

    told = [
        event
        for event in await stage.events(handle)
        if kind_of(event) in ("ACTIVITY_TASK_SCHEDULED", "TIMER_STARTED")
    ]
    summaries = [event.user_metadata.summary.data.decode().strip('"') for event in told]
    assert [summary[:21] for summary in summaries] == ["a", "approval ask: decide ", "b", "undo a: unmake"]
