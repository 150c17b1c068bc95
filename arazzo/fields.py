"""One object of a document, field by field: what is missing, of the wrong kind or unknown is said, with its place."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from pydantic import JsonValue

from arazzo.model import Version
from arazzo.problems import one_of
from arazzo.reading import Path, Place, Reading
from arazzo.tree import Node

Choice = TypeVar("Choice", bound=StrEnum)


def kind_of(value: JsonValue) -> str:
    """What a value is, in words."""
    match value:
        case dict():
            return "an object"
        case list():
            return "a list"
        case str():
            return "a text"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case None:
            return "null"


class Fields:
    """The fields of one object; `done` says which were not asked for."""

    def __init__(self, reading: Reading, place: Place, of: str) -> None:
        self.reading, self.place, self.of = reading, place, of
        self.fields: Mapping[str, Node] = {}
        if isinstance(place.node.value, dict):
            self.fields = {str(name): node for name, node in place.node.children.items()}
        self._asked: set[str] = set()
        if not isinstance(place.node.value, dict):
            self.wrong_kind(place, f"a {of}")

    @property
    def path(self) -> Path:
        """Where the object stands."""
        return self.place.path

    def has(self, name: str) -> bool:
        """Whether the field is there, be it null."""
        return name in self.fields

    def get(self, name: str, *, since: Version = Version.V1_0) -> Place | None:
        """The field, if it is there."""
        self._asked.add(name)
        node = self.fields.get(name)
        if node is None:
            return None
        if self.reading.version < since:
            self.depart("later-version", f"{name} is a field of {since}", f"arazzo: {since}.0", name)
        return Place(node, (*self.path, name))

    def json(self, name: str, *, required: bool = False, since: Version = Version.V1_0) -> JsonValue:
        """Any value."""
        place = self.get(name, since=since)
        if place is None and required:
            self.missing(name)
        return None if place is None else place.node.value

    def text(self, name: str, *, since: Version = Version.V1_0) -> str | None:
        """A text, or None."""
        place = self.get(name, since=since)
        return None if place is None else self.as_text(place, name)

    def required_text(self, name: str) -> str:
        """A text that is not empty; empty where it is missing, which is said."""
        place = self.get(name)
        if place is None:
            self.missing(name)
            return ""
        text = self.as_text(place, name)
        if not text:
            self.error("empty-text", f"{name} is empty", "a text", name)
        return text

    def as_text(self, place: Place, name: str) -> str:
        """A number where a text should be means what is written there."""
        value = place.node.value
        if isinstance(value, str):
            return value
        if isinstance(value, bool | int | float):
            said = str(value).lower() if isinstance(value, bool) else str(value)
            self.reading.depart(
                "text-expected", place.path, f"{said} is {kind_of(value)}", f"'{said}'", self.clause(name)
            )
            return said
        self.wrong_kind(place, "a text")
        return ""

    def choice(self, name: str, choices: type[Choice], *, required: bool = False) -> Choice | None:
        """One of the words that the specification names."""
        place = self.get(name)
        if place is None:
            if required:
                self.missing(name)
            return None
        value = place.node.value
        if isinstance(value, str) and value in {str(choice) for choice in choices}:
            return choices(value)
        self.reading.error(
            "unknown-value", place.path, f"{name} is {value!r}", one_of(choices), self.clause(name)
        )
        return None

    def boolean(self, name: str) -> bool:
        """A boolean; false where it is not there."""
        place = self.get(name)
        if place is None or isinstance(place.node.value, bool):
            return place is not None and place.node.value is True
        self.wrong_kind(place, "a boolean")
        return False

    def items(self, name: str, *, since: Version = Version.V1_0) -> list[Place] | None:
        """The items of a list; None where it is not there."""
        place = self.get(name, since=since)
        if place is None:
            return None
        if not isinstance(place.node.value, list):
            self.wrong_kind(place, "a list")
            return []
        return [Place(node, (*place.path, index)) for index, node in place.node.children.items()]

    def texts(self, name: str, *, since: Version = Version.V1_0) -> tuple[str, ...]:
        """A list of texts, none twice."""
        found: list[str] = []
        for place in self.items(name, since=since) or ():
            text = self.as_text(place, name)
            if text in found:
                said = f"{text} is there twice"
                self.reading.depart("duplicate-item", place.path, said, "each once", self.clause(name))
            else:
                found.append(text)
        return tuple(found)

    def entries(self, name: str) -> Iterator[tuple[str, Place]]:
        """The entries of a map."""
        place = self.get(name)
        if place is None:
            return
        if not isinstance(place.node.value, dict):
            self.wrong_kind(place, "an object")
            return
        for key, node in place.node.children.items():
            yield str(key), Place(node, (*place.path, key))

    def object(self, name: str, of: str) -> "Fields | None":
        """An object in this one."""
        place = self.get(name)
        return None if place is None else Fields(self.reading, place, of)

    def done(self) -> dict[str, JsonValue]:
        """The extensions; any other field that nobody asked for is said to be unknown (A9)."""
        extensions: dict[str, JsonValue] = {}
        for name, node in self.fields.items():
            if name.startswith("x-"):
                extensions[name] = node.value
            elif name not in self._asked:
                self._unknown(name)
        return extensions

    def unknown(self) -> list[str]:
        """Fields that nobody has asked for."""
        return [name for name in self.fields if name not in self._asked]

    @property
    def known(self) -> str:
        """The fields that there may be."""
        return one_of(sorted(self._asked))

    def _unknown(self, name: str) -> None:
        near = get_close_matches(name, self._asked, n=1)
        expected = f"{near[0] if near else self.known}, or x-{name}"
        path = (*self.path, name)
        self.reading.depart("unknown-field", path, f"{name} is no field of a {self.of}", expected, self.of)

    def missing(self, name: str) -> None:
        """A required field is not there, of an object that is."""
        if not isinstance(self.place.node.value, dict):
            return
        self.reading.error(
            "missing-field", self.path, f"{name} is missing", f"the field {name}", self.clause(name)
        )

    def wrong_kind(self, place: Place, expected: str) -> None:
        """A value of another kind."""
        found = kind_of(place.node.value)
        self.reading.error("wrong-kind", place.path, f"{found} stands there", expected, self.of)

    def error(self, rule: str, message: str, expected: str, name: str) -> None:
        """Of a field of this object."""
        self.reading.error(rule, self._at(name), message, expected, self.clause(name))

    def depart(self, rule: str, message: str, expected: str, name: str) -> None:
        """Of a field of this object."""
        self.reading.depart(rule, self._at(name), message, expected, self.clause(name))

    def clause(self, name: str) -> str:
        """Where the specification speaks of the field."""
        return f"{self.of}, {name}"

    def _at(self, name: str) -> Path:
        return (*self.path, name) if name in self.fields else self.path
