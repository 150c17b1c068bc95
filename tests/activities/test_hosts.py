"""Hosts by SSH against real SSH servers: one effect per key, what is known of each failure, and nothing but runbooks."""

import dataclasses
import shutil
from datetime import timedelta
from pathlib import Path

import asyncssh
import pytest
from temporalio.exceptions import ApplicationError

from activities.hosts import Hosts
from activities.hosts_endpoint import HostsEndpoint
from activities.runbooks import Runbooks
from models.hosts import HostsDone, HostsRequest
from saga.headers import StepHeader, enter_step
from tests.activities.calling import Attempt, Verdict, verdict
from tests.activities.offered import Offered, new_step, undoing
from tests.eventually import eventually
from tests.standins import StandIns

TWO = HostsRequest(
    runbook="upgrade", arguments={"service": "shop", "version": "1.5.0"}, hosts=("web-1", "web-2")
)


@pytest.fixture(name="folder")
async def _folder(stand_ins: StandIns, tmp_path: Path) -> Path:
    """A copy of what says how the hosts are reached, for a test to spoil."""
    await eventually(lambda: _is_there(stand_ins.hosts / "inventory.toml"), bool)
    return Path(shutil.copytree(stand_ins.hosts, tmp_path / "hosts"))


async def _is_there(path: Path) -> bool:
    return path.exists()


async def failure(endpoint: HostsEndpoint, step: StepHeader | None = None) -> ApplicationError:
    """Of one attempt to upgrade two hosts."""
    hosts = Hosts(endpoint, endpoint.read_runbooks())

    async def attempt() -> HostsDone:
        enter_step(step or new_step())
        return await hosts.apply_runbook(TWO)

    with pytest.raises(ApplicationError) as failed:
        await Attempt().environment().run(attempt)
    return failed.value


@pytest.mark.usefixtures("folder")
async def test_a_change_is_made_once_for_a_key_and_undone(offered: Offered, stand_ins: StandIns) -> None:
    """Asked again under the same key nothing happens twice; the undo finds it by that key, on each host."""
    step = new_step()
    for _ in range(2):
        await offered.run("hosts.apply_runbook", TWO, step=step)
    keys = [effect.key for effect in await stand_ins.open_effects()]
    for _ in range(2):
        await offered.run("hosts.undo_runbook", TWO, step=undoing(step))

    assert [f"{step.key}@web-1", f"{step.key}@web-2"] == keys
    assert [] == await stand_ins.open_effects()


@pytest.mark.usefixtures("folder")
async def test_a_change_that_comes_after_its_undo(offered: Offered, stand_ins: StandIns) -> None:
    """It is refused by the host, which has had word under the key."""
    step = new_step()
    await offered.run("hosts.undo_runbook", TWO, step=undoing(step))
    late = await offered.failure("hosts.apply_runbook", TWO, step=step)

    assert Verdict("refused", "AlreadyCompensated", retry=False) == verdict(late)
    assert [] == await stand_ins.effects()


@pytest.mark.usefixtures("folder")
async def test_an_undo_goes_on_where_a_host_fails(offered: Offered, stand_ins: StandIns) -> None:
    """The last host refuses; the one before it is rolled back all the same, and the undo has failed."""
    step = new_step()
    await offered.run("hosts.apply_runbook", TWO, step=step)
    await stand_ins.faults.add("rollBackService", "refuse", match={"host": "web-2"})
    failed = await offered.failure("hosts.undo_runbook", TWO, step=undoing(step))

    assert "web-2: upgrade undo" in failed.message
    assert [f"{step.key}@web-2"] == [effect.key for effect in await stand_ins.open_effects()]


@pytest.mark.parametrize(
    ("host", "kind", "expected"),
    [
        ("web-1", "refuse", Verdict("refused", "VersionUnknown", retry=False)),
        ("web-2", "refuse", Verdict("unknown", "VersionUnknown", retry=False)),
        ("web-1", "throttle", Verdict("refused", "CommandPutOff", retry=True)),
        ("web-1", "unauthorized", Verdict("refused", "CredentialsRefused", retry=False)),
        ("web-1", "error", Verdict("unknown", "CommandFailed", retry=True)),
        ("web-1", "drop_connection", Verdict("unknown", "ConnectionLost", retry=True)),
        ("web-1", "effect_then_drop", Verdict("unknown", "ConnectionLost", retry=True)),
        ("web-1", "effect_then_timeout", Verdict("unknown", "ResponseTimedOut", retry=True)),
    ],
)
@pytest.mark.usefixtures("folder")
async def test_what_is_known_of_a_failure(
    offered: Offered, stand_ins: StandIns, host: str, kind: str, expected: Verdict
) -> None:
    """A refusal is certainly without effect on the first host only: on the second one the first has changed."""
    await stand_ins.faults.add("upgradeService", kind, match={"host": host})

    assert expected == verdict(await offered.failure("hosts.apply_runbook", TWO))
    await stand_ins.faults.clear()


async def test_a_host_with_another_key_is_not_spoken_to(folder: Path, stand_ins: StandIns) -> None:
    """Somebody else may stand in its place: a person has to look, and no command was sent."""
    known = folder / "known_hosts"
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    known.write_text("".join(f"{line.split(' ')[0]} {other}\n" for line in known.read_text().splitlines()))
    failed = await failure(HostsEndpoint(folder=folder))

    assert Verdict("refused", "CredentialsRefused", retry=False) == verdict(failed)
    assert "its key is not in known_hosts; check HOSTS_KEY_FILE and known_hosts" in failed.message
    assert [] == await stand_ins.calls()


async def test_a_host_that_does_not_know_our_key(folder: Path) -> None:
    """A person has to see to it."""
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(folder / "id_other")
    failed = await failure(HostsEndpoint(folder=folder, key_file=folder / "id_other"))

    assert Verdict("refused", "CredentialsRefused", retry=False) == verdict(failed)


@pytest.mark.parametrize(
    ("spoiled", "kind"), [("inventory.toml", "InventoryUnreadable"), ("id_ed25519", "ConnectionFailed")]
)
async def test_a_file_that_is_not_there_yet(folder: Path, spoiled: str, kind: str) -> None:
    """It is waited for: nothing was sent."""
    (folder / spoiled).unlink()

    assert Verdict("refused", kind, retry=True) == verdict(await failure(HostsEndpoint(folder=folder)))


async def test_a_host_that_is_not_there(folder: Path) -> None:
    """Nothing was sent, and it is tried again."""
    inventory = folder / "inventory.toml"
    lines = ["port = 9" if line.startswith("port") else line for line in inventory.read_text().splitlines()]
    inventory.write_text("\n".join(lines))

    assert Verdict("refused", "ConnectionFailed", retry=True) == verdict(
        await failure(HostsEndpoint(folder=folder))
    )


async def test_an_old_key_is_not_sent(folder: Path, stand_ins: StandIns) -> None:
    """The hosts may have forgotten it, and do it again."""
    step = new_step()
    endpoint = HostsEndpoint(folder=folder, key_retention=timedelta(seconds=1))
    hosts = Hosts(endpoint, endpoint.read_runbooks())

    async def attempt() -> HostsDone:
        enter_step(step)
        return await hosts.apply_runbook(TWO)

    with pytest.raises(ApplicationError, match="HOSTS_KEY_RETENTION is 0:00:01"):
        await (
            dataclasses.replace(Attempt(number=2), scheduled_ago=timedelta(minutes=1))
            .environment()
            .run(attempt)
        )
    assert [] == await stand_ins.calls()


@pytest.mark.parametrize(
    "value", ["$(touch harm)", "`touch harm`", "; touch harm", "'; touch harm; '", "a' 'b"]
)
async def test_no_argument_runs_on_a_host(folder: Path, tmp_path: Path, value: str) -> None:
    """Not even with a runbook that allows anything: the host's shell makes out one word of it."""
    harm = tmp_path / "harm"
    anything = {"pattern": ".*"}
    careless = {
        "description": "allows anything",
        "check": ["svcctl", "status", "{service}"],
        "apply": ["svcctl", "status", "{service}", "--key", "{key}"],
        "verify": ["svcctl", "status", "{service}"],
        "undo": ["svcctl", "status", "{key}", "{undoes}"],
        "arguments": {"service": anything},
    }
    runbooks = Runbooks.model_validate({"runbooks": {"careless": careless}})
    asked = HostsRequest(
        runbook="careless", arguments={"service": value.replace("harm", str(harm))}, hosts=("web-1",)
    )
    hosts = Hosts(HostsEndpoint(folder=folder), runbooks)

    async def attempt() -> HostsDone:
        enter_step(new_step())
        return await hosts.check(asked)

    with pytest.raises(ApplicationError, match=r"NotFound|has no"):
        await Attempt().environment().run(attempt)
    assert not harm.exists()


async def test_progress_is_told(folder: Path) -> None:
    """After each host a heartbeat says which ones are done."""
    beats: list[tuple[object, ...]] = []
    endpoint = HostsEndpoint(folder=folder)
    hosts = Hosts(endpoint, endpoint.read_runbooks())
    environment = Attempt().environment()
    environment.on_heartbeat = lambda *details: beats.append(details)

    async def attempt() -> HostsDone:
        enter_step(new_step())
        return await hosts.apply_runbook(TWO)

    await environment.run(attempt)
    assert [{"done": ["web-1"], "of": 2}, {"done": ["web-1", "web-2"], "of": 2}] == [
        details[1] for details in beats
    ]
