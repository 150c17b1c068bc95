"""The ERP: invoices of suppliers are checked, posted, reversed and cleared. Its door is a SOAP service."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from sqlite3 import Connection
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.backstage.operations import RequestBody, Resource, Service
from services.backstage.problems import ProblemType, Refused
from services.backstage.storage import new_id

UNKNOWN_PREFIX = "unknown"
BLOCKED_PREFIX = "blocked"
CLOSED_PREFIX = "closed"

SUPPLIER_UNKNOWN = ProblemType("supplier-unknown", 404, "There is no such supplier")
SUPPLIER_BLOCKED = ProblemType("supplier-blocked", 409, "The supplier is blocked")
ALREADY_POSTED = ProblemType("already-posted", 409, "The invoice has been posted")
COST_CENTRE_CLOSED = ProblemType("cost-centre-closed", 409, "Nothing can be posted to the cost centre")
ALREADY_CLEARED = ProblemType("already-cleared", 409, "The document is cleared")
DOCUMENT_NOT_OPEN = ProblemType("document-not-open", 409, "There is no such open item")

erp = Service(
    name="erp",
    description="Posts invoices of suppliers. Suppliers whose ids begin with "
    f"`{UNKNOWN_PREFIX}` or `{BLOCKED_PREFIX}` are refused, and so are cost centres that begin with "
    f"`{CLOSED_PREFIX}`, but not before an invoice is posted to them. Callers come by SOAP, as the WSDL says.",
    schema="""
CREATE TABLE IF NOT EXISTS erp_documents (
    id TEXT PRIMARY KEY, supplier_id TEXT NOT NULL, invoice_number TEXT NOT NULL, cost_centre TEXT NOT NULL,
    amount TEXT NOT NULL, currency TEXT NOT NULL, due_on TEXT NOT NULL, status TEXT NOT NULL) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS posted_once
    ON erp_documents (supplier_id, invoice_number) WHERE status <> 'reversed';
CREATE TABLE IF NOT EXISTS erp_clearings (
    id TEXT PRIMARY KEY, document_id TEXT NOT NULL, payment_id TEXT NOT NULL) WITHOUT ROWID;
""",
    wsdl=Path(__file__).parent / "wsdl" / "erp.wsdl",
)

Name = Annotated[str, Field(min_length=1, max_length=100)]


class Invoice(RequestBody):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "supplier_id": "L-1",
                    "invoice_number": "4711",
                    "cost_centre": "K-100",
                    "amount": "480.00",
                    "currency": "EUR",
                    "due_on": "2026-12-01",
                }
            ]
        }
    )

    supplier_id: Name
    invoice_number: Name
    cost_centre: Name
    amount: Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2)]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$", description="ISO 4217")]
    due_on: date


class ClearingRequest(RequestBody):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"document_id": "doc_1", "payment_id": "trf_1"}]}
    )

    document_id: Name
    payment_id: Name


class CheckedInvoice(BaseModel):
    supplier_name: str
    status: Literal["postable"] = "postable"


class Document(Resource):
    status: Literal["posted"] = "posted"


class Clearing(Resource):
    status: Literal["cleared"] = "cleared"


@erp.step(
    "/invoices/check",
    operation_id="checkInvoice",
    status=200,
    refusals=(SUPPLIER_UNKNOWN, SUPPLIER_BLOCKED, ALREADY_POSTED),
)
def check_invoice(db: Connection, body: Invoice) -> CheckedInvoice:
    """Check that an invoice could be posted; nothing comes of it."""
    _may_be_posted(db, body)
    return CheckedInvoice(supplier_name=f"Supplier {body.supplier_id}")


@erp.step(
    "/invoices",
    operation_id="postInvoice",
    refusals=(COST_CENTRE_CLOSED, SUPPLIER_UNKNOWN, SUPPLIER_BLOCKED, ALREADY_POSTED),
)
def post_invoice(db: Connection, body: Invoice) -> Document:
    """Post an invoice: it becomes an open item of its supplier, once."""
    _may_be_posted(db, body)
    if body.cost_centre.startswith(CLOSED_PREFIX):
        raise Refused(COST_CENTRE_CLOSED, f"cost centre {body.cost_centre} is closed")
    document = Document(id=new_id("doc"))
    db.execute(
        "INSERT INTO erp_documents VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (document.id, *(str(value) for value in body.model_dump().values()), document.status),
    )
    return document


@erp.compensation(
    "/invoices/reverse",
    operation_id="reverseInvoice",
    undoes="postInvoice",
    done="reversed",
    nothing="nothing_to_reverse",
    refusals=(ALREADY_CLEARED,),
)
def reverse_invoice(db: Connection, document_id: str) -> None:
    """Reverse what was posted under a key, unless it has been paid."""
    row = db.execute("SELECT status FROM erp_documents WHERE id = ?", (document_id,)).fetchone()
    if row["status"] == "cleared":
        raise Refused(ALREADY_CLEARED, f"document {document_id} is paid and cleared")
    db.execute("UPDATE erp_documents SET status = 'reversed' WHERE id = ?", (document_id,))


@erp.step("/clearings", operation_id="clearInvoice", refusals=(DOCUMENT_NOT_OPEN,))
def clear_invoice(db: Connection, body: ClearingRequest) -> Clearing:
    """Clear the open item that a payment has paid."""
    cleared = db.execute(
        "UPDATE erp_documents SET status = 'cleared' WHERE id = ? AND status = 'posted'", (body.document_id,)
    )
    if not cleared.rowcount:
        raise Refused(DOCUMENT_NOT_OPEN, f"there is no open item {body.document_id}")
    clearing = Clearing(id=new_id("clr"))
    db.execute("INSERT INTO erp_clearings VALUES (?, ?, ?)", (clearing.id, body.document_id, body.payment_id))
    return clearing


def _may_be_posted(db: Connection, body: Invoice) -> None:
    if body.supplier_id.startswith(UNKNOWN_PREFIX):
        raise Refused(SUPPLIER_UNKNOWN, f"there is no supplier {body.supplier_id}")
    if body.supplier_id.startswith(BLOCKED_PREFIX):
        raise Refused(SUPPLIER_BLOCKED, f"supplier {body.supplier_id} is blocked")
    posted = db.execute(
        "SELECT id FROM erp_documents WHERE supplier_id = ? AND invoice_number = ? AND status <> 'reversed'",
        (body.supplier_id, body.invoice_number),
    ).fetchone()
    if posted:
        raise Refused(
            ALREADY_POSTED, f"invoice {body.invoice_number} of {body.supplier_id} is {posted['id']}"
        )
