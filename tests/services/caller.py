"""A caller of the stand-ins: sends an operation by its id, with a body that is accepted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args
from uuid import uuid4

import httpx
from pydantic import JsonValue

from services.backstage.operations import Operation, RequestBody, Resource
from services.catalogue import SERVICES
from tests.standins import StandIns

OPERATIONS = {o.operation_id: o for service in SERVICES for o in service.operations.values()}
STEPS = [o.operation_id for o in OPERATIONS.values() if o.method != "GET" and o.function]
EFFECTS = [
    step
    for step in STEPS
    if any(
        issubclass(made, Resource)
        for made in (get_args(OPERATIONS[step].answers) or (OPERATIONS[step].answers,))
    )
]
COMPENSATIONS = {o.operation_id: o.compensation for o in OPERATIONS.values() if o.compensation}
POSTS = [o.operation_id for o in OPERATIONS.values() if o.method != "GET"]
IN_PATHS = {"group_id": "grp-payroll", "user_id": "usr-ada"}

Body = dict[str, JsonValue]

ITEMS: JsonValue = [{"sku": "lamp", "quantity": 2}]
ADDRESS: Body = {
    "name": "Ada Lovelace",
    "street": "Marktplatz 1",
    "city": "Bremen",
    "postal_code": "28195",
    "country": "DE",
}
RESERVATION: Body = {"order_id": "A-1", "items": ITEMS}
AUTHORIZATION: Body = {"order_id": "A-1", "amount": "12.50", "currency": "EUR", "payment_method": "tok_visa"}
SHIPMENT: Body = {"order_id": "A-1", "address": ADDRESS, "items": ITEMS}
MESSAGE: Body = {
    "recipient": "ada@example.com",
    "template": "t",
    "subject": "Hello",
    "text": "Your order A-1",
}


@dataclass(frozen=True)
class Input:
    """What one operation is sent, beside the headers."""

    body: Body
    params: dict[str, str] = field(default_factory=dict[str, str])

    def but(self, **changed: JsonValue) -> "Input":
        """The same with other fields in its body."""
        return Input({**self.body, **changed}, self.params)


def new_key() -> str:
    return str(uuid4())


async def send(
    stand_ins: StandIns,
    operation_id: str,
    sent: Input,
    *,
    key: str = "",
    compensates: str = "",
    **headers: str,
) -> httpx.Response:
    """One call of an operation, under a new key unless it is given one."""
    given = {"Idempotency-Key": key or new_key(), "X-Compensates": compensates, **headers}
    return await stand_ins.http.request(
        OPERATIONS[operation_id].method,
        path_of(OPERATIONS[operation_id]),
        json=sent.body,
        params=sent.params,
        headers={name.replace("_", "-"): value for name, value in given.items() if value},
    )


async def made(stand_ins: StandIns, operation_id: str, sent: Input, *, key: str = "") -> str:
    """The id of what a step made."""
    answer = await send(stand_ins, operation_id, sent, key=key)
    assert answer.is_success, answer.text
    return str(answer.json()["id"])


async def input_of(stand_ins: StandIns, operation_id: str) -> Input:
    """What the operation accepts, after having made what it needs, e.g. a reservation to ship from."""
    if operation_id in COMPENSATIONS and operation_id not in STEPS:
        return await input_of(stand_ins, COMPENSATIONS[operation_id].undoes)
    if operation_id == "createShipment":
        return Input(
            SHIPMENT, {"reservationId": await made(stand_ins, "reserveInventory", Input(RESERVATION))}
        )
    if operation_id in {"capturePayment", "refundPayment"}:
        payment = await made(stand_ins, "authorizePayment", Input(AUTHORIZATION))
        sent = Input({"payment_id": payment, "amount": "12.50", "currency": "EUR"})
        if operation_id == "refundPayment":
            await made(stand_ins, "capturePayment", sent)
        return sent
    sent = Input(example_of(OPERATIONS[operation_id]))
    if operation_id == "clearInvoice":
        posted = await made(stand_ins, "postInvoice", await input_of(stand_ins, "postInvoice"))
        return sent.but(document_id=posted)
    if operation_id == "closeTask":
        return sent.but(task_id=await made(stand_ins, "openTask", await input_of(stand_ins, "openTask")))
    return sent


def example_of(operation: Operation) -> Body:
    """The first body that the operation's description gives as an example."""
    (model,) = (
        parameter.annotation
        for parameter in operation.parameters
        if isinstance(parameter.annotation, type) and issubclass(parameter.annotation, RequestBody)
    )
    (example, *_) = model.model_json_schema()["examples"]
    return dict(example)


def path_of(operation: Operation) -> str:
    return f"/{operation.service}{operation.path.format_map(IN_PATHS)}"


def problem_of(answer: httpx.Response) -> tuple[int, str]:
    """Status and type of a problem, seen to be one."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem: Mapping[str, JsonValue] = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["title"]
    assert problem["detail"]
    return answer.status_code, str(problem["type"])
