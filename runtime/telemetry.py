"""Traces and metrics, turned on by OpenTelemetry's standard variables; without them nothing of it is even imported."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import temporalio.client
import temporalio.worker
from temporalio.runtime import Runtime

from runtime.core import MetricsExport, core_runtime, new_core_runtime
from runtime.downstream_telemetry import MeasuredTransport
from runtime.metrics_export import metrics_export
from runtime.otel_environment import TelemetryMisconfigured, exporters, resource_attributes
from runtime.step_telemetry import StepMeter, StepTelemetry

if TYPE_CHECKING:
    from runtime.tracing import Tracing

Instrument = Callable[[Any], Any]
"""Wraps the HTTP transport of a downstream, whose type only activities know."""


def _nothing() -> None:
    """Where there is nothing to flush."""


@dataclass(frozen=True)
class Telemetry:
    """What is passed to client, worker and HTTP pools; each part is empty where its signal is off."""

    runtime: Runtime
    client_interceptors: tuple[temporalio.client.Interceptor, ...] = ()
    worker_interceptors: tuple[temporalio.worker.Interceptor, ...] = ()
    instrument: Instrument | None = None
    flush: Callable[[], None] = _nothing
    """Sends the last spans, in at most three seconds. Call it when client and worker have ended."""


def start_telemetry(
    program: str, *, measured: bool = True, environ: Mapping[str, str] = os.environ
) -> Telemetry:
    """What the environment asks for, for a program such as `worker`.

    A short-lived one is not `measured`: it has traces only. Raises TelemetryMisconfigured.
    """
    tracing = _tracing(program, environ)
    export = metrics_export(environ) if measured else None
    runtime = _measured_runtime(export, program, environ) if export else core_runtime()
    meter = StepMeter(runtime.metric_meter) if export else None
    if not (tracing or meter):
        return Telemetry(runtime)
    return Telemetry(
        runtime,
        client_interceptors=(tracing.interceptor,) if tracing else (),
        worker_interceptors=(StepTelemetry(meter),),
        instrument=_instrument(tracing, meter),
        flush=tracing.close if tracing else _nothing,
    )


def _tracing(program: str, environ: Mapping[str, str]) -> "Tracing | None":
    if not exporters("traces", environ):
        return None
    from runtime.tracing import Tracing  # noqa: PLC0415 - costs time and memory where nobody asks for it

    return Tracing(program, environ)


def _measured_runtime(export: MetricsExport, program: str, environ: Mapping[str, str]) -> Runtime:
    try:
        return new_core_runtime(export, resource=resource_attributes(program, environ))
    except (RuntimeError, ValueError) as error:  # an address that is taken, or is none
        raise TelemetryMisconfigured(f"OTEL_METRICS_EXPORTER: metrics cannot be exported: {error}") from None


def _instrument(tracing: "Tracing | None", meter: StepMeter | None) -> Instrument:
    def wrapped(transport: Any) -> Any:  # noqa: ANN401 - httpx's type
        measured = MeasuredTransport(transport, meter) if meter else transport
        return tracing.instrument(measured) if tracing else measured

    return wrapped
