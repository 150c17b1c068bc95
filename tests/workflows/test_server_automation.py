"""Server automation: a change is on all servers, or on none, and only by commands of the runbook file."""

import sqlite3
from contextlib import closing

import pytest
from temporalio.client import WorkflowUpdateFailedError

from services.backstage.ledger import Effect
from tests.endings import end_of, status_of
from tests.workflows.playing import Handle, Playing
from tests.workflows.rolling_out import FIVE, FLOW, approved, change, decide, waits
from workflows.server_automation import APPROVAL_DEADLINE


async def changed(playing: Playing, handle: Handle) -> list[str]:
    """The hosts on which the change stands, by the keys under which they have made it."""
    return [
        effect.key.partition("@")[2] for effect in await effects(playing, handle) if effect.state == "open"
    ]


async def touched(playing: Playing, handle: Handle) -> list[str]:
    """Those on which it has ever stood."""
    return [effect.key.partition("@")[2] for effect in await effects(playing, handle)]


async def effects(playing: Playing, handle: Handle) -> list[Effect]:
    return await playing.stand_ins.effects(correlation_id=handle.id, operation="upgradeService")


def registered(playing: Playing, change_id: str) -> list[str]:
    """The change's states in the register."""
    with closing(sqlite3.connect(playing.stand_ins.hosts / "inventory.db")) as db:
        return [
            state for (state,) in db.execute("SELECT state FROM changes WHERE change_id = ?", (change_id,))
        ]


async def rolled_back(playing: Playing, handle: Handle) -> list[str]:
    """The hosts that were asked to, in this order."""
    calls = await playing.stand_ins.calls(correlation_id=handle.id, operation="rollBackService")
    return [str(call.key).partition("@")[2] for call in calls]


async def test_a_change_is_rolled_over_all_servers(playing: Playing) -> None:
    """The canary first, verified alone; then two at a time, each batch verified before the next."""
    handle = await approved(playing, change("all"))

    assert "completed" == await end_of(handle)
    assert list(FIVE) == await changed(playing, handle)
    status = await status_of(handle)
    assert [
        *("check", "note_change", "apply_canary", "verify_canary"),
        *("apply_batch_1", "verify_batch_1", "apply_batch_2", "verify_batch_2", "write_report"),
    ] == [step.name for step in status.steps]
    assert ["open"] == registered(playing, "all")
    report = (playing.stand_ins.hosts / "folders/reports/all.txt").read_text().splitlines()
    assert ["approved by grace", "web-1", "web-2, web-3", "web-4, web-5"] == report[1:]


async def test_a_batch_that_is_not_healthy_halts_the_roll(playing: Playing) -> None:
    """It and those before it are rolled back, newest first; the servers after it were never touched."""
    await playing.stand_ins.faults.add("verifyService", "refuse", match={"host": "web-3"})
    handle = await approved(playing, change("halted"))

    assert "ServiceUnhealthy" == await end_of(handle)
    assert ["web-1", "web-2", "web-3"] == await touched(playing, handle)
    assert ["web-3", "web-2", "web-1"] == await rolled_back(playing, handle)
    assert [] == await changed(playing, handle)
    assert ["withdrawn"] == registered(playing, "halted")


async def test_a_canary_that_is_not_healthy_spares_all_others(playing: Playing) -> None:
    """One server has had the change, and has it no more."""
    handle = await approved(playing, change("canary", version="1.5.13"))

    assert "ServiceUnhealthy" == await end_of(handle)
    assert ["web-1"] == await touched(playing, handle)
    assert [] == await changed(playing, handle)


async def test_a_batch_that_fails_half_way_is_rolled_back(playing: Playing) -> None:
    """A refusal of its second server does not mean that nothing was done on the first one."""
    await playing.stand_ins.faults.add("upgradeService", "refuse", match={"host": "web-3"}, times=None)
    handle = await approved(playing, change("half"))

    assert "VersionUnknown" == await end_of(handle)
    assert ["web-1", "web-2"] == await touched(playing, handle)
    assert [] == await changed(playing, handle)
    await playing.stand_ins.faults.clear()


@pytest.mark.parametrize("kind", ["effect_then_drop", "drop_connection", "error", "throttle"])
async def test_what_passes_leaves_no_trace(playing: Playing, kind: str) -> None:
    """A connection that is lost, a host that is busy: asked again under the same key, each server changes once."""
    await playing.stand_ins.faults.add("upgradeService", kind, match={"host": "web-2"})
    handle = await approved(playing, change(f"passes-{kind}"))

    assert "completed" == await end_of(handle)
    assert list(FIVE) == await touched(playing, handle)


@pytest.mark.parametrize(
    ("hosts", "runbook", "arguments", "refused"),
    [
        (("web-9",), "upgrade", {"service": "shop", "version": "1.5.0"}, "HostUnknown"),
        (("web-1",), "format-disks", {}, "RunbookUnknown"),
        (("web-1",), "upgrade", {"service": "shop"}, "ArgumentRefused"),
        (("web-1",), "upgrade", {"service": "shop", "version": "1.5.0; reboot"}, "ArgumentRefused"),
        (("db-1",), "upgrade", {"service": "shop", "version": "1.5.0"}, "NoSuchService"),
    ],
)
async def test_what_cannot_be_done_asks_nobody(
    playing: Playing, hosts: tuple[str, ...], runbook: str, arguments: dict[str, str], refused: str
) -> None:
    """It is refused before people are bothered, and nothing runs on any server."""
    asked = change(
        f"never-{refused}-{len(arguments)}-{hosts[0]}", hosts=hosts, runbook=runbook, arguments=arguments
    )
    handle = await playing.start(FLOW, asked)

    assert refused == await end_of(handle)
    assert () == (await status_of(handle)).approvals
    assert [] == await touched(playing, handle)


async def test_the_requester_does_not_decide(playing: Playing) -> None:
    """Not even where anyone else may."""
    handle = await playing.start(FLOW, change("own", approvers=()))
    await playing.until(handle, waits)
    with pytest.raises(WorkflowUpdateFailedError):
        await decide(handle, by="ada")

    await decide(handle, by="ivan", decision="reject")
    assert "ApprovalRejected" == await end_of(handle)
    assert [] == await touched(playing, handle)


async def test_a_cancel_between_batches_rolls_back(playing: Playing) -> None:
    """What was changed so far is undone."""
    await playing.stand_ins.faults.add("verifyService", "throttle", match={"host": "web-2"}, times=None)
    handle = await approved(playing, change("cancelled"))
    await playing.stand_ins.wait_for_calls("verifyService", count=2, correlation_id=handle.id)
    await handle.cancel()

    assert "CancelledError" == await end_of(handle)
    assert [] == await changed(playing, handle)
    await playing.stand_ins.faults.clear()


async def test_nobody_decides_in_time(patient: Playing) -> None:
    """After three days it is over, and nothing was done."""
    assert patient.skip
    handle = await patient.start(FLOW, change("forgotten"))
    await patient.until(handle, waits)
    await patient.skip(APPROVAL_DEADLINE)

    assert "ApprovalTimedOut" == await end_of(handle)
    assert [] == await touched(patient, handle)
