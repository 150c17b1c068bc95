"""Breaks of what the invoice promises: who approves what, what is undone by which name, and what a fault says."""

from tests.mutants.mutant import Mutant

FLOW = "tests/workflows/test_invoice.py"
WAITS = "tests/workflows/test_invoice_waits.py"
ERP = "tests/activities/test_erp.py"
DOOR = "tests/services/test_erp.py"

MUTANTS = (
    Mutant(
        "a large invoice takes one person",
        "workflows/invoice.py",
        "return 2 if",
        "return 1 if",
        (f"{FLOW}::test_a_large_invoice_takes_two_people",),
    ),
    Mutant(
        "whoever asks for the payment approves it",
        "workflows/invoice.py",
        '            excluded=("requester",),\n',
        "",
        (f"{FLOW}::test_a_large_invoice_takes_two_people",),
    ),
    Mutant(
        "a changed amount takes as many people as the first one",
        "workflows/invoice.py",
        "            quorum=asked,\n",
        "",
        (f"{FLOW}::test_another_amount_may_take_more_people_or_fewer",),
    ),
    Mutant(
        "anybody changes the amount",
        "workflows/invoice.py",
        "if amendment.by != self._invoice.requester:",
        "if amendment.by == self._invoice.requester + amendment.by:",
        (f"{FLOW}::test_who_may_change_the_amount_and_when",),
    ),
    Mutant(
        "the amount that was asked for first is posted",
        "workflows/invoice.py",
        "                document(self._invoice),\n",
        "                document(invoice),\n",
        (f"{FLOW}::test_another_amount_is_posted_and_paid",),
    ),
    Mutant(
        "a posting stays when its payment is stopped",
        "workflows/invoice.py",
        "                compensation=Erp.reverse_invoice,\n",
        "",
        (f"{FLOW}::test_a_payment_is_stopped_before_its_date",),
    ),
    Mutant(
        "a stopped payment goes all the same",
        "workflows/invoice.py",
        "            if self._stop:\n",
        "            if self._stop and self._scheduled:\n",
        (f"{FLOW}::test_a_payment_is_stopped_before_its_date",),
    ),
    Mutant(
        "the money goes before its date",
        "workflows/invoice.py",
        "            await self._payment.wait()\n",
        "",
        (f"{WAITS}::test_it_is_paid_on_its_date_and_not_before",),
    ),
    Mutant(
        "days of approvals are days of the calendar",
        "workflows/invoice.py",
        "calendar=None if terms.around_the_clock else OFFICE_HOURS,",
        "calendar=OFFICE_HOURS if terms.around_the_clock else None,",
        (f"{WAITS}::test_an_invoice_that_nobody_decides_on_expires",),
    ),
    Mutant(
        "a reversal does not say of what",
        "activities/soap.py",
        '"reverses": step.compensates}',
        '"reverses": None}',
        (f"{ERP}::test_an_invoice_is_posted_and_reversed",),
    ),
    Mutant(
        "a fault of the server's is taken for a refusal",
        "activities/soap.py",
        "    if row is None:\n        return SERVER_FAILED\n",
        '    row = row or FAULTS["Client"]\n',
        (f"{ERP}::test_an_answer[Server]",),
    ),
    Mutant(
        "a document type is read",
        "activities/soap_messages.py",
        "forbid_dtd=True",
        "forbid_dtd=False",
        (f"{ERP}::test_an_answer[200 with a document type]",),
    ),
    Mutant(
        "the ERP takes what is not as its WSDL says",
        "services/backstage/soap.py",
        "            self._validate(part)\n",
        "            del part\n",
        (f"{DOOR}::test_a_message_has_to_keep_to_the_wsdl[no message id]",),
    ),
)
