"""What the catalogue says of each field of an input."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field

from runtime.input_fields import InputField, input_fields


class Call(BaseModel):
    """Has a title of its own."""

    name: Annotated[str, Field(min_length=1, max_length=20)]
    needs: tuple[str, ...] = ()


class Job(BaseModel):
    call: Call
    calls: Annotated[tuple[Call, ...], Field(min_length=1)]
    by_name: dict[str, Call] = {}
    mode: Literal["independent", "dependent"] = "independent"
    price: Annotated[Decimal, Field(gt=0, le=Decimal("99.5"))]
    limit: timedelta | None = None
    code: Annotated[str, Field(pattern="^[A-Z]+$")]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$", description="ISO 4217")]
    part: "Job | None" = None


FIELDS = {field.path: field for field in input_fields(Job.model_json_schema())}


@pytest.mark.parametrize(
    "expected",
    [
        InputField("call", "object", required=True, allowed=""),
        InputField("call.name", "string", required=True, allowed="1 to 20 characters"),
        InputField("calls", "list of objects", required=True, allowed="at least 1 item"),
        InputField("calls[].needs", "list of strings", required=False, allowed="default []"),
        InputField("by_name.NAME.name", "string", required=True, allowed="1 to 20 characters"),
        InputField("mode", "independent or dependent", required=False, allowed="default independent"),
        InputField("price", "number or string", required=True, allowed="above 0, at most 99.5"),
        InputField("limit", "duration or null", required=False, allowed=""),
        InputField("code", "string", required=True, allowed="matches ^[A-Z]+$"),
        InputField("currency", "string", required=True, allowed="ISO 4217"),
    ],
    ids=lambda field: field.path,
)
def test_a_field_is_told_in_words(expected: InputField) -> None:
    """Each field has its path, its type, whether it is required, and what is allowed."""
    assert expected == FIELDS[expected.path]


def test_a_model_within_itself_is_opened_once() -> None:
    """A part that has parts is named, and the list of fields ends."""
    assert "object or null" == FIELDS["part"].type
    assert not [path for path in FIELDS if path.startswith("part.")]
