"""Values held against the schemas of a contract, for so many steps and no more: both may be a stranger's."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend  # pyright: ignore[reportUnknownVariableType]
from pydantic import JsonValue
from referencing.exceptions import Unresolvable

from arazzo.expression_error import ExpressionError
from arazzo.inputs import FORMATS, VALIDATOR
from arazzo.metering import metered, spend
from models.seals import is_sealed

STEPS = 20_000
"""Keywords that are looked at for one value: half a second's work, during which a worker does no other."""
PAIRS_A_STEP = 100
LONGEST_NAME = 60

Found = Iterator[ValidationError]
Check = Callable[[Any, Any, Any, Any], Any]
Holding = type[Draft202012Validator]


def errors(holding: Holding, schema: JsonValue, value: JsonValue) -> list[ValidationError]:
    """What does not fit, as far as can be told: what costs too much to tell fits, and so does a sealed value."""
    if not isinstance(schema, dict | bool):
        return []
    try:
        with metered(STEPS):
            found = holding(schema, format_checker=FORMATS).iter_errors(value)
            return [one for one in found if not is_sealed(one.instance)]
    except (ExpressionError, RecursionError, Unresolvable, ArithmeticError):
        return []


def said(error: ValidationError, whole: str) -> str:
    """The place and what was expected there, and never the value. Items of a list are all said alike."""
    where = place(error.absolute_path) or whole
    if error.validator == "required":
        return f"{where}: {_name(error.message)} is missing"
    if error.validator_value is None or error.validator_value is False:
        return f"{where}: nothing is taken there"
    if error.validator in ("anyOf", "oneOf"):
        return f"{where}: none of {len(cast('list[object]', error.validator_value))} descriptions fits"
    expected = json.dumps(error.validator_value, ensure_ascii=False, default=str)
    return f"{where}: expected {error.validator} {expected[:200]}"


def place(path: Iterator[str | int] | Any) -> str:  # noqa: ANN401  (a deque of jsonschema's)
    """For people: `items/[]/price`."""
    return "/".join("[]" if isinstance(one, int) else _name(str(one)) for one in path)


def _name(text: str) -> str:
    """A name that may be anybody's."""
    shown = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)
    return shown if len(shown) <= LONGEST_NAME else f"{shown[:LONGEST_NAME]}…"


def _holding(own: Mapping[str, Check]) -> Holding:
    """A validator of which each keyword spends a step."""
    known = cast("Mapping[str, Check]", VALIDATOR.VALIDATORS)
    checks = {**known, "anyOf": _any_of, "oneOf": _any_of, "uniqueItems": _unique_items, **own}
    counted = {keyword: _counted(check) for keyword, check in checks.items()}
    return cast("Holding", extend(VALIDATOR, counted))  # type: ignore[no-untyped-call]


def _counted(check: Check) -> Check:
    def counted(validator: Any, wanted: Any, value: Any, schema: Any) -> Found:  # noqa: ANN401
        spend()
        yield from check(validator, wanted, value, schema) or ()

    return counted


def _any_of(validator: Any, schemas: Any, value: Any, _: Any) -> Found:  # noqa: ANN401
    """One of them is enough also where just one should fit: that several do is no harm to who calls."""
    context: list[ValidationError] = []
    for index, one in enumerate(schemas):
        found = list(validator.descend(value, one, schema_path=index))
        if not found:
            return
        context += found
    yield ValidationError("none fits", context=context)


def _unique_items(validator: Any, wanted: Any, value: Any, schema: Any) -> Found:  # noqa: ANN401
    if isinstance(value, list):
        spend(len(cast("list[object]", value)) ** 2 // PAIRS_A_STEP)
    yield from VALIDATOR.VALIDATORS["uniqueItems"](validator, wanted, value, schema) or ()


def _required_but(flag: str) -> Check:
    """What is read only is not required where it is written, and the other way round (Schema Object)."""

    def required(_: Any, names: Any, value: Any, schema: Any) -> Found:  # noqa: ANN401
        if not isinstance(value, dict):
            return
        properties = cast("dict[str, Any]", schema).get("properties", {})
        for name in cast("list[str]", names):
            one = properties.get(name)
            if name not in value and not (
                isinstance(one, dict) and cast("dict[str, Any]", one).get(flag) is True
            ):
                yield ValidationError(name)

    return required


def _open(validator: Any, wanted: Any, value: Any, schema: Any) -> Found:  # noqa: ANN401
    """What is answered may have more fields than are described: services grow."""
    if wanted is not False:
        yield from VALIDATOR.VALIDATORS["additionalProperties"](validator, wanted, value, schema) or ()


def _grows(*_: object) -> Found:
    yield from ()


REQUESTS = _holding({"required": _required_but("readOnly")})
ANSWERS = _holding(
    {
        "required": _required_but("writeOnly"),
        "additionalProperties": _open,
        "unevaluatedProperties": _grows,
        "unevaluatedItems": _grows,
    }
)
