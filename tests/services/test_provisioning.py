"""The provisioning's own rules."""

from tests.services.caller import input_of, made, problem_of, send
from tests.standins import StandIns


async def status_of(stand_ins: StandIns, workspace: str) -> str:
    return str((await stand_ins.http.get(f"/provisioning/workspaces/{workspace}")).json()["status"])


async def test_a_subscription_has_one_workspace(stand_ins: StandIns) -> None:
    """A second one is refused while the first one is there."""
    sent = await input_of(stand_ins, "provisionWorkspace")
    workspace = await made(stand_ins, "provisionWorkspace", sent)

    answer = await send(stand_ins, "provisionWorkspace", sent)

    assert (409, "urn:problem:already-provisioned") == problem_of(answer)
    assert workspace in answer.json()["detail"]


async def test_a_workspace_that_was_taken_away_can_be_made_again(stand_ins: StandIns) -> None:
    """After the compensation the subscription is free for another workspace."""
    sent = await input_of(stand_ins, "provisionWorkspace")
    first = await made(stand_ins, "provisionWorkspace", sent, key="step")
    await send(stand_ins, "deprovisionWorkspace", sent, compensates="step")

    second = await made(stand_ins, "provisionWorkspace", sent)

    states = [await status_of(stand_ins, workspace) for workspace in (first, second)]
    assert ["deprovisioned", "provisioned"] == states


async def test_a_retired_plan_is_refused(stand_ins: StandIns) -> None:
    """Nothing is provisioned for it."""
    sent = (await input_of(stand_ins, "provisionWorkspace")).but(plan="retired-2019")

    answer = await send(stand_ins, "provisionWorkspace", sent)

    assert (422, "urn:problem:plan-not-offered") == problem_of(answer)
    assert [] == await stand_ins.effects()
