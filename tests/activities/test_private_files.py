"""Files in named folders of the private network: written once, removed, and none outside of its folder."""

from pathlib import Path

import pytest
from pydantic import ValidationError
from temporalio.exceptions import ApplicationError

from activities.files import Files, FilesEndpoint
from models.files import FileRead, FileRemoved, FileRequest, FileToWrite, FileWritten
from saga.headers import StepHeader, enter_step
from tests.activities.calling import Attempt, verdict
from tests.activities.offered import new_step, undoing

REPORT = FileToWrite(folder="reports", name="C-1.txt", content="done\n")


@pytest.fixture(name="root")
def _root(tmp_path: Path) -> Path:
    (tmp_path / "root" / "reports").mkdir(parents=True)
    return tmp_path / "root"


async def run(root: Path, name: str, request: FileRequest, step: StepHeader) -> object:
    files = Files(FilesEndpoint(root=root))

    async def attempt() -> object:
        enter_step(step)
        return await getattr(files, name)(request)

    return await Attempt().environment().run(attempt)


async def refused(root: Path, name: str, request: FileRequest, step: StepHeader | None = None) -> str | None:
    with pytest.raises(ApplicationError) as failed:
        await run(root, name, request, step or new_step())
    assert "refused" == verdict(failed.value).outcome
    return failed.value.type


async def test_a_file_is_written_read_and_removed(root: Path) -> None:
    """Once, however often it is asked for; and nothing but it lies in the folder."""
    step = new_step()
    written = [await run(root, "write_file", REPORT, step) for _ in range(2)]
    read = await run(root, "read_file", REPORT, new_step())
    lies = [path.name for path in (root / "reports").iterdir()]
    removed = [await run(root, "remove_file", REPORT, undoing(step)) for _ in range(2)]

    assert [FileWritten(folder="reports", name="C-1.txt", size=5)] * 2 == written
    assert (FileRead(content="done\n"), ["C-1.txt"]) == (read, lies)
    assert [FileRemoved(name="C-1.txt"), FileRemoved(name=None)] == removed
    assert not (root / "reports/C-1.txt").exists()


async def test_a_file_that_is_to_be_written_after_its_removal(root: Path) -> None:
    """It is not."""
    step = new_step()
    await run(root, "remove_file", REPORT, undoing(step))

    assert "AlreadyCompensated" == await refused(root, "write_file", REPORT, step)


async def test_a_file_of_somebody_else_stays(root: Path) -> None:
    """It is neither written over nor removed."""
    (root / "reports/C-1.txt").write_text("theirs")

    assert "FileExists" == await refused(root, "write_file", REPORT)
    assert FileRemoved(name=None) == await run(root, "remove_file", REPORT, undoing(new_step()))
    assert "theirs" == (root / "reports/C-1.txt").read_text()


@pytest.mark.parametrize(
    "name", ["../x", "..", ".", "a/b", "/etc/passwd", ".removed", "a\0b", "", "~root", "a\\b"]
)
def test_a_name_leads_nowhere_else(name: str) -> None:
    """It is a name, and no way: what is not one is no request."""
    with pytest.raises(ValidationError):
        FileRequest(folder="reports", name=name)
    with pytest.raises(ValidationError):
        FileRequest(folder=name, name="x")


async def test_a_link_leads_nowhere_else(root: Path, tmp_path: Path) -> None:
    """Neither a file nor a folder that is one is followed."""
    (tmp_path / "secret").write_text("s3cret")
    (root / "reports/C-1.txt").symlink_to(tmp_path / "secret")
    (root / "linked").symlink_to(tmp_path)

    assert "FileRefused" == await refused(root, "read_file", REPORT)
    assert "FileRefused" == await refused(root, "write_file", REPORT)
    assert "FolderUnknown" == await refused(root, "read_file", FileRequest(folder="linked", name="secret"))
    assert "s3cret" == (tmp_path / "secret").read_text()


@pytest.mark.parametrize(
    ("folder", "name", "kind"), [("plans", "C-1.txt", "FolderUnknown"), ("reports", "C-2.txt", "FileUnknown")]
)
async def test_what_is_not_there(root: Path, folder: str, name: str, kind: str) -> None:
    """It is refused, and nothing is made."""
    assert kind == await refused(root, "read_file", FileRequest(folder=folder, name=name))
    assert ["reports"] == [path.name for path in root.iterdir()]
