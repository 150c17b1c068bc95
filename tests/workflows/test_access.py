"""Access on a time-skipping server, where months pass in seconds: who decides, until when, and what is left of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from models.access import EarlyEnd, Extension
from saga import Decision, FlowState, StepState
from services.backstage.faults import FaultKind
from tests.endings import end_of, status_of
from tests.eventually import eventually
from tests.standins import StandIns
from tests.workflows.accessing import (
    BOTH,
    FLOW,
    THREE_MONTHS,
    UNDONE,
    access,
    approve,
    asked,
    ended,
    expiry,
    extend,
    go_wrong,
    granted,
    is_standing,
    members,
    revoke,
    seen,
)
from tests.workflows.conftest import serving
from tests.workflows.playing import Handle, Playing

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


async def test_access_ends_on_its_day(time_skipping: WorkflowEnvironment, stand_ins: StandIns) -> None:
    """Given for three months, it stands a day before, and is revoked on the day, by a worker that never saw it given."""
    queue, client = "access-restarted", time_skipping.client
    async with serving(client, stand_ins, task_queue=queue, cached=0):
        before = Playing(client, stand_ins, queue)
        handle = await granted(before, access("R-three-months"))
        view, given = await seen(handle), await members(before)
    await time_skipping.sleep(THREE_MONTHS - DAY)
    async with serving(client, stand_ins, task_queue=queue):
        after = Playing(client, stand_ins, queue)
        stands = await after.open(handle)
        result = await ended(handle)

    assert "usr-r-three-months" in given
    assert BOTH == stands
    assert view.ends <= result.revoked_at < view.ends + MINUTE
    assert THREE_MONTHS - MINUTE < view.ends - result.granted_at <= THREE_MONTHS
    assert ("expired", "grace", ()) == (result.ended, result.approved_by, result.moves)
    assert UNDONE == await after.open(handle)
    assert "usr-r-three-months" not in await members(after)


async def test_the_end_is_put_off(patient: Playing) -> None:
    """It stands beyond its old end, the directory holds to the new one, and on that it is revoked."""
    assert patient.skip
    handle = await granted(patient, access("R-extended"))
    first = (await seen(handle)).ends
    moved = await extend(handle, timedelta(days=30))
    await eventually(lambda: expiry(patient, "r-extended"), lambda at: at == moved.until)
    await patient.skip(THREE_MONTHS + DAY)
    stands = await patient.open(handle)
    result = await ended(handle)

    assert first + timedelta(days=30) == moved.until
    assert BOTH == stands
    assert moved.until <= result.revoked_at < moved.until + MINUTE
    assert ("expired", (moved,)) == (result.ended, result.moves)
    assert UNDONE == await patient.open(handle)


async def test_the_end_is_brought_forward(patient: Playing) -> None:
    """Revoked at once, by somebody and for a reason that the result keeps."""
    handle = await granted(patient, access("R-early"))
    moved = await revoke(handle)
    result = await ended(handle)

    assert ("judy", "has changed teams") == (moved.by, moved.reason)
    assert ("revoked_early", (moved,)) == (result.ended, result.moves)
    assert result.revoked_at < moved.at + MINUTE
    assert UNDONE == await patient.open(handle)


REFUSED: dict[str, tuple[str, Callable[[datetime], Extension]]] = {
    "by the one who has it": (
        "OwnAccess",
        lambda end: Extension(until=end + DAY, by="R-refused", reason="mine"),
    ),
    "by the requester": ("OwnAccess", lambda end: Extension(until=end + DAY, by="Ada", reason="mine")),
    "sooner": ("NotLater", lambda end: Extension(until=end - DAY, by="grace", reason="enough")),
    "too long": ("AccessTooLong", lambda end: Extension(until=end + 300 * DAY, by="grace", reason="ever")),
}


async def test_what_cannot_be_asked_is_refused(patient: Playing) -> None:
    """With a reason; the end stays what it was, and a signal that is refused is seen in the status."""
    handle = await granted(patient, access("R-refused"))
    end = (await seen(handle)).ends
    for kind, make in REFUSED.values():
        assert kind == await refusal(handle, "extend", make(end))
        await handle.signal("extend", make(end))
    status = await patient.until(handle, lambda found: found.refused_messages == len(REFUSED))

    assert end == (await seen(handle)).ends
    assert {"extend"} == {one.message for one in status.refusals}
    await handle.signal("revoke", EarlyEnd(by="judy", reason="enough"))
    assert "revoked_early" == (await ended(handle)).ended


async def test_what_was_not_given_cannot_be_changed(patient: Playing) -> None:
    """Before the manager has approved there is nothing to revoke and nothing to extend."""
    handle = await asked(patient, access("R-too-soon"))

    assert "NoAccess" == await refusal(handle, "revoke", EarlyEnd(by="judy", reason="too soon"))
    await approve(handle)
    assert await end_of(handle) == "completed"


async def refusal(handle: Handle, message: str, said: Extension | EarlyEnd) -> str | None:
    with pytest.raises(WorkflowUpdateFailedError) as failed:
        await handle.execute_update(message, said)
    assert isinstance(failed.value.cause, ApplicationError)
    return failed.value.cause.type


@pytest.mark.parametrize("by", ["ada", "heidi", "r-four-eyes"])
async def test_only_the_manager_approves(by: str, patient: Playing) -> None:
    """Neither who asks, nor who gets the access, nor anybody else."""
    handle = await asked(patient, access(f"R-four-eyes-{by}", user="r-four-eyes"))
    with pytest.raises(WorkflowUpdateFailedError):
        await approve(handle, by=by)
    said = Decision(approval="access", decision="reject", by="grace", comment="no need")
    await handle.execute_update("decide", said)

    assert await end_of(handle) == "ApprovalRejected"
    assert ["findUsers", "findGroups"] == await patient.operations(handle)


async def test_nobody_decides(patient: Playing) -> None:
    """After five days it is over, and the manager was reminded each day before."""
    handle = await asked(patient, access("R-nobody"))

    assert await end_of(handle) == "ApprovalTimedOut"
    told = [announcement.kind for announcement in (await status_of(handle)).announcements]
    assert ["approval", *["approval_reminder"] * 4] == told
    assert UNDONE == await patient.open(handle)


class Half(NamedTuple):
    """A group that does not take the member, how the flow ends, and how long that may take."""

    group: str
    ends: str


@pytest.mark.parametrize(
    "half",
    [Half("locked-vault", "GroupLocked"), Half("stuck-vault", "NeverSettled")],
    ids=lambda half: half.group,
)
async def test_access_half_given_is_undone(half: Half, patient: Playing) -> None:
    """The reason is on record, and the membership refused, or accepted and never made: neither is left."""
    handle = await asked(patient, access(f"R-{half.group}", group=half.group))
    await approve(handle)

    assert await end_of(handle) == half.ends
    assert UNDONE == await patient.open(handle)
    assert (await status_of(handle)).status is FlowState.COMPENSATED
    steps = {step.name: step.status for step in (await status_of(handle)).steps}
    assert StepState.COMPENSATED is steps["record_entitlement"]


async def test_what_is_only_accepted_is_polled(patient: Playing) -> None:
    """The directory calls nobody back: asked for the second time, it shows the member."""
    assert patient.skip
    handle = await asked(patient, access("R-silent", group="silent-vault"))
    await approve(handle)
    await patient.skip(2 * MINUTE)
    await patient.until(handle, is_standing)

    assert BOTH == await patient.open(handle)
    assert 2 == (await patient.operations(handle)).count("getGroup")
    assert await end_of(handle) == "completed"
    assert UNDONE == await patient.open(handle)


async def test_a_directory_that_could_not_be_told_is_told_again(patient: Playing) -> None:
    """An hour later, and then it holds to the new end."""
    assert patient.skip
    handle = await granted(patient, access("R-told-again"))
    await go_wrong(patient, handle, 2, FaultKind.REFUSE)
    moved = await extend(handle, 10 * DAY)
    await patient.until(handle, lambda status: StepState.SKIPPED in [step.status for step in status.steps])
    before = await expiry(patient, "r-told-again")
    await patient.skip(timedelta(hours=1, minutes=1))

    assert moved.until == await eventually(lambda: expiry(patient, "r-told-again"), lambda at: at != before)
    assert before == moved.until - 10 * DAY
    await revoke(handle)
    assert await end_of(handle) == "completed"


async def test_to_revoke_is_not_given_up(patient: Playing) -> None:
    """Refused on the day, it waits for a person, of whom somebody is told; access is over only when it is taken away."""
    handle = await granted(patient, access("R-stubborn"))
    await go_wrong(patient, handle, 2, FaultKind.REFUSE)
    await revoke(handle)
    incident = await patient.incident(handle)
    stands = await patient.open(handle)
    await patient.resolve(handle, incident.id, "retry")

    assert ("remove_member", BOTH) == (incident.step, stands)
    assert await end_of(handle) == "completed"
    assert UNDONE == await patient.open(handle)


@pytest.mark.parametrize(
    ("until", "refused"),
    [(datetime(2020, 1, 1, tzinfo=UTC), "AccessOver"), (datetime(2999, 1, 1, tzinfo=UTC), "AccessTooLong")],
    ids=["past", "too-long"],
)
async def test_an_end_that_makes_no_sense(until: datetime, refused: str, patient: Playing) -> None:
    """Nobody is asked, and nothing is called."""
    request = access(f"R-{refused}").model_copy(update={"lasts": None, "until": until})
    handle = await patient.start(FLOW, request)

    assert await end_of(handle) == refused
    assert [] == await patient.operations(handle)
