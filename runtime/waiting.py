"""What waits for a person, over all flows: open approvals and open incidents, with what is known of each."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Literal

from temporalio.client import Client

from runtime.status import FlowView, flow_view
from runtime.visibility import WAIT_FOR_PERSON, Listed, list_flows
from saga.messages import Choice
from saga.status import ApprovalState, ApprovalStatus, IncidentStatus, StatusModel

AT_ONCE = 10


class Waiting(StatusModel):
    """One decision that a person owes. Without a worker's answer only the names are known."""

    id: str
    run_id: str
    flow: str
    kind: Literal["approval", "incident"]
    name: str
    """Of the approval, or the incident's id."""
    about: str = ""
    """What is to be approved, or the incident's cause."""
    since: datetime | None = None
    deadline: datetime | None = None
    options: tuple[Choice | Literal["approve", "reject"], ...] = ()
    accepts_input: bool = False
    """An incident may be given a corrected one; an approval asks for one."""
    step: str | None = None
    """Of an incident, as the fields that follow."""
    needs_result: bool = False
    reminded: int = 0


async def list_waiting(client: Client, flows: Sequence[str], *, limit: int) -> list[Waiting]:
    """Newest flows first."""
    listed = [flow async for flow in list_flows(client, flows, states=WAIT_FOR_PERSON, limit=limit)]
    return [found async for flow in _in_order(client, listed) for found in flow]


async def _in_order(client: Client, listed: Sequence[Listed]) -> AsyncIterator[list[Waiting]]:
    for start in range(0, len(listed), AT_ONCE):
        some = listed[start : start + AT_ONCE]
        views = await asyncio.gather(*(flow_view(client, flow.id, flow.run_id) for flow in some))
        for flow, view in zip(some, views, strict=True):
            yield list(_waits_of(flow, view))


def _waits_of(flow: Listed, view: FlowView) -> Iterable[Waiting]:
    """From the flow's own answer; where it gives none, from the server's index."""
    if view.source == "flow":
        open_approvals = (a for a in view.approvals if a.status is ApprovalState.WAITING)
        yield from (_approval(flow, approval) for approval in open_approvals)
        yield from (_incident(flow, incident) for incident in view.incidents if not incident.resolution)
        return
    for wait in flow.waiting_for:
        kind, _, name = wait.partition(":")
        if kind in {"approval", "incident"}:
            fields = {**_flow_fields(flow), "kind": kind, "name": name, "about": view.trouble or ""}
            yield Waiting.model_validate(fields)


def _flow_fields(flow: Listed) -> dict[str, object]:
    return {"id": flow.id, "run_id": flow.run_id, "flow": flow.flow}


def _approval(flow: Listed, approval: ApprovalStatus) -> Waiting:
    return Waiting(
        id=flow.id,
        run_id=flow.run_id,
        flow=flow.flow,
        kind="approval",
        name=approval.name,
        about=approval.summary,
        since=approval.asked_at,
        deadline=approval.deadline,
        options=("approve", "reject"),
        accepts_input=approval.takes is not None,
    )


def _incident(flow: Listed, incident: IncidentStatus) -> Waiting:
    return Waiting(
        id=flow.id,
        run_id=flow.run_id,
        flow=flow.flow,
        kind="incident",
        name=incident.id,
        about=incident.cause,
        since=incident.since,
        options=incident.options,
        step=incident.step,
        accepts_input=incident.accepts_input,
        needs_result=incident.needs_result,
        reminded=incident.reminded,
    )
