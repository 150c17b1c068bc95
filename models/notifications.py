"""What is told to people, and the receipt for it."""

from typing import Annotated, Literal

from pydantic import Field

from models.fields import Id, Record

EmailAddress = Annotated[
    str,
    Field(
        max_length=320,
        pattern=r"^[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+\.[^@\s\x00-\x1f\x7f]+$",
        description="name@domain",
        examples=["ada@example.com"],
    ),
]


class Message(Record):
    recipient: EmailAddress = Field(repr=False)
    template: Annotated[str, Field(min_length=1, max_length=100)]
    subject: Annotated[str, Field(max_length=1_000)]
    text: Annotated[str, Field(max_length=20_000, repr=False)]


class Receipt(Record):
    id: Id
    status: Literal["queued"]
