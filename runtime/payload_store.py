"""Large payloads by reference: files in a folder that worker and starter share, each named by what is in it.

A history holds the reference alone, so that a plan of megabytes costs its run nothing. Nothing is ever deleted from the
folder: a flow is replayed from it for as long as its history is kept.
"""

import asyncio
import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    ExternalStorage,
    StorageDriver,
    StorageDriverClaim,
    StorageDriverRetrieveContext,
    StorageDriverStoreContext,
)

from runtime.refusals import Refused

LARGE = 128 * 1024
"""Bytes of one payload: the server warns at 512 KiB and refuses at 2 MiB, and an activity may have several."""

DRIVER = "durable-sagas-files"
"""Stands in histories."""

_KEY = re.compile(r"[0-9a-f]{64}")


NOT_CONFIGURED = "TMPRL1105"
"""What the SDK says where a payload is a reference, and it was given no storage."""


class PayloadLost(Refused):
    """What a history refers to is not in the folder, or is not what was put there. A worker looks for it again."""


def without_store(error: RuntimeError) -> PayloadLost | None:
    """What to say where it was the lack of a store."""
    said = "A payload was too large for the server: set PAYLOAD_STORE, as the workers have it, to read it."
    return PayloadLost(said) if NOT_CONFIGURED in str(error) else None


def payload_storage(folder: Path) -> ExternalStorage:
    return ExternalStorage(drivers=[FolderDriver(folder)], payload_size_threshold=LARGE)


class FolderDriver(StorageDriver):
    """Keeps a payload under its SHA-256: once, however often it is stored, and read only as what it was."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def name(self) -> str:
        return DRIVER

    def type(self) -> str:
        return "local-files"

    async def store(
        self, context: StorageDriverStoreContext, payloads: Sequence[Payload]
    ) -> list[StorageDriverClaim]:
        del context
        keys = [
            await asyncio.to_thread(self._put, one.SerializeToString(deterministic=True)) for one in payloads
        ]
        return [StorageDriverClaim(claim_data={"sha256": key}) for key in keys]

    async def retrieve(
        self, context: StorageDriverRetrieveContext, claims: Sequence[StorageDriverClaim]
    ) -> list[Payload]:
        """Raises PayloadLost."""
        del context
        keys = [claim.claim_data.get("sha256", "") for claim in claims]
        return [Payload.FromString(await asyncio.to_thread(self._get, key)) for key in keys]

    def _put(self, content: bytes) -> str:
        """It is on the disk before a history refers to it."""
        key = hashlib.sha256(content).hexdigest()
        path = self._path(key)
        if path.is_file() and path.stat().st_size == len(content):
            return key
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
        return key

    def _get(self, key: str) -> bytes:
        if not _KEY.fullmatch(key):
            raise PayloadLost("a history refers to a payload by what is no SHA-256")
        try:
            content = self._path(key).read_bytes()
        except OSError as error:
            where = f"the payload {key} is not to be read in PAYLOAD_STORE, {self._folder}"
            raise PayloadLost(f"{where}: {error.strerror}") from None
        if hashlib.sha256(content).hexdigest() != key:
            raise PayloadLost(f"the payload {key} in {self._folder} is not what was put there")
        return content

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key[2:]
