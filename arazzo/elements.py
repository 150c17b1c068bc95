"""The smaller objects of the specification, which steps, workflows and extensions are made of: values, criteria, actions."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    SerializerFunctionWrapHandler,
    model_serializer,
)


class Fixed(BaseModel):
    """Immutable; knows its fields and no others. What is as usual is left out when it is written down."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @model_serializer(mode="wrap")
    def _without_defaults(self, written: SerializerFunctionWrapHandler) -> dict[str, object]:
        fields = type(self).model_fields
        full: dict[str, object] = written(self)
        return {
            name: value
            for name, value in full.items()
            if name not in fields or fields[name].is_required() or getattr(self, name) != fields[name].default
        }


class Element(Fixed):
    """An object of the specification that may be extended (A9)."""

    extensions: dict[str, JsonValue] = Field(default={})


class ExpressionKind(StrEnum):
    """What language a condition or a selector is written in."""

    SIMPLE = "simple"
    REGEX = "regex"
    JSONPATH = "jsonpath"
    XPATH = "xpath"
    JSONPOINTER = "jsonpointer"


class Location(StrEnum):
    """Where a parameter goes in a request."""

    PATH = "path"
    QUERY = "query"
    QUERYSTRING = "querystring"
    HEADER = "header"
    COOKIE = "cookie"
    CHANNEL = "channel"


class ExpressionType(Element):
    """Expression Type Object, or the short form of it; the version is filled in (F7)."""

    type: ExpressionKind
    version: str = ""
    """Empty for simple and regex, which have none."""


class Selector(Element):
    """Selector Object (1.1)."""

    kind: Literal["selector"]
    """Tells it from a plain object that happens to have the same fields."""
    context: str
    selector: str
    type: ExpressionType


Value = Annotated[Selector | JsonValue, Field(union_mode="left_to_right")]
"""A constant, a text that is or holds runtime expressions, or a selector."""


class Criterion(Element):
    """Criterion Object."""

    condition: str
    context: str | None = None
    type: ExpressionType = ExpressionType(type=ExpressionKind.SIMPLE)


class Parameter(Element):
    """Parameter Object."""

    name: str
    location: Location | None = None
    """The field `in`; None for inputs of workflows."""
    value: Value = None


class Reusable(Fixed):
    """Reusable Object: a reference to a component, and what it is to say instead (parameters only)."""

    reference: str
    overrides: bool = False
    """Whether `value` was given, be it null."""
    value: JsonValue = None


class SuccessAction(Element):
    """Success Action Object."""

    name: str
    type: Literal["end", "goto"]
    workflow_id: str | None = None
    step_id: str | None = None
    parameters: tuple[Parameter | Reusable, ...] = ()
    criteria: tuple[Criterion, ...] = ()


class FailureAction(Element):
    """Failure Action Object."""

    name: str
    type: Literal["end", "goto", "retry"]
    workflow_id: str | None = None
    step_id: str | None = None
    parameters: tuple[Parameter | Reusable, ...] = ()
    retry_after: timedelta = timedelta(0)
    retry_limit: int = 1
    """Not specified: a single retry (E7)."""
    criteria: tuple[Criterion, ...] = ()


class Replacement(Element):
    """Payload Replacement Object."""

    target: str
    type: ExpressionType | None = None
    """The field `targetSelectorType`; None: a JSON Pointer, or XPath where the payload is XML (C10)."""
    value: Value = None


class RequestBody(Element):
    """Request Body Object."""

    content_type: str | None = None
    """None: what the operation says (C9)."""
    payload: Value = None
    replacements: tuple[Replacement, ...] = ()
    selectors: bool = False
    """Whether objects inside the payload that look like selectors are selectors (from 1.1 on, F8)."""
