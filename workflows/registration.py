"""Registration: create the account and answer at once; then send the welcome mail and make the marketing profile.

Only the account can be refused. What comes behind it never undoes it: it is tried for a while, and then waits for a person.
"""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityConfig

from saga import Escalation, Saga, Sla

with workflow.unsafe.imports_passed_through():
    from activities.accounts import Accounts
    from activities.marketing import Marketing
    from activities.notifications import Notifications
    from activities.ops import Ops
    from models.accounts import AccountRequest
    from models.marketing import MarketingProfileRequest
    from models.notifications import Message
    from models.registration import AccountCreated, Registration, RegistrationResult

VERSION = "1.0.0"

SLA = Sla(
    limit=timedelta(hours=4),
    warn=timedelta(hours=1),
    escalations=(Escalation(after=timedelta(hours=20), to="head-of-customer-care"),),
)
"""Until the newcomer has been welcomed."""

BEHIND = ActivityConfig(
    retry_policy=RetryPolicy(
        initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1), maximum_attempts=8
    )
)
"""Two minutes at most between the first attempt and the last; then a person is told."""


@workflow.defn(name="registration")
class RegistrationWorkflow:
    """A registration either leads to an account, or leaves none behind."""

    @workflow.init
    def __init__(self, registration: Registration) -> None:
        del registration  # the SDK gives `__init__` what it gives `run`
        self.saga = Saga(version=VERSION, sla=SLA, announce=Ops.tell, answers=True, forward_options=BEHIND)

    @workflow.run
    async def run(self, registration: Registration) -> RegistrationResult:
        async with self.saga as saga:
            account = await saga.execute_activity(
                Accounts.create_account, account_request(registration), compensation=Accounts.delete_account
            )
        # The point of no return: the newcomer is told that the account stands.
        saga.answer(AccountCreated(registration_id=registration.registration_id, account_id=account.id))
        await saga.gather(
            saga.execute_activity(
                Notifications.send_notification, welcome(registration), step="send_welcome_mail"
            ),
            saga.execute_activity(
                Marketing.create_profile, profile_request(registration, account_id=account.id)
            ),
        )
        return RegistrationResult(registration_id=registration.registration_id, account_id=account.id)


def account_request(registration: Registration) -> AccountRequest:
    return AccountRequest(name=registration.name, email=registration.email)


def welcome(registration: Registration) -> Message:
    return Message(
        recipient=registration.email,
        template="welcome",
        subject="Welcome",
        text=f"Welcome, {registration.name}. Your account is ready.",
    )


def profile_request(registration: Registration, *, account_id: str) -> MarketingProfileRequest:
    return MarketingProfileRequest(
        account_id=account_id,
        name=registration.name,
        email=registration.email,
        newsletter=registration.newsletter,
    )
