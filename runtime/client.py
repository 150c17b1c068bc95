"""Connects to the Temporal server that the environment names, or says in one line why it cannot."""

import asyncio
import dataclasses
import os
import re
import socket
from datetime import timedelta
from pathlib import Path

from temporalio.client import Client
from temporalio.converter import DataConverter
from temporalio.envconfig import ClientConfig, ClientConnectConfig
from temporalio.service import RPCError, RPCStatusCode

from runtime.core import core_runtime
from runtime.payload_store import payload_storage
from runtime.refusals import MessageRefused, Misconfigured, Unreachable
from runtime.telemetry import Telemetry
from saga import SagaPlugin, register

DEFAULT_ADDRESS = "127.0.0.1:7233"
ANSWER_WITHIN = timedelta(seconds=2.5)
GONE = {RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED}

# What the core says in Rust, and what a person reads. The first that fits.
REASONS = (
    (r"ConnectionRefused", "connection refused"),
    (r"dns error", "the host name is not known"),
    (r"Unreachable", "there is no route to it"),
    (r"[Cc]ertificate|[Hh]andshake|[Tt]ls|InvalidContentType", "TLS failed: {detail}"),
    (r"Unauthenticated|PermissionDenied", "it does not accept our credentials"),
    (r"Unimplemented|Unknown|h2|http2", "what listens there is no Temporal server"),
)


class ConnectionMisconfigured(Misconfigured):
    """The `TEMPORAL_*` variables, or the profile they name, cannot be used."""


async def connect(
    program: str,
    *,
    telemetry: Telemetry | None = None,
    prepare: bool = False,
    payload_store: Path | None = None,
    within: timedelta = ANSWER_WITHIN,
) -> Client:
    """A client with the saga's plugin, for the address and namespace of Temporal's environment configuration.

    Args:
        program: What the Web UI shows beside the process id, e.g. `worker`.
        telemetry: Of `start_telemetry`; without it there is none.
        prepare: Also make the search attributes known to the server, as has to be done before a worker polls.
            The first time, that may take some seconds.
        payload_store: Folder for large payloads, the same for all that talk to each other; without it they are refused.
        within: How long the server may take to answer.

    Raises:
        Unreachable: nobody answers in time.
        ConnectionMisconfigured: the configuration is wrong, or the server has no such namespace.
    """
    config = _configuration()
    address = config.setdefault("target_host", DEFAULT_ADDRESS)
    try:
        async with asyncio.timeout(within.total_seconds()):
            client = await Client.connect(
                **config,
                data_converter=_converter(payload_store),
                plugins=[SagaPlugin()],
                interceptors=telemetry.client_interceptors if telemetry else (),
                runtime=telemetry.runtime if telemetry else core_runtime(),
                identity=f"{program} {os.getpid()}@{socket.gethostname()}",
            )
    except TimeoutError:
        raise Unreachable(address, f"no answer within {within.total_seconds():g} s") from None
    except ValueError as error:
        raise ConnectionMisconfigured(f"{address!r} is not an address such as HOST:PORT ({error}).") from None
    except RuntimeError as error:
        raise Unreachable(address, _reason(str(error))) from None
    if prepare:
        await _register(client)
    return client


def _converter(payload_store: Path | None) -> DataConverter:
    """The plugin adds to it what sagas need."""
    if payload_store is None:
        return DataConverter.default
    return dataclasses.replace(DataConverter.default, external_storage=payload_storage(payload_store))


def address_of(client: Client) -> str:
    return client.service_client.config.target_host


def refusal_of(client: Client, error: RPCError) -> MessageRefused | Unreachable:
    """What the server itself refuses, in its words; or that it has gone away."""
    if error.status in GONE:
        return Unreachable(address_of(client), error.message)
    return MessageRefused(f"The server refuses: {error.message}", error.status.name)


def _configuration() -> ClientConnectConfig:
    try:
        return ClientConfig.load_client_connect_config()
    except RuntimeError as error:  # a profile that does not exist, a file that cannot be read
        raise ConnectionMisconfigured(f"Temporal's environment configuration: {error}") from None


async def _register(client: Client) -> None:
    try:
        await register(client)
    except TimeoutError:
        raise Unreachable(address_of(client), "it does not accept the search attributes in time") from None
    except RPCError as error:
        address = address_of(client)
        match error.status:
            case RPCStatusCode.NOT_FOUND:
                hint = f"TEMPORAL_NAMESPACE names one, `temporal operator namespace create -n {client.namespace}` makes it"
                text = f"The server at {address} has no namespace {client.namespace!r}: {hint}."
                raise ConnectionMisconfigured(text) from None
            case RPCStatusCode.UNAVAILABLE | RPCStatusCode.DEADLINE_EXCEEDED | RPCStatusCode.CANCELLED:
                raise Unreachable(address, error.message) from None
            case _:
                text = f"The server at {address} does not let us register search attributes: {error.message}"
                raise ConnectionMisconfigured(text) from None


def _reason(text: str) -> str:
    quoted = re.findall(r'"([^"]+)"', text)
    detail = quoted[-1] if quoted else text
    for pattern, reason in REASONS:
        if re.search(pattern, text):
            return reason.format(detail=detail)
    return detail
