"""Which activities of ours documents may have called: those that are named, as they act with our own credentials."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from arazzo.plan import Plan

SETTING = "ARAZZO_ACTIVITIES"
OF_THE_EXAMPLES = ("payments.authorize_payment", "payments.void_payment")


class ActivityRefused(Exception):
    """An activity is not called; nothing was sent."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"the activity {name} is not for documents: {SETTING} names those that are, as {name}"
        )


def is_named(name: str, entries: Iterable[str]) -> bool:
    """By itself, or by the beginning of its name: `payments.*`."""
    return any(name == one or (one.endswith(".*") and name.startswith(one[:-1])) for one in entries)


def check_activities(plan: Plan, entries: Sequence[str]) -> None:
    """All that a plan may call. Raises ActivityRefused."""
    for name in _of(plan):
        if not is_named(name, entries):
            raise ActivityRefused(name)


def _of(plan: Plan) -> Iterator[str]:
    for workflow in plan.workflows.values():
        for step in workflow.steps:
            for call in (step.call, step.compensation, step.probe):
                if call is not None and call.activity is not None:
                    yield call.activity
