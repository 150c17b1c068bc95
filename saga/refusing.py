"""What is answered to the sender of a message that cannot be acted upon."""

from __future__ import annotations

from temporalio.exceptions import ApplicationError


def refusal(kind: str, message: str, *details: object) -> ApplicationError:
    """A past-tense fact, and a sentence that says why."""
    return ApplicationError(message, *details, type=kind, non_retryable=True)
