"""The flow's own counters, through the SDK's replay-safe meter: nothing is counted twice on replay."""

from __future__ import annotations

from temporalio import workflow

from saga.status import FlowState


def count_start(flow: str) -> None:
    """One more flow has begun: `saga_flows_started`."""
    meter = workflow.metric_meter()
    meter.create_counter("saga_flows_started", "Flows begun").add(1, {"flow": flow})


def count_end(flow: str, state: FlowState) -> None:
    """One more flow has ended: `saga_flows_ended` by status, and `saga_flow_duration`."""
    meter, labels = workflow.metric_meter(), {"flow": flow, "status": state.value}
    meter.create_counter("saga_flows_ended", "Flows ended, by status").add(1, labels)
    duration = workflow.now() - workflow.info().workflow_start_time
    meter.create_histogram_timedelta("saga_flow_duration", "From start to end").record(duration, labels)
