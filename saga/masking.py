"""What a status may show of a value: fields that their model marks `Field(repr=False)`, and sealed values, are `***`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from pydantic import BaseModel, JsonValue
from pydantic_core import to_jsonable_python

MASK = "***"
SEAL = "$sealed"
"""The only name of an object that stands for a value which nobody may read here."""
SHOWN = "__saga_shown__"
"""A method by which a model says itself, as JSON, what of it is shown."""


def masked(value: Any) -> JsonValue:  # noqa: ANN401 - whatever a step was given or answered
    """`value` as the JSON that a call sends; sealed values, and fields that their model hides from `repr`, are masked."""
    return _masked(value, to_jsonable_python(value, fallback=repr))


def _masked(value: object, shown: JsonValue) -> JsonValue:
    """Go through a value and its JSON together: the models know what to hide, the JSON what is there."""
    if isinstance(shown, dict) and [*shown] == [SEAL]:
        return MASK
    if isinstance(value, BaseModel) and isinstance(shown, dict):
        if says := getattr(type(value), SHOWN, None):
            said: JsonValue = says(value)
            return _masked(said, said)
        fields = type(value).model_fields
        return {
            name: MASK if _is_hidden(fields[name].repr, item) else _masked(getattr(value, name), item)
            for name, item in shown.items()
            if name in fields
        }
    if isinstance(value, Mapping) and isinstance(shown, dict):
        items = zip(cast("Mapping[object, object]", value).values(), shown.items(), strict=True)
        return {name: _masked(inner, item) for inner, (name, item) in items}
    if isinstance(value, Sequence) and isinstance(shown, list):
        return [
            _masked(inner, item) for inner, item in zip(cast("Sequence[object]", value), shown, strict=True)
        ]
    return shown


def _is_hidden(in_repr: bool, item: JsonValue) -> bool:  # noqa: FBT001 - pydantic's own flag
    return not in_repr and item is not None
