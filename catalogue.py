"""All flows of this project; a new one is a module in workflows/ and an entry here."""

from models.content_publishing import ArticleStored, Manuscript
from models.customer_overview import OverviewRequest
from models.order import Order
from models.registration import AccountCreated, Registration
from runtime.flows import Catalogue, Flow
from workflows import content_publishing, customer_overview, order, registration

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
        ),
    ]
)
