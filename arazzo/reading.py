"""What is read, by which rules, and what was found on the way."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from arazzo.limits import Limits
from arazzo.model import Version
from arazzo.problems import Problem, Severity, pointer
from arazzo.source import Source
from arazzo.tree import Node, Step

Path = tuple[Step, ...]


class Mode(StrEnum):
    """How a document is read (D21)."""

    STRICT = "strict"
    """By the text of the specification."""
    COMPAT = "compat"
    """As real documents are written, where what they mean is plain; each departure is reported."""


class Place(NamedTuple):
    """A value and where it stands."""

    node: Node
    path: Path


@dataclass(slots=True)
class Reading:
    """What is read, by which rules, and what was found on the way."""

    source: Source
    mode: Mode
    version: Version
    limits: Limits
    problems: list[Problem] = field(default_factory=list[Problem])
    departures: list[Problem] = field(default_factory=list[Problem])

    def error(self, rule: str, path: Path, message: str, expected: str, clause: str) -> None:
        """No mode takes this."""
        if len(self.problems) < self.limits.problems:
            self.problems.append(self._problem(rule, path, message, expected, clause, Severity.ERROR))

    def depart(self, rule: str, path: Path, message: str, expected: str, clause: str) -> None:
        """The strict mode does not take this; what it means is plain."""
        if self.mode is Mode.STRICT:
            self.error(rule, path, message, expected, clause)
        elif len(self.departures) < self.limits.problems:
            self.departures.append(self._problem(rule, path, message, expected, clause, Severity.WARNING))

    def remark(self, rule: str, path: Path, message: str, expected: str, clause: str) -> None:
        """Both modes take this, and someone should know."""
        if len(self.departures) < self.limits.problems:
            self.departures.append(self._problem(rule, path, message, expected, clause, Severity.NOTE))

    def _problem(
        self, rule: str, path: Path, message: str, expected: str, clause: str, severity: Severity
    ) -> Problem:
        return Problem(
            rule=rule,
            message=message,
            file=self.source.uri,
            line=self.source.line(path),
            path=pointer(path),
            expected=expected,
            clause=clause,
            severity=severity,
        )
