"""Documents that belong together, and how one finds another: by identity first, never over the network (A3 to A8)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pydantic import JsonValue

from arazzo.descriptions import Description, describe
from arazzo.loading import Document
from arazzo.model import SourceDescription, SourceType
from arazzo.openapi.operations import Operations
from arazzo.problems import Problem, Problems
from arazzo.reading import Mode
from arazzo.source import Source
from arazzo.uris import join, same

CLAUSE = "Identity-Based Referencing"


@dataclass(frozen=True, slots=True)
class Found:
    """What a source description leads to."""

    uri: str
    """Absolute, where any base was."""
    type: SourceType | None
    target: Document | Description | None
    """None: it is not at hand."""
    departure: str = ""
    """How it was found, where not by the text's rule."""


class DocumentSet:
    """All documents and descriptions that are at hand, read completely before any is followed (A5)."""

    def __init__(
        self,
        documents: Iterable[Document],
        descriptions: Iterable[Source] = (),
        others: Iterable[Source] = (),
    ) -> None:
        """`others` are what schemas and descriptions refer to, and no whole description: files of schemas."""
        self.documents = tuple(documents)
        self.descriptions = tuple(describe(source) for source in descriptions)
        self._by_identity: dict[str, Document | Description] = {}
        self._by_location: dict[str, Document | Description] = {}
        self.values: Mapping[str, JsonValue] = {one.uri: one.value for one in others} | {
            one.uri: one.source.value for one in self.descriptions
        }
        """What references of schemas and descriptions may lead into, by its identity."""
        self._operations: dict[tuple[str, str], Operations] = {}
        self._index()

    @property
    def by_identity(self) -> Mapping[str, Document | Description]:
        """Everything, by its identity."""
        return MappingProxyType(self._by_identity)

    def find(self, document: Document, name: str) -> Found | None:
        """What a document's source of that name is; None if it has no such source."""
        for source in document.arazzo.source_descriptions:
            if source.name == name:
                return self.follow(document, source)
        return None

    def follow(self, document: Document, source: SourceDescription) -> Found:
        """What a source description leads to."""
        uri = join(base_uri(document), source.url)
        target, departure = self._by_identity.get(same(uri)), ""
        if target is None and document.mode is Mode.COMPAT:
            # The text lets tools do so, and calls it not interoperable.
            target = self._by_location.get(same(uri))
            if target is not None:
                departure = f"{uri} is where it was found; it says that it is {identity(target)}"
        return Found(uri, type_of(target) or source.type, target, departure)

    def operations(self, description: Description, source: str) -> Operations:
        """Those of an OpenAPI description, which a document calls by this name; raises DescriptionRefused."""
        key = (description.source.uri, source)
        if key not in self._operations:
            value = description.source.value
            self._operations[key] = Operations.of(
                value if isinstance(value, dict) else {},
                source=source,
                base_uri=description.source.uri,
                others=self.values,
            )
        return self._operations[key]

    def _index(self) -> None:
        everything: tuple[Document | Description, ...] = (*self.documents, *self.descriptions)
        for one in everything:
            key = same(identity(one))
            if (other := self._by_identity.get(key)) is not None and other.source is not one.source:
                raise Problems([_double(one, identity(one))])
            self._by_identity[key] = one
            self._by_location[same(one.source.uri)] = one


def base_uri(document: Document) -> str:
    """What relative references of the document are resolved against (A4): `$self`, else where it came from."""
    own = document.arazzo.self_uri
    return document.uri if own is None else join(document.uri, own)


def identity(target: Document | Description) -> str:
    """What references to it have to say (A6)."""
    return target.uri if isinstance(target, Description) else base_uri(target)


def type_of(target: Document | Description | None) -> SourceType | None:
    """What a thing is by what it says, whatever a source description calls it."""
    if isinstance(target, Document):
        return SourceType.ARAZZO
    return None if target is None else target.type


def _double(target: Document | Description, uri: str) -> Problem:
    return Problem(
        rule="duplicate-identity",
        message=f"another document of the set is {uri} too",
        file=target.source.uri,
        line=1,
        path="/$self",
        expected="an identity of its own",
        clause=CLAUSE,
    )
