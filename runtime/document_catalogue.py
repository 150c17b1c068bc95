"""The catalogue with the workflows of documents in it, which are found in a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from arazzo.type_names import TYPE_PREFIX
from runtime.document_terms import DocumentTerms
from runtime.flows import Catalogue, Flow

if TYPE_CHECKING:
    from runtime.document_flows import DocumentFlow


class DocumentCatalogue(Catalogue):
    """The flows in code, and beside them those of the documents in a folder, which are read when they are asked for."""

    def __init__(self, code: Catalogue, terms: DocumentTerms, *, warn: Callable[[str], None]) -> None:
        super().__init__(list(code))
        self._terms = terms
        self._warn = warn

    def __iter__(self) -> Iterator[Flow[Any]]:
        yield from super().__iter__()
        yield from self._documents.values()

    def __getitem__(self, name: str) -> Flow[Any]:
        """Raises UnknownFlow."""
        if name.startswith(TYPE_PREFIX) and name in self._documents:
            return self._documents[name]
        return super().__getitem__(name)

    @property
    def names(self) -> list[str]:
        return [*super().names, *self._documents]

    @property
    def types(self) -> list[str]:
        return [*super().names, f"{TYPE_PREFIX}*"]

    @property
    def terms(self) -> DocumentTerms:
        return self._terms

    @cached_property
    def _documents(self) -> dict[str, DocumentFlow]:
        """A document that cannot be used is told of, and the others are there all the same."""
        if not self._terms.folder.is_dir():
            return {}
        from runtime.document_shelf import flows_in  # noqa: PLC0415 - few commands need it, and it takes long

        return flows_in(self._terms, self._warn)
