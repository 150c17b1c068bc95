"""Turns pydantic's errors into: which field, and what was expected there. Never shows the value, which may be secret."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from runtime.refusals import FieldProblem, InvalidInput

Model = TypeVar("Model", bound=BaseModel)

_SAYINGS = {"missing": "is required", "extra_forbidden": "is not a field of this input"}
_MESSAGES = {"Field required": "is required", "Extra inputs are not permitted": _SAYINGS["extra_forbidden"]}
_SAID_BETTER_BY_THE_DESCRIPTION = {"string_pattern_mismatch"}


class _Told(BaseModel):
    field: str
    message: str

    @property
    def place(self) -> tuple[int | str, ...]:
        return tuple(int(part) if part.isdigit() else part for part in self.field.split("."))


class _Wrong(BaseModel):
    """A field as the converter of a worker reports it."""

    loc: tuple[int | str, ...]
    msg: str
    type: str


_TOO_SHORT = re.compile(r"should have at least \d+ items? after validation")
_TOLD = TypeAdapter(list[_Told])
_WRONG = TypeAdapter(list[_Wrong])


def checked(model: type[Model], fields: Mapping[str, object], *, what: str) -> Model:
    """A message made from what a person has typed. Raises InvalidInput."""
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise InvalidInput(what, field_problems(model, error)) from None


def field_problems(model: type[BaseModel], error: ValidationError) -> list[FieldProblem]:
    """All problems of an input, in the order of its fields."""
    schema = model.model_json_schema()
    details = error.errors(include_url=False, include_input=False, include_context=False)
    wrong = [found["loc"] for found in details]
    return [
        FieldProblem(_path(place), _expected(found["type"], found["msg"], _described(schema, place)))
        for found, place in zip(details, wrong, strict=True)
        if found["type"] != "too_short" or not _has_wrong_items(place, wrong)
    ]


def undecodable_problems(details: object) -> list[FieldProblem]:
    """The same, of a message that no handler was given, as it does not fit."""
    try:
        wrong = _WRONG.validate_python(details)
    except ValidationError:
        return []
    return [FieldProblem(_path(one.loc), _SAYINGS.get(one.type, _said(one.msg))) for one in wrong]


def told_problems(details: object) -> list[FieldProblem]:
    """The same, of what a flow has refused: a list of `field` (dotted) and `message` (pydantic's)."""
    try:
        told = _TOLD.validate_python(details)
    except ValidationError:
        return []
    wrong = [one.place for one in told]
    return [
        FieldProblem(_path(one.place), _said(one.message))
        for one in told
        if not (_TOO_SHORT.search(one.message) and _has_wrong_items(one.place, wrong))
    ]


def _has_wrong_items(place: tuple[int | str, ...], wrong: Iterable[tuple[int | str, ...]]) -> bool:
    """Pydantic does not count items that are wrong themselves, and then says that there are too few."""
    return any(len(other) > len(place) and other[: len(place)] == place for other in wrong)


def _path(location: Iterable[int | str]) -> str:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return path.removeprefix(".")


def _expected(kind: str, message: str, description: str) -> str:
    if description and kind in _SAID_BETTER_BY_THE_DESCRIPTION:
        return f"should be {description}"
    saying = _SAYINGS.get(kind) or _said(message)
    return f"{saying}: {description}" if description else saying


def _said(message: str) -> str:
    plainly = message.removeprefix("Value error, ").replace("Input should", "should")
    return _MESSAGES.get(plainly, plainly)


def _described(schema: Mapping[str, Any], location: Sequence[int | str]) -> str:
    """The description that the model gives of a field, if any."""
    here: Mapping[str, Any] = schema if location else {}
    for part in location:
        here = _resolved(schema, here)
        here = here.get("items", {}) if isinstance(part, int) else here.get("properties", {}).get(part, {})
    return str(here.get("description", ""))


def _resolved(schema: Mapping[str, Any], here: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = here.get("$ref")
    if reference is None:
        return here
    found: Mapping[str, Any] = schema["$defs"][str(reference).rpartition("/")[2]]
    return found
