"""Messages that are sent to channels of HTTP, such as webhooks: what AsyncAPI says of one, as an operation."""

from arazzo.channels import content_type_of, http_servers
from arazzo.identity import DocumentSet
from arazzo.loading import Document
from arazzo.openapi.described import VARIABLE
from arazzo.openapi.operation import DeclaredBody, DeclaredParameter, Operation
from arazzo.references import Miss, description_of
from arazzo.targets import ChannelAt


def sending(documents: DocumentSet, document: Document, target: ChannelAt) -> Operation:
    """A request to the channel's address, at a server of it that speaks HTTP. It has none where all speak something else:
    a run may be given one.
    """
    found = description_of(documents, document, target.source)
    description = None if isinstance(found, Miss) else found.source.value
    channel = target.channel
    return Operation(
        source=target.source,
        method=channel.method,
        path=f"/{channel.address.removeprefix('/')}",
        servers=http_servers(description, channel.name),
        parameters=tuple(
            DeclaredParameter(name=name, location="path", required=True)
            for name in VARIABLE.findall(channel.address)
        ),
        bodies=(DeclaredBody(content_type=content_type_of(description, channel.name)),),
    )
