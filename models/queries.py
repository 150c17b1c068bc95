"""What is asked of the database of the private network: a named query and its arguments, never a statement."""

from typing import Annotated

from pydantic import Field, JsonValue

from models.fields import Line, Record
from models.hosts import ArgumentName

QueryName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$", examples=["services-of-host"])]


class QueryRequest(Record):
    query: QueryName
    arguments: dict[ArgumentName, Line] = Field(default_factory=dict)


class Rows(Record):
    rows: tuple[dict[str, JsonValue], ...]


class Changed(Record):
    """How many rows a statement has changed: none, where it was made before under the same key."""

    rows: int
