"""Which signals OpenTelemetry's standard variables ask for, and where to they go.

Without `OTEL_TRACES_EXPORTER` or `OTEL_METRICS_EXPORTER` a signal is on when there is an endpoint for it, so that
nothing is sent, and nothing tried, where nobody has asked for it. `OTEL_SDK_DISABLED=true` turns everything off.
"""

import os
import socket
from collections.abc import Mapping, Sequence
from typing import Literal
from urllib.parse import unquote

from runtime.refusals import Misconfigured

Signal = Literal["traces", "metrics"]


class TelemetryMisconfigured(Misconfigured):
    """An `OTEL_*` variable has a value that cannot be used; the message names it."""


def exporters(signal: Signal, environ: Mapping[str, str]) -> Sequence[str]:
    """Names such as `otlp` and `console`; empty when the signal is off."""
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return ()
    endpoint = of_signal("ENDPOINT", signal, environ)
    named = environ.get(f"OTEL_{signal.upper()}_EXPORTER") or ("otlp" if endpoint else "none")
    names = [name.strip() for name in named.split(",")]
    return [name for name in names if name not in {"", "none"}]


def of_signal(setting: str, signal: Signal, environ: Mapping[str, str]) -> str | None:
    """The signal's own variable, else the one for all signals."""
    own = environ.get(f"OTEL_EXPORTER_OTLP_{signal.upper()}_{setting}")
    return own or environ.get(f"OTEL_EXPORTER_OTLP_{setting}") or None


def protocol(signal: Signal, environ: Mapping[str, str]) -> Literal["grpc", "http"]:
    """OTLP over HTTP with protobuf, unless gRPC is asked for."""
    match of_signal("PROTOCOL", signal, environ):
        case None | "http/protobuf":
            return "http"
        case "grpc":
            return "grpc"
        case other:
            text = f"OTEL_EXPORTER_OTLP_PROTOCOL: {other!r} is neither http/protobuf nor grpc"
            raise TelemetryMisconfigured(text)


def pairs(text: str) -> dict[str, str]:
    """`a=1,b=x%20y`, as headers and resource attributes are written."""
    found = (pair.split("=", 1) for pair in text.split(",") if "=" in pair)
    return {name.strip(): unquote(value.strip()) for name, value in found}


def resource_attributes(program: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Who sends: as the environment says, else e.g. `durable-sagas-worker`, told apart by process and machine."""
    named = pairs(environ.get("OTEL_RESOURCE_ATTRIBUTES", ""))
    by_default = {
        "service.name": f"durable-sagas-{program}",
        "service.instance.id": f"{os.getpid()}@{socket.gethostname()}",
    }
    found = by_default | named
    if own := environ.get("OTEL_SERVICE_NAME"):
        found["service.name"] = own
    return found
