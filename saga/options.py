"""What a flow may say when it makes its `Saga`."""

from __future__ import annotations

from datetime import timedelta
from typing import TypedDict

from temporalio.workflow import ActivityConfig

from saga import policies
from saga.carried import Carried
from saga.plan import Policies
from saga.sla import Sla
from saga.step import Activity


class SagaOptions(TypedDict, total=False):
    """Keywords of `Saga`. None is needed."""

    version: str
    """Version of the flow's plan."""
    deadline: timedelta | None
    """Bound on the whole block, counted from its beginning: then everything is undone, and the flow fails with
    `DeadlineExceeded`. Never use Temporal's execution timeout for it: that runs no compensation."""
    sla: Sla | None
    """How long the flow may take; shown in the status, and announced."""
    carried: Carried | None
    """From the run before this one; see `Saga.roll_over`."""
    roll_over_after: int | None
    """Events of history after which `roll_over_due`; without it the server says when."""
    announce: Activity | None
    """The activity that tells people; it takes one `Announcement`. Without it they have to look."""
    announce_undone: bool
    """Tell also when the flow has failed and is undone."""
    remind_after: timedelta
    """From the opening of an incident to its first reminder; doubled each time, up to a day."""
    answers: bool
    """Whether the flow gives an early answer, by `answer`, to the senders of the update `answer`."""
    step_options: ActivityConfig
    """Activity options for steps before the point of no return, over those of `saga.policies`."""
    compensation_options: ActivityConfig
    """The same for undoing."""
    forward_options: ActivityConfig
    """The same for steps beyond the point of no return."""
    compensation_retry_interval: timedelta
    """First durable wait before an exceeded undo is tried again by itself."""


def activity_policies(options: SagaOptions) -> Policies:
    """The three kinds of calls, as the flow has them."""
    return Policies(
        before=policies.merged(policies.BEFORE_POINT_OF_NO_RETURN, options.get("step_options", {})),
        undo=policies.merged(policies.COMPENSATION, options.get("compensation_options", {})),
        after=policies.merged(policies.AFTER_POINT_OF_NO_RETURN, options.get("forward_options", {})),
    )
