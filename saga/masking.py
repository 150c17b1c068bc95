"""What a status may show of a value: a model's fields that are marked `Field(repr=False)` appear as `***`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, JsonValue
from pydantic_core import to_jsonable_python

MASK = "***"


def masked(value: Any) -> JsonValue:  # noqa: ANN401 - whatever a step was given or answered
    """`value` as JSON, in which fields that their model hides from `repr` are masked."""
    if isinstance(value, BaseModel):
        return {name: _field(value, name) for name in type(value).model_fields}
    if isinstance(value, Mapping):
        return {str(key): masked(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray):
        return [masked(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return to_jsonable_python(value, fallback=repr)  # type: ignore[no-any-return] # JSON by its contract


def _field(model: BaseModel, name: str) -> JsonValue:
    field = type(model).model_fields[name]
    value = getattr(model, name)
    if not field.repr and value is not None:
        return MASK
    return masked(value)
