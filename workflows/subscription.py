"""Subscription: validate the user, charge and provision side by side, then welcome.

Until both branches are done everything can be undone. From then on the subscription stands, welcome or not.
"""

from datetime import timedelta
from typing import NamedTuple

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityConfig

from saga import Escalation, Saga, Sla

with workflow.unsafe.imports_passed_through():
    from activities.backup_payments import BackupPayments
    from activities.notifications import Notifications
    from activities.ops import Ops
    from activities.payments import Payments
    from activities.provisioning import Provisioning
    from activities.users import Users
    from models.charges import Charge, ChargeRequest
    from models.notifications import Message
    from models.provisioning import Workspace, WorkspaceRequest
    from models.subscription import Subscription, SubscriptionResult
    from models.users import UserCheck

VERSION = "1.0.0"

SLA = Sla(
    limit=timedelta(hours=1),
    warn=timedelta(minutes=30),
    escalations=(Escalation(after=timedelta(hours=4), to="head-of-subscriptions"),),
)
"""Until the subscriber has been welcomed."""


def bounded(*, attempts: int, each: timedelta) -> ActivityConfig:
    """So many attempts, each of which may take so long."""
    retries = RetryPolicy(
        initial_interval=timedelta(milliseconds=500),
        maximum_interval=timedelta(seconds=10),
        maximum_attempts=attempts,
    )
    return ActivityConfig(start_to_close_timeout=each, retry_policy=retries)


VALIDATE = bounded(attempts=2, each=timedelta(seconds=10))
CHARGE = bounded(attempts=3, each=timedelta(seconds=30))
PROVISION = bounded(attempts=4, each=timedelta(seconds=20))
WELCOME = bounded(attempts=4, each=timedelta(seconds=15))


class Branches(NamedTuple):
    """What comes of the two that run side by side."""

    charge: Charge
    workspace: Workspace


@workflow.defn(name="subscription")
class SubscriptionWorkflow:
    """A subscription is paid for and provisioned, or neither; and it is charged by one provider only."""

    @workflow.init
    def __init__(self, subscription: Subscription) -> None:
        del subscription  # the SDK gives `__init__` what it gives `run`
        self.saga = Saga(version=VERSION, sla=SLA, announce=Ops.tell, announce_undone=True)

    @workflow.run
    async def run(self, subscription: Subscription) -> SubscriptionResult:
        async with self.saga as saga:
            await saga.execute_activity(Users.validate_user, user_check(subscription), **VALIDATE)
            both = await saga.gather(
                saga.fallback(
                    saga.execute_activity(
                        Payments.charge_payment,
                        charge_request(subscription),
                        compensation=Payments.refund_charge,
                        probe=Payments.find_charge,
                        step="charge",
                        **CHARGE,
                    ),
                    saga.execute_activity(
                        BackupPayments.charge_payment,
                        charge_request(subscription),
                        compensation=BackupPayments.refund_charge,
                        probe=BackupPayments.find_charge,
                        step="charge_at_backup",
                        **CHARGE,
                    ),
                ),
                saga.execute_activity(
                    Provisioning.provision_workspace,
                    workspace_request(subscription),
                    compensation=Provisioning.deprovision_workspace,
                    step="provision",
                    **PROVISION,
                ),
            )
            branches = Branches._make(both)
        # The point of no return: the subscription is paid for, and there.
        await saga.execute_activity(
            Notifications.send_notification,
            welcome(subscription, address=branches.workspace.address),
            step="welcome",
            **WELCOME,
        )
        return result(subscription, branches)


def user_check(subscription: Subscription) -> UserCheck:
    return UserCheck(user_id=subscription.user_id, plan=subscription.plan)


def charge_request(subscription: Subscription) -> ChargeRequest:
    return ChargeRequest(
        subscription_id=subscription.subscription_id,
        amount=subscription.price,
        currency=subscription.currency,
        payment_method=subscription.payment_method,
    )


def workspace_request(subscription: Subscription) -> WorkspaceRequest:
    return WorkspaceRequest(
        subscription_id=subscription.subscription_id, user_id=subscription.user_id, plan=subscription.plan
    )


def welcome(subscription: Subscription, *, address: str) -> Message:
    return Message(
        recipient=subscription.email,
        template="subscription-welcome",
        subject=f"Welcome to {subscription.plan}",
        text=f"Your workspace is ready: {address}",
    )


def result(subscription: Subscription, branches: Branches) -> SubscriptionResult:
    return SubscriptionResult(
        subscription_id=subscription.subscription_id,
        charge_id=branches.charge.id,
        workspace_id=branches.workspace.id,
        address=branches.workspace.address,
        price=subscription.price,
        currency=subscription.currency,
    )
