"""What the names of workflows and sources in a document mean, in this document or in its sources (C4, A6)."""

from dataclasses import dataclass

from arazzo.descriptions import Description
from arazzo.identity import DocumentSet
from arazzo.loading import Document
from arazzo.model import Workflow
from arazzo.problems import one_of
from arazzo.reading import Mode

QUALIFIED = "$sourceDescriptions."
WORKFLOWS = "$workflows."


@dataclass(frozen=True, slots=True)
class Miss:
    """A name that means nothing, or nothing that is at hand."""

    rule: str
    message: str
    expected: str = ""
    absent: bool = False
    """Whether only a source is not at hand, so that nothing can be said."""


@dataclass(frozen=True, slots=True)
class WorkflowAt:
    """A workflow, and the document that it stands in."""

    document: Document
    workflow: Workflow
    index: int


def split_qualified(document: Document, text: str) -> tuple[str, str, str] | None:
    """Source name, the rest, and how it departs; None if no source is named."""
    if text.startswith(QUALIFIED):
        name, _, rest = text.removeprefix(QUALIFIED).partition(".")
        known = source_named(document, name) or name
        return known, rest, "" if known == name else f"{name} stands there; {known} is the source"
    name, dot, rest = text.removeprefix("$").partition(".")
    if dot and document.mode is Mode.COMPAT and source_named(document, name) == name:
        return name, rest, f"{text} stands there; {QUALIFIED}{name}.{rest} is the expression"
    return None


def find_workflow(documents: DocumentSet, document: Document, text: str) -> WorkflowAt | Miss:
    """The workflow that a `workflowId` or a `dependsOn` names."""
    named = None if _local(document, text) is not None else split_qualified(document, text)
    if named is None:
        if document.mode is Mode.COMPAT:
            text = text.removeprefix(WORKFLOWS)
        found = _local(document, text)
        return found or Miss("unknown-workflow", f"there is no workflow {text}", one_of(document.places))
    name, rest, _ = named
    target = documents.find(document, name)
    if target is None:
        return _no_source(document, name)
    if target.target is None:
        return Miss("source-not-at-hand", f"{target.uri} is not at hand", "the document", absent=True)
    if not isinstance(target.target, Document):
        return Miss("unknown-workflow", f"the source {name} is no Arazzo document", "one of type arazzo")
    said = f"there is no workflow {rest} in {target.uri}"
    return _local(target.target, rest) or Miss("unknown-workflow", said, one_of(target.target.places))


def description_of(documents: DocumentSet, document: Document, name: str) -> Description | Miss:
    """The description that a source name stands for."""
    found = documents.find(document, name)
    if found is None:
        return _no_source(document, name)
    if found.target is None:
        return Miss("source-not-at-hand", f"{found.uri} is not at hand", "the description", absent=True)
    if not isinstance(found.target, Description):
        return Miss("unknown-operation", f"the source {name} is an Arazzo document", "a workflowId")
    return found.target


def source_named(document: Document, name: str) -> str | None:
    """The source of that name; in compat, of that name in any case, if there is one alone."""
    names = [one.name for one in document.arazzo.source_descriptions]
    if name in names or document.mode is Mode.STRICT:
        return name if name in names else None
    near = [one for one in names if one.lower() == name.lower()]
    return near[0] if len(near) == 1 else None


def _local(document: Document, workflow_id: str) -> WorkflowAt | None:
    place = document.places.get(workflow_id)
    return None if place is None else WorkflowAt(document, document.arazzo.workflows[place], place)


def _no_source(document: Document, name: str) -> Miss:
    names = [source.name for source in document.arazzo.source_descriptions]
    return Miss("unknown-source", f"there is no source description {name}", one_of(names))
