"""What an AI agent is told: of a flow, of where it stands, and of whom it waits for. All of it is masked already."""

import json
from datetime import datetime
from typing import Any, Literal

from pydantic import Field, JsonValue

from runtime.flows import Flow
from runtime.identity import Actor
from runtime.status import FlowView, Retry
from runtime.visibility import WAIT_FOR_PERSON, Listed
from saga.status import ApprovalState, ApprovalStatus, FlowState, IncidentStatus, StatusModel, StepState

STEPS_SHOWN = 100
LONGEST_RESULT = 4_000
ONLY_PEOPLE = "Only people decide this. You cannot: tell them that it waits."


class FlowSummary(StatusModel):
    flow: str
    version: str
    owner: str
    description: str


class FlowList(StatusModel):
    flows: tuple[FlowSummary, ...]


class FlowCard(FlowSummary):
    done_within_s: float | None = Field(description="what its owner promises, in seconds")
    input: dict[str, JsonValue] = Field(description="JSON Schema of what start_flow takes as `input`")


class Begun(StatusModel):
    id: str
    run_id: str
    flow: str
    joined: bool = Field(description="true: it ran already, with the same input, and nothing new was started")
    started_by: str
    url: str


class StepView(StatusModel):
    name: str
    status: StepState
    attempts: int | None = None
    result: JsonValue = Field(default=None, description="masked fields are ***")
    error: str | None = None


class FlowStanding(StatusModel):
    id: str
    run_id: str
    flow: str
    version: str
    status: FlowState
    ended: bool
    waits_for_person: bool
    waiting_for: str | None = None
    error: str | None = None
    trouble: str | None = Field(
        default=None, description="why it does not go on, where that is not its own doing"
    )
    started_by: str | None = None
    started_at: datetime
    completed_at: datetime | None = None
    steps: tuple[StepView, ...] = Field(default=(), description=f"the last {STEPS_SHOWN}, in their order")
    steps_in_all: int = 0
    url: str


class Owed(StatusModel):
    """A decision that a person owes."""

    kind: Literal["approval", "incident"]
    name: str
    about: str
    since: datetime
    until: datetime | None = None
    deciders: tuple[str, ...] | None = Field(default=None, description="null: any person")
    missing: int = Field(default=1, description="so many people have yet to decide")
    says: str = ONLY_PEOPLE


class Waits(StatusModel):
    id: str
    status: FlowState
    waiting_for: str | None = Field(default=None, description="in the flow's own words")
    trouble: str | None = Field(default=None, description="why it does not say more, or does not go on")
    decisions: tuple[Owed, ...] = ()
    retrying: tuple[Retry, ...] = Field(
        default=(), description="steps whose last attempt failed: they are tried again"
    )


class Running(StatusModel):
    id: str
    flow: str
    status: FlowState
    waiting_for: tuple[str, ...]
    started_at: datetime
    url: str


class RunningList(StatusModel):
    running: tuple[Running, ...]


def summary_of(flow: Flow[Any]) -> FlowSummary:
    return FlowSummary(flow=flow.name, version=flow.version, owner=flow.owner, description=flow.description)


def card_of(flow: Flow[Any]) -> FlowCard:
    return FlowCard(
        **dict(summary_of(flow)),
        done_within_s=flow.sla.limit.total_seconds() if flow.sla else None,
        input=flow.schema,
    )


def standing_of(view: FlowView, *, url: str) -> FlowStanding:
    return FlowStanding(
        id=view.id,
        run_id=view.run_id,
        flow=view.flow,
        version=view.version,
        status=view.status,
        ended=view.ended,
        waits_for_person=waits_for_person(view),
        waiting_for=view.waiting_for,
        error=view.error,
        trouble=view.trouble,
        started_by=_name(view.started_by),
        started_at=view.created_at,
        completed_at=view.completed_at,
        steps=tuple(
            StepView(
                name=step.name,
                status=step.status,
                attempts=step.attempts,
                result=_bounded(step.result),
                error=step.error,
            )
            for step in view.steps[-STEPS_SHOWN:]
        ),
        steps_in_all=len(view.steps),
        url=url,
    )


def waits_of(view: FlowView) -> Waits:
    waiting = (a for a in view.approvals if a.status is ApprovalState.WAITING and not view.ended)
    unsettled = (incident for incident in view.incidents if not incident.resolution)
    return Waits(
        id=view.id,
        status=view.status,
        waiting_for=view.waiting_for,
        trouble=view.trouble,
        decisions=(*map(_approval, waiting), *map(_incident, unsettled)),
        retrying=view.retrying,
    )


def running_of(found: Listed, *, url: str) -> Running:
    fields = {name: getattr(found, name) for name in ("id", "flow", "status", "waiting_for", "started_at")}
    return Running(**fields, url=url)


def waits_for_person(view: FlowView) -> bool:
    return not view.ended and view.status in WAIT_FOR_PERSON


def _approval(approval: ApprovalStatus) -> Owed:
    return Owed(
        kind="approval",
        name=approval.name,
        about=approval.summary,
        since=approval.asked_at,
        until=approval.deadline,
        deciders=approval.deciders,
        missing=approval.missing,
    )


def _incident(incident: IncidentStatus) -> Owed:
    return Owed(
        kind="incident", name=incident.id, about=f"{incident.step}: {incident.cause}", since=incident.since
    )


def _name(started_by: Actor | None) -> str | None:
    return str(started_by) if started_by else None


def _bounded(result: JsonValue) -> JsonValue:
    """A long list is no use to an agent, and fills what it can read."""
    length = len(json.dumps(result))
    return result if length <= LONGEST_RESULT else f"{length} characters of JSON, too long to show here"
