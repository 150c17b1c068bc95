"""Where the SDK's native core sends metrics, its own and ours, by OpenTelemetry's standard variables.

The core exports by itself: no Python runs for it. `otlp` pushes, `prometheus` serves a page to scrape. It knows
endpoint, protocol, headers, interval, temporality and resource; a certificate, time-out or compression for OTLP
is for the traces alone.
"""

from collections.abc import Mapping
from datetime import timedelta

from temporalio.runtime import OpenTelemetryConfig, OpenTelemetryMetricTemporality, PrometheusConfig

from runtime.core import MetricsExport
from runtime.otel_environment import (
    TelemetryMisconfigured,
    exporters,
    of_signal,
    pairs,
    protocol,
)

DEFAULT_INTERVAL_MS = "10000"
CALL_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
STEP_BUCKETS = (*CALL_BUCKETS, 300, 3_600)
FLOW_BUCKETS = (
    0.05,
    0.1,
    0.25,
    0.5,
    1,
    2.5,
    5,
    10,
    30,
    60,
    300,
    1_800,
    3_600,
    21_600,
    86_400,
    259_200,
    604_800,
)
BUCKETS = {  # seconds
    "saga_flow_duration": FLOW_BUCKETS,
    "saga_step_duration": STEP_BUCKETS,
    "saga_downstream_request_duration": CALL_BUCKETS,
}


def metrics_export(environ: Mapping[str, str]) -> MetricsExport | None:
    """Raises TelemetryMisconfigured."""
    match exporters("metrics", environ):
        case []:
            return None
        case ["otlp"]:
            return _otlp(environ)
        case ["prometheus"]:
            return _prometheus(environ)
        case other:
            text = f"OTEL_METRICS_EXPORTER: {','.join(other)!r} is none of otlp, prometheus and none"
            raise TelemetryMisconfigured(text)


def _otlp(environ: Mapping[str, str]) -> OpenTelemetryConfig:
    http = protocol("metrics", environ) == "http"
    delta = environ.get("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "").lower() == "delta"
    temporality = OpenTelemetryMetricTemporality
    return OpenTelemetryConfig(
        url=_endpoint(environ, http=http),
        headers=pairs(of_signal("HEADERS", "metrics", environ) or ""),
        metric_periodicity=_interval(environ),
        metric_temporality=temporality.DELTA if delta else temporality.CUMULATIVE,
        durations_as_seconds=True,
        http=http,
        histogram_bucket_overrides=BUCKETS,
    )


def _endpoint(environ: Mapping[str, str], *, http: bool) -> str:
    """The general endpoint is a base over HTTP; the one for metrics is used as it is."""
    own = environ.get("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT")
    if own or not http:
        return own or environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or "http://localhost:4317"
    base = environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or "http://localhost:4318"
    return f"{base.rstrip('/')}/v1/metrics"


def _interval(environ: Mapping[str, str]) -> timedelta:
    text = environ.get("OTEL_METRIC_EXPORT_INTERVAL") or DEFAULT_INTERVAL_MS
    if not text.isdecimal() or not int(text):
        raise TelemetryMisconfigured(f"OTEL_METRIC_EXPORT_INTERVAL: {text!r} is no number of milliseconds")
    return timedelta(milliseconds=int(text))


def _prometheus(environ: Mapping[str, str]) -> PrometheusConfig:
    host = environ.get("OTEL_EXPORTER_PROMETHEUS_HOST") or "localhost"
    port = environ.get("OTEL_EXPORTER_PROMETHEUS_PORT") or "9464"
    return PrometheusConfig(
        bind_address=f"{'127.0.0.1' if host == 'localhost' else host}:{port}",
        counters_total_suffix=True,
        unit_suffix=True,
        durations_as_seconds=True,
        histogram_bucket_overrides=BUCKETS,
    )
