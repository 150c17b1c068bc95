"""The ERP by SOAP: do and undo, and what is known of the effect whatever comes back."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

import pytest
from lxml import etree
from pydantic import BaseModel
from temporalio.exceptions import ApplicationError

from activities.erp import WSDL, Erp
from activities.http import Downstream
from models.erp import (
    CheckedInvoice,
    ClearedInvoice,
    ClearingRequest,
    InvoiceDocument,
    PostedInvoice,
    PostingReversal,
)
from saga.headers import enter_step
from tests.activities.calling import Attempt, Verdict, endpoint, verdict
from tests.activities.offered import Offered, new_step, undoing
from tests.activities.raw import RawServer, Request, answering, recording
from tests.standins import ROOT, StandIns

INVOICE = InvoiceDocument(
    supplier_id="L-1",
    invoice_number="4711",
    cost_centre="K-100",
    amount=Decimal("480.00"),
    currency="EUR",
    due_on=date(2026, 12, 1),
)
XML = {"Content-Type": "text/xml; charset=utf-8"}
NAMES = {"soap": "http://schemas.xmlsoap.org/soap/envelope/", "erp": "urn:erp:invoices"}


async def test_an_invoice_is_posted_and_reversed(offered: Offered, stand_ins: StandIns) -> None:
    """The reversal finds the posting by the message id that it had: the step's key."""
    step = new_step()
    made = await offered.run("erp.post_invoice", INVOICE, step=step)
    undone = await offered.run("erp.reverse_invoice", INVOICE, step=undoing(step))

    assert isinstance(made, PostedInvoice)
    assert PostingReversal(id=made.id, status="reversed") == undone
    assert [(step.key, "undone")] == [(found.key, found.state) for found in await stand_ins.effects()]


async def test_an_invoice_is_checked_posted_and_cleared(offered: Offered, stand_ins: StandIns) -> None:
    """The check has no effect; what was posted is cleared once."""
    checked = await offered.run("erp.check_invoice", INVOICE)
    posted = await offered.run("erp.post_invoice", INVOICE)
    assert isinstance(posted, PostedInvoice)
    paid = ClearingRequest(document_id=posted.id, payment_id="trf_1")
    cleared = await offered.run("erp.clear_invoice", paid)
    again = await offered.failure("erp.clear_invoice", paid)

    assert CheckedInvoice(supplier_name="Supplier L-1", status="postable") == checked
    assert isinstance(cleared, ClearedInvoice)
    assert Verdict("refused", "DocumentNotOpen", retry=False) == verdict(again)
    assert ["postInvoice", "clearInvoice"] == [found.operation for found in await stand_ins.effects()]


async def test_where_nothing_was_posted_there_is_nothing_to_reverse(offered: Offered) -> None:
    """And a posting that comes after its reversal is refused."""
    step = new_step()
    undone = await offered.run("erp.reverse_invoice", INVOICE, step=undoing(step))
    late = await offered.failure("erp.post_invoice", INVOICE, step=step)

    assert PostingReversal(id=None, status="nothing_to_reverse") == undone
    assert Verdict("refused", "AlreadyCompensated", retry=False) == verdict(late)


REFUSALS: list[tuple[str, BaseModel, str]] = [
    ("erp.check_invoice", INVOICE.model_copy(update={"supplier_id": "unknown-7"}), "SupplierUnknown"),
    ("erp.check_invoice", INVOICE.model_copy(update={"supplier_id": "blocked-7"}), "SupplierBlocked"),
    ("erp.post_invoice", INVOICE.model_copy(update={"cost_centre": "closed-1"}), "CostCentreClosed"),
    ("erp.post_invoice", INVOICE.model_copy(update={"cost_centre": "x" * 101}), "InvalidRequest"),
]


@pytest.mark.parametrize(
    ("name", "invoice", "kind"), REFUSALS, ids=lambda row: row if isinstance(row, str) else ""
)
async def test_a_refusal_has_its_type(
    offered: Offered, stand_ins: StandIns, name: str, invoice: BaseModel, kind: str
) -> None:
    """A fault of the client's is final, has the name of its code, and no effect."""
    assert Verdict("refused", kind, retry=False) == verdict(await offered.failure(name, invoice))
    assert [] == await stand_ins.effects()


FAULTS = [
    ("error", Verdict("unknown", "ServerFailed", retry=True), 0),
    ("unavailable", Verdict("refused", "ServiceUnavailable", retry=True), 0),
    ("throttle", Verdict("refused", "RequestThrottled", retry=True), 0),
    ("unauthorized", Verdict("refused", "CredentialsRefused", retry=False), 0),
    ("refuse", Verdict("refused", "CostCentreClosed", retry=False), 0),
    ("drop_connection", Verdict("unknown", "ConnectionLost", retry=True), 0),
    ("effect_then_drop", Verdict("unknown", "ConnectionLost", retry=True), 1),
    ("effect_then_timeout", Verdict("unknown", "ResponseTimedOut", retry=True), 1),
    ("malformed", Verdict("unknown", "ResponseInvalid", retry=False), 1),
]


@pytest.mark.parametrize(
    ("kind", "expected", "effects"), FAULTS, ids=lambda row: row if isinstance(row, str) else ""
)
async def test_what_goes_wrong_and_what_is_known_of_its_effect(
    offered: Offered, stand_ins: StandIns, kind: str, expected: Verdict, effects: int
) -> None:
    """As for every call; and the repeated message has the one effect, or the same."""
    step = new_step()
    await stand_ins.faults.add("postInvoice", kind)
    failure = await offered.failure("erp.post_invoice", INVOICE, step=step)
    after_the_fault = len(await stand_ins.effects())
    await stand_ins.release()
    await offered.run("erp.post_invoice", INVOICE, step=step)

    assert expected == verdict(failure)
    assert effects == after_the_fault
    assert 1 == len(await stand_ins.effects())


async def test_a_message_id_with_another_body_is_unknown(offered: Offered) -> None:
    """Something has happened under it, so it is not said that nothing has."""
    step = new_step()
    await offered.run("erp.post_invoice", INVOICE, step=step)
    other = INVOICE.model_copy(update={"amount": Decimal("1.00")})

    failure = await offered.failure("erp.post_invoice", other, step=step)
    assert Verdict("unknown", "KeyReused", retry=False) == verdict(failure)


async def test_a_message_that_is_under_way_is_unknown(offered: Offered, stand_ins: StandIns) -> None:
    """While the first one runs, a second one says nothing of its effect, and is tried again."""
    step = new_step()
    await stand_ins.faults.add("postInvoice", "hold_before_effect")
    await offered.failure("erp.post_invoice", INVOICE, step=step)
    second = await offered.failure("erp.post_invoice", INVOICE, step=step)
    await stand_ins.release()

    assert Verdict("unknown", "KeyInProgress", retry=True) == verdict(second)


def fault(code: str, refusal: str = "") -> bytes:
    detail = (
        f"<e:Refusal xmlns:e='urn:erp:invoices'><e:code>{refusal}</e:code></e:Refusal>" if refusal else ""
    )
    said = f"<faultcode>{code}</faultcode><faultstring>no</faultstring><detail>{detail}</detail>"
    return envelope(f"<s:Fault>{said}</s:Fault>")


def envelope(body: str) -> bytes:
    return f"<s:Envelope xmlns:s='{NAMES['soap']}'><s:Body>{body}</s:Body></s:Envelope>".encode()


def posted(fields: str = "<e:id>doc_1</e:id><e:status>posted</e:status>") -> bytes:
    return envelope(f"<e:PostInvoiceResponse xmlns:e='urn:erp:invoices'>{fields}</e:PostInvoiceResponse>")


class Row(NamedTuple):
    status: int
    body: bytes
    verdict: Verdict


DOCTYPE = b"<!DOCTYPE s>"
ENTITY = b"<!DOCTYPE s [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>"
SERVER_FAILED = Verdict("unknown", "ServerFailed", retry=True)
INVALID = Verdict("unknown", "ResponseInvalid", retry=False)
REFUSED = Verdict("refused", "RequestRefused", retry=False)

TABLE = {
    "Client with a code": Row(
        500, fault("s:Client", "out-of-stock"), Verdict("refused", "OutOfStock", retry=False)
    ),
    "Client without a code": Row(500, fault("s:Client"), REFUSED),
    "Client with a code of ours": Row(500, fault("s:Client", "RetryLater"), REFUSED),
    "Client by 200": Row(200, fault("s:Client"), REFUSED),
    "Client.Format": Row(500, fault("s:Client.Format"), REFUSED),
    "Client.Authentication": Row(
        500, fault("s:Client.Authentication", "x"), Verdict("refused", "CredentialsRefused", retry=False)
    ),
    "MustUnderstand": Row(500, fault("s:MustUnderstand"), REFUSED),
    "VersionMismatch": Row(500, fault("s:VersionMismatch"), REFUSED),
    "Server": Row(500, fault("s:Server"), SERVER_FAILED),
    "Server with a code": Row(500, fault("s:Server", "out-of-stock"), SERVER_FAILED),
    "any other code": Row(500, fault("x:Tuesday"), SERVER_FAILED),
    "no code": Row(500, fault(""), SERVER_FAILED),
    "500 with a page": Row(500, b"<html><br></html>", SERVER_FAILED),
    "500 that is empty": Row(500, b"", SERVER_FAILED),
    "a fault with a document type": Row(500, DOCTYPE + fault("s:Client"), SERVER_FAILED),
    "502": Row(502, b"<html>", SERVER_FAILED),
    "404": Row(404, fault("s:Client"), REFUSED),
    "503": Row(503, fault("s:Client"), Verdict("refused", "ServiceUnavailable", retry=True)),
    "200 with another answer": Row(200, envelope("<e:Other xmlns:e='urn:erp:invoices'/>"), INVALID),
    "200 without a body": Row(200, envelope(""), INVALID),
    "200 with a field too few": Row(200, posted("<e:id>doc_1</e:id>"), INVALID),
    "200 with a wrong value": Row(200, posted("<e:id>doc_1</e:id><e:status>made</e:status>"), INVALID),
    "200 with a document type": Row(200, DOCTYPE + posted(), INVALID),
    "200 with an entity": Row(200, ENTITY + posted("<e:id>&x;</e:id><e:status>posted</e:status>"), INVALID),
    "200 that is no XML": Row(200, b"posted", INVALID),
}


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE)
async def test_an_answer(row: Row) -> None:
    """Each answer is classified: refused is said only of what has certainly done nothing."""
    async with RawServer(answering(row.status, row.body, XML)) as server:
        failure = await post(server.url)

    assert isinstance(failure, ApplicationError)
    assert row.verdict == verdict(failure)


async def test_what_is_sent() -> None:
    """The key stands in the header of the message, what is asked for in its body, and none of it in HTTP headers."""
    requests: list[Request] = []
    async with RawServer(recording(requests, posted())) as server:
        await post(server.url)

    (request,) = requests
    sent = etree.fromstring(request.body)
    key = sent.findtext("soap:Header/erp:MessageHeader/erp:messageId", None, NAMES)
    assert "POST /InvoiceService HTTP/1.1" == request.line
    assert '"urn:erp:invoices:PostInvoice"' == request.headers["soapaction"]
    assert "idempotency-key" not in request.headers
    assert request.headers["x-correlation-id"]
    assert 36 == len(key or "")
    assert "480.00" == sent.findtext("soap:Body/erp:PostInvoice/erp:amount", None, NAMES)
    assert sent.find(".//erp:reverses", NAMES) is None


async def test_the_wsdl_is_that_of_the_service(stand_ins: StandIns) -> None:
    """What is packaged with the activities is what the service itself answers."""
    served = await stand_ins.http.get("/erp/InvoiceService?wsdl")

    assert WSDL.read_bytes() == served.content
    assert WSDL.is_relative_to(ROOT / "activities")


async def post(url: str) -> object:
    """One attempt; the failure, where it is one."""
    async with Downstream("erp", endpoint(url)) as downstream:

        async def attempt() -> object:
            enter_step(new_step())
            return await Erp(downstream).post_invoice(INVOICE)

        try:
            return await Attempt().environment().run(attempt)
        except ApplicationError as error:
            return error
