"""Sagas on Temporal: flows that complete, or leave nothing half-done, or wait visibly for a person.

Needs only temporalio and pydantic. A flow makes one `Saga` in its `@workflow.init`; the client has the `SagaPlugin`.
"""

from saga.approval import APPROVAL_REJECTED, APPROVAL_TIMED_OUT
from saga.child import Reversible
from saga.deadline import DEADLINE_EXCEEDED
from saga.messages import Announcement, AnswerRequest, Decided, Decision, Resolution, Resolved
from saga.plugin import SagaPlugin
from saga.saga import Saga
from saga.search_attributes import SAGA_STATUS, SAGA_WAITING_FOR, register
from saga.sla import Escalation, Sla
from saga.status import FlowState, FlowStatus, StepState

__all__ = [
    "APPROVAL_REJECTED",
    "APPROVAL_TIMED_OUT",
    "DEADLINE_EXCEEDED",
    "SAGA_STATUS",
    "SAGA_WAITING_FOR",
    "Announcement",
    "AnswerRequest",
    "Decided",
    "Decision",
    "Escalation",
    "FlowState",
    "FlowStatus",
    "Resolution",
    "Resolved",
    "Reversible",
    "Saga",
    "SagaPlugin",
    "Sla",
    "StepState",
    "register",
]
