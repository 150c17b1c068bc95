"""Says where services answer otherwise than they are described: counted each time, logged once in a while."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from datetime import timedelta

from temporalio import activity

from arazzo.drifting import Departure, Kind
from arazzo.openapi.operation import Operation

LOGGER = logging.getLogger(__name__)

SAID_AGAIN_AFTER = timedelta(minutes=10)
MOST_KNOWN = 1_000
"""Operations and kinds of departure of which it is known when they were logged."""
LEVELS = {Kind.BROKEN: logging.WARNING, Kind.GROWN: logging.INFO}


class Departures:
    """Of all services that documents have called."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._logged: dict[tuple[str, str, Kind], float] = {}

    def report(self, operation: Operation, found: Iterable[Departure]) -> None:
        """To be called in an activity."""
        by_kind: dict[Kind, list[str]] = {}
        for one in found:
            by_kind.setdefault(one.kind, []).append(one.what)
        for kind, said in by_kind.items():
            _count(operation, kind)
            if self._is_due((operation.source, operation.called, kind)):
                more = f" (and {len(said) - 1} more)" if len(said) > 1 else ""
                LOGGER.log(
                    LEVELS[kind],
                    "%s of %s does not answer as it is described (%s): %s%s",
                    operation.called,
                    operation.source or "a document",
                    kind.value,
                    said[0],
                    more,
                )

    def _is_due(self, what: tuple[str, str, Kind]) -> bool:
        now, last = self._clock(), self._logged.get(what)
        if last is not None and now - last < SAID_AGAIN_AFTER.total_seconds():
            return False
        if len(self._logged) >= MOST_KNOWN:
            self._logged.clear()
        self._logged[what] = now
        return True


def _count(operation: Operation, kind: Kind) -> None:
    """Where no metrics are exported this does nothing."""
    counter = activity.metric_meter().create_counter(
        "saga_contract_departures", "Answers to documents that differ from their description, by kind"
    )
    counter.add(1, {"source": operation.source, "operation": operation.called, "kind": kind.value})
