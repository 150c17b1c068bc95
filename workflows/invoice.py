"""Invoice: check it, have it approved by one person or by two, post it to the ERP, and pay it when it is due.

Until it is paid the payment can be stopped, and then the posting is reversed. From then on the money is gone.
"""

from datetime import date, timedelta
from decimal import Decimal

from temporalio import workflow

from saga import Deciders, Escalation, Group, Rung, Saga, Sla, WorkingTime
from saga.refusing import refusal
from saga.status import ApprovalState

with workflow.unsafe.imports_passed_through():
    from activities.erp import Erp
    from activities.ops import Ops
    from activities.payments import Payments
    from activities.people import People
    from models.erp import ClearingRequest
    from models.invoice import Amended, Amendment, Invoice, InvoiceResult, PaymentStop, PaymentStopped
    from models.invoice_forms import document, result, shown, summary, transfer
    from models.people import GroupRequest, Members
    from models.queues import PRIVATE_QUEUE

VERSION = "1.0.0"

FOUR_EYES_ABOVE = Decimal(1000)
"""Above this amount, in the invoice's currency, two people have to approve."""

APPROVAL = "invoice"
HEADS = "heads-of-finance"
"""The group that may decide when neither the approvers nor their deputies have."""

OFFICE_HOURS = WorkingTime(
    zone="Europe/Berlin",
    holidays=(date(2026, 12, 25), date(2027, 1, 1), date(2027, 3, 26), date(2027, 3, 29), date(2027, 5, 6)),
)

SLA = Sla(
    limit=timedelta(days=100),
    warn=timedelta(days=95),
    escalations=(Escalation(after=timedelta(days=7), to="head-of-finance"),),
)
"""Until it is paid: terms of payment are 90 days at most."""


@workflow.defn(name="invoice")
class InvoiceWorkflow:
    """An invoice is approved, posted and paid once, as it was when people approved it; or nothing of it is left."""

    @workflow.init
    def __init__(self, invoice: Invoice) -> None:
        self.saga = Saga(version=VERSION, sla=SLA, announce=Ops.tell)
        self._invoice = invoice
        self._changes: tuple[str, ...] = ()
        self._payment = self.saga.alarm("payment", at=invoice.pay_at)
        self._scheduled = False
        self._stop: PaymentStop | None = None

    @workflow.run
    async def run(self, invoice: Invoice) -> InvoiceResult:
        async with self.saga as saga:
            await saga.execute_activity(Erp.check_invoice, document(invoice), task_queue=PRIVATE_QUEUE)
            approvers, heads = await saga.gather(
                saga.execute_activity(People.find_members, GroupRequest(group=invoice.approvers)),
                saga.execute_activity(People.find_members, GroupRequest(group=HEADS), step="find_heads"),
            )
            approved_by = await self._approved(approvers, heads)
            posted = await saga.execute_activity(
                Erp.post_invoice,
                document(self._invoice),
                compensation=Erp.reverse_invoice,
                task_queue=PRIVATE_QUEUE,
            )
            self._scheduled = True
            await self._payment.wait()
            self._scheduled = False
            if self._stop:
                raise refusal("PaymentStopped", f"{self._stop.by} stopped it: {self._stop.reason}")
        # The point of no return: the money goes.
        payment = await saga.execute_activity(Payments.transfer_payment, transfer(self._invoice, posted))
        await saga.execute_activity(
            Erp.clear_invoice,
            ClearingRequest(document_id=posted.id, payment_id=payment.id),
            task_queue=PRIVATE_QUEUE,
        )
        return result(self._invoice, posted, payment, approved_by)

    async def _approved(self, approvers: Members, heads: Members) -> tuple[str, ...]:
        """Who has approved the amount that is paid."""
        terms = self._invoice.terms
        last_resort = Group(name=heads.id, members=heads.people)
        approval = await self.saga.approval(
            APPROVAL,
            summary=summary(self._invoice, self._changes),
            shown=shown(self._invoice, self._changes),
            deciders=Deciders(groups=(Group(name=approvers.id, members=approvers.people),)),
            quorum=quorum(self._invoice),
            requester=self._invoice.requester,
            excluded=("requester",),
            deadline=terms.decide_within,
            remind_every=terms.remind_every,
            ladder=(
                Rung(after=terms.deputies_after, to=Deciders(people=approvers.deputies), name="deputies"),
                Rung(after=terms.heads_after, to=Deciders(groups=(last_resort,)), name=HEADS),
            ),
            calendar=None if terms.around_the_clock else OFFICE_HOURS,
        )
        return tuple(decision.by for decision in approval.decisions if not decision.lapsed)

    @workflow.update
    def amend(self, amendment: Amendment) -> Amended:
        """The amount was wrong: what was decided lapses, and people are asked again."""
        before = f"{self._invoice.amount} {self._invoice.currency}"
        self._changes += (f"{amendment.by} changed it from {before}: {amendment.reason}",)
        self._invoice = self._invoice.model_copy(update={"amount": amendment.amount})
        asked = quorum(self._invoice)
        self.saga.revise(
            APPROVAL,
            summary=summary(self._invoice, self._changes),
            shown=shown(self._invoice, self._changes),
            quorum=asked,
        )
        return Amended(amount=amendment.amount, currency=self._invoice.currency, approvals=asked)

    @amend.validator
    def _check_amendment(self, amendment: Amendment) -> None:
        approvals = {approval.name: approval.status for approval in self.saga.status().approvals}
        if approvals.get(APPROVAL) is not ApprovalState.WAITING:
            raise refusal("NothingToAmend", "The amount can be changed while people decide on it.")
        if amendment.by != self._invoice.requester:
            raise refusal("NotTheRequester", f"Only {self._invoice.requester} may change the amount.")
        if amendment.amount == self._invoice.amount:
            raise refusal("NothingToAmend", f"The amount is {self._invoice.amount} already.")

    @workflow.update
    def stop_payment(self, stop: PaymentStop) -> PaymentStopped:
        """It is not to be paid after all: the posting is reversed."""
        self._stop = stop
        self._payment.move(at=workflow.now())
        return PaymentStopped(invoice_id=self._invoice.invoice_id, by=stop.by)

    @stop_payment.validator
    def _check_stop(self, stop: PaymentStop) -> None:
        del stop
        if not self._scheduled or self._stop:
            raise refusal("NoPaymentScheduled", "There is no payment that waits for its date.")


def quorum(invoice: Invoice) -> int:
    return 2 if invoice.amount > FOUR_EYES_ABOVE else 1
