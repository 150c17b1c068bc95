"""Takes out of spans what may quote a payload: stack traces, messages of foreign exceptions, query strings."""

from collections.abc import Mapping, Sequence

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Status
from opentelemetry.util.types import AttributeValue

URLS = ("http.url", "url.full")
OWN_FAILURES = "temporalio.exceptions."
"""Their messages are ours, made without payloads, and stand in histories too."""


class ScrubbingExporter(SpanExporter):
    """Hands scrubbed copies to the exporter that it wraps."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._exporter.export([scrubbed(span) for span in spans])

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._exporter.force_flush(timeout_millis)


def scrubbed(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_without_queries(span.attributes or {}),
        events=[_scrubbed_event(event) for event in span.events],
        links=span.links,
        kind=span.kind,
        status=_scrubbed_status(span),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _without_queries(attributes: Mapping[str, AttributeValue]) -> dict[str, AttributeValue]:
    urls = {name: str(attributes[name]).partition("?")[0] for name in URLS if name in attributes}
    return {**attributes, **urls}


def _scrubbed_event(event: Event) -> Event:
    attributes = dict(event.attributes or {})
    attributes.pop("exception.stacktrace", None)
    if not _is_own(event):
        attributes.pop("exception.message", None)
    return Event(event.name, attributes, event.timestamp)


def _scrubbed_status(span: ReadableSpan) -> Status:
    """The description is `Type: message`."""
    if all(map(_is_own, span.events)) or not span.status.description:
        return span.status
    return Status(span.status.status_code, span.status.description.partition(":")[0])


def _is_own(event: Event) -> bool:
    return str((event.attributes or {}).get("exception.type", OWN_FAILURES)).startswith(OWN_FAILURES)
