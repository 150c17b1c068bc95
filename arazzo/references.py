"""What the names in a document mean: workflows, operations and channels, in this document or in its sources (C2 to C4)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from arazzo.channels import Channel, channel_at, channel_of, operation_ids
from arazzo.descriptions import Description
from arazzo.identity import DocumentSet
from arazzo.loading import Document
from arazzo.model import SourceType, Step, Workflow
from arazzo.openapi.errors import OpenApiError, OperationNotFound
from arazzo.openapi.operation import Operation
from arazzo.reading import Mode

QUALIFIED = "$sourceDescriptions."
WORKFLOWS = "$workflows."
OTHERS = re.compile(r"(?:\{?(?P<source>[A-Za-z0-9_-]+)\}?\.)?(?:(?P<method>[A-Z]+) )?(?P<path>/\S*)")
"""How other tools name an operation by its path."""


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


@dataclass(frozen=True, slots=True)
class OperationAt:
    """An operation of an OpenAPI description."""

    operation: Operation
    departure: str = ""
    """How it was named, where not by the text's rule."""


@dataclass(frozen=True, slots=True)
class ChannelAt:
    """A channel of an AsyncAPI description."""

    source: str
    """Name of the source description."""
    channel: Channel
    departure: str = ""


Target = OperationAt | ChannelAt


def split_qualified(document: Document, text: str) -> tuple[str, str, str] | None:
    """Source name, the rest, and how it departs; None if no source is named."""
    if text.startswith(QUALIFIED):
        name, _, rest = text.removeprefix(QUALIFIED).partition(".")
        known = _source_named(document, name) or name
        return known, rest, "" if known == name else f"{name} stands there; {known} is the source"
    name, dot, rest = text.removeprefix("$").partition(".")
    if dot and document.mode is Mode.COMPAT and _source_named(document, name) == name:
        return name, rest, f"{text} stands there; {QUALIFIED}{name}.{rest} is the expression"
    return None


def find_workflow(documents: DocumentSet, document: Document, text: str) -> WorkflowAt | Miss:
    """The workflow that a `workflowId` or a `dependsOn` names."""
    named = None if _local(document, text) is not None else split_qualified(document, text)
    if named is None:
        if document.mode is Mode.COMPAT:
            text = text.removeprefix(WORKFLOWS)
        found = _local(document, text)
        known = ", ".join(workflow.workflow_id for workflow in document.arazzo.workflows)
        return found or Miss("unknown-workflow", f"there is no workflow {text}", f"one of {known}")
    name, rest, _ = named
    target = documents.find(document, name)
    if target is None:
        return _no_source(document, name)
    if target.target is None:
        return Miss("source-not-at-hand", f"{target.uri} is not at hand", "the document", absent=True)
    if not isinstance(target.target, Document):
        return Miss("unknown-workflow", f"the source {name} is no Arazzo document", "one of type arazzo")
    known = ", ".join(workflow.workflow_id for workflow in target.target.arazzo.workflows)
    missing = Miss("unknown-workflow", f"there is no workflow {rest} in {target.uri}", f"one of {known}")
    return _local(target.target, rest) or missing


def find_target(documents: DocumentSet, document: Document, step: Step) -> Target | Miss:
    """What a step calls, sends or receives."""
    if step.operation_path is not None or step.channel_path is not None:
        return find_by_path(documents, document, step.operation_path or step.channel_path or "")
    return find_by_id(documents, document, step.operation_id or "")


def find_by_id(
    documents: DocumentSet, document: Document, text: str, source: str | None = None
) -> Target | Miss:
    """By its `operationId`, which names the source where there are several (C2)."""
    named = (source, text, "") if source is not None else split_qualified(document, text)
    if named is not None:
        return _in_source(documents, document, *named)
    names = _described(document)
    departure = f"{text} does not say which source it is of" if len(names) > 1 else ""
    return _in_any(names, text, lambda name: _in_source(documents, document, name, text, departure))


def find_by_path(documents: DocumentSet, document: Document, text: str) -> Target | Miss:
    """By an expression for the source and a JSON Pointer (C3)."""
    expression, hash_, fragment = text.partition("#")
    named = split_qualified(document, expression.strip().removeprefix("{").removesuffix("}"))
    if named is None and document.mode is Mode.COMPAT:
        other = _in_words_of_others(documents, document, text)
        if other is not None:
            return other
    if named is None:
        expected = f"{{{QUALIFIED}NAME.url}}#/paths/~1PATH/METHOD"
        return Miss("operation-path", f"{text} names no source and pointer", expected)
    name, field, departure = named
    if not hash_:
        return _in_source(documents, document, name, field, f"{text} is an operationId, and no path")
    if field != "url":
        departure = departure or f"{expression} stands there; {{{QUALIFIED}{name}.url}} is the source"
    return _by_pointer(documents, document, name, fragment, departure)


def _by_pointer(
    documents: DocumentSet, document: Document, name: str, fragment: str, departure: str
) -> Target | Miss:
    description = description_of(documents, document, name)
    if isinstance(description, Miss):
        return description
    if description.type is SourceType.ASYNCAPI:
        channel = channel_at(description.source.value, tuple(map(_unescaped, fragment.split("/")[1:])))
        return ChannelAt(name, channel, departure) if channel else _nothing(f"#{fragment}", description)
    return _asked(lambda: documents.operations(description, name).by_pointer(f"#{fragment}"), departure)


def _in_words_of_others(documents: DocumentSet, document: Document, text: str) -> Target | Miss | None:
    """`NAME#/pointer`, `/path`, `METHOD /path` and `{NAME}./path`, where it is one of them (D21)."""
    source, hash_, fragment = text.partition("#")
    if hash_ and _source_named(document, source) is not None:
        departure = f"{source} stands there; {{{QUALIFIED}{source}.url}} is the source"
        return _by_pointer(documents, document, source, fragment, departure)
    found = OTHERS.fullmatch(text)
    if found is None:
        return None
    departure, method, path = f"{text} is no expression and pointer", found["method"], found["path"]

    def ask(name: str) -> Target | Miss:
        description = description_of(documents, document, name)
        if isinstance(description, Miss):
            return description
        return _asked(lambda: documents.operations(description, name).by_path(path, method), departure)

    names = [found["source"]] if found["source"] else _described(document)
    return _in_any(names, text, ask)


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


def _in_source(
    documents: DocumentSet, document: Document, name: str, wanted: str, departure: str
) -> Target | Miss:
    description = description_of(documents, document, name)
    if isinstance(description, Miss):
        return description
    if description.type is SourceType.ASYNCAPI:
        channel = channel_of(description.source.value, wanted)
        return ChannelAt(name, channel, departure) if channel else _nothing(wanted, description)
    operations = documents.operations
    found = _asked(lambda: operations(description, name).by_id(wanted), departure)
    near = [one for one in _ids(documents, description, name) if one.lower() == wanted.lower()]
    if isinstance(found, Miss) and document.mode is Mode.COMPAT and len(near) == 1:
        return _asked(
            lambda: operations(description, name).by_id(near[0]),
            f"{wanted} stands there; {near[0]} is the id",
        )
    return found


def _ids(documents: DocumentSet, description: Description, name: str) -> tuple[str, ...]:
    try:
        return documents.operations(description, name).ids
    except OpenApiError:
        return ()


def _in_any(names: list[str], wanted: str, ask: Callable[[str], Target | Miss]) -> Target | Miss:
    """In whichever source has it, if one alone does."""
    results = [ask(name) for name in names]
    found = [one for one in results if not isinstance(one, Miss)]
    misses = [one for one in results if isinstance(one, Miss)]
    if len(found) > 1:
        return Miss("ambiguous-operation", f"several sources have {wanted}", f"{QUALIFIED}NAME.{wanted}")
    if found:
        return found[0]
    if not misses:
        return Miss(
            "unknown-operation", f"there is no source that could have {wanted}", "a source description"
        )
    return next((one for one in misses if one.absent), misses[0])


def _asked(ask: Callable[[], Operation], departure: str) -> OperationAt | Miss:
    try:
        return OperationAt(ask(), departure)
    except OperationNotFound as error:
        return Miss("unknown-operation", error.message, error.expected)
    except OpenApiError as error:
        return Miss("description-refused", error.message, error.expected)


def _nothing(wanted: str, description: Description) -> Miss:
    known = ", ".join(operation_ids(description.source.value))
    return Miss("unknown-operation", f"{description.uri} has no {wanted}", f"one of {known}")


def _described(document: Document) -> list[str]:
    """The sources that may have operations."""
    return [one.name for one in document.arazzo.source_descriptions if one.type is not SourceType.ARAZZO]


def _source_named(document: Document, name: str) -> str | None:
    """The source of that name; in compat, of that name in any case, if there is one alone."""
    names = [one.name for one in document.arazzo.source_descriptions]
    if name in names or document.mode is Mode.STRICT:
        return name if name in names else None
    near = [one for one in names if one.lower() == name.lower()]
    return near[0] if len(near) == 1 else None


def _unescaped(token: str) -> str:
    return unquote(token).replace("~1", "/").replace("~0", "~")


def _local(document: Document, workflow_id: str) -> WorkflowAt | None:
    for index, workflow in enumerate(document.arazzo.workflows):
        if workflow.workflow_id == workflow_id:
            return WorkflowAt(document, workflow, index)
    return None


def _no_source(document: Document, name: str) -> Miss:
    known = ", ".join(source.name for source in document.arazzo.source_descriptions)
    return Miss("unknown-source", f"there is no source description {name}", f"one of {known}")
