"""Idempotency keys: the same on every attempt, reset and continue-as-new of a step, different for a new run."""

from __future__ import annotations

from hashlib import sha1
from uuid import UUID

from temporalio import workflow

_NAMESPACE = UUID("5a6a7f0e-3c0b-4d9e-9a55-0d7b8f1c2e64")


def idempotency_key(step: str, occurrence: int, *, purpose: str = "step") -> str:
    """A UUID from workflow id, first execution run id, step name and occurrence.

    Continue-as-new and reset keep the first execution run id (measured), so the key survives both. It is a UUID of
    version 5 (RFC 9562), made here because `uuid.uuid5` imports when it is called, which is slow in the sandbox.
    """
    info = workflow.info()
    parts = (info.workflow_id, info.first_execution_run_id, step, str(occurrence), purpose)
    name = _NAMESPACE.bytes + "\x1f".join(parts).encode()
    digest = sha1(name, usedforsecurity=False).digest()
    return str(UUID(int=int.from_bytes(digest[:16], "big"), version=5))
