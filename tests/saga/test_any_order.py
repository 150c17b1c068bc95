"""Whatever the shape of a flow and whatever goes wrong: all of it stands or none, and undo is the order reversed."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from temporalio.client import Client

from saga import FlowState
from saga.headers import StepHeader
from tests.saga.behaviours import (
    as_usual,
    hang,
    hang_before,
    lose_answer,
    lose_answer_once,
    lose_request,
    refuse,
    refuse_for_now,
)
from tests.saga.flows import Plan
from tests.saga.stage import Handle, Stage, kind_of
from tests.saga.world import Behaviour

WELL: dict[str, list[Behaviour]] = {
    "confirmed": [as_usual],
    "confirmed late": [refuse_for_now, lose_answer_once, as_usual],
}
TIMED_OUT: dict[str, list[Behaviour]] = {
    "timed out, with an effect": [hang] * 3,
    "timed out, without": [hang_before] * 3,
}
NO_EFFECT: dict[str, list[Behaviour]] = {"refused": [refuse], "exhausted": [refuse_for_now] * 3}
UNKNOWN: dict[str, list[Behaviour]] = {
    "unknown, with an effect": [lose_answer],
    "unknown, without": [lose_request],
    **TIMED_OUT,
}
WAYS = {**WELL, **NO_EFFECT, **UNKNOWN}

ways = st.sampled_from([*WELL, *WELL, *WAYS])
legs = st.lists(ways, min_size=1, max_size=3)
shapes = st.lists(st.lists(legs, min_size=1, max_size=3), min_size=1, max_size=3)

examples = itertools.count()


@pytest.fixture(scope="module")
async def shared(client: Client) -> AsyncIterator[Stage]:
    """One world and one worker for all examples, whose things have different names."""
    async with Stage(client) as stage:
        yield stage


@settings(max_examples=20, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
@given(shape=shapes, undone_late=st.booleans())
async def test_all_or_nothing(shared: Stage, shape: list[list[list[str]]], *, undone_late: bool) -> None:
    """In the end all effects are open and the flow is completed, or none is; the undo is the order reversed."""
    ways_of, plan = scripted(shared, shape, undone_late=undone_late)
    handle = await shared.start("shaped", plan)
    end = await shared.end_of(handle)
    reached = [step.name for step in (await shared.status(handle)).steps]
    undone = await undo_order(shared, handle)
    open_effects = set(ways_of) & set(shared.world.open_effects())

    if end.state is FlowState.COMPLETED:
        assert (open_effects, undone) == (set(ways_of), [])
    else:
        assert open_effects == set()
        assert undone == [name for name in reversed(reached) if name in undone]
        assert {ways_of[name] for name in reached if name not in undone} <= set(NO_EFFECT)
    if set(ways_of.values()) <= set(WELL):
        assert end.state is FlowState.COMPLETED


def scripted(stage: Stage, shape: list[list[list[str]]], *, undone_late: bool) -> tuple[dict[str, str], Plan]:
    """Names for the steps, each with the way in which it goes; and the plan of that shape."""
    example, numbers, ways_of = next(examples), itertools.count(), dict[str, str]()

    def named(way: str) -> str:
        name = f"{example}.{next(numbers)}"
        ways_of[name] = way
        stage.world.on(name, *WAYS[way])
        stage.world.on(f"undo {name}", *[refuse_for_now] * (4 if undone_late else 0))
        return name

    things = ["|".join(">".join(map(named, leg)) for leg in legs_) for legs_ in shape]
    slow = timedelta(milliseconds=150) if set(ways_of.values()) & set(TIMED_OUT) else timedelta(seconds=20)
    return ways_of, Plan(things=tuple(things), attempt=slow, undo_again_after=timedelta(milliseconds=10))


async def undo_order(stage: Stage, handle: Handle) -> list[str]:
    """The steps whose undo was scheduled, in the order of the first time."""
    scheduled = [e for e in await stage.events(handle) if kind_of(e) == "ACTIVITY_TASK_SCHEDULED"]
    fields = [e.activity_task_scheduled_event_attributes.header.fields["saga-step"] for e in scheduled]
    headers = [StepHeader.model_validate_json(field.data) for field in fields]
    return list(dict.fromkeys(header.step for header in headers if header.compensates))
