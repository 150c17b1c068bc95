"""Sagas on Temporal: flows that complete, or leave nothing half-done, or wait visibly for a person.

Needs only temporalio and pydantic. A flow makes one `Saga` in its `@workflow.init`; the client has the `SagaPlugin`.
"""

from saga.approval import APPROVAL_REJECTED, APPROVAL_TIMED_OUT, APPROVAL_WITHDRAWN
from saga.asking import APPROVAL_IMPOSSIBLE
from saga.calendar import WorkingTime
from saga.carried import Carried, Resumable
from saga.child import Reversible
from saga.deadline import DEADLINE_EXCEEDED
from saga.messages import Announcement, AnswerRequest, Decided, Decision, Resolution, Resolved
from saga.people import Deciders, Group, Rung
from saga.plugin import SagaPlugin
from saga.saga import Saga
from saga.search_attributes import SAGA_DECIDERS, SAGA_DUE_AT, SAGA_STATUS, SAGA_WAITING_FOR, register
from saga.sla import Escalation, Sla
from saga.status import FlowState, FlowStatus, StepState

__all__ = [
    "APPROVAL_IMPOSSIBLE",
    "APPROVAL_REJECTED",
    "APPROVAL_TIMED_OUT",
    "APPROVAL_WITHDRAWN",
    "DEADLINE_EXCEEDED",
    "SAGA_DECIDERS",
    "SAGA_DUE_AT",
    "SAGA_STATUS",
    "SAGA_WAITING_FOR",
    "Announcement",
    "AnswerRequest",
    "Carried",
    "Decided",
    "Deciders",
    "Decision",
    "Escalation",
    "FlowState",
    "FlowStatus",
    "Group",
    "Resolution",
    "Resolved",
    "Resumable",
    "Reversible",
    "Rung",
    "Saga",
    "SagaPlugin",
    "Sla",
    "StepState",
    "WorkingTime",
    "register",
]
