"""The objects of the Arazzo Specification 1.0 and 1.1, as they stand in a document, defaults filled in.

Names are the specification's in Python's spelling. What a document does not say is None or empty. Extensions (`x-…`)
are kept as they are; ours are read into `own` as well (arazzo.extensions).
"""

from datetime import timedelta
from enum import StrEnum
from typing import Literal

from pydantic import Field, JsonValue

from arazzo.elements import (
    Criterion,
    Element,
    FailureAction,
    Fixed,
    Parameter,
    RequestBody,
    Reusable,
    SuccessAction,
    Value,
)
from arazzo.extensions import StepExtensions, WorkflowExtensions


class InlineOperation(Fixed):
    """`x-operation` of other tools: an operation without a description (D21, compat only)."""

    url: str
    method: str


class Step(Element):
    """Step Object."""

    step_id: str
    description: str | None = None
    operation_id: str | None = None
    operation_path: str | None = None
    workflow_id: str | None = None
    channel_path: str | None = None
    inline: InlineOperation | None = None
    action: Literal["send", "receive"] | None = None
    correlation_id: JsonValue = None
    timeout: timedelta | None = None
    depends_on: tuple[str, ...] = ()
    parameters: tuple[Parameter | Reusable, ...] = ()
    request_body: RequestBody | None = None
    success_criteria: tuple[Criterion, ...] = ()
    on_success: tuple[SuccessAction | Reusable, ...] | None = None
    """None: those of the workflow; empty: none (D14)."""
    on_failure: tuple[FailureAction | Reusable, ...] | None = None
    outputs: dict[str, Value] = Field(default={})
    own: StepExtensions = StepExtensions()


class Workflow(Element):
    """Workflow Object."""

    workflow_id: str
    summary: str | None = None
    description: str | None = None
    inputs: JsonValue = None
    """A JSON Schema, or None."""
    depends_on: tuple[str, ...] = ()
    steps: tuple[Step, ...]
    success_actions: tuple[SuccessAction | Reusable, ...] = ()
    failure_actions: tuple[FailureAction | Reusable, ...] = ()
    outputs: dict[str, Value] = Field(default={})
    parameters: tuple[Parameter | Reusable, ...] = ()
    own: WorkflowExtensions = WorkflowExtensions()


class Info(Element):
    """Info Object."""

    title: str
    summary: str | None = None
    description: str | None = None
    version: str


class SourceType(StrEnum):
    """What a source description describes."""

    OPENAPI = "openapi"
    ARAZZO = "arazzo"
    ASYNCAPI = "asyncapi"


class SourceDescription(Element):
    """Source Description Object."""

    name: str
    url: str
    type: SourceType | None = None
    """None: what is found there says what it is (A7)."""


class Components(Element):
    """Components Object."""

    inputs: dict[str, JsonValue] = Field(default={})
    parameters: dict[str, Parameter] = Field(default={})
    success_actions: dict[str, SuccessAction] = Field(default={})
    failure_actions: dict[str, FailureAction] = Field(default={})


class Version(StrEnum):
    """A feature set; patches make no difference."""

    V1_0 = "1.0"
    V1_1 = "1.1"


class Arazzo(Element):
    """Arazzo Specification Object: the root."""

    arazzo: str
    self_uri: str | None = None
    """The field `$self` (1.1, A3)."""
    info: Info
    source_descriptions: tuple[SourceDescription, ...]
    workflows: tuple[Workflow, ...]
    components: Components = Components()

    @property
    def version(self) -> Version:
        """The feature set that the document is written in."""
        return Version(".".join(self.arazzo.split(".")[:2]))
