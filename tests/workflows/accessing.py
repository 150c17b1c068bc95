"""Access to play, and what people say of it."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from pydantic import JsonValue

from models.access import AccessRequest, AccessResult, AccessView, EarlyEnd, EndMoved, Extension
from saga import Decision, FlowStatus
from saga.status import ApprovalState
from services.backstage.faults import FaultKind
from tests.endings import PATIENCE
from tests.workflows.playing import Handle, Playing

FLOW = "access"
THREE_MONTHS = timedelta(days=90)

BOTH = Counter(["patchUser", "patchGroup"])
"""What stands as long as there is access: its reason, and the membership."""

UNDONE = Counter[str]()


def access(
    name: str, *, group: str = "payroll", user: str | None = None, lasts: timedelta = THREE_MONTHS
) -> AccessRequest:
    """For a user of its own."""
    return AccessRequest(
        request_id=name,
        requester="ada",
        user=user or name.lower(),
        group=group,
        manager="grace",
        reason="closes the books",
        lasts=lasts,
    )


async def asked(playing: Playing, request: AccessRequest) -> Handle:
    """As soon as the manager is asked."""
    handle = await playing.start(FLOW, request)
    await playing.until(handle, is_asked)
    return handle


async def granted(playing: Playing, request: AccessRequest) -> Handle:
    """As soon as the access is there."""
    handle = await asked(playing, request)
    await approve(handle)
    await playing.until(handle, is_standing)
    return handle


async def approve(handle: Handle, *, by: str = "grace") -> None:
    await handle.execute_update("decide", Decision(approval="access", decision="approve", by=by))


async def extend(handle: Handle, by: timedelta, *, who: str = "grace") -> EndMoved:
    """From where it ends now, to the millisecond: that is all that the directory keeps."""
    until = (await seen(handle)).ends + by
    until = until.replace(microsecond=until.microsecond // 1_000 * 1_000)
    said = Extension(until=until, by=who, reason="the audit takes longer")
    moved: EndMoved = await handle.execute_update("extend", said, result_type=EndMoved)
    return moved


async def revoke(handle: Handle, *, by: str = "judy") -> EndMoved:
    said = EarlyEnd(by=by, reason="has changed teams")
    moved: EndMoved = await handle.execute_update("revoke", said, result_type=EndMoved)
    return moved


async def seen(handle: Handle) -> AccessView:
    view: AccessView = await handle.query("access", result_type=AccessView)
    return view


def is_asked(status: FlowStatus) -> bool:
    return any(approval.status is ApprovalState.WAITING for approval in status.approvals)


def is_standing(status: FlowStatus) -> bool:
    return bool(status.waiting_for and "access ends" in status.waiting_for)


async def members(playing: Playing, group: str = "payroll") -> list[str]:
    answer = await playing.stand_ins.http.get(f"/directory/Groups/grp-{group}")
    return [member["value"] for member in answer.raise_for_status().json()["members"]]


async def expiry(playing: Playing, user: str, group: str = "payroll") -> datetime | None:
    """To which end the directory holds."""
    answer = await playing.stand_ins.http.get(f"/directory/Groups/grp-{group}")
    found = {member["value"]: member["expires"] for member in answer.raise_for_status().json()["members"]}
    return datetime.fromisoformat(found[f"usr-{user}"]) if f"usr-{user}" in found else None


async def ended(handle: Handle) -> AccessResult:
    return AccessResult.model_validate(await handle.result(rpc_timeout=PATIENCE))


async def go_wrong(
    playing: Playing,
    handle: Handle,
    call: int,
    kind: FaultKind,
    *,
    problem: Mapping[str, str | int] | None = None,
) -> None:
    """With the flow's `call`th change of the group."""
    match: dict[str, JsonValue] = {"correlation_id": handle.id, "occurrence": call}
    await playing.stand_ins.faults.add("patchGroup", kind, match=match, problem=problem)
