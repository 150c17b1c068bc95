"""What the specification lacks, as `x-…` fields on steps and workflows: the models; docs/arazzo-extensions.md tells of them.

The prefixes `x-arazzo`, `x-oai-` and `x-oas-` are reserved (A9), so these have none.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from arazzo.elements import Criterion, FailureAction, Fixed, Parameter, RequestBody, Value

IDEMPOTENCY_KEY = "Idempotency-Key"


class Call(Fixed):
    """What is done beside a step: exactly one of the four is given."""

    operation_id: str | None = None
    operation_path: str | None = None
    workflow_id: str | None = None
    activity: str | None = None
    source_description: str | None = None
    """Where the operation or workflow is described, where its name alone does not say it."""
    parameters: tuple[Parameter, ...] = ()
    request_body: RequestBody | None = None


class Compensate(Call):
    """`x-compensate`: what takes the step back; succeeds when there is nothing to take back."""

    success_criteria: tuple[Criterion, ...] = ()


class Probe(Call):
    """`x-probe`: asks whether a step of unknown outcome has happened."""

    found: tuple[Criterion, ...] = ()
    """All hold: it has happened. None given: it has, if the answer is a success."""
    outputs: dict[str, Value] = Field(default={})
    """The step's outputs, from the probe's answer; empty: the step's own expressions over it."""


class KeyScope(StrEnum):
    """How long an idempotency key stays the same (D2)."""

    REQUEST = "request"
    """Over the attempts and retries of one visit, as long as the request is the same."""
    VISIT = "visit"
    """Over the attempts and retries of one visit, whatever the request says."""
    STEP = "step"
    """For the whole run, also when the step is visited again."""


class Idempotency(Fixed):
    """`x-idempotency`: the header that carries the key."""

    header: str = IDEMPOTENCY_KEY
    scope: KeyScope = KeyScope.REQUEST


class InteractionMode(StrEnum):
    """How a person answers."""

    FORM = "form"
    REDIRECT = "redirect"
    ACKNOWLEDGE = "acknowledge"


class Interaction(Fixed):
    """`x-interaction`: the step waits for a person; shaped like the draft of 1.2."""

    prompt: str
    context: Value = None
    """What people are shown."""
    input_schema: JsonValue = None
    """Of the answer, which becomes `$interaction.payload`."""
    mode: InteractionMode = InteractionMode.FORM
    url: str | None = None
    """Where `redirect` sends people."""
    timeout: timedelta | None = None


class Judge(Fixed):
    """`x-judge`: an agent is asked for a judgement."""

    prompt: str
    context: Value = None
    output_schema: JsonValue
    """Of the judgement, which becomes `$interaction.payload`; what does not fit is no judgement."""
    timeout: timedelta | None = None
    fallback: Interaction | None = None
    """Who is asked when the agent gives none."""


class StepExtensions(Fixed):
    """Ours on a step."""

    compensate: Compensate | None = None
    idempotency: Idempotency | None = None
    probe: Probe | None = None
    point_of_no_return: bool = False
    """When the step has succeeded, the workflow only goes on; nothing before it is compensated."""
    interaction: Interaction | None = None
    judge: Judge | None = None
    activity: str | None = None
    """The name of a Python activity that is called in place of an operation."""
    on_timeout: tuple[FailureAction, ...] | None = None
    """Asked before the failure actions when the step has run out of time."""
    on_cancel: tuple[FailureAction, ...] | None = None
    """Asked before the failure actions when a person has declined the interaction."""
    on_failure: Literal["compensate", "hold"] = "compensate"
    """`hold`: a step that no action deals with opens an incident and waits for a person."""
    sensitive_outputs: tuple[str, ...] = ()
    """Names of outputs that are sealed before they leave the activity; nobody reads them in a history."""


class DefaultSuccess(StrEnum):
    """`x-default-success`: what is a success where a step has no criteria, of which the text says nothing (D12)."""

    BELOW_400 = "below-400"
    ANY = "any"
    """Whatever is answered, as some other tools have it."""


class Contracts(StrEnum):
    """`x-contracts`: whether requests and answers are held against their descriptions."""

    HELD = "held"
    IGNORED = "ignored"


class Sla(Fixed):
    """`x-sla`: how long a run may take, from its start."""

    limit: timedelta
    warn: timedelta | None = None


class WorkflowExtensions(Fixed):
    """Ours on a workflow."""

    owner: str | None = None
    deadline: timedelta | None = None
    """Within which the workflow passes its point of no return, or is undone."""
    default_success: DefaultSuccess = DefaultSuccess.BELOW_400
    contracts: Contracts = Contracts.HELD
    sla: Sla | None = None
    version: Annotated[str, Field(min_length=1)] | None = None
