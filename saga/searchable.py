"""What the server's index is told of a flow, and which search attributes change when that does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple, Self

from temporalio.common import SearchAttributeUpdate

from saga.people import distinct, opaque_id
from saga.search_attributes import SAGA_DECIDERS, SAGA_DUE_AT, SAGA_STATUS, SAGA_WAITING_FOR
from saga.status import ApprovalState, ApprovalStatus, FlowState
from saga.voting import awaited

MOST_DECIDERS = 100
"""A server takes 2 kB for one search attribute. Those beyond may decide, and are told, but have it not in their inbox."""


class Searchable(NamedTuple):
    """A flow as it is found."""

    state: FlowState = FlowState.RUNNING
    waits: tuple[str, ...] = ()
    deciders: tuple[str, ...] = ()
    due_at: datetime | None = None

    @classmethod
    def of(cls, state: FlowState, waits: Iterable[str], approvals: Iterable[ApprovalStatus]) -> Self:
        """With those whose decision is missing, and the first of their deadlines."""
        named = [one for one in approvals if one.status is ApprovalState.WAITING and one.deciders is not None]
        people = distinct(person for one in named for person in awaited(one))
        due_at = min((one.deadline for one in named), default=None)
        return cls(state, tuple(waits), tuple(map(opaque_id, islice(people, MOST_DECIDERS))), due_at)

    def updates(self, before: Searchable) -> list[SearchAttributeUpdate[Any]]:
        """What has to be upserted; nothing of deciders where none were ever named."""
        if self == before:
            return []
        changes: list[SearchAttributeUpdate[Any]] = [
            SAGA_STATUS.value_set(self.state.value),
            SAGA_WAITING_FOR.value_set(self.waits),
        ]
        if self.deciders != before.deciders:
            changes.append(SAGA_DECIDERS.value_set(self.deciders))
        if self.due_at is not None and self.due_at != before.due_at:
            changes.append(SAGA_DUE_AT.value_set(self.due_at))
        return changes
