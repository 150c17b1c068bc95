"""The workflows of the documents in a folder, as flows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from arazzo.compiling import compile_plans
from arazzo.naming import titles_of
from arazzo.plan import Plan
from arazzo.problems import Problems
from runtime.document_files import shown
from runtime.document_flows import DocumentFlow, document_flow
from runtime.document_folder import read_folder
from runtime.document_terms import DocumentTerms
from runtime.documents import Bundle


def flows_in(terms: DocumentTerms, warn: Callable[[str], None]) -> dict[str, DocumentFlow]:
    """By name. A document that cannot be used is told of, and the others are there all the same."""
    found: dict[str, DocumentFlow] = {}
    folder = read_folder(terms.folder)
    for problem in folder.found:
        warn(f"left out: {problem}")
    for bundle in folder.bundles:
        try:
            plans = compile_plans(bundle.documents, bundle.root)
        except Problems as error:
            warn(f"left out: {error.problems[0]}")
            continue
        for flow in _flows_of(bundle, plans.values(), terms):
            if flow.name in found:
                warn(f"left out: {flow.name} of {flow.document}, as {found[flow.name].document} has it")
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
