"""The catalogue with the workflows of documents in it, which are found in a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from arazzo.compiling import compile_plans
from arazzo.naming import titles_of
from arazzo.plan import Plan
from arazzo.problems import Problems
from arazzo.run_input import TYPE_PREFIX
from runtime.document_files import shown
from runtime.document_flows import DocumentFlow, DocumentTerms, document_flow
from runtime.document_folder import read_folder
from runtime.documents import Bundle
from runtime.flows import Catalogue, Flow


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
        found: dict[str, DocumentFlow] = {}
        if not self._terms.folder.is_dir():
            return found
        folder = read_folder(self._terms.folder)
        for problem in folder.found:
            self._warn(f"left out: {problem}")
        for bundle in folder.bundles:
            try:
                plans = compile_plans(bundle.documents, bundle.root)
            except Problems as error:
                self._warn(f"left out: {error.problems[0]}")
                continue
            for flow in _flows_of(bundle, plans.values(), self._terms):
                if flow.name in found:
                    self._warn(
                        f"left out: {flow.name} of {flow.document}, as {found[flow.name].document} has it"
                    )
                    continue
                found[flow.name] = flow
        return found


def _flows_of(bundle: Bundle, plans: Iterable[Plan], terms: DocumentTerms) -> Iterator[DocumentFlow]:
    path = bundle.files.get(bundle.root.uri)
    document, example = shown(path) if path else "", _example_beside(path)
    titles = titles_of(bundle.documents)
    for plan in plans:
        yield document_flow(plan, terms, path=example, document=document, titles=titles)
        example = "FILE"  # what stands beside a document is an input of its first workflow


def _example_beside(path: Path | None) -> str:
    beside = path.with_name(f"{path.name.partition('.')[0]}.json") if path else None
    return shown(beside) if beside and beside.is_file() else "FILE"
