"""What an id, an amount and a line of text may look like, and how a record crosses a boundary."""

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

CENT = Decimal("0.01")
MAX_AMOUNT = Decimal("9999999999.99")


class Record(BaseModel):
    """Immutable; lives in histories, so it ignores unknown fields and grows only by fields with defaults.

    What a person has typed is validated with `extra="forbid"`, which reaches the nested records too:
    `Order.model_validate_json(text, extra="forbid")`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


def _with_cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT)


NaturalId = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
        description="letters, digits, dot, underscore and hyphen, as it becomes part of the workflow id",
    ),
]
"""What names a case in the business, and hence the flow that deals with it."""

OrderId = Annotated[NaturalId, Field(examples=["A-1001"])]
Id = Annotated[str, Field(min_length=1, max_length=200)]
"""An id that a downstream gave."""

Sku = Annotated[str, Field(min_length=1, max_length=100)]
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""One line of text that a person wrote."""

Amount = Annotated[Decimal, Field(gt=0, le=MAX_AMOUNT, decimal_places=2), AfterValidator(_with_cents)]
"""Money, always with two decimal places; a text in JSON, so that it never becomes a binary fraction."""

Price = Annotated[Decimal, Field(ge=0, le=MAX_AMOUNT, decimal_places=2), AfterValidator(_with_cents)]
"""As an amount, and a gift is free."""

Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217", examples=["EUR"])]
