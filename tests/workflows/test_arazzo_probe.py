"""A probe that is answered, but not on what it asked: what has happened stays unknown, and is not taken for nothing."""

import pytest

from saga.status import FlowState
from tests.endings import status_of
from tests.workflows.playing import Playing
from tests.workflows.scripting import ended, plan_of, scripted, step, undoing
from tests.workflows.test_arazzo_undo import PROBE, resolved, steps

UNKNOWN = step("one", **{"x-probe": PROBE, "x-compensate": undoing("one")})


@pytest.mark.parametrize("away", [500, 429])
async def test_a_probe_that_cannot_say(playing: Playing, away: int) -> None:
    """It is asked until it can; then the step has happened, and is not sent again."""
    async with scripted(playing, post_one=["drop"], get_one=[away, away, 200]) as service:
        outcome = await service.run(plan_of(steps(UNKNOWN)))

    assert outcome.success
    assert service.calls == ["POST /acts/one", *["GET /acts/one"] * 3]


async def test_a_probe_that_may_not_ask(playing: Playing) -> None:
    """A person is asked; when the probe is let in, what has happened is undone."""
    async with scripted(playing, post_one=["drop"], get_one=[403, 403, 200], delete_one=[204]) as service:
        handle = await service.start(plan_of(steps(UNKNOWN)))
        held = await playing.until(handle, lambda status: bool(status.incidents))
        assert service.seen("DELETE /acts/one") == []
        await resolved(playing, handle, "retry")
        await ended(handle)

    assert held.status is FlowState.NEEDS_ATTENTION
    assert (await status_of(handle)).status is FlowState.COMPENSATED
    assert service.calls[-1] == "DELETE /acts/one"


async def test_what_a_probe_has_not_seen_is_undone_all_the_same(playing: Playing) -> None:
    """The request may be on its way: the service that knows its undo refuses it then."""
    async with scripted(playing, post_one=["drop"], get_one=[404], delete_one=[404]) as service:
        outcome = await service.run(plan_of(steps(UNKNOWN)))

    assert not outcome.success
    assert service.calls == ["POST /acts/one", "GET /acts/one", "GET /acts/one", "DELETE /acts/one"]


async def test_what_nobody_can_name_is_not_undone(playing: Playing) -> None:
    """An undo by the id that the step gave has none to say, where the probe has not seen the step."""
    by_id = undoing("one", requestBody={"payload": {"id": "$steps.one.outputs.id"}})
    outputs = {"id": "$response.body#/id"}
    unknown = step("one", outputs=outputs, **{"x-probe": PROBE, "x-compensate": by_id})
    async with scripted(playing, post_one=["drop"], get_one=[404]) as service:
        outcome = await service.run(plan_of(steps(unknown)))

    assert not outcome.success
    assert service.calls == ["POST /acts/one", "GET /acts/one", "GET /acts/one"]
