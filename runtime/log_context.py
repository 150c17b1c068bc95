"""Which flow, step and attempt a log line belongs to, found where the line is written."""

import logging
from collections.abc import Mapping
from typing import cast

from opentelemetry import trace
from temporalio import activity, workflow

from runtime.step_telemetry import running_step, step_name
from saga.scope import flow_scope

Ids = dict[str, str | int]


def ids_of(record: logging.LogRecord) -> Ids:
    """Names and ids only, in the order in which they are shown; empty outside flows."""
    if activity.in_activity():
        return _of_activity() | _of_trace()
    if workflow.in_workflow():
        return _of_workflow()
    return _of_extra(record)


def _of_activity() -> Ids:
    info, header = activity.info(), running_step()
    found = {
        "flow": info.workflow_type,
        "workflow_id": info.workflow_id,
        "run_id": info.workflow_run_id,
        "correlation_id": header.correlation_id if header else None,
        "step": step_name(header),
        "activity": info.activity_type,
        "attempt": info.attempt,
    }
    return {name: value for name, value in found.items() if value is not None}


def _of_workflow() -> Ids:
    info, scope = workflow.info(), flow_scope.get()
    found: Ids = {"flow": info.workflow_type, "workflow_id": info.workflow_id, "run_id": info.run_id}
    return found | {"correlation_id": scope.correlation_id} if scope else found


def _of_extra(record: logging.LogRecord) -> Ids:
    """What the SDK attaches where it speaks of a flow from outside."""
    extra = cast("Mapping[str, object]", getattr(record, "temporal_workflow", {}))
    names = {"workflow_type": "flow", "workflow_id": "workflow_id", "run_id": "run_id"}
    return {ours: str(extra[theirs]) for theirs, ours in names.items() if theirs in extra}


def _of_trace() -> Ids:
    context = trace.get_current_span().get_span_context()
    return {"trace_id": trace.format_trace_id(context.trace_id)} if context.is_valid else {}
