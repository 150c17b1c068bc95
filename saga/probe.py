"""Asks a service whether the effect of a step whose outcome is unknown has happened."""

from __future__ import annotations

import dataclasses
from typing import Any

from saga import policies
from saga.journal import Journal
from saga.step import Call, CallFailed, perform


@dataclasses.dataclass(frozen=True)
class Seen:
    """What a probe has answered: the step's result, or that there is none."""

    result: Any

    @property
    def absent(self) -> bool:
        """Not seen, as yet: a request that is still on its way may arrive."""
        return self.result is None


async def ask(call: Call, journal: Journal) -> Seen | None:
    """Run the probe; None when it has no answer either."""
    try:
        return Seen(await perform(call, journal, patience=policies.RETRY_LATER_LIMIT))
    except CallFailed:
        return None
