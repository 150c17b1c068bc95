"""What a status shows of values that nobody may read."""

from typing import Any

import pytest
from pydantic import BaseModel, Field, JsonValue

from models.seals import MARK
from saga.masking import SEAL, masked


class Login(BaseModel):
    user: str
    token: JsonValue
    password: str = Field(default="s3cret", repr=False)


SEALED: dict[str, Any] = {MARK: "8d5f.c2Vj"}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (SEALED, "***"),
        ({"a": [SEALED, 1], "b": {"c": SEALED}}, {"a": ["***", 1], "b": {"c": "***"}}),
        (Login(user="ada", token=SEALED), {"user": "ada", "token": "***", "password": "***"}),
        ({MARK: "8d5f.c2Vj", "more": 1}, {MARK: "8d5f.c2Vj", "more": 1}),
    ],
)
def test_sealed_values_are_masked(value: object, shown: JsonValue) -> None:
    """At any depth; an object with other names in it is none."""
    assert shown == masked(value)
    assert MARK == SEAL
