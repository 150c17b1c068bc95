"""A collector in this process: receives traces and metrics by OTLP over HTTP, and shows a trace as a tree."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import NamedTuple, Self

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric
from opentelemetry.proto.trace.v1 import trace_pb2

PATIENCE = timedelta(seconds=20)

Value = str | int | bool


class Span(NamedTuple):
    service: str
    name: str
    trace: str
    id: str
    parent: str
    began: datetime
    ended: datetime
    attributes: dict[str, Value]
    failed: str | None
    """What the status says, where it is an error."""
    text: str
    """All of it, to look for what must not be there."""


class Point(NamedTuple):
    """The newest value of one metric under one set of labels; of a histogram its count and sum."""

    metric: str
    labels: frozenset[tuple[str, Value]]
    value: float
    total: float = 0


class Collector:
    """`with Collector() as collector:` listens on `collector.url`; spans are waited for, not polled."""

    def __init__(self) -> None:
        self._received = threading.Condition()
        self._spans: list[Span] = []
        self._points: dict[tuple[str, frozenset[tuple[str, Value]]], Point] = {}
        self.requests: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def receive(self, path: str, body: bytes) -> None:
        with self._received:
            self.requests.append(path)
            if path == "/v1/traces":
                self._spans += _spans(ExportTraceServiceRequest.FromString(body))
            else:
                points = _points(ExportMetricsServiceRequest.FromString(body))
                self._points |= {(point.metric, point.labels): point for point in points}
            self._received.notify_all()

    async def trace_of(self, workflow_id: str, *, until: str = "CompleteWorkflow") -> "Trace":
        """The spans of the trace that the workflow is in, as soon as one whose name begins with `until` is there."""
        return await asyncio.to_thread(self._wait_for, workflow_id, until)

    def _wait_for(self, workflow_id: str, until: str) -> "Trace":
        with self._received:
            arrived = self._received.wait_for(
                lambda: bool(self._trace(workflow_id).named(until)), PATIENCE.total_seconds()
            )
            assert arrived, f"no {until} of {workflow_id} in {self._trace(workflow_id).tree()}"
            return self._trace(workflow_id)

    def _trace(self, workflow_id: str) -> "Trace":
        ids = {span.trace for span in self._spans if span.attributes.get("temporalWorkflowID") == workflow_id}
        return Trace([span for span in self._spans if span.trace in ids])

    def points(self, metric: str) -> list[Point]:
        with self._received:
            return [point for point in self._points.values() if point.metric == metric]


class Trace:
    def __init__(self, spans: Sequence[Span]) -> None:
        self.spans = sorted(spans, key=lambda span: span.began)

    @property
    def ids(self) -> set[str]:
        return {span.trace for span in self.spans}

    def named(self, start: str) -> list[Span]:
        return [span for span in self.spans if span.name.startswith(start)]

    def tree(self) -> list[str]:
        """A line a span, indented below its parent, with its HTTP status, and with why it failed."""
        known = {span.id for span in self.spans}
        return [line for span in self.spans if span.parent not in known for line in self._lines(span, 0)]

    def _lines(self, span: Span, depth: int) -> Iterator[str]:
        status = f" {span.attributes['http.status_code']}" if "http.status_code" in span.attributes else ""
        yield f"{'  ' * depth}{span.name}{status}{f' ({span.failed})' if span.failed else ''}"
        for child in self.spans:
            if child.parent == span.id:
                yield from self._lines(child, depth + 1)


def _handler(collector: Collector) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            collector.receive(self.path, self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Nothing on the tests' standard error."""

    return Handler


def _spans(request: ExportTraceServiceRequest) -> Iterator[Span]:
    for resource in request.resource_spans:
        service = str(_values(resource.resource.attributes).get("service.name", ""))
        for scope in resource.scope_spans:
            yield from (_span(service, span) for span in scope.spans)


def _span(service: str, span: trace_pb2.Span) -> Span:
    error = span.status.code == trace_pb2.Status.STATUS_CODE_ERROR
    return Span(
        service=service,
        name=span.name,
        trace=span.trace_id.hex(),
        id=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        began=_moment(span.start_time_unix_nano),
        ended=_moment(span.end_time_unix_nano),
        attributes=_values(span.attributes),
        failed=span.status.message if error else None,
        text=str(span),
    )


def _points(request: ExportMetricsServiceRequest) -> Iterator[Point]:
    for resource in request.resource_metrics:
        for scope in resource.scope_metrics:
            for metric in scope.metrics:
                yield from _points_of(metric)


def _points_of(metric: Metric) -> Iterator[Point]:
    for number in metric.sum.data_points:
        labels = frozenset(_values(number.attributes).items())
        yield Point(metric.name, labels, number.as_int or number.as_double)
    for histogram in metric.histogram.data_points:
        labels = frozenset(_values(histogram.attributes).items())
        yield Point(metric.name, labels, histogram.count, histogram.sum)


def _values(attributes: Sequence[KeyValue]) -> dict[str, Value]:
    return {
        pair.key: getattr(pair.value, pair.value.WhichOneof("value") or "string_value") for pair in attributes
    }


def _moment(nanoseconds: int) -> datetime:
    return datetime.fromtimestamp(nanoseconds / 1e9, UTC)
