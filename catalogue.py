"""All flows of this project; a new one is a module in workflows/ and an entry here."""

from models.access import AccessRequest
from models.content_publishing import ArticleStored, Manuscript
from models.customer_overview import OverviewRequest
from models.dispatch import Dispatch
from models.incident_response import Alert, Incident
from models.invoice import Invoice
from models.order import Order
from models.registration import AccountCreated, Registration
from models.rollout import Rollout
from models.subscription import Subscription
from models.ticket_sync import TicketFeed, TicketSync
from models.tickets import Change
from runtime.flows import Catalogue, EventEntry, Flow
from workflows import (
    access,
    content_publishing,
    customer_overview,
    dispatch,
    incident_response,
    invoice,
    order,
    registration,
    server_automation,
    subscription,
    ticket_feed,
    ticket_sync,
)

CATALOGUE = Catalogue(
    [
        Flow(
            name="order",
            workflow=order.OrderWorkflow,
            input=Order,
            id_of=lambda placed: f"order-{placed.order_id}",
            version=order.VERSION,
            description="Reserve stock, authorise the payment, create the shipment; then capture and confirm.",
            owner="order-team",
            sla=order.SLA,
        ),
        Flow(
            name="registration",
            workflow=registration.RegistrationWorkflow,
            input=Registration,
            id_of=lambda made: f"registration-{made.registration_id}",
            version=registration.VERSION,
            description="Create the account and answer at once; then welcome mail and marketing profile.",
            owner="customer-care",
            sla=registration.SLA,
            answer=AccountCreated,
        ),
        Flow(
            name="content-publishing",
            workflow=content_publishing.ContentPublishingWorkflow,
            input=Manuscript,
            id_of=lambda handed_in: f"content-publishing-{handed_in.manuscript_id}",
            version=content_publishing.VERSION,
            description="Store the article and answer at once; then index it for the search.",
            owner="newsroom",
            sla=content_publishing.SLA,
            answer=ArticleStored,
        ),
        Flow(
            name="customer-overview",
            workflow=customer_overview.CustomerOverviewWorkflow,
            input=OverviewRequest,
            id_of=lambda asked: f"customer-overview-{asked.customer_id}-{asked.request_id}",
            version=customer_overview.VERSION,
            description="Read profile, orders and preferences side by side, and merge what comes in time.",
            owner="customer-care",
            sla=customer_overview.SLA,
        ),
        Flow(
            name="subscription",
            workflow=subscription.SubscriptionWorkflow,
            input=Subscription,
            id_of=lambda taken_out: f"subscription-{taken_out.subscription_id}",
            version=subscription.VERSION,
            description="Validate the user, charge and provision side by side, then welcome.",
            owner="subscriptions",
            sla=subscription.SLA,
        ),
        Flow(
            name="dispatch",
            workflow=dispatch.DispatchWorkflow,
            input=Dispatch,
            id_of=lambda asked: f"dispatch-{asked.dispatch_id}",
            version=dispatch.VERSION,
            description="Hand one message to several partners, each as soon as those it needs have it.",
            owner="partner-relations",
            sla=dispatch.SLA,
        ),
        Flow(
            name="access",
            workflow=access.AccessWorkflow,
            input=AccessRequest,
            id_of=lambda request: f"access-{request.request_id}",
            version=access.VERSION,
            description="Have access approved, give it until a day, and take it away on that day, or before.",
            owner="identity-team",
            sla=access.SLA,
        ),
        Flow(
            name="ticket-sync",
            workflow=ticket_sync.TicketSyncWorkflow,
            input=TicketSync,
            id_of=lambda sync: f"ticket-sync-{sync.ticket}",
            version=ticket_sync.VERSION,
            description="Keep one ticket the same in the service desk and the tracker, for as long as it lives.",
            owner="service-management",
            event=EventEntry(
                model=Change,
                mailbox="changes",
                starts=lambda change: TicketSync(ticket=change.ticket),
            ),
        ),
        Flow(
            name="ticket-feed",
            workflow=ticket_feed.TicketFeedWorkflow,
            input=TicketFeed,
            id_of=lambda feed: f"ticket-feed-{feed.feed}",
            version=ticket_feed.VERSION,
            description="Read what changes in one ticket system, and hand it on to the flows of the tickets.",
            owner="service-management",
        ),
        Flow(
            name="incident-response",
            workflow=incident_response.IncidentResponseWorkflow,
            input=Incident,
            id_of=lambda incident: f"incident-response-{incident.fingerprint}",
            version=incident_response.VERSION,
            description="Page until somebody answers, run a runbook, see the alert clear; then a post-mortem.",
            owner="operations",
            sla=incident_response.SLA,
            event=EventEntry(model=Alert, mailbox="alerts", starts=Alert.incident),
        ),
        Flow(
            name="invoice",
            workflow=invoice.InvoiceWorkflow,
            input=Invoice,
            id_of=lambda asked: f"invoice-{asked.invoice_id}",
            version=invoice.VERSION,
            description="Have an invoice approved by one person or by two, post it, and pay it when it is due.",
            owner="accounts-payable",
            sla=invoice.SLA,
        ),
        Flow(
            name="server-automation",
            workflow=server_automation.ServerAutomationWorkflow,
            input=Rollout,
            id_of=lambda change: f"server-automation-{change.change_id}",
            version=server_automation.VERSION,
            description="Check servers, have a change approved, roll it over them in batches; halt and roll back.",
            owner="server-operations",
            sla=server_automation.SLA,
        ),
    ]
)
