"""The catalogue: which flows there are, what each is for, who owns it, and how its input is read."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, JsonValue, ValidationError

from runtime.input_problems import field_problems
from runtime.refusals import FieldProblem, InvalidInput, NoEvents, UnknownFlow
from saga import Sla

Input = TypeVar("Input", bound=BaseModel)
Body = TypeVar("Body", bound=BaseModel)


@dataclass(frozen=True)
class EventEntry(Generic[Body]):
    """The events of a flow: what they are, the mailbox that takes them, and the input that one of them starts it with."""

    model: type[Body]
    mailbox: str
    starts: Callable[[Body], BaseModel]


@dataclass(frozen=True)
class Flow(Generic[Input]):
    """One business process. `name` is its workflow type; `id_of` gives an input's natural workflow id."""

    name: str
    workflow: type | None
    """None: one that serves many types."""
    input: type[Input]
    id_of: Callable[[Input], str]
    version: str
    description: str
    owner: str
    sla: Sla | None = None
    """The one that the workflow gives to its `Saga`."""
    answer: type[BaseModel] | None = None
    """What the workflow answers before its end, where it does: see `start --answer`."""
    event: EventEntry[Any] | None = None
    """What it is told while it runs, where it is: see `starter.py event`."""

    @property
    def example(self) -> str:
        """A file with an input, in the checkout."""
        return f"examples/{self.name}.json"

    @property
    def memo(self) -> Mapping[str, JsonValue]:
        """What is noted beside each run, besides who has started which version."""
        return {}

    @property
    def schema(self) -> dict[str, Any]:
        """JSON Schema of the input."""
        return self.input.model_json_schema()

    def read(self, text: str, *, what: str = "The input") -> Input:
        """The input that a person or program has written as JSON; unknown fields are errors.

        Raises:
            InvalidInput: it is no JSON (line and column), or fields are wrong (which, and what was expected).
        """
        return read_model(self.input, text, what)

    @property
    def takes(self) -> EventEntry[Any]:
        """Raises NoEvents."""
        if self.event is None:
            raise NoEvents(self.name)
        return self.event

    def read_event(self, text: str, *, what: str = "The event") -> BaseModel:
        """The same for an event. Raises NoEvents too."""
        event: BaseModel = read_model(self.takes.model, text, what)
        return event


class Catalogue:
    """All flows of a program, by name."""

    def __init__(self, flows: Sequence[Flow[Any]]) -> None:
        self._flows = {flow.name: flow for flow in flows}

    def __iter__(self) -> Iterator[Flow[Any]]:
        return iter(self._flows.values())

    def __getitem__(self, name: str) -> Flow[Any]:
        """Raises UnknownFlow."""
        if name not in self._flows:
            raise UnknownFlow(name, self.names)
        return self._flows[name]

    @property
    def names(self) -> list[str]:
        return list(self._flows)

    @property
    def workflows(self) -> list[type]:
        """What a worker is to run."""
        return [flow.workflow for flow in self if flow.workflow is not None]

    @property
    def types(self) -> list[str]:
        """The workflow types that are listed; `NAME*` stands for all that begin so."""
        return self.names


def digest_of(flow_input: BaseModel) -> str:
    """Equal for two inputs that ask for the same, however they were written."""
    canonical = json.dumps(flow_input.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"


def read_model(model: type[Input], text: str, what: str) -> Input:
    """Raises InvalidInput, which says which fields are wrong; unknown ones are."""
    read_json(text, what)
    try:
        return model.model_validate_json(text, extra="forbid")
    except ValidationError as error:
        raise InvalidInput(what, field_problems(model, error)) from None


def read_json(text: str, what: str) -> JsonValue:
    """Raises InvalidInput, which says where it is none."""
    try:
        found: JsonValue = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}"
        raise InvalidInput(what, [FieldProblem("", where)]) from None
    except RecursionError:
        raise InvalidInput(what, [FieldProblem("", "nested too deeply")]) from None
    return found
