"""Workflows within workflows whose failure nobody deals with: a person does, as for any other step."""

import pytest

from arazzo.plan import Plan
from saga.messages import Choice
from tests.arazzo.documents import Field, document, workflow
from tests.endings import status_of
from tests.workflows.playing import Playing
from tests.workflows.scripting import ended, plan_of, running, scripted, step, undoable
from tests.workflows.test_arazzo_undo import resolved

TWO = step("two", outputs={"said": "$response.body#/said"})
INNER = workflow("inner", [undoable("one"), TWO], outputs={"said": "$steps.two.outputs.said"})


def running_inner(*before: dict[str, Field], **fields: Field) -> Plan:
    """Some steps, and then the workflow that is to fail."""
    inner = running("inner", "inner", outputs={"said": "$outputs.said"}, **fields)
    return plan_of(document(workflow("outer", [*before, inner]), INNER), workflow="outer")


async def test_beyond_the_point_of_no_return_it_is_an_incident(playing: Playing) -> None:
    """What the inner one did is undone; a person has it run again, and the flow completes."""
    final = step("final", **{"x-point-of-no-return": True})
    async with scripted(playing, post_two=[409, 200]) as service:
        handle = await service.start(running_inner(final))
        incident = await playing.incident(handle)
        assert (incident.step, incident.options) == ("inner", ("retry", "skip", "settle"))
        assert "DELETE /acts/one" in service.calls
        await resolved(playing, handle, "retry")
        assert (await ended(handle)).success

    assert service.calls.count("POST /acts/final") == 1
    names = [one.name for one in (await status_of(handle)).steps]
    assert names[:3] == ["final", "inner", "inner.retry-2"]


@pytest.mark.parametrize("decision", ["skip", "compensate"])
async def test_one_that_is_held(playing: Playing, decision: Choice) -> None:
    """Before that point a step says so by `x-on-failure`; it may be done without, or the flow is undone."""
    plan = running_inner(undoable("zero"), **{"x-on-failure": "hold"})
    async with scripted(playing, post_two=[409]) as service:
        handle = await service.start(plan)
        await playing.incident(handle)
        without: dict[str, object] = {"success": True, "outputs": {"said": "nothing"}}
        await resolved(playing, handle, decision, without if decision == "skip" else None)
        outcome = await ended(handle)

    assert outcome.success == (decision == "skip")
    assert ("DELETE /acts/zero" in service.calls) == (decision == "compensate")


async def test_one_that_an_action_deals_with_is_no_incident(playing: Playing) -> None:
    """The document has said what happens."""
    away = [{"name": "over", "type": "end"}]
    plan = running_inner(onFailure=away, **{"x-on-failure": "hold"})
    async with scripted(playing, post_two=[409]) as service:
        handle = await service.start(plan)
        outcome = await ended(handle)

    assert not outcome.success
    assert (await status_of(handle)).settled_incidents == ()
