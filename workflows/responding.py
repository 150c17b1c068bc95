"""What a response to an alert knows, and how it hears: the alerts, the people, and what the monitoring measures.

It is the ear of the incident response, in a module of its own for the length of that; no flow.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from pydantic import ValidationError
from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ApplicationError
from temporalio.workflow import ActivityConfig

from saga import Resumable, Saga

with workflow.unsafe.imports_passed_through():
    from activities.monitoring import Monitoring
    from models.incident_response import Acknowledged, Acknowledgement, Alert, Incident, Progress
    from models.monitoring import AlertQuery

PATIENT = ActivityConfig(
    retry_policy=RetryPolicy(
        initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30), maximum_attempts=10
    )
)
"""Three minutes: a service that is restarted is no reason to leave out a rung; one that is down holds nobody up."""


class Response(Incident, Resumable):
    """An incident, as a run hands it to the one that it continues as."""

    progress: Progress = Progress()


class Responding:
    """All that is known of one response is in `known`, which goes from run to run."""

    def __init__(self, incident: Response, saga: Saga) -> None:
        self.saga = saga
        self.alerts = saga.mailbox("alerts", Alert, key=lambda alert: alert.event_id)
        self.incident = incident
        self.known = incident.progress

    async def is_clear(self, *, for_sure: bool = False) -> bool:
        """Whether the monitoring says so. If it cannot be asked the alert counts as firing, or a person has to say."""
        await self.take_in()
        self.known = self.known.with_(look=False)
        look = self.saga.execute_activity(
            Monitoring.get_alert,
            AlertQuery(fingerprint=self.incident.fingerprint),
            on_failure="hold" if for_sure else "compensate",
            **PATIENT,
        )
        seen = await (look if for_sure else self.saga.optional(look))
        if seen is None or seen.status == "firing":
            return False
        self.known = self.known.with_(clear_since=workflow.now())
        return True

    async def until(self, what: str, happened: Callable[[], bool], *, at: datetime) -> bool:
        """Whether it has happened by then. Meanwhile alerts are taken in, and a long history is left behind."""
        while not happened() and (left := at - workflow.now()) > timedelta():
            await self.saga.wait(
                what, lambda: happened() or self._has_mail or self.saga.roll_over_due, within=left
            )
            await self.take_in()
            if self.saga.roll_over_due:
                await self.saga.roll_over(self.incident.model_copy(update={"progress": self.known}))
        return happened()

    async def take_in(self) -> None:
        while self._has_mail:
            self.known = self.known.heard(await self.alerts.next())

    @property
    def _has_mail(self) -> bool:
        """Once the flow is cancelled, a mailbox gives nothing more."""
        return self.alerts.ready > 0 and workflow.cancellation_reason() is None

    def has_news(self) -> bool:
        return not self.unanswered or self.known.look

    @property
    def unanswered(self) -> bool:
        return self.known.round.acknowledged is None

    @property
    def round_key(self) -> str:
        """What the services know this round by; another response to the same fingerprint has others."""
        info = workflow.info()
        return f"{info.workflow_id}/{info.first_execution_run_id}.{self.known.round.number}"

    # --- messages ------------------------------------------------------------------------------------------

    @workflow.query
    def progress(self) -> Progress:
        return self.known

    @workflow.update
    def acknowledge(self, said: Acknowledgement) -> Acknowledged:
        """Raises ApplicationError: `NobodyPaged`, `NotOnCall`, `AlreadyAcknowledged` or `AlreadyClear`."""
        return self.accept(said)

    @acknowledge.validator
    def check_acknowledgement(self, said: Acknowledgement) -> None:
        if refusal := self.known.refusal_of(said):
            raise ApplicationError(refusal.why, type=refusal.kind, non_retryable=True)

    @workflow.signal(name="acknowledge")
    def acknowledge_by_signal(self, raw: RawValue) -> None:
        """What is wrong with a signal is counted: nobody is there to be told."""
        try:
            given: object = workflow.payload_converter().from_payload(raw.payload)
            said = Acknowledgement.model_validate(given)
            self.check_acknowledgement(said)
        except (ValidationError, ApplicationError) as error:
            workflow.logger.warning("Refused an acknowledgement: %s", type(error).__name__)
            refused = self.known.refused_acknowledgements + 1
            self.known = self.known.with_(refused_acknowledgements=refused)
        else:
            self.accept(said)

    def accept(self, said: Acknowledgement) -> Acknowledged:
        word = Acknowledged(
            by=said.by, at=workflow.now(), runbook=self.known.runbook_for(said, self.incident.runbook)
        )
        self.known = self.known.answered(word)
        return word
