"""OpenTelemetry's standard variables, as traces and metrics read them."""

import os
import socket
from datetime import timedelta

import pytest
from temporalio.runtime import OpenTelemetryConfig, OpenTelemetryMetricTemporality, PrometheusConfig

from runtime.metrics_export import metrics_export
from runtime.otel_environment import TelemetryMisconfigured, exporters, resource_attributes

COLLECTOR = "http://collector:4318"


@pytest.mark.parametrize(
    ("environ", "traces", "metrics"),
    [
        ({}, [], []),
        ({"OTEL_SERVICE_NAME": "orders"}, [], []),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": COLLECTOR}, ["otlp"], ["otlp"]),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{COLLECTOR}/v1/traces"}, ["otlp"], []),
        ({"OTEL_METRICS_EXPORTER": "prometheus"}, [], ["prometheus"]),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": COLLECTOR, "OTEL_METRICS_EXPORTER": "none"}, ["otlp"], []),
        ({"OTEL_TRACES_EXPORTER": "otlp, console"}, ["otlp", "console"], []),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": COLLECTOR, "OTEL_SDK_DISABLED": "TRUE"}, [], []),
    ],
)
def test_a_signal_is_on_when_it_is_asked_for(
    environ: dict[str, str], traces: list[str], metrics: list[str]
) -> None:
    """By an exporter or an endpoint of its own, or by an endpoint for all."""
    assert traces == list(exporters("traces", environ))
    assert metrics == list(exporters("metrics", environ))


@pytest.mark.parametrize(
    ("environ", "url", "http"),
    [
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": f"{COLLECTOR}/"}, f"{COLLECTOR}/v1/metrics", True),
        ({"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": f"{COLLECTOR}/m"}, f"{COLLECTOR}/m", True),
        ({"OTEL_METRICS_EXPORTER": "otlp"}, "http://localhost:4318/v1/metrics", True),
        (
            {"OTEL_METRICS_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
            "http://localhost:4317",
            False,
        ),
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4317", "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL": "grpc"},
            "http://c:4317",
            False,
        ),
    ],
)
def test_metrics_go_where_the_standard_says(
    environ: dict[str, str],
    url: str,
    http: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """Over HTTP the general endpoint is a base; over gRPC, and for metrics alone, it is the address itself."""
    export = metrics_export(environ)

    assert isinstance(export, OpenTelemetryConfig)
    assert (url, http) == (export.url, export.http)


def test_metrics_are_sent_as_the_standard_says() -> None:
    """Headers, interval and temporality; durations are seconds."""
    export = metrics_export(
        {
            "OTEL_EXPORTER_OTLP_ENDPOINT": COLLECTOR,
            "OTEL_EXPORTER_OTLP_HEADERS": "x-key=a%20b, x-team=orders",
            "OTEL_METRIC_EXPORT_INTERVAL": "2500",
            "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE": "delta",
        }
    )

    assert isinstance(export, OpenTelemetryConfig)
    assert {"x-key": "a b", "x-team": "orders"} == export.headers
    assert timedelta(seconds=2.5) == export.metric_periodicity
    assert OpenTelemetryMetricTemporality.DELTA is export.metric_temporality
    assert export.durations_as_seconds


def test_a_page_for_prometheus_is_on_this_machine_only() -> None:
    """Unless a host says otherwise."""
    asked = {"OTEL_METRICS_EXPORTER": "prometheus"}
    here = metrics_export(asked)
    everywhere = metrics_export({**asked, "OTEL_EXPORTER_PROMETHEUS_HOST": "0.0.0.0"})  # noqa: S104 - not bound here

    assert isinstance(here, PrometheusConfig)
    assert isinstance(everywhere, PrometheusConfig)
    assert ("127.0.0.1:9464", "0.0.0.0:9464") == (here.bind_address, everywhere.bind_address)


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"OTEL_METRICS_EXPORTER": "console"}, "OTEL_METRICS_EXPORTER"),
        ({"OTEL_METRICS_EXPORTER": "otlp,prometheus"}, "OTEL_METRICS_EXPORTER"),
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": COLLECTOR, "OTEL_METRIC_EXPORT_INTERVAL": "soon"},
            "OTEL_METRIC_EXPORT_INTERVAL",
        ),
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": COLLECTOR, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/json"},
            "OTEL_EXPORTER_OTLP_PROTOCOL",
        ),
    ],
)
def test_what_cannot_be_done_is_named(environ: dict[str, str], named: str) -> None:
    """Rather than left out in silence."""
    with pytest.raises(TelemetryMisconfigured, match=named):
        metrics_export(environ)


def test_the_service_has_a_name() -> None:
    """The program's, unless the environment gives another; other attributes stay."""
    named = {"OTEL_RESOURCE_ATTRIBUTES": "service.name=x,deployment.environment=test"}

    assert "durable-sagas-worker" == resource_attributes("worker", {})["service.name"]
    assert "x" == resource_attributes("worker", named)["service.name"]
    assert "orders" == resource_attributes("worker", {**named, "OTEL_SERVICE_NAME": "orders"})["service.name"]
    assert "test" == resource_attributes("worker", named)["deployment.environment"]


def test_processes_are_told_apart() -> None:
    """Without it the counters of two workers would be taken for one that goes up and down."""
    named = {"OTEL_RESOURCE_ATTRIBUTES": "service.instance.id=first"}

    assert f"{os.getpid()}@{socket.gethostname()}" == resource_attributes("worker", {})["service.instance.id"]
    assert "first" == resource_attributes("worker", named)["service.instance.id"]
