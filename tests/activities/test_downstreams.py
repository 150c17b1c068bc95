"""Each downstream's activities against the real services: do, undo, and what the ledger says of it."""

from decimal import Decimal

import pytest
from pydantic import BaseModel

from models.accounts import Account, AccountDeletion, AccountRequest
from models.articles import ArticleRemoval, ArticleRequest, StoredArticle
from models.inventory import Reservation, StockItem, StockRelease, StockRequest
from models.marketing import MarketingProfile, MarketingProfileRequest
from models.notifications import Message, Receipt
from models.partners import Delivered, Delivery, DeliveryRecall
from models.payments import (
    Authorization,
    AuthorizationVoid,
    Capture,
    CaptureRequest,
    PaymentRequest,
    Refund,
)
from models.people import GroupRequest, Members
from models.provisioning import Workspace, WorkspaceRemoval, WorkspaceRequest
from models.search import IndexEntry, IndexRequest
from models.shipping import Address, Shipment, ShipmentCancellation, ShipmentRequest
from models.transfers import Transfer, TransferRequest
from models.users import UserCheck, ValidUser
from tests.activities.calling import Verdict, verdict
from tests.activities.offered import Offered, new_step, undoing
from tests.standins import StandIns

ITEMS = (StockItem(sku="lamp", quantity=2),)
ADDRESS = Address(name="Ada", street="Marktplatz 1", city="Bremen", postal_code="28195", country="DE")
AMOUNT = Decimal("12.50")
STOCK = StockRequest(order_id="A-1", items=ITEMS)
PAYMENT = PaymentRequest(order_id="A-1", amount=AMOUNT, currency="EUR", payment_method="tok_visa")
MESSAGE = Message(
    recipient="ada@example.com", template="order-confirmation", subject="Your order", text="On its way"
)
ACCOUNT = AccountRequest(name="Ada", email="ada@example.com")
MARKETING = MarketingProfileRequest(account_id="acc_1", name="Ada", email="ada@example.com", newsletter=True)
ARTICLE = ArticleRequest(slug="notes", title="Notes", author="Ada", text="It weaves.")
INDEXED = IndexRequest(
    article_id="art_1", address="https://x.example/notes", title="Notes", text="It weaves."
)
WORKSPACE = WorkspaceRequest(subscription_id="S-1", user_id="U-1", plan="team")
TRANSFER = TransferRequest(
    document_id="doc_1", account="DE02120300000000202051", amount=AMOUNT, currency="EUR", purpose="4711"
)
DELIVERY = Delivery(partner="crm", message_id="M-1", body="Ada has moved.")


async def shipment_request(offered: Offered) -> ShipmentRequest:
    reservation = await offered.run("inventory.reserve_stock", STOCK)
    assert isinstance(reservation, Reservation)
    return ShipmentRequest(order_id="A-1", reservation_id=reservation.id, address=ADDRESS, items=ITEMS)


async def authorized(offered: Offered) -> str:
    payment = await offered.run("payments.authorize_payment", PAYMENT)
    assert isinstance(payment, Authorization)
    return payment.id


async def test_stock_is_reserved_and_released(offered: Offered, stand_ins: StandIns) -> None:
    """The release finds by the step's key what the reservation made."""
    step = new_step()
    made = await offered.run("inventory.reserve_stock", STOCK, step=step)
    undone = await offered.run("inventory.release_stock", STOCK, step=undoing(step))

    assert isinstance(made, Reservation)
    assert StockRelease(id=made.id, status="released") == undone
    assert [] == await stand_ins.open_effects()


async def test_a_payment_is_authorized_and_voided(offered: Offered, stand_ins: StandIns) -> None:
    """The amount comes back exact, and the void finds the authorization by the step's key."""
    step = new_step()
    made = await offered.run("payments.authorize_payment", PAYMENT, step=step)
    undone = await offered.run("payments.void_payment", PAYMENT, step=undoing(step))

    assert isinstance(made, Authorization)
    assert AMOUNT == made.amount
    assert AuthorizationVoid(id=made.id, status="voided") == undone
    assert [] == await stand_ins.open_effects()


async def capture_request(offered: Offered) -> CaptureRequest:
    return CaptureRequest(payment_id=await authorized(offered), amount=AMOUNT, currency="EUR")


async def test_a_capture_is_undone_by_a_refund(offered: Offered, stand_ins: StandIns) -> None:
    """The refund takes what the capture took, and finds it by the step's key."""
    step, request = new_step(), await capture_request(offered)
    made = await offered.run("payments.capture_payment", request, step=step)
    undone = await offered.run("payments.refund_payment", request, step=undoing(step))

    assert isinstance(made, Capture)
    assert Refund(id=made.id, status="refunded") == undone
    assert ["authorizePayment"] == [effect.operation for effect in await stand_ins.open_effects()]


async def test_a_part_of_a_payment_is_refunded(offered: Offered, stand_ins: StandIns) -> None:
    """On its own account a refund gives back what it is told, and is an effect itself."""
    request = await capture_request(offered)
    await offered.run("payments.capture_payment", request)
    part = request.model_copy(update={"amount": Decimal("2.50")})
    given_back = await offered.run("payments.refund_payment", part)

    assert isinstance(given_back, Refund)
    (effect,) = await stand_ins.effects(operation="refundPayment")
    assert ("refunded", effect.resource_id) == (given_back.status, given_back.id)


async def test_a_shipment_is_created_and_cancelled(offered: Offered, stand_ins: StandIns) -> None:
    """The reservation's id travels in the query, and the cancellation finds the shipment by the step's key."""
    step, request = new_step(), await shipment_request(offered)
    made = await offered.run("shipping.create_shipment", request, step=step)
    undone = await offered.run("shipping.cancel_shipment", request, step=undoing(step))

    assert isinstance(made, Shipment)
    assert ShipmentCancellation(id=made.id, status="cancelled") == undone
    assert ["reserveInventory"] == [effect.operation for effect in await stand_ins.open_effects()]


async def test_a_notification_is_sent(offered: Offered, stand_ins: StandIns) -> None:
    """A message that is accepted for delivery is a success, and an effect."""
    receipt = await offered.run("notifications.send_notification", MESSAGE)

    assert isinstance(receipt, Receipt)
    assert [receipt.id] == [effect.resource_id for effect in await stand_ins.open_effects()]


async def test_an_account_is_created_and_deleted(offered: Offered, stand_ins: StandIns) -> None:
    """The deletion finds by the step's key what was opened."""
    step = new_step()
    made = await offered.run("accounts.create_account", ACCOUNT, step=step)
    undone = await offered.run("accounts.delete_account", ACCOUNT, step=undoing(step))

    assert isinstance(made, Account)
    assert AccountDeletion(id=made.id, status="deleted") == undone
    assert [] == await stand_ins.open_effects()


async def test_an_article_is_stored_and_removed(offered: Offered, stand_ins: StandIns) -> None:
    """The removal finds by the step's key what was stored."""
    step = new_step()
    made = await offered.run("articles.store_article", ARTICLE, step=step)
    undone = await offered.run("articles.remove_article", ARTICLE, step=undoing(step))

    assert isinstance(made, StoredArticle)
    assert ArticleRemoval(id=made.id, status="removed") == undone
    assert [] == await stand_ins.open_effects()


async def test_a_marketing_profile_is_made(offered: Offered) -> None:
    """It says whose it is, and what they want."""
    profile = await offered.run("marketing.create_profile", MARKETING)

    assert isinstance(profile, MarketingProfile)
    assert ("acc_1", True) == (profile.account_id, profile.newsletter)


async def test_an_article_is_indexed(offered: Offered) -> None:
    """The entry names the article."""
    entry = await offered.run("search.index_article", INDEXED)

    assert isinstance(entry, IndexEntry)
    assert "art_1" == entry.article_id


async def test_a_user_is_valid(offered: Offered, stand_ins: StandIns) -> None:
    """The check answers, and has no effect."""
    answer = await offered.run("users.validate_user", UserCheck(user_id="U-1", plan="team"))

    assert ValidUser(user_id="U-1", status="valid") == answer
    assert [] == await stand_ins.effects()


async def test_a_workspace_is_provisioned_and_taken_away(offered: Offered, stand_ins: StandIns) -> None:
    """The removal finds by the step's key what was provisioned."""
    step = new_step()
    made = await offered.run("provisioning.provision_workspace", WORKSPACE, step=step)
    undone = await offered.run("provisioning.deprovision_workspace", WORKSPACE, step=undoing(step))

    assert isinstance(made, Workspace)
    assert WorkspaceRemoval(id=made.id, status="deprovisioned") == undone
    assert [] == await stand_ins.open_effects()


async def test_a_message_is_delivered_and_recalled(offered: Offered, stand_ins: StandIns) -> None:
    """The recall finds by the step's key what the partner was handed over."""
    step = new_step()
    made = await offered.run("partners.deliver_message", DELIVERY, step=step)
    undone = await offered.run("partners.recall_message", DELIVERY, step=undoing(step))

    assert isinstance(made, Delivered)
    assert DeliveryRecall(id=made.id, status="recalled") == undone
    assert [] == await stand_ins.open_effects()


async def test_who_is_in_a_group(offered: Offered, stand_ins: StandIns) -> None:
    """Its members, and who stands in for them and is none of them; asking has no effect."""
    found = await offered.run("people.find_members", GroupRequest(group="team-leads"))

    assert isinstance(found, Members)
    assert (("ada", "grace", "heidi"), ("judy",)) == (found.people, found.deputies)
    assert [] == await stand_ins.effects()


async def test_money_is_transferred(offered: Offered, stand_ins: StandIns) -> None:
    """Once for a document."""
    made = await offered.run("payments.transfer_payment", TRANSFER)
    again = await offered.failure("payments.transfer_payment", TRANSFER)

    assert isinstance(made, Transfer)
    assert Verdict("refused", "AlreadyPaid", retry=False) == verdict(again)
    assert [made.id] == [effect.resource_id for effect in await stand_ins.effects()]


async def test_where_nothing_was_done_there_is_nothing_to_undo(offered: Offered) -> None:
    """Every undo succeeds without an effect to undo."""
    request = ShipmentRequest(order_id="A-1", reservation_id="res_none", address=ADDRESS, items=ITEMS)
    capture = CaptureRequest(payment_id="pay_none", amount=AMOUNT, currency="EUR")
    undone = [
        await offered.run("inventory.release_stock", STOCK, step=undoing(new_step())),
        await offered.run("payments.void_payment", PAYMENT, step=undoing(new_step())),
        await offered.run("payments.refund_payment", capture, step=undoing(new_step())),
        await offered.run("shipping.cancel_shipment", request, step=undoing(new_step())),
        await offered.run("accounts.delete_account", ACCOUNT, step=undoing(new_step())),
        await offered.run("articles.remove_article", ARTICLE, step=undoing(new_step())),
        await offered.run("provisioning.deprovision_workspace", WORKSPACE, step=undoing(new_step())),
        await offered.run("partners.recall_message", DELIVERY, step=undoing(new_step())),
    ]

    assert [
        StockRelease(id=None, status="nothing_to_release"),
        AuthorizationVoid(id=None, status="nothing_to_void"),
        Refund(id=None, status="nothing_to_refund"),
        ShipmentCancellation(id=None, status="nothing_to_cancel"),
        AccountDeletion(id=None, status="nothing_to_delete"),
        ArticleRemoval(id=None, status="nothing_to_remove"),
        WorkspaceRemoval(id=None, status="nothing_to_deprovision"),
        DeliveryRecall(id=None, status="nothing_to_recall"),
    ] == undone


async def test_a_step_that_comes_after_its_undo_is_refused(offered: Offered, stand_ins: StandIns) -> None:
    """A request that was delayed until its compensation had run has no effect."""
    step = new_step()
    await offered.run("inventory.release_stock", STOCK, step=undoing(step))
    late = await offered.failure("inventory.reserve_stock", STOCK, step=step)

    assert Verdict("refused", "AlreadyCompensated", retry=False) == verdict(late)
    assert [] == await stand_ins.effects()


async def test_the_same_key_has_one_effect(offered: Offered, stand_ins: StandIns) -> None:
    """A repeated request gets the answer of the first."""
    step = new_step()
    answers = [await offered.run("inventory.reserve_stock", STOCK, step=step) for _ in range(3)]

    assert [answers[0]] * 3 == answers
    assert [3] == [effect.calls for effect in await stand_ins.effects()]


async def test_a_key_with_another_body_is_unknown(offered: Offered) -> None:
    """Something has happened under this key, so it is not said that nothing has."""
    step = new_step()
    await offered.run("inventory.reserve_stock", STOCK, step=step)
    other = STOCK.model_copy(update={"order_id": "A-2"})
    failure = await offered.failure("inventory.reserve_stock", other, step=step)

    assert Verdict("unknown", "KeyReused", retry=False) == verdict(failure)


REFUSALS: list[tuple[str, BaseModel, str]] = [
    (
        "inventory.reserve_stock",
        StockRequest(order_id="A-1", items=(StockItem(sku="sold-out", quantity=1),)),
        "OutOfStock",
    ),
    (
        "payments.authorize_payment",
        PAYMENT.model_copy(update={"payment_method": "tok_declined"}),
        "PaymentRefused",
    ),
    (
        "shipping.create_shipment",
        ShipmentRequest(
            order_id="A-1",
            reservation_id="r",
            items=ITEMS,
            address=ADDRESS.model_copy(update={"country": "AQ"}),
        ),
        "AddressNotServed",
    ),
    (
        "notifications.send_notification",
        MESSAGE.model_copy(update={"recipient": "x@y.invalid"}),
        "RecipientRefused",
    ),
    (
        "payments.capture_payment",
        CaptureRequest(payment_id="pay_0", amount=AMOUNT, currency="EUR"),
        "PaymentNotFound",
    ),
    ("search.index_article", INDEXED.model_copy(update={"text": "a" * 20_001}), "DocumentRefused"),
    ("users.validate_user", UserCheck(user_id="unknown-1", plan="team"), "UserUnknown"),
    ("users.validate_user", UserCheck(user_id="blocked-1", plan="team"), "UserBlocked"),
    ("provisioning.provision_workspace", WORKSPACE.model_copy(update={"plan": "retired"}), "PlanNotOffered"),
    ("partners.deliver_message", DELIVERY.model_copy(update={"partner": "closed"}), "PartnerRefused"),
    ("people.find_members", GroupRequest(group="nobody"), "GroupUnknown"),
    ("payments.transfer_payment", TRANSFER.model_copy(update={"account": "XX001"}), "AccountClosed"),
]


@pytest.mark.parametrize(
    ("name", "request_", "kind"), REFUSALS, ids=lambda row: row if isinstance(row, str) else ""
)
async def test_a_business_refusal_has_its_type(
    offered: Offered, stand_ins: StandIns, name: str, request_: BaseModel, kind: str
) -> None:
    """A refusal is final, has the name of its problem, and no effect."""
    failure = await offered.failure(name, request_)

    assert Verdict("refused", kind, retry=False) == verdict(failure)
    assert [] == await stand_ins.effects()


FAULTS = [
    ("error", Verdict("unknown", "ServerFailed", retry=True), 0),
    ("unavailable", Verdict("refused", "ServiceUnavailable", retry=True), 0),
    ("throttle", Verdict("refused", "RequestThrottled", retry=True), 0),
    ("unauthorized", Verdict("refused", "CredentialsRefused", retry=False), 0),
    ("refuse", Verdict("refused", "PaymentRefused", retry=False), 0),
    ("drop_connection", Verdict("unknown", "ConnectionLost", retry=True), 0),
    ("effect_then_drop", Verdict("unknown", "ConnectionLost", retry=True), 1),
    ("effect_then_timeout", Verdict("unknown", "ResponseTimedOut", retry=True), 1),
    ("malformed", Verdict("unknown", "ResponseInvalid", retry=False), 1),
]


@pytest.mark.parametrize(
    ("kind", "expected", "effects"), FAULTS, ids=lambda row: row if isinstance(row, str) else ""
)
async def test_a_fault_and_what_is_known_of_its_effect(
    offered: Offered, stand_ins: StandIns, kind: str, expected: Verdict, effects: int
) -> None:
    """Refused is never said of a call that had an effect; the repeated call has the one effect, or the same."""
    step = new_step()
    await stand_ins.faults.add("authorizePayment", kind)
    failure = await offered.failure("payments.authorize_payment", PAYMENT, step=step)
    after_the_fault = len(await stand_ins.effects())
    await stand_ins.release()
    await offered.run("payments.authorize_payment", PAYMENT, step=step)

    assert expected == verdict(failure)
    assert effects == after_the_fault
    assert 1 == len(await stand_ins.effects())


async def test_a_key_in_progress_is_unknown(offered: Offered, stand_ins: StandIns) -> None:
    """While the first request runs, a second one says nothing of its effect, and is tried again."""
    step = new_step()
    await stand_ins.faults.add("authorizePayment", "hold_before_effect")
    first = await offered.failure("payments.authorize_payment", PAYMENT, step=step)
    second = await offered.failure("payments.authorize_payment", PAYMENT, step=step)
    await stand_ins.release()

    assert Verdict("unknown", "ResponseTimedOut", retry=True) == verdict(first)
    assert Verdict("unknown", "KeyInProgress", retry=True) == verdict(second)
