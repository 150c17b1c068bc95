"""The search attributes by which running flows are listed, and their registration at the server."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.service import RPCError, RPCStatusCode

SAGA_STATUS = SearchAttributeKey.for_keyword("SagaStatus")
"""A `FlowState`. Set by the starter (no event), changed only around waits, incidents and failing ends."""

SAGA_WAITING_FOR = SearchAttributeKey.for_keyword_list("SagaWaitingFor")
"""What the flow waits for, e.g. `approval:large-order` or `incident:release_stock.1`."""

SAGA_DECIDERS = SearchAttributeKey.for_keyword_list("SagaDeciders")
"""Who still owes the flow a decision, by `saga.people.opaque_id`. Set only where an approval names its deciders."""

SAGA_DUE_AT = SearchAttributeKey.for_datetime("SagaDueAt")
"""By when they have to decide, the first of several. It stays when nobody owes anything any more: the time-skipping
server cannot unset a time."""

_TYPES = {
    SAGA_STATUS.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    SAGA_WAITING_FOR.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
    SAGA_DECIDERS.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
    SAGA_DUE_AT.name: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
}

_ACCEPTED_WITHIN = timedelta(seconds=30)
_POLL = timedelta(milliseconds=100)


async def register(client: Client) -> None:
    """Make the server know the saga's search attributes; where it knows them already, nothing happens.

    Call it before the first worker polls and the first flow starts: neither gets on with an unknown attribute. A server
    reads anew what it knows every few seconds, so the first time takes as long.

    Raises:
        RPCError: the server does not let us, or has no such namespace.
        TimeoutError: it has not accepted them within half a minute.
    """
    try:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=_TYPES)
        )
    except RPCError as error:
        if error.status is not RPCStatusCode.ALREADY_EXISTS:  # so a test server says it; others say nothing
            raise
    async with asyncio.timeout(_ACCEPTED_WITHIN.total_seconds()):
        while not await _accepted(client):  # noqa: ASYNC110 - nobody announces it
            await asyncio.sleep(_POLL.total_seconds())


async def _accepted(client: Client) -> bool:
    try:
        await client.count_workflows(" AND ".join(f"{name} IS NULL" for name in _TYPES))
    except RPCError as error:
        if error.status is RPCStatusCode.UNIMPLEMENTED:
            return True  # a test server that lists nothing
        if error.status is not RPCStatusCode.INVALID_ARGUMENT:
            raise
        return False
    return True
