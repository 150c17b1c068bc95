"""What a rule of the linter is given, and how it says what it finds."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from arazzo.elements import Parameter
from arazzo.identity import DocumentSet
from arazzo.loading import Document
from arazzo.merging import merged
from arazzo.model import Step, Workflow
from arazzo.problems import Problem, Severity, pointer
from arazzo.reading import Mode, Path
from arazzo.references import Miss
from arazzo.routes import Routes
from arazzo.targets import Target, find_target


@dataclass
class Linting:
    """One document among those that are at hand, and what was found in it."""

    documents: DocumentSet
    document: Document
    found: list[Problem] = field(default_factory=list[Problem])

    def error(self, rule: str, path: Path, message: str, expected: str = "", clause: str = "") -> None:
        """The document cannot do what it says."""
        self._say(Severity.ERROR, rule, path, message, expected, clause)

    def depart(self, rule: str, path: Path, message: str, expected: str = "", clause: str = "") -> None:
        """Against the text, and yet something plain comes of it: an error in strict, a warning in compat (D21)."""
        strict = self.document.mode is Mode.STRICT
        self._say(Severity.ERROR if strict else Severity.WARNING, rule, path, message, expected, clause)

    def warn(self, rule: str, path: Path, message: str, expected: str = "", clause: str = "") -> None:
        """Allowed, and likely not what is wanted."""
        self._say(Severity.WARNING, rule, path, message, expected, clause)

    def note(self, rule: str, path: Path, message: str, expected: str = "", clause: str = "") -> None:
        """Worth knowing."""
        self._say(Severity.NOTE, rule, path, message, expected, clause)

    def miss(self, path: Path, miss: Miss, clause: str) -> None:
        """A name that leads nowhere; of a source that is not at hand nothing more can be said than that it is not."""
        if not miss.absent:
            self.error(miss.rule, path, miss.message, miss.expected, clause)

    def _say(
        self, severity: Severity, rule: str, path: Path, message: str, expected: str, clause: str
    ) -> None:
        self.found.append(
            Problem(
                rule=rule,
                message=message,
                file=self.document.uri,
                line=self.document.source.line(path),
                path=pointer(path),
                expected=expected,
                clause=clause,
                severity=severity,
            )
        )

    @cached_property
    def workflows(self) -> tuple["LintedWorkflow", ...]:
        """Those of the document."""
        return tuple(
            LintedWorkflow(self, workflow, ("workflows", index))
            for index, workflow in enumerate(self.document.arazzo.workflows)
        )


@dataclass
class LintedWorkflow:
    """A workflow, with what rules ask of it more than once."""

    linting: Linting
    workflow: Workflow
    path: Path

    @cached_property
    def steps(self) -> tuple["LintedStep", ...]:
        """As they stand in the document, and merged."""
        return tuple(
            LintedStep(self, step, merged(self.linting.document, self.workflow, step), place)
            for place, step in enumerate(self.workflow.steps)
        )

    @cached_property
    def routes(self) -> Routes:
        """Which step may follow which."""
        return Routes(tuple(step.merged for step in self.steps))

    def reached(self) -> Iterator["LintedStep"]:
        """The steps that may run."""
        return (step for step in self.steps if step.place in self.routes.reached)


@dataclass
class LintedStep:
    """A step, with what rules ask of it more than once."""

    of: LintedWorkflow
    step: Step
    """As it stands in the document."""
    merged: Step
    """With what its workflow says for it, and no reference left."""
    place: int

    @property
    def path(self) -> Path:
        """Where it stands."""
        return (*self.of.path, "steps", self.place)

    @property
    def name(self) -> str:
        """Its id."""
        return self.step.step_id

    @property
    def calls_operation(self) -> bool:
        """Whether an operation of a description is called, sent or received."""
        own, step = self.step.own, self.step
        named = step.operation_id or step.operation_path or step.channel_path
        return named is not None and own.activity is None

    @cached_property
    def target(self) -> Target | Miss | None:
        """What is called, sent or received; None for a step that has no operation."""
        if not self.calls_operation:
            return None
        return find_target(self.of.linting.documents, self.of.linting.document, self.step)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """All that it passes."""
        return tuple(one for one in self.merged.parameters if isinstance(one, Parameter))
