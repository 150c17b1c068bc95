"""The ERP's own rules, and its SOAP door."""

from xml.sax.saxutils import escape

import httpx
import pytest
from lxml import etree

from tests.services.caller import Input, input_of, made, new_key, problem_of, send
from tests.standins import StandIns

NAMES = {"soap": "http://schemas.xmlsoap.org/soap/envelope/", "erp": "urn:erp:invoices"}
FIELDS = {
    "supplierId": "L-1",
    "invoiceNumber": "4711",
    "costCentre": "K-100",
    "amount": "480.00",
    "currency": "EUR",
    "dueOn": "2026-12-01",
}


def message(operation: str = "PostInvoice", *, header: str | None = None, **changes: str) -> str:
    """A SOAP message with these fields; an empty header is left out."""
    fields = "".join(f"<e:{name}>{escape(value)}</e:{name}>" for name, value in {**FIELDS, **changes}.items())
    given = f"<e:messageId>{new_key()}</e:messageId>" if header is None else header
    head = f"<s:Header><e:MessageHeader>{given}</e:MessageHeader></s:Header>" if given else ""
    body = f"<s:Body><e:{operation}>{fields}</e:{operation}></s:Body>"
    return f"<s:Envelope xmlns:s='{NAMES['soap']}' xmlns:e='{NAMES['erp']}'>{head}{body}</s:Envelope>"


async def post(stand_ins: StandIns, content: str) -> httpx.Response:
    return await stand_ins.http.post("/erp/InvoiceService", content=content.encode())


def fault_of(answer: httpx.Response) -> tuple[int, str | None, str | None]:
    """Status, fault code, and the code in the detail."""
    fault = etree.fromstring(answer.content).find("soap:Body/soap:Fault", NAMES)
    assert fault is not None, answer.text
    return (
        answer.status_code,
        fault.findtext("faultcode"),
        fault.findtext("detail/erp:Refusal/erp:code", None, NAMES),
    )


async def test_a_cleared_document_is_not_reversed(stand_ins: StandIns) -> None:
    """It is paid: only the payment could be asked back."""
    sent, key = await input_of(stand_ins, "postInvoice"), new_key()
    document = await made(stand_ins, "postInvoice", sent, key=key)
    await made(stand_ins, "clearInvoice", Input({"document_id": document, "payment_id": "trf_1"}))

    answer = await send(stand_ins, "reverseInvoice", sent, compensates=key)
    assert (409, "urn:problem:already-cleared") == problem_of(answer)


async def test_what_was_reversed_can_be_posted_again(stand_ins: StandIns) -> None:
    """An open item of the same number is refused, a reversed one is not."""
    sent, key = await input_of(stand_ins, "postInvoice"), new_key()
    await made(stand_ins, "postInvoice", sent, key=key)
    twice = await send(stand_ins, "postInvoice", sent)
    await send(stand_ins, "reverseInvoice", sent, compensates=key)

    assert (409, "urn:problem:already-posted") == problem_of(twice)
    assert await made(stand_ins, "postInvoice", sent)


WRONG = {
    "no XML": "posted?",
    "a document type": "<!DOCTYPE s>" + message(),
    "no header": message(header=""),
    "no message id": message(header="<e:reverses>k</e:reverses>"),
    "an unknown operation": message("BurnInvoice"),
    "an amount below zero": message(amount="-1"),
    "a currency in words": message(currency="euro"),
    "a field too many": message(colour="red"),
}


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG)
async def test_a_message_has_to_keep_to_the_wsdl(stand_ins: StandIns, content: str) -> None:
    """It is a fault of the client's, and has no effect."""
    answer = await post(stand_ins, content)

    assert (500, "soap:Client", "invalid-request") == fault_of(answer)
    assert [] == await stand_ins.effects()


async def test_a_message_is_answered_by_one(stand_ins: StandIns) -> None:
    """The same message has the answer of the first; another one for the same invoice is a fault."""
    said = message()
    answers = [await post(stand_ins, said) for _ in range(2)]
    other = await post(stand_ins, message())

    assert answers[0].content == answers[1].content
    found = etree.fromstring(answers[0].content).findtext(
        "soap:Body/erp:PostInvoiceResponse/erp:id", None, NAMES
    )
    assert [found] == [effect.resource_id for effect in await stand_ins.effects()]
    assert (500, "soap:Client", "already-posted") == fault_of(other)
