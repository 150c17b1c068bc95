"""The ERP, a SOAP service of the private network: check and post an invoice, reverse the posting, clear what was paid."""

from pathlib import Path

from temporalio import activity

from activities.http import Downstream
from activities.soap import SoapService
from models.erp import (
    CheckedInvoice,
    ClearedInvoice,
    ClearingRequest,
    InvoiceDocument,
    PostedInvoice,
    PostingReversal,
)

WSDL = Path(__file__).with_name("erp.wsdl")


class Erp:
    def __init__(self, downstream: Downstream) -> None:
        self._invoices = SoapService(downstream, WSDL, "/InvoiceService")

    @activity.defn(name="erp.check_invoice")
    async def check_invoice(self, invoice: InvoiceDocument) -> CheckedInvoice:
        """Has no effect. Refused with `SupplierUnknown`, `SupplierBlocked` or `AlreadyPosted`."""
        return await self._invoices.call("CheckInvoice", invoice, returns=CheckedInvoice)

    @activity.defn(name="erp.post_invoice")
    async def post_invoice(self, invoice: InvoiceDocument) -> PostedInvoice:
        """Make it an open item of its supplier. Refused as the check is, and with `CostCentreClosed`."""
        return await self._invoices.call("PostInvoice", invoice, returns=PostedInvoice)

    @activity.defn(name="erp.reverse_invoice")
    async def reverse_invoice(self, invoice: InvoiceDocument) -> PostingReversal:
        """Undo `post_invoice` by the message id that it had; succeeds when there is nothing to reverse."""
        return await self._invoices.call("ReverseInvoice", invoice, returns=PostingReversal)

    @activity.defn(name="erp.clear_invoice")
    async def clear_invoice(self, request: ClearingRequest) -> ClearedInvoice:
        """Say that the open item is paid."""
        return await self._invoices.call("ClearInvoice", request, returns=ClearedInvoice)
