"""What is asked of the folders of the private network, and what came of it."""

from typing import Annotated

from pydantic import Field

from models.fields import Record

FolderName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$", examples=["reports"])]
FileName = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$",
        description="letters, digits, dot, underscore and hyphen: no way leads out of the folder",
        examples=["C-1.txt"],
    ),
]


class FileRequest(Record):
    folder: FolderName
    name: FileName


class FileToWrite(FileRequest):
    content: Annotated[str, Field(max_length=1_000_000)]


class FileWritten(Record):
    folder: str
    name: str
    size: int
    """In bytes."""


class FileRead(Record):
    content: str


class FileRemoved(Record):
    """Without a name there was nothing to remove."""

    name: str | None
