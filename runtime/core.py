"""The SDK's native core: one per process, silent on standard output, its warnings in Python's logging."""

import functools
import logging

from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    OpenTelemetryConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

LOGGER = logging.getLogger("temporal.core")
LOGGER.addHandler(logging.NullHandler())  # a program that configures no logging hears nothing of the core

MetricsExport = OpenTelemetryConfig | PrometheusConfig


@functools.cache
def core_runtime() -> Runtime:
    """The one without metrics. Kept for ever: to drop it while a thread of its waits for Python is to hang."""
    return new_core_runtime()


def new_core_runtime(
    metrics: MetricsExport | None = None, *, resource: dict[str, str] | None = None
) -> Runtime:
    """One that exports metrics; the last ones are sent when it is dropped."""
    forwarding = LogForwardingConfig(
        logger=LOGGER,
        append_target_to_name=False,
        prepend_target_on_message=False,
        append_log_fields_to_message=False,  # they may quote payloads
    )
    filter_ = TelemetryFilter(core_level="WARN", other_level="ERROR")
    return Runtime(
        telemetry=TelemetryConfig(
            logging=LoggingConfig(filter=filter_, forwarding=forwarding),
            metrics=metrics,
            global_tags=resource or {},
            attach_service_name=False,
        )
    )
