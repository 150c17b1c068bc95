"""What descriptions say of answers and messages: a plan has only what its requests are made of."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from arazzo.channels import channel_at, value_at
from arazzo.descriptions import Description
from arazzo.identity import DocumentSet
from arazzo.naming import names_of
from arazzo.openapi.errors import OpenApiError
from arazzo.openapi.operation import Operation
from arazzo.openapi.references import placed
from arazzo.openapi.schemas import Schemas
from arazzo.plan import Plan
from arazzo.references import Miss, description_of


class Offers:
    """Of the descriptions of a plan's documents."""

    def __init__(self, documents: DocumentSet, plan: Plan) -> None:
        self._documents = documents
        self._plan = plan
        names = names_of(documents)
        self._by_name = {names[one.uri]: one for one in documents.documents}

    def operation(self, workflow: str, planned: Operation) -> Operation:
        """The operation with its answers; as it is planned, where no description is at hand."""
        description = self._description(workflow, planned.source)
        if description is None:
            return planned
        try:
            return self._documents.operations(description, planned.source).by_path(
                planned.path, planned.method
            )
        except OpenApiError:
            return planned

    def message(self, workflow: str, channel: str) -> JsonValue:
        """The schema of what comes on a planned channel; None where it is not said."""
        source, _, address = channel.partition("/")
        description = self._description(workflow, source)
        if description is None:
            return None
        root = description.source.value
        channels = value_at(root, ("channels",))
        for name in channels if isinstance(channels, dict) else ():
            found = channel_at(root, ("channels", name))
            if found is not None and found.address == address:
                return self._payload(description, value_at(root, ("channels", name)))
        return None

    def _payload(self, description: Description, channel: JsonValue) -> JsonValue:
        """Of the first message: AsyncAPI 3 names them, AsyncAPI 2 has one for each direction."""
        fields = _fields(channel)
        place = placed(description.uri, self._documents.values).beside(channel)
        candidates = [one for _, one in place.at("messages").each()]
        candidates += [place.at(kind).at("message") for kind in ("publish", "subscribe") if kind in fields]
        for one in candidates:
            if "payload" in one.fields:
                return Schemas(description.uri).bundled(one.beside(one.fields["payload"]))
        return None

    def _description(self, workflow: str, source: str) -> Description | None:
        document = self._by_name.get(self._plan.workflows[workflow].document)
        found = None if document is None else description_of(self._documents, document, source)
        return None if found is None or isinstance(found, Miss) else found


def _fields(value: JsonValue) -> Mapping[str, JsonValue]:
    return value if isinstance(value, dict) else {}
