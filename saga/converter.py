"""Payload conversion with pydantic, in which invalid *input* is a failure that says which field, and nothing else is.

An undecodable workflow or message input fails the workflow, or refuses the message, with Temporal's
`PayloadValidationError`. An undecodable activity result is a bug of ours or a changed contract: as a failure it would
end the workflow during activation, with no `finally`, so it stays an error of the workflow task and heals on redeploy.
"""

from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Sequence
from typing import Any, Self

from pydantic import ValidationError
from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import (
    DataConverter,
    DefaultPayloadConverter,
    PayloadConverter,
    SerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
    create_payload_validation_error,
)


class _InputValidation(PayloadConverter, WithSerializationContext):
    """Mixed into a payload converter class: names the invalid fields of workflow and message input."""

    validates_input: bool = False

    def with_context(self, context: SerializationContext) -> Self:
        """As the SDK asks many times for each payload, nothing is made anew: the copy keeps pydantic's caches."""
        inherited = getattr(super(), "with_context", None)
        converter: Self = inherited(context) if inherited else self
        is_input = isinstance(context, WorkflowSerializationContext) and not _is_of_a_child(context)
        if converter.validates_input is not is_input:
            converter = copy.copy(converter)
            converter.validates_input = is_input
        return converter

    def from_payloads(self, payloads: Sequence[Payload], type_hints: list[type] | None = None) -> list[Any]:
        try:
            return super().from_payloads(payloads, type_hints)  # type: ignore[safe-super]  # pyright: ignore[reportAbstractUsage]
        except ValidationError as error:
            if not self.validates_input:
                raise
            raise create_payload_validation_error(_fields(error)) from None
        except RuntimeError as error:
            invalid = error.__cause__
            if not (self.validates_input and isinstance(invalid, ValidationError)):
                raise
            raise create_payload_validation_error(_fields(invalid)) from None


def _is_of_a_child(context: WorkflowSerializationContext) -> bool:
    """A child's result is no input: an undecodable one must not end the parent, any more than an activity's may."""
    return workflow.in_workflow() and workflow.info().workflow_id != context.workflow_id


def _fields(error: ValidationError) -> Any:  # noqa: ANN401 - whatever JSON pydantic describes
    """What is wrong with which field, without the value, which may be secret."""
    return json.loads(error.json(include_input=False, include_url=False, include_context=False))


class ValidatingPayloadConverter(_InputValidation, PydanticPayloadConverter):
    """The converter of a client that brings none of its own."""


def validating(converter: DataConverter | None) -> DataConverter:
    """Give `converter` pydantic types and input validation; its codec, failure converter and storage stay.

    A payload converter of the user's own keeps its encoding and gains the validation.
    """
    converter = converter or DataConverter.default
    theirs = converter.payload_converter_class
    if issubclass(theirs, _InputValidation):
        return converter
    ours = ValidatingPayloadConverter if theirs in _STOCK else _with_validation(theirs)
    return dataclasses.replace(converter, payload_converter_class=ours)


_STOCK: tuple[type[PayloadConverter], ...] = (DefaultPayloadConverter, PydanticPayloadConverter)


def _with_validation(theirs: type[PayloadConverter]) -> type[PayloadConverter]:
    return type(f"Validating{theirs.__name__}", (_InputValidation, theirs), {})
