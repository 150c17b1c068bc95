"""Large payloads go by reference: kept once, read only as what they were, and waited for while they are missing."""

from pathlib import Path

import pytest
from temporalio import activity
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.converter import (
    StorageDriverClaim,
    StorageDriverRetrieveContext,
    StorageDriverStoreContext,
)
from temporalio.worker import Worker

from runtime.client import connect
from runtime.dev_server import DevServer
from runtime.payload_store import FolderDriver, PayloadLost
from tests.runtime.flows import Echo

LARGE = "x" * 3_000_000
STORING, READING = StorageDriverStoreContext(target=None), StorageDriverRetrieveContext()


@activity.defn
async def echo(text: str) -> str:
    return text[::-1]


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.fixture(name="storing")
async def _storing(dev_server: DevServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Client:
    monkeypatch.setenv("TEMPORAL_ADDRESS", dev_server.address)
    return await connect("test", payload_store=tmp_path)


async def test_three_megabytes_go_by_reference(storing: Client, tmp_path: Path, task_queue: str) -> None:
    """Input, activity and result: the history has references, and the folder each content once."""
    async with Worker(storing, task_queue=task_queue, workflows=[Echo], activities=[echo]):
        handle = await storing.start_workflow(Echo.run, f"{LARGE}y", id=task_queue, task_queue=task_queue)
        result = await handle.result()
    history = (await handle.fetch_history()).to_json()

    assert f"y{LARGE}" == result
    assert 4 == history.count("externalPayloads")
    assert len(history) < 20_000
    assert 2 == len(files(tmp_path))


async def test_small_payloads_stay_in_the_history(storing: Client, tmp_path: Path, task_queue: str) -> None:
    """They are read without the folder, by everybody."""
    async with Worker(storing, task_queue=task_queue, workflows=[Echo], activities=[echo]):
        await storing.execute_workflow(Echo.run, "small", id=task_queue, task_queue=task_queue)

    assert [] == files(tmp_path)


async def stored(driver: FolderDriver, content: bytes) -> str:
    [claim] = await driver.store(STORING, [Payload(data=content)])
    return claim.claim_data["sha256"]


async def read(driver: FolderDriver, key: str) -> bytes:
    [payload] = await driver.retrieve(READING, [StorageDriverClaim(claim_data={"sha256": key})])
    return payload.data


async def test_what_was_changed_is_not_read(tmp_path: Path) -> None:
    """The name says what is in the file, and it is held to it."""
    driver = FolderDriver(tmp_path)
    key = await stored(driver, b"a plan")
    [path] = files(tmp_path)
    before = await read(driver, key)
    path.write_bytes(path.read_bytes().replace(b"a plan", b"a plot"))

    assert b"a plan" == before
    with pytest.raises(PayloadLost, match="is not what was put there"):
        await read(driver, key)


async def test_half_a_file_is_written_again(tmp_path: Path) -> None:
    """As a machine that lost its power may leave one."""
    driver = FolderDriver(tmp_path)
    key = await stored(driver, b"a plan")
    [path] = files(tmp_path)
    path.write_bytes(b"")

    assert key == await stored(driver, b"a plan")
    assert b"a plan" == await read(driver, key)


async def test_one_that_is_missing_is_told(tmp_path: Path) -> None:
    """With the setting that says where it was looked for."""
    with pytest.raises(PayloadLost, match=r"is not to be read in PAYLOAD_STORE, .*: No such file"):
        await read(FolderDriver(tmp_path), "0" * 64)


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "/etc/passwd", "A" * 64, f"{'0' * 64}\n"])
async def test_a_reference_leads_nowhere_else(tmp_path: Path, key: str) -> None:
    """Histories can be written by whoever reaches the server."""
    with pytest.raises(PayloadLost, match="no SHA-256"):
        await read(FolderDriver(tmp_path), key)


async def test_files_are_their_owners_alone(tmp_path: Path) -> None:
    """What is in them has no other guard."""
    await stored(FolderDriver(tmp_path), b"a plan")
    [path] = files(tmp_path)

    assert (0o600, 0o700) == (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777)
