"""The messages of every saga: `decide`, `resolve` and `event` by update and by signal; query `status`; update `answer`.

A signal is received raw and validated here: an undecodable one would otherwise poison every replay. What is wrong
with an update is answered to its sender; what is wrong with a signal is counted in the status.

Annotations are not deferred here: the SDK reads them when handlers are set, hence in each run, and deferred ones
would have to be compiled each time.
"""

from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from saga.answer import EarlyAnswer
from saga.approval import Approvals
from saga.incident import Incidents
from saga.journal import Journal
from saga.messages import Callback, Decided, Decision, Event, Received, Resolution, Resolved
from saga.receiving import Mailboxes
from saga.status import FlowStatus
from saga.steps import Steps

M = TypeVar("M", bound=BaseModel)


class Handlers:
    """Registered by `Saga()` in the workflow's `@workflow.init`, hence before the first message is delivered."""

    def __init__(
        self,
        journal: Journal,
        approvals: Approvals,
        incidents: Incidents,
        mailboxes: Mailboxes,
        answer: EarlyAnswer | None,
        steps: Steps,
    ) -> None:
        self._journal = journal
        self._approvals = approvals
        self._incidents = incidents
        self._mailboxes = mailboxes
        self._answer = answer
        self._steps = steps

    def register(self) -> None:
        """Answer this workflow's messages from now on."""
        workflow.set_query_handler("status", self.status)
        workflow.set_update_handler("decide", self.decide, validator=self.check_decision)
        workflow.set_update_handler("resolve", self.resolve, validator=self.check_resolution)
        workflow.set_update_handler("event", self.event, validator=self.check_event)
        if self._answer:
            workflow.set_update_handler("answer", self._answer.wait)
        workflow.set_signal_handler("decide", self.decide_by_signal)
        workflow.set_signal_handler("resolve", self.resolve_by_signal)
        workflow.set_signal_handler("event", self.event_by_signal)
        workflow.set_signal_handler("callback", self.callback)

    def hear(
        self, name: str, model: type[M], accept: Callable[[M], BaseModel], check: Callable[[M], None]
    ) -> None:
        """Answer a message of the flow's own too."""

        def checked(message: M) -> None:
            check(message)
            accept(message)

        def by_signal(raw: RawValue) -> None:
            self._receive(name, raw, model, checked)

        workflow.set_update_handler(name, accept, validator=check)
        workflow.set_signal_handler(name, by_signal)

    def status(self) -> FlowStatus:
        return self._journal.status()

    def check_decision(self, decision: Decision) -> None:
        self._approvals.check(decision)

    def decide(self, decision: Decision) -> Decided:
        return self._approvals.decide(decision)

    def check_resolution(self, resolution: Resolution) -> None:
        self._incidents.check(resolution)

    def resolve(self, resolution: Resolution) -> Resolved:
        return self._incidents.resolve(resolution)

    def check_event(self, event: Event) -> None:
        self._mailboxes.check(event)

    def event(self, event: Event) -> Received:
        return self._mailboxes.receive(event)

    def decide_by_signal(self, raw: RawValue) -> None:
        self._receive("decide", raw, Decision, self._approvals.decide)

    def callback(self, raw: RawValue) -> None:
        self._receive("callback", raw, Callback, lambda callback: self._steps.called_back(callback.step))

    def resolve_by_signal(self, raw: RawValue) -> None:
        self._receive("resolve", raw, Resolution, self._incidents.resolve)

    def event_by_signal(self, raw: RawValue) -> None:
        self._receive("event", raw, Event, self._mailboxes.receive)

    def _receive(self, name: str, raw: RawValue, model: type[M], accept: Callable[[M], object]) -> None:
        message: M | None = None
        try:
            message = _decoded(raw, model)
            accept(message)
        except (ApplicationError, ValidationError) as error:
            why = _reason(error)
            workflow.logger.warning("Refused a signal: %s", why)
            self._journal.refused(name, by=getattr(message, "by", None), why=why)


def _decoded(raw: RawValue, model: type[M]) -> M:
    """The message in `raw`.

    Raises:
        ApplicationError: it cannot be read at all.
        ValidationError: a field is wrong.
    """
    try:
        value: object = workflow.payload_converter().from_payload(raw.payload)
    except Exception as error:  # a converter may raise anything at all on bytes that someone sent
        raise ApplicationError(f"unreadable: {type(error).__name__}", type="UnreadableMessage") from error
    return model.model_validate(value)


def _reason(error: ApplicationError | ValidationError) -> str:
    if isinstance(error, ValidationError):
        fields = [".".join(map(str, e["loc"])) for e in error.errors(include_input=False, include_url=False)]
        return f"invalid {', '.join(fields) or 'message'}"
    return error.message
