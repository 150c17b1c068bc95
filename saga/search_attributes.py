"""The search attributes by which running flows are listed, and their registration at the server."""

from __future__ import annotations

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey

SAGA_STATUS = SearchAttributeKey.for_keyword("SagaStatus")
"""A `FlowState`. Set by the starter (no event), changed only around waits, incidents and failing ends."""

SAGA_WAITING_FOR = SearchAttributeKey.for_keyword_list("SagaWaitingFor")
"""What the flow waits for, e.g. `approval:large-order` or `incident:release_stock.1`."""

_TYPES = {
    SAGA_STATUS.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    SAGA_WAITING_FOR.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
}


async def register(client: Client) -> None:
    """Make the server know the saga's search attributes; where it knows them already, nothing happens.

    Call it before the first worker polls: a flow whose worker upserts an unknown attribute does not go on.
    """
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(namespace=client.namespace, search_attributes=_TYPES)
    )
