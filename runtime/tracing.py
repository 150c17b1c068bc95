"""Traces: from the starter through the workflow to each attempt at each downstream.

Imported only when traces are on. The workflow's spans are markers without duration, made once and not on replay;
what lasts is one attempt, or one request, never a wait.
"""

import re
import threading
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import entry_points
from typing import Any
from uuid import UUID

from opentelemetry.instrumentation.httpx import AsyncOpenTelemetryTransport, RequestInfo
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.sampling import Decision, Sampler
from opentelemetry.trace import Span, Tracer
from temporalio.contrib.opentelemetry import TracingInterceptor

from runtime.otel_environment import TelemetryMisconfigured, exporters, protocol, resource_attributes
from runtime.span_scrubbing import ScrubbingExporter
from saga.step import root_cause

FLUSH_WITHIN = 3.0
"""Seconds that the last spans may take; a collector that is down does not keep a program."""

_ID = re.compile(r"(?<=/)(?!v\d+(?:/|$))[^/]*\d[^/]*")


class Tracing:
    """Spans of this process, exported in batches by the standard variables. Raises TelemetryMisconfigured."""

    def __init__(self, program: str, environ: Mapping[str, str]) -> None:
        resource = Resource.create().merge(Resource(resource_attributes(program, environ)))
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        for name in exporters("traces", environ):
            exporter = ScrubbingExporter(_exporter(name, environ))
            self._provider.add_span_processor(BatchSpanProcessor(exporter))
        tracer = self._provider.get_tracer("durable-sagas")
        self.interceptor = FlowTracing(tracer, self._provider.sampler)

    def instrument(self, transport: Any) -> Any:  # noqa: ANN401 - httpx's type, which only activities know
        """Gives each request a span, and sends its `traceparent`."""
        return AsyncOpenTelemetryTransport(
            transport, tracer_provider=self._provider, request_hook=_name_after_path
        )

    def close(self) -> None:
        """Sends what is left."""
        last = threading.Thread(target=self._provider.shutdown, daemon=True)
        last.start()
        last.join(FLUSH_WITHIN)


class FlowTracing(TracingInterceptor):
    """The SDK's interceptor, whose markers in workflows say why a flow failed.

    A flow that was started without a trace, by a schedule or from the Web UI, has one of its own: the trace's id is
    the run's, so that it is the same one after each replay.
    """

    def __init__(self, tracer: Tracer, sampler: Sampler) -> None:
        super().__init__(tracer)
        self._sampler = sampler

    def _completed_workflow_span(self, params: Any) -> Any:  # noqa: ANN401 - the SDK's own types, which are private
        if params.exception:
            params = replace(params, exception=root_cause(params.exception))
        if params.parent_missing:
            own = self._trace_of_run(UUID(params.attributes["temporalRunID"]))
            params = replace(params, context={**params.context, **own}, parent_missing=False)
        return super()._completed_workflow_span(params)

    def _trace_of_run(self, run: UUID) -> dict[str, str]:
        decision = self._sampler.should_sample(None, run.int, "flow").decision
        sampled = decision is Decision.RECORD_AND_SAMPLE
        return {"traceparent": f"00-{run.hex}-{run.hex[16:]}-{int(sampled):02x}"}


async def _name_after_path(span: Span, request: RequestInfo) -> None:
    """`POST /payments/authorizations`; what looks like an id in a path would make too many names."""
    path = getattr(request.url, "path", "")
    span.update_name(f"{request.method.decode()} {_ID.sub('{id}', path)}")


def _exporter(name: str, environ: Mapping[str, str]) -> SpanExporter:
    """As OpenTelemetry's packages announce them; each reads its own standard variables."""
    entry = f"otlp_proto_{protocol('traces', environ)}" if name == "otlp" else name
    found = entry_points(group="opentelemetry_traces_exporter", name=entry)
    if not found:
        raise TelemetryMisconfigured(f"OTEL_TRACES_EXPORTER: no exporter {entry!r} is installed")
    exporter: type[SpanExporter] = found[entry].load()
    return exporter()
