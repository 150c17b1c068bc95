"""What is wrong with a document, and where: file, line, path, what was found and what was expected."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import islice
from typing import Self

from pydantic import BaseModel, ConfigDict

SHOWN = 10
"""Of the names that there are."""


class Severity(StrEnum):
    """How much a problem matters."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Problem(BaseModel):
    """One thing that is wrong, or odd, at one place."""

    model_config = ConfigDict(frozen=True)

    rule: str
    """Names the kind of problem, as `unknown-step`."""
    message: str
    """What was found."""
    file: str = ""
    line: int = 0
    """From 1; 0 is nowhere in particular."""
    path: str = ""
    """A JSON Pointer into the document; empty for the whole of it."""
    expected: str = ""
    """What should stand there, or what would help."""
    clause: str = ""
    """Where the text of the specification says so, or the id of our decision."""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """Everything, on one line."""
        parts = [f"{self.file}:{self.line}: {self.severity}: {self.path or '/'}: {self.message}"]
        if self.expected:
            parts.append(f"; expected {self.expected}")
        if self.clause:
            parts.append(f" ({self.clause})")
        return "".join(parts)


class Problems(Exception):
    """A document, or a set of them, that cannot be used; says everything that was found, in the document's order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Sequence[Problem] = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[Self], tuple[Sequence[Problem]]]:
        """As a process pool sends it."""
        return type(self), (self.problems,)


def pointer(path: Iterable[str | int]) -> str:
    """A path of names and indices as a JSON Pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def one_of(names: Iterable[str]) -> str:
    """What could stand there, a few of many; empty if nothing could."""
    known = list(islice(names, SHOWN + 1))
    return f"one of {', '.join(known[:SHOWN])}{', …' if len(known) > SHOWN else ''}" if known else ""
