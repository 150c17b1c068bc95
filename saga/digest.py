"""The digest of what people are shown: a decision names it, so that it never counts for something else."""

from __future__ import annotations

import hashlib
import json

from pydantic import JsonValue

_LENGTH = 16


def digest_of(summary: str, shown: JsonValue, *, version: int) -> str:
    """SHA-256 of the canonical JSON, shortened; of what is masked only the mask, hence the version beside it."""
    subject = {"summary": summary, "shown": shown, "version": version}
    canonical = json.dumps(subject, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:_LENGTH]
