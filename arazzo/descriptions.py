"""OpenAPI and AsyncAPI descriptions, and how to see which one a text is."""

from dataclasses import dataclass

from arazzo.model import SourceType
from arazzo.problems import Problem, Problems
from arazzo.source import Source
from arazzo.uris import join

KINDS = {"openapi": SourceType.OPENAPI, "swagger": SourceType.OPENAPI, "asyncapi": SourceType.ASYNCAPI}


@dataclass(frozen=True, eq=False)
class Description:
    """An OpenAPI or AsyncAPI description."""

    uri: str
    """Its identity: its own `$self` (OpenAPI 3.2), or where it came from."""
    type: SourceType
    source: Source


def describe(source: Source) -> Description:
    """See what kind of description a text is; raises Problems if it is none."""
    value = source.value
    fields = value if isinstance(value, dict) else {}
    for field, kind in KINDS.items():
        if field in fields:
            own = fields.get("$self")
            uri = join(source.uri, own) if isinstance(own, str) else source.uri
            return Description(uri, kind, source)
    raise Problems(
        [
            Problem(
                rule="no-description",
                message="it is neither an OpenAPI nor an AsyncAPI description",
                file=source.uri,
                line=1,
                expected="the field openapi or asyncapi",
                clause="Source Description Object, type",
            )
        ]
    )
