"""Operations with the contracts that a plan has of them."""

from arazzo.answers import Answer
from arazzo.contracts import contract_of
from arazzo.drifting import departures
from arazzo.openapi.operation import Operation
from arazzo.openapi.values import compact
from tests.arazzo.openapi.descriptions import Field, Fields, operation

JSON = {"content-type": "application/json"}


def held(method: str = "post", **fields: Field) -> Operation:
    """An operation as a plan has it."""
    found = operation(method=method, **fields)
    return found.for_plan(contract_of(found))


def answering(schema: Field, status: str = "200") -> Operation:
    """One whose answer is described."""
    return held(responses={status: {"content": {"application/json": {"schema": schema}}}})


def noted(asked: Operation, body: Field, status: int = 200) -> list[str]:
    """What is not as it is described in an answer."""
    answer = Answer(status, JSON, compact(body).encode())
    return [str(one) for one in departures(asked, answer)]


def record(**properties: Fields) -> Fields:
    """The schema of an object that has all of these."""
    return {"type": "object", "properties": properties, "required": [*properties]}
