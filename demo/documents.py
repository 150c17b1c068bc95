"""Flows of the example documents, as the stage plays them: they call its stand-ins, wherever those are."""

import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import JsonValue

from arazzo.compiling import compile_plans
from arazzo.hosts import AllowedHost
from arazzo.run_input import RunInput
from runtime.document_flows import DocumentFlow, document_flow
from runtime.document_terms import DocumentTerms
from runtime.documents import read_documents

ENDING = ".arazzo.yaml"


def flow_of(document: Path, stand_ins: str) -> DocumentFlow:
    """The first workflow of a document, all of whose sources are at `stand_ins`."""
    bundle = read_documents(document, strict=True)
    plan = next(iter(compile_plans(bundle.documents, bundle.root).values()))
    names = {source for sources in plan.sources.values() for source in sources}
    terms = DocumentTerms(
        folder=document.parent,
        allowed_hosts=[AllowedHost.read(urlsplit(stand_ins).netloc)],
        servers=dict.fromkeys(names, stand_ins),
    )
    return document_flow(plan, terms, path=str(example_of(document)))


def example_of(document: Path) -> Path:
    """The input beside it."""
    return document.with_name(f"{document.name.removesuffix(ENDING)}.json")


def input_of(flow: DocumentFlow, document: Path, changed: Mapping[str, JsonValue]) -> RunInput:
    """The example with other fields."""
    given: dict[str, JsonValue] = json.loads(example_of(document).read_text())
    return flow.read(json.dumps({**given, **changed}))
