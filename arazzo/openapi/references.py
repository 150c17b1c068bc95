"""Values of descriptions, and where their references lead; nothing is fetched, and nothing copied as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import JsonValue
from referencing import Registry, Specification
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from arazzo.openapi.errors import DescriptionRefused
from arazzo.uris import join

Fields = dict[str, JsonValue]

HOPS = 32
"""References that lead to references."""


def fields_of(value: JsonValue) -> Fields:
    """The fields of an object; none where it is none."""
    return value if isinstance(value, dict) else {}


def items_of(value: JsonValue) -> list[JsonValue]:
    """The items of a list; none where it is none."""
    return value if isinstance(value, list) else []


def text_of(value: JsonValue) -> str | None:
    """A text; None where it is none."""
    return value if isinstance(value, str) else None


class Found(Protocol):
    """What a reference has led to, and what references in that are resolved against."""

    @property
    def contents(self) -> Any: ...  # noqa: ANN401  (referencing's word for JSON)
    @property
    def resolver(self) -> Resolver: ...


class Resolver(Protocol):
    """What references are resolved against."""

    def lookup(self, ref: str) -> Found: ...


@dataclass(frozen=True, slots=True)
class Place:
    """A value of a description, with what references in it are resolved against."""

    value: JsonValue
    base: str
    resolver: Resolver

    @property
    def fields(self) -> Fields:
        """Of the object that it is."""
        return fields_of(self.value)

    def beside(self, value: JsonValue) -> Place:
        """Another value of the same document."""
        return Place(value, self.base, self.resolver)

    def at(self, name: str) -> Place:
        """One of its fields, behind any reference; null if it has no such."""
        return self.beside(self.fields.get(name)).followed()

    def each(self) -> Iterator[tuple[str, Place]]:
        """Its fields, behind any references."""
        for name, value in self.fields.items():
            yield name, self.beside(value).followed()

    def items(self) -> Iterator[Place]:
        """Its items, behind any references."""
        for value in items_of(self.value):
            yield self.beside(value).followed()

    def followed(self) -> Place:
        """What its `$ref` leads to, what stands beside it put over that; itself if it has none."""
        place, over = self, Fields()
        for _ in range(HOPS):
            reference = text_of(place.fields.get("$ref"))
            if reference is None:
                return place.beside({**place.fields, **over}) if over else place
            over = {name: value for name, value in place.fields.items() if name != "$ref"} | over
            place = place.lookup(reference)
        raise DescriptionRefused(
            f"{self.fields.get('$ref')!r} leads to references only",
            expected=f"a value after at most {HOPS} references",
        )

    def target(self, reference: str) -> str:
        """A reference as an absolute one, as far as the description has an address."""
        return join(self.base, reference)

    def lookup(self, reference: str) -> Place:
        """What a reference leads to from here."""
        try:
            found = self.resolver.lookup(reference)
        except (Unresolvable, ValueError, LookupError, TypeError):
            raise DescriptionRefused(
                f"{reference!r} leads nowhere",
                expected="a reference into the description, or into one that is at hand",
                clause="Reference Object",
            ) from None
        return Place(found.contents, self.target(reference).partition("#")[0], found.resolver)


def placed(uri: str, others: Mapping[str, JsonValue]) -> Place:
    """A document among others, by their addresses."""
    resources = ((one.partition("#")[0], OPENAPI.create_resource(value)) for one, value in others.items())
    registry: Registry[JsonValue] = Registry[JsonValue]().with_resources(resources).crawl()
    return Place(others[uri], uri, registry.resolver(uri.partition("#")[0]))


def _id_of(contents: JsonValue) -> str | None:
    return text_of(fields_of(contents).get("$id"))


def _subresources_of(contents: JsonValue) -> Iterable[JsonValue]:
    """The schemas that may have an identity or an anchor: those of the components, and what is in them."""
    fields = fields_of(contents)
    if "openapi" in fields:
        inside: Iterable[Any] = fields_of(fields_of(fields.get("components")).get("schemas")).values()
    else:
        inside = DRAFT202012.subresources_of(fields)
    return [one for one in inside if "$schema" not in fields_of(one)]


def _anchors_in(_: Specification[JsonValue], contents: JsonValue) -> Iterable[Any]:
    return () if "openapi" in fields_of(contents) else DRAFT202012.anchors_in(fields_of(contents))


OPENAPI: Specification[JsonValue] = Specification(  # type: ignore[call-arg]  # mypy does not see what referencing makes of its attrs classes
    name="openapi",
    id_of=_id_of,
    subresources_of=_subresources_of,
    maybe_in_subresource=lambda segments, resolver, subresource: resolver.in_subresource(subresource),  # noqa: ARG005
    anchors_in=_anchors_in,
)
"""How documents of OpenAPI 3 name what is in them. In 3.0 neither `$id` nor `$anchor` mean anything, nor are they there."""
