"""The operations of an OpenAPI description (3.0, 3.1, 3.2), found by their id, by a pointer, or by path and method."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple, Self
from urllib.parse import unquote

from pydantic import JsonValue

from arazzo.openapi.described import Around, operation
from arazzo.openapi.errors import DescriptionRefused, OperationNotFound
from arazzo.openapi.operation import Operation
from arazzo.openapi.references import Place, fields_of, placed, text_of
from arazzo.openapi.schemas import Schemas
from arazzo.uris import join

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
VERSION = re.compile(r"3\.[0-2](?:\.[0-9]+)?(?:-.*)?")
TOKEN = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)
CLOSE = 3
"""Ids that are said where one is not found."""


class _Entry(NamedTuple):
    """Where an operation stands."""

    path: str
    method: str
    item: Place
    place: Place


class Operations:
    """Those of one description. Each is read when it is asked for, so that a mistake in one is not one in another."""

    def __init__(self, around: Around) -> None:
        self._around = around
        self._entries = {(one.path, one.method): one for one in _entries(around.document)}
        self._by_id: dict[str, list[_Entry]] = {}
        for one in self._entries.values():
            if (name := text_of(one.place.fields.get("operationId"))) is not None:
                self._by_id.setdefault(name, []).append(one)

    @classmethod
    def of(
        cls,
        description: Mapping[str, JsonValue],
        *,
        source: str,
        base_uri: str,
        others: Mapping[str, JsonValue] | None = None,
    ) -> Self:
        """Of a description that was found at `base_uri`; its references may lead into others, by their addresses."""
        document = dict(description)
        version = document.get("openapi")
        if not isinstance(version, str) or not VERSION.fullmatch(version):
            said = f"openapi is {version!r}" if "openapi" in document else "it has no field openapi"
            raise DescriptionRefused(said, expected="3.0, 3.1 or 3.2", clause="OpenAPI Object")
        own = text_of(document.get("$self"))
        uri = base_uri if own is None else join(base_uri, own)
        known = dict(others or {}) | {base_uri: document, uri: document}
        place = placed(uri, known)
        return cls(Around(source, place, base_uri, Schemas(uri)))

    @property
    def source(self) -> str:
        """Name of the source description."""
        return self._around.source

    @property
    def ids(self) -> tuple[str, ...]:
        """The operationIds, in the order of the description."""
        return tuple(self._by_id)

    def __len__(self) -> int:
        """How many there are, with and without an id."""
        return len(self._entries)

    def __iter__(self) -> Iterator[Operation]:
        """All of them."""
        return map(self._read, self._entries.values())

    def by_id(self, operation_id: str) -> Operation:
        """The one of that id, which is case sensitive; raises OperationNotFound."""
        found = self._by_id.get(operation_id, [])
        if len(found) == 1:
            return self._read(found[0])
        if found:
            raise OperationNotFound(
                f"{operation_id} is the id of {len(found)} operations of {self.source}",
                expected="an id of one operation alone",
                clause="Operation Object, operationId",
            )
        folded = {one.lower(): one for one in self._by_id}
        near = difflib.get_close_matches(operation_id.lower(), folded, n=CLOSE) or list(folded)[:CLOSE]
        raise OperationNotFound(
            f"{self.source} has no operation {operation_id}",
            expected=f"one such as {', '.join(folded[one] for one in near)}"
            if near
            else "operations with ids",
            clause="Operation Object, operationId",
        )

    def by_pointer(self, pointer: str) -> Operation:
        """The one that a JSON Pointer leads to, such as `#/paths/~1orders/post` (C3); raises OperationNotFound.

        A pointer to a path of one operation is taken for that operation.
        """
        written = unquote(pointer.partition("#")[2] if "#" in pointer else pointer)
        tokens = [one.replace("~1", "/").replace("~0", "~") for one in written.split("/")]
        match tokens:
            case ["", "paths", path, method] if method in METHODS:
                return self.by_path(path, method)
            case ["", "paths", path, "additionalOperations", method]:
                return self.by_path(path, method)
            case ["", "paths", path]:
                return self.by_path(path)
            case _:
                raise OperationNotFound(
                    f"{pointer} leads to no operation",
                    expected="a pointer such as #/paths/~1orders~1{orderId}/post, with each / of the path as ~1",
                    clause="Step Object, operationPath",
                )

    def by_path(self, path: str, method: str | None = None) -> Operation:
        """The one of a path template and method; without a method, the only one of that path."""
        methods = [name for known, name in self._entries if known == path]
        wanted = methods if method is None else [one for one in methods if one.lower() == method.lower()]
        if len(wanted) == 1:
            return self._read(self._entries[path, wanted[0]])
        near = difflib.get_close_matches(path, [known for known, _ in self._entries], n=CLOSE)
        raise OperationNotFound(
            f"{self.source} has no {method or 'single operation'} of {path}",
            expected=f"one of {', '.join(methods)}"
            if methods
            else f"a path such as {', '.join(near) or '/'}",
            clause="Paths Object",
        )

    def _read(self, entry: _Entry) -> Operation:
        return operation(self._around, entry.path, entry.method, entry.item, entry.place)


def _entries(document: Place) -> Iterator[_Entry]:
    paths = document.beside(document.fields.get("paths"))
    for path in paths.fields:
        if not path.startswith("/"):
            continue
        try:
            item = paths.at(path)
        except DescriptionRefused:
            continue  # a path that is described elsewhere has no operations here
        for method in METHODS:
            if isinstance(item.fields.get(method), dict):
                yield _Entry(path, method.upper(), item, item.at(method))
        for method, value in fields_of(item.fields.get("additionalOperations")).items():
            if isinstance(value, dict) and TOKEN.fullmatch(method):
                yield _Entry(path, method, item, item.beside(value))
