"""The files that a document may lead to: local ones, within a folder tree, and no more than the limits."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from arazzo.limits import DESCRIPTION_LIMITS
from arazzo.problems import Problem, Problems
from arazzo.tree import Node, Step
from arazzo.uris import Uri

Place = tuple[Step, ...]
"""Where something stands in a document."""

CLAUSE = "Security Considerations"


class FileRefused(Exception):
    """A file that is not read: `rule` says which kind of reason it is."""

    def __init__(self, rule: str, message: str, expected: str = "") -> None:
        super().__init__(message)
        self.rule, self.message, self.expected = rule, message, expected

    def problem(self, file: str) -> Problem:
        """For a file that was asked for by name."""
        return Problem(rule=self.rule, message=self.message, expected=self.expected, file=file, clause=CLAUSE)


@dataclass(frozen=True, slots=True)
class FileLimits:
    """Of all files that belong to one document."""

    files: int = 200
    total_bytes: int = 64 * 1024 * 1024


@dataclass(slots=True)
class Files:
    """Reads files, and counts what it has read."""

    limits: FileLimits = field(default_factory=FileLimits)
    read_files: int = 0
    read_bytes: int = 0

    def read(self, path: Path) -> bytes:
        """What is in it; raises FileRefused, and Problems when too much has been read."""
        content = content_of(path)
        self.read_files += 1
        self.read_bytes += len(content)
        if self.read_files > self.limits.files or self.read_bytes > self.limits.total_bytes:
            said = f"it leads to {self.read_files} files of {self.read_bytes} bytes"
            most = f"at most {self.limits.files} files of {self.limits.total_bytes} bytes"
            raise Problems([FileRefused("too-many-files", said, most).problem(path.as_uri())])
        return content


def content_of(path: Path) -> bytes:
    """Of a regular file, which a pipe or a device is not; raises FileRefused."""
    most = DESCRIPTION_LIMITS.text_bytes
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb", closefd=True) as opened:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise FileRefused("file-not-read", f"{shown(path)} is no file", "a file")
            content = opened.read(most + 1)
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise FileRefused(
            "file-not-read", f"{shown(path)} cannot be read: {said.lower()}", "a file"
        ) from None
    if len(content) > most:
        raise FileRefused("too-large", f"{shown(path)} has more than {most} bytes", f"at most {most}")
    return content


def shown(path: Path) -> str:
    """As people would say it: from where they stand, if it is in there."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def local_path(reference: str, beside: Path) -> Path | None:
    """The file that a reference in the file `beside` names; None for one that leads elsewhere."""
    uri = Uri.parse(reference)
    if uri.scheme is None and uri.authority is None and uri.path:
        return beside.parent / unquote(uri.path)
    if (uri.scheme or "").lower() == "file" and uri.authority in {None, "", "localhost"}:
        return Path(unquote(uri.path))
    return None


def within(path: Path, tree: Path) -> Path:
    """The path, all links followed, if it is in the folder tree; raises FileRefused."""
    try:
        resolved = path.resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise FileRefused("file-not-read", f"{str(path)!r} is no path: {error}", "a file") from None
    if not resolved.is_relative_to(tree):
        expected = "a file in there, or --source NAME=FILE, or a wider folder by --within FOLDER"
        raise FileRefused("file-outside", f"{shown(resolved)} is outside of {shown(tree)}", expected)
    return resolved


def references_in(node: Node, path: Place = ()) -> Iterator[tuple[str, Place]]:
    """Each other file that `$ref`s in a value name, without their fragments, and where the first of them stands."""
    seen: set[str] = set()
    waiting = [(node, path)]
    while waiting:
        one, place = waiting.pop()
        waiting += [
            (child, (*place, name)) for name, child in reversed([*one.children.items()]) if child.children
        ]
        reference = one.value.get("$ref") if isinstance(one.value, dict) else None
        named = reference.partition("#")[0] if isinstance(reference, str) else ""
        if named and named not in seen:
            seen.add(named)
            yield named, (*place, "$ref")
