"""The payments: money is authorised, then captured or voided, or charged at once; what was taken can be refunded."""

from decimal import Decimal
from sqlite3 import Connection
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from services.backstage.operations import RequestBody, Resource, Service
from services.backstage.problems import NOT_FOUND, ProblemType, Refused
from services.backstage.storage import new_id
from services.charges import PAYMENT_REFUSED, Amount, Currency, offer_charges
from services.charges import SCHEMA as CHARGES
from services.transfers import CLOSED_ACCOUNT, offer_transfers
from services.transfers import SCHEMA as TRANSFERS

DECLINED_PREFIX = "tok_declined"

ALREADY_AUTHORIZED = ProblemType("already-authorized", 409, "The order has an open authorization")
PAYMENT_NOT_FOUND = ProblemType("payment-not-found", 404, "There is no such payment")
PAYMENT_NOT_AUTHORIZED = ProblemType("payment-not-authorized", 409, "The payment is not authorized any more")
ALREADY_CAPTURED = ProblemType("already-captured", 409, "The payment has been captured")
PAYMENT_NOT_CAPTURED = ProblemType("payment-not-captured", 409, "The payment has not been captured")
AMOUNT_NOT_COVERED = ProblemType("amount-not-covered", 422, "The payment does not cover this amount")

payments = Service(
    name="payments",
    description="Authorises, captures, charges, voids and refunds payments. A payment method that begins with "
    f"`{DECLINED_PREFIX}` is refused; an order has at most one open authorization, a subscription one charge. "
    f"Transfers to accounts that begin with `{CLOSED_ACCOUNT}` are refused.",
    schema=f"""{CHARGES}{TRANSFERS}
CREATE TABLE IF NOT EXISTS payments (
    id TEXT PRIMARY KEY, order_id TEXT NOT NULL, amount TEXT NOT NULL, currency TEXT NOT NULL,
    status TEXT NOT NULL) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS one_open_authorization
    ON payments (order_id) WHERE status IN ('authorized', 'captured');
CREATE TABLE IF NOT EXISTS captures (
    id TEXT PRIMARY KEY, payment_id TEXT NOT NULL, amount TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refunds (
    id TEXT PRIMARY KEY, payment_id TEXT NOT NULL, amount TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS captures_of_payment ON captures (payment_id);
CREATE INDEX IF NOT EXISTS refunds_of_payment ON refunds (payment_id);
""",
)

offer_charges(
    payments,
    charge="chargePayment",
    refund="refundCharge",
    find="findCharge",
    look_up="getCharge",
    declined=DECLINED_PREFIX,
)
offer_transfers(payments)


class AuthorizationRequest(RequestBody):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"order_id": "A-1", "amount": "12.50", "currency": "EUR", "payment_method": "tok_visa"},
            ]
        }
    )

    order_id: Annotated[str, Field(min_length=1, max_length=100)]
    amount: Amount
    currency: Currency
    payment_method: Annotated[str, Field(min_length=1, max_length=100)]


class PaymentRequest(RequestBody):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"payment_id": "pay_1", "amount": "12.50", "currency": "EUR"}]}
    )

    payment_id: Annotated[str, Field(min_length=1, max_length=100)]
    amount: Amount
    currency: Currency


class Payment(Resource):
    order_id: str
    amount: Decimal
    currency: str
    status: Literal["authorized", "captured", "voided", "refunded"]


class Capture(Resource):
    payment_id: str
    status: Literal["captured"] = "captured"


class Refund(Resource):
    payment_id: str
    status: Literal["refunded"] = "refunded"


@payments.step(
    "/authorizations", operation_id="authorizePayment", refusals=(PAYMENT_REFUSED, ALREADY_AUTHORIZED)
)
def authorize_payment(db: Connection, body: AuthorizationRequest) -> Payment:
    """Authorise a payment for an order."""
    if body.payment_method.startswith(DECLINED_PREFIX):
        raise Refused(PAYMENT_REFUSED, "the payment method was declined")
    taken = db.execute(
        "SELECT id FROM payments WHERE order_id = ? AND status IN ('authorized', 'captured')",
        (body.order_id,),
    ).fetchone()
    if taken:
        raise Refused(ALREADY_AUTHORIZED, f"order {body.order_id} is authorized by {taken['id']}")
    payment = Payment(id=new_id("pay"), status="authorized", **body.model_dump(exclude={"payment_method"}))
    db.execute(
        "INSERT INTO payments VALUES (?, ?, ?, ?, ?)",
        (payment.id, payment.order_id, str(payment.amount), payment.currency, payment.status),
    )
    return payment


@payments.compensation(
    "/authorizations/void",
    operation_id="voidPayment",
    undoes="authorizePayment",
    done="voided",
    nothing="nothing_to_void",
    refusals=(ALREADY_CAPTURED,),
)
def void_payment(db: Connection, payment_id: str) -> None:
    """Void what was authorised under a key; what has been captured has to be refunded first."""
    payment = get_payment(db, payment_id)
    if payment.status == "captured":
        raise Refused(ALREADY_CAPTURED, f"payment {payment_id} is captured, and can only be refunded")
    if payment.status == "authorized":
        _move(db, payment_id, "voided")


@payments.step(
    "/captures",
    operation_id="capturePayment",
    refusals=(PAYMENT_NOT_AUTHORIZED, PAYMENT_NOT_FOUND, ALREADY_CAPTURED, AMOUNT_NOT_COVERED),
)
def capture_payment(db: Connection, body: PaymentRequest) -> Capture:
    """Capture an authorised payment, once."""
    payment = _known(db, body)
    if payment.status == "captured":
        raise Refused(ALREADY_CAPTURED, f"payment {payment.id} is captured")
    if payment.status != "authorized":
        raise Refused(PAYMENT_NOT_AUTHORIZED, f"payment {payment.id} is {payment.status}")
    _covered(body, payment.amount)
    capture = Capture(id=new_id("cap"), payment_id=payment.id)
    db.execute("INSERT INTO captures VALUES (?, ?, ?)", (capture.id, payment.id, str(body.amount)))
    _move(db, payment.id, "captured")
    return capture


@payments.step(
    "/refunds",
    operation_id="refundPayment",
    refusals=(PAYMENT_NOT_CAPTURED, PAYMENT_NOT_FOUND, AMOUNT_NOT_COVERED),
)
def refund_payment(db: Connection, body: PaymentRequest) -> Refund:
    """Refund a captured payment, in whole or in part.

    With X-Compensates it undoes the capture that was made under that key, and refunds all that is left.
    """
    payment = _known(db, body)
    if payment.status != "captured":
        raise Refused(PAYMENT_NOT_CAPTURED, f"payment {payment.id} is {payment.status}")
    _covered(body, _unrefunded(db, payment.id))
    return _refund(db, payment.id, body.amount)


@payments.compensation(
    "/refunds",
    operation_id="refundPayment",
    undoes="capturePayment",
    done="refunded",
    nothing="nothing_to_refund",
)
def refund_capture(db: Connection, capture_id: str) -> None:
    payment_id = db.execute("SELECT payment_id FROM captures WHERE id = ?", (capture_id,)).fetchone()[
        "payment_id"
    ]
    left = _unrefunded(db, payment_id)
    if left > 0:
        _refund(db, payment_id, left)


@payments.read("/authorizations/{payment_id}", operation_id="getAuthorization")
def get_payment(db: Connection, payment_id: str) -> Payment:
    """Look up a payment, whatever has become of it."""
    row = db.execute("SELECT * FROM payments WHERE id = ?", (payment_id,)).fetchone()
    if row is None:
        raise Refused(NOT_FOUND, f"there is no payment {payment_id}")
    return Payment.model_validate(dict(row))


def _known(db: Connection, body: PaymentRequest) -> Payment:
    row = db.execute(
        "SELECT * FROM payments WHERE id = ? AND currency = ?", (body.payment_id, body.currency)
    ).fetchone()
    if row is None:
        raise Refused(PAYMENT_NOT_FOUND, f"there is no payment {body.payment_id} in {body.currency}")
    return Payment.model_validate(dict(row))


def _covered(body: PaymentRequest, limit: Decimal) -> None:
    if body.amount > limit:
        raise Refused(AMOUNT_NOT_COVERED, f"{body.amount} asked for, {limit} there")


def _unrefunded(db: Connection, payment_id: str) -> Decimal:
    return _sum(db, "captures", payment_id) - _sum(db, "refunds", payment_id)


def _sum(db: Connection, table: Literal["captures", "refunds"], payment_id: str) -> Decimal:
    rows = db.execute(f"SELECT amount FROM {table} WHERE payment_id = ?", (payment_id,))  # noqa: S608 - one of two
    return sum((Decimal(row["amount"]) for row in rows), Decimal(0))


def _refund(db: Connection, payment_id: str, amount: Decimal) -> Refund:
    refund = Refund(id=new_id("ref"), payment_id=payment_id)
    db.execute("INSERT INTO refunds VALUES (?, ?, ?)", (refund.id, payment_id, str(amount)))
    if _unrefunded(db, payment_id) == 0:
        _move(db, payment_id, "refunded")
    return refund


def _move(db: Connection, payment_id: str, status: Literal["captured", "voided", "refunded"]) -> None:
    db.execute("UPDATE payments SET status = ? WHERE id = ?", (status, payment_id))
