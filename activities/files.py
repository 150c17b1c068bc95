"""Files in named folders of the private network: written once per key, removed, and read. Nothing leads out of a folder."""

import asyncio
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict
from temporalio import activity

from activities.attempt import Attempt
from activities.failure import FailureTerms
from activities.verdict import Failed
from models.files import FileRead, FileRemoved, FileRequest, FileToWrite, FileWritten
from saga.headers import Outcome, current_step

REMOVED = ".removed"
"""In each folder: an empty file for each key whose file was removed, so that one that comes late is not written."""

LONGEST_FILE = 1_000_000
FOREVER = timedelta.max

Request = TypeVar("Request", bound=FileRequest)
Answer = TypeVar("Answer", bound=BaseModel)


class FilesEndpoint(BaseModel):
    """`root` has the folders; their names are the only ones that there are."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    root: Path = Path("var/stand-ins.hosts/folders")


class FileRefused(Exception):
    """Nothing was done; `kind` is the failure's type."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Files:
    def __init__(self, endpoint: FilesEndpoint) -> None:
        self._root = endpoint.root
        self._terms = FailureTerms("FILES", "FILES_ROOT", FOREVER)

    @activity.defn(name="files.write_file")
    async def write_file(self, request: FileToWrite) -> FileWritten:
        """Refused with `FolderUnknown`, or with `FileExists` where the name has another content."""
        return await self._done(self._write, request)

    @activity.defn(name="files.remove_file")
    async def remove_file(self, request: FileToWrite) -> FileRemoved:
        """Undo `write_file`; succeeds when there is nothing to remove."""
        return await self._done(self._remove, request)

    @activity.defn(name="files.read_file")
    async def read_file(self, request: FileRequest) -> FileRead:
        """Refused with `FolderUnknown`, `FileUnknown` or `FileTooLong`."""
        return await self._done(self._read, request)

    async def _done(self, work: Callable[[Request, Path], Answer], request: Request) -> Answer:
        attempt, failed = Attempt(), None
        try:
            folder = self._folder(request)
            return await attempt.run(asyncio.to_thread(work, request, folder))
        except FileRefused as error:
            failed = Failed(Outcome.REFUSED, error.kind, str(error), retry=False)
        except OSError as error:
            failed = Failed(Outcome.UNKNOWN, "FolderFailed", error.strerror or "it failed", retry=True)
        what = f"files {request.folder}/{request.name}: {failed.message}"
        raise self._terms.failure(attempt, what, failed, attempt.outcome(failed.outcome))

    def _folder(self, request: FileRequest) -> Path:
        """Raises FileRefused."""
        folder = self._root / request.folder
        if folder.is_symlink() or not folder.is_dir():
            raise FileRefused("FolderUnknown", "there is no such folder")
        return folder

    def _write(self, request: FileToWrite, folder: Path) -> FileWritten:
        content = request.content.encode()
        if (folder / REMOVED / current_step().key).exists():
            raise FileRefused("AlreadyCompensated", "it was removed before it was to be written")
        if _content(folder / request.name) != content:
            _write_whole(folder / request.name, content)
        return FileWritten(folder=request.folder, name=request.name, size=len(content))

    def _remove(self, request: FileToWrite, folder: Path) -> FileRemoved:
        """Leaves word first, then removes what has this content: another one is not ours."""
        (folder / REMOVED).mkdir(exist_ok=True)
        (folder / REMOVED / (current_step().compensates or current_step().key)).touch()
        if _content(folder / request.name) != request.content.encode():
            return FileRemoved(name=None)
        (folder / request.name).unlink(missing_ok=True)
        return FileRemoved(name=request.name)

    def _read(self, request: FileRequest, folder: Path) -> FileRead:
        content = _content(folder / request.name)
        if content is None:
            raise FileRefused("FileUnknown", "there is no such file")
        if len(content) > LONGEST_FILE:
            raise FileRefused("FileTooLong", f"it has more than {LONGEST_FILE} bytes")
        return FileRead(content=content.decode(errors="replace"))


def _content(path: Path) -> bytes | None:
    """None where there is no file. Raises FileRefused for what is one, and lies elsewhere."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            return file.read(LONGEST_FILE + 1)
    except FileNotFoundError:
        return None
    except OSError:
        raise FileRefused("FileRefused", "it is no plain file") from None


def _write_whole(path: Path, content: bytes) -> None:
    """Under its name as a whole or not at all. Raises FileRefused where the name is taken."""
    draft = path.with_name(f".{path.name}.{current_step().key}")
    draft.write_bytes(content)
    try:
        os.link(draft, path)
    except FileExistsError:
        raise FileRefused("FileExists", "there is another file of this name") from None
    finally:
        draft.unlink()
