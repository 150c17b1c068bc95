"""What is asked of the users, and what they answer."""

from typing import Annotated, Literal

from pydantic import Field

from models.fields import Id, Line, Record

UserId = Annotated[Id, Field(examples=["U-1001"])]


class UserCheck(Record):
    user_id: UserId
    plan: Line


class ValidUser(Record):
    user_id: UserId
    status: Literal["valid"]
