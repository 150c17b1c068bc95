"""What is known when an expression is evaluated: the exchange at hand, inputs, and what went before."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from arazzo.limits import LIMITS, Limits

Values = Mapping[str, JsonValue]
NOTHING: Values = {}


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked: the parameters that the operation declares, and no others (F13)."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    query: Values = field(default_factory=dict[str, JsonValue], repr=False)
    path: Values = field(default_factory=dict[str, JsonValue], repr=False)
    body: JsonValue = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Response:
    """What was answered. A JSON body is parsed, any other is a text (F11)."""

    status: int | None
    """None: it was no call of HTTP."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    body: JsonValue = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """What was received on a channel, or sent (1.1)."""

    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    payload: JsonValue = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class WorkflowValues:
    """What another workflow was given, and has given."""

    inputs: Values = field(default_factory=dict[str, JsonValue], repr=False)
    outputs: Values = field(default_factory=dict[str, JsonValue], repr=False)


@dataclass(frozen=True, slots=True)
class SourceValues:
    """A source description: its own fields, and the ids of the operations or workflows that it describes (F12)."""

    fields: Values = field(default_factory=dict[str, JsonValue])
    ids: Container[str] = frozenset[str]()


@dataclass(frozen=True, slots=True)
class Context:
    """All that expressions may refer to; what is absent is null (D16)."""

    inputs: Values = field(default_factory=dict[str, JsonValue], repr=False)
    outputs: Values = field(default_factory=dict[str, JsonValue], repr=False)
    """Of the workflow at hand; in the outputs of a step that runs a workflow, of that one."""
    steps: Mapping[str, Values] = field(default_factory=dict[str, Values], repr=False)
    """The outputs of each step that has run, failed ones too."""
    workflows: Mapping[str, WorkflowValues] = field(default_factory=dict[str, WorkflowValues], repr=False)
    sources: Mapping[str, SourceValues] = field(default_factory=dict[str, SourceValues])
    components: Mapping[str, Values] = field(default_factory=dict[str, Values])
    """By `parameters`, `successActions` and `failureActions`."""
    request: Request | None = None
    response: Response | None = None
    """None: no answer has come (D17)."""
    message: Message | None = None
    interaction: JsonValue = field(default=None, repr=False)
    """What a person has answered."""
    self_uri: str | None = None
    lenient: bool = False
    """The compat mode: takes the forms of D21."""
    version: str = "1.1"
    """Of the document that the expressions stand in: `1.0` or `1.1`."""
    limits: Limits = LIMITS
