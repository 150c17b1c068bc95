"""Charges at a payment provider, authorised and captured in one go: what all providers among the stand-ins share."""

from decimal import Decimal
from sqlite3 import Connection
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from services.backstage.known_keys import in_progress, open_effect
from services.backstage.operations import RequestBody, Resource, Service
from services.backstage.problems import KEY_IN_PROGRESS, NOT_FOUND, ProblemType, Refused
from services.backstage.storage import new_id

PAYMENT_REFUSED = ProblemType("payment-refused", 402, "The payment was refused")
ALREADY_CHARGED = ProblemType("already-charged", 409, "The subscription is charged already")

SCHEMA = """
CREATE TABLE IF NOT EXISTS charges (
    id TEXT PRIMARY KEY, provider TEXT NOT NULL, subscription_id TEXT NOT NULL, amount TEXT NOT NULL,
    currency TEXT NOT NULL, status TEXT NOT NULL) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS one_open_charge
    ON charges (provider, subscription_id) WHERE status = 'charged';
"""

Amount = Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2)]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$", description="ISO 4217")]


class ChargeRequest(RequestBody):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"subscription_id": "S-1", "amount": "19.00", "currency": "EUR", "payment_method": "tok_visa"}
            ]
        }
    )

    subscription_id: Annotated[str, Field(min_length=1, max_length=100)]
    amount: Amount
    currency: Currency
    payment_method: Annotated[str, Field(min_length=1, max_length=100)]


class Charge(Resource):
    subscription_id: str
    amount: Decimal
    currency: str
    status: Literal["charged"] = "charged"


def offer_charges(
    service: Service, *, charge: str, refund: str, find: str, look_up: str, declined: str
) -> None:
    """Registers a charge, its refund, and how to find it, by its key or its subscription, under these operation ids.

    Payment methods that begin with `declined` are refused.
    """

    @service.step("/charges", operation_id=charge, refusals=(PAYMENT_REFUSED, ALREADY_CHARGED))
    def charge_payment(db: Connection, body: ChargeRequest) -> Charge:
        """Charge a subscription."""
        if body.payment_method.startswith(declined):
            raise Refused(PAYMENT_REFUSED, "the payment method was declined")
        return _charged(db, service.name, body)

    @service.compensation(
        "/charges/refund", operation_id=refund, undoes=charge, done="refunded", nothing="nothing_to_refund"
    )
    def refund_charge(db: Connection, charge_id: str) -> None:
        """Give back what was charged under a key."""
        db.execute("UPDATE charges SET status = 'refunded' WHERE id = ?", (charge_id,))

    @service.read("/charges", operation_id=find)
    def find_charge(db: Connection, key: str) -> Charge:
        """Look up the charge that stands under an Idempotency-Key.

        Not found means that there is none and that none is being made; while one is, the answer is 409.
        """
        charge_id = open_effect(db, service.name, charge, key)
        if charge_id is None and in_progress(db, service.name, key):
            raise Refused(KEY_IN_PROGRESS, f"the request with key {key} has not been answered yet")
        if charge_id is None:
            raise Refused(NOT_FOUND, f"no charge stands under the key {key}")
        row = db.execute("SELECT * FROM charges WHERE id = ?", (charge_id,)).fetchone()
        return Charge.model_validate(dict(row))

    @service.read("/subscriptions/{subscription_id}/charge", operation_id=look_up)
    def charge_of_subscription(db: Connection, subscription_id: str) -> Charge:
        """Look up the charge of a subscription, which has one at most; one on its way is not shown."""
        row = db.execute(
            "SELECT * FROM charges WHERE provider = ? AND subscription_id = ? AND status = 'charged'",
            (service.name, subscription_id),
        ).fetchone()
        if row is None:
            raise Refused(NOT_FOUND, f"subscription {subscription_id} is not charged")
        return Charge.model_validate(dict(row))


def _charged(db: Connection, provider: str, body: ChargeRequest) -> Charge:
    taken = db.execute(
        "SELECT id FROM charges WHERE provider = ? AND subscription_id = ? AND status = 'charged'",
        (provider, body.subscription_id),
    ).fetchone()
    if taken:
        raise Refused(ALREADY_CHARGED, f"subscription {body.subscription_id} is charged by {taken['id']}")
    made = Charge(id=new_id("chg"), **body.model_dump(exclude={"payment_method"}))
    db.execute(
        "INSERT INTO charges VALUES (?, ?, ?, ?, ?, ?)",
        (made.id, provider, made.subscription_id, str(made.amount), made.currency, made.status),
    )
    return made
