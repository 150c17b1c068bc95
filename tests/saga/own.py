"""What users bring of their own: a codec, a payload converter, a failure converter, interceptors and a plugin."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any, Self

from pydantic import BaseModel
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.client import Interceptor as ClientInterceptor
from temporalio.client import OutboundInterceptor, StartWorkflowInput, WorkflowHandle
from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter, PydanticPayloadConverter
from temporalio.converter import (
    CompositePayloadConverter,
    DefaultFailureConverter,
    PayloadCodec,
    PayloadConverter,
    SerializationContext,
    WithSerializationContext,
)
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor


class Compressed(PayloadCodec):
    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [
            Payload(metadata={"encoding": b"binary/zlib"}, data=zlib.compress(payload.SerializeToString()))
            for payload in payloads
        ]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [Payload.FromString(zlib.decompress(payload.data)) for payload in payloads]


class Addressed(PayloadCodec, WithSerializationContext):
    """Notes for whom it encodes, as one that has a key for each customer would need to know."""

    def __init__(
        self, seen: set[SerializationContext] | None = None, mine: SerializationContext | None = None
    ) -> None:
        self.seen = seen if seen is not None else set[SerializationContext]()
        self._mine = mine

    def with_context(self, context: SerializationContext) -> Self:
        return type(self)(self.seen, context)

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        if self._mine:
            self.seen.add(self._mine)
        return list(payloads)

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return list(payloads)


class OursJson(PydanticJSONPlainPayloadConverter):
    """JSON with a mark, so that one sees whose it is."""

    def to_payload(self, value: Any) -> Payload | None:  # noqa: ANN401 - the SDK's
        payload = super().to_payload(value)
        if payload:
            payload.metadata["whose"] = b"ours"
        return payload


class OursConverter(CompositePayloadConverter):
    def __init__(self) -> None:
        stock = PydanticPayloadConverter().converters.values()
        super().__init__(
            *(OursJson() if isinstance(one, PydanticJSONPlainPayloadConverter) else one for one in stock)
        )


class OursFailures(DefaultFailureConverter):
    def to_failure(
        self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure
    ) -> None:
        super().to_failure(exception, payload_converter, failure)
        failure.source = "ours"


class Watching(ClientInterceptor, Interceptor):
    """Sees each flow that is started and each activity that runs."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.ran: list[str] = []

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002 - the SDK's name
        return _Starts(next, self.started)

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002 - the SDK's name
        return _Runs(next, self.ran)


class _Starts(OutboundInterceptor):
    def __init__(self, next: OutboundInterceptor, started: list[str]) -> None:  # noqa: A002 - the SDK's name
        super().__init__(next)
        self._started = started

    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:  # noqa: A002 - the SDK's name
        self._started.append(input.workflow)
        return await super().start_workflow(input)


class _Runs(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, ran: list[str]) -> None:  # noqa: A002 - the SDK's name
        super().__init__(next)
        self._ran = ran

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002, ANN401 - the SDK's
        self._ran.append(input.fn.__name__)
        return await super().execute_activity(input)


class Misfit(BaseModel):
    """No plan."""

    things: str = "s3cret"
    catch: int = 3
