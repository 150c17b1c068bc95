"""Transfers: money that goes to somebody else's account, once for each document, and does not come back."""

from sqlite3 import Connection
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from services.backstage.operations import RequestBody, Resource, Service
from services.backstage.problems import ProblemType, Refused
from services.backstage.storage import new_id
from services.charges import Amount, Currency

CLOSED_ACCOUNT = "XX00"

ACCOUNT_CLOSED = ProblemType("account-closed", 409, "There is no such account any more")
ALREADY_PAID = ProblemType("already-paid", 409, "The document is paid already")

SCHEMA = """
CREATE TABLE IF NOT EXISTS transfers (
    id TEXT PRIMARY KEY, document_id TEXT NOT NULL UNIQUE, account TEXT NOT NULL, amount TEXT NOT NULL,
    currency TEXT NOT NULL) WITHOUT ROWID;
"""


class TransferRequest(RequestBody):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "document_id": "doc_1",
                    "account": "DE02120300000000202051",
                    "amount": "480.00",
                    "currency": "EUR",
                    "purpose": "invoice 4711",
                }
            ]
        }
    )

    document_id: Annotated[str, Field(min_length=1, max_length=100)]
    account: Annotated[str, Field(pattern="^[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}$", description="IBAN")]
    amount: Amount
    currency: Currency
    purpose: Annotated[str, Field(min_length=1, max_length=140)]


class Transfer(Resource):
    document_id: str
    status: Literal["transferred"] = "transferred"


def offer_transfers(service: Service) -> None:
    """Registers transfers; to accounts that begin with `CLOSED_ACCOUNT` there are none."""

    @service.step("/transfers", operation_id="transferPayment", refusals=(ACCOUNT_CLOSED, ALREADY_PAID))
    def transfer_payment(db: Connection, body: TransferRequest) -> Transfer:
        """Transfer what is owed for a document."""
        if body.account.startswith(CLOSED_ACCOUNT):
            raise Refused(ACCOUNT_CLOSED, "the account is closed")
        paid = db.execute("SELECT id FROM transfers WHERE document_id = ?", (body.document_id,)).fetchone()
        if paid:
            raise Refused(ALREADY_PAID, f"document {body.document_id} is paid by {paid['id']}")
        made = Transfer(id=new_id("trf"), document_id=body.document_id)
        db.execute(
            "INSERT INTO transfers VALUES (?, ?, ?, ?, ?)",
            (made.id, body.document_id, body.account, str(body.amount), body.currency),
        )
        return made
