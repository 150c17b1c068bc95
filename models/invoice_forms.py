"""What an invoice becomes for each of those who are handed it: people, ERP, bank."""

from models.erp import InvoiceDocument, PostedInvoice
from models.invoice import Invoice, InvoiceResult, InvoiceShown
from models.transfers import Transfer, TransferRequest


def summary(invoice: Invoice, changes: tuple[str, ...] = ()) -> str:
    """One line for lists, with what was changed last."""
    asked = (
        f"Invoice {invoice.invoice_number} of {invoice.supplier_id}: {invoice.amount} {invoice.currency}, "
        f"due {invoice.due_on}"
    )
    return f"{asked} ({changes[-1]})" if changes else asked


def shown(invoice: Invoice, changes: tuple[str, ...] = ()) -> InvoiceShown:
    return InvoiceShown(
        supplier=invoice.supplier_id,
        invoice_number=invoice.invoice_number,
        cost_centre=invoice.cost_centre,
        amount=invoice.amount,
        currency=invoice.currency,
        due_on=invoice.due_on,
        changes="; ".join(changes),
    )


def document(invoice: Invoice) -> InvoiceDocument:
    return InvoiceDocument(
        supplier_id=invoice.supplier_id,
        invoice_number=invoice.invoice_number,
        cost_centre=invoice.cost_centre,
        amount=invoice.amount,
        currency=invoice.currency,
        due_on=invoice.due_on,
    )


def transfer(invoice: Invoice, posted: PostedInvoice) -> TransferRequest:
    return TransferRequest(
        document_id=posted.id,
        account=invoice.supplier_account,
        amount=invoice.amount,
        currency=invoice.currency,
        purpose=f"invoice {invoice.invoice_number}"[:140],
    )


def result(
    invoice: Invoice, posted: PostedInvoice, payment: Transfer, approved_by: tuple[str, ...]
) -> InvoiceResult:
    return InvoiceResult(
        invoice_id=invoice.invoice_id,
        document_id=posted.id,
        payment_id=payment.id,
        amount=invoice.amount,
        currency=invoice.currency,
        approved_by=approved_by,
    )
