"""Incidents to respond to, what people and the monitoring say of them, and what the services remember."""

import asyncio
from collections.abc import Iterable
from itertools import count

from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from catalogue import CATALOGUE
from models.automation import Runbook, ScaleOut
from models.incident_response import Acknowledged, Acknowledgement, Alert, Incident, IncidentResult, Progress
from runtime.events import EventSender
from runtime.identity import Actor
from saga import Decision, FlowState
from saga.messages import Verdict
from services.backstage.calls import Call
from tests.endings import PATIENCE
from tests.eventually import eventually
from tests.workflows.playing import Handle, Playing

FLOW = "incident-response"
_numbers = count(1)


def incident(name: str, *, service: str | None = None, runbook: Runbook | None = None) -> Incident:
    """Of a service of its own, which grace and then ada are on call for, unless it is another one."""
    return Incident(
        fingerprint=name,
        service=service or f"service-{name}",
        severity="critical",
        summary="it answers slowly",
        runbook=runbook,
    )


def scale_out(service: str) -> ScaleOut:
    return ScaleOut(service=service, replicas=2)


def alert(of: Incident, event_id: str, *, resolved: bool = False) -> Alert:
    return Alert(
        event_id=event_id,
        fingerprint=of.fingerprint,
        status="resolved" if resolved else "firing",
        service=of.service,
        severity=of.severity,
        summary=of.summary,
        runbook=of.runbook,
    )


async def tell(playing: Playing, said: Alert) -> Handle:
    """As `starter.py event` does."""
    sender = EventSender(
        playing.client, CATALOGUE[FLOW], task_queue=playing.task_queue, by=Actor(by="monitoring")
    )
    return await sender.send(said)


async def storm(playing: Playing, of: Incident, numbers: Iterable[int]) -> None:
    """Alerts, and the first of them once more."""
    told = [alert(of, f"{of.fingerprint}-{number}") for number in numbers]
    await asyncio.gather(*(tell(playing, one) for one in (*told, told[0])))


async def rolled_over(playing: Playing, handle: Handle, *, runs: int) -> None:
    """As soon as there have been so many runs, and the newest has read all its mail."""

    async def begun() -> int:
        query = f"WorkflowId = '{handle.id}'"
        return len([found async for found in playing.client.list_workflows(query)])

    await eventually(begun, lambda count: count >= runs)
    await playing.until(handle, lambda seen: not seen.mailboxes[0].pending)


async def fire(playing: Playing, of: Incident) -> None:
    """The monitoring measures something wrong."""
    await _measure(playing, "/monitoring/alerts", of)


async def quieten(playing: Playing, of: Incident) -> None:
    """The monitoring measures nothing wrong any more."""
    await _measure(playing, "/monitoring/alerts/resolve", of)


async def _measure(playing: Playing, path: str, of: Incident) -> None:
    body = {"fingerprint": of.fingerprint, "service": of.service}
    headers = {"Idempotency-Key": f"{of.fingerprint}-{next(_numbers)}"}
    (await playing.stand_ins.http.post(path, json=body, headers=headers)).raise_for_status()


async def progress_of(handle: Handle) -> Progress:
    return Progress.model_validate(await handle.query("progress", result_type=Progress, rpc_timeout=PATIENCE))


async def acknowledge(handle: Handle, said: Acknowledgement) -> Acknowledged:
    return Acknowledged.model_validate(
        await handle.execute_update("acknowledge", said, result_type=Acknowledged)
    )


async def refused(handle: Handle, said: Acknowledgement) -> str | None:
    """The type of the refusal, None where it is accepted."""
    try:
        await acknowledge(handle, said)
    except WorkflowUpdateFailedError as failed:
        return failed.cause.type if isinstance(failed.cause, ApplicationError) else None
    return None


async def paged(playing: Playing, handle: Handle, times: int = 1) -> list[Call]:
    return await playing.stand_ins.wait_for_calls("sendPage", count=times, correlation_id=handle.id)


async def sign(playing: Playing, handle: Handle, verdict: Verdict = "approve", *, by: str = "grace") -> None:
    """The post-mortem, as soon as it is asked for."""
    await playing.until(handle, lambda seen: seen.status is FlowState.WAITING_FOR_APPROVAL)
    said = Decision(approval="post-mortem", decision=verdict, by=by, comment="as it was")
    await handle.execute_update("decide", said)


async def result_of(handle: Handle) -> IncidentResult:
    return IncidentResult.model_validate(await handle.result(rpc_timeout=PATIENCE))
