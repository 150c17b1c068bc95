"""Idempotency keys: the same on every attempt, reset and continue-as-new of a step, different for a new run."""

from __future__ import annotations

from uuid import UUID, uuid5

from temporalio import workflow

_NAMESPACE = UUID("5a6a7f0e-3c0b-4d9e-9a55-0d7b8f1c2e64")


def idempotency_key(step: str, occurrence: int, *, purpose: str = "step") -> str:
    """A UUID from workflow id, first execution run id, step name and occurrence.

    Continue-as-new and reset keep the first execution run id (measured), so the key survives both.
    """
    info = workflow.info()
    parts = (info.workflow_id, info.first_execution_run_id, step, str(occurrence), purpose)
    return str(uuid5(_NAMESPACE, "\x1f".join(parts)))
