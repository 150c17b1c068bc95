"""The operations and channels that steps name, by id or by path (C2, C3)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from arazzo.channels import Channel, channel_at, channel_of, operation_ids
from arazzo.descriptions import Description
from arazzo.identity import DocumentSet
from arazzo.loading import Document
from arazzo.model import SourceType, Step
from arazzo.openapi.errors import OpenApiError, OperationNotFound
from arazzo.openapi.operation import Operation
from arazzo.problems import one_of
from arazzo.reading import Mode
from arazzo.references import QUALIFIED, Miss, description_of, source_named, split_qualified

OTHERS = re.compile(r"(?:\{?(?P<source>[A-Za-z0-9_-]+)\}?\.)?(?:(?P<method>[A-Z]+) )?(?P<path>/\S*)")
"""How other tools name an operation by its path."""


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
    if hash_ and source_named(document, source) is not None:
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
    return Miss(
        "unknown-operation",
        f"{description.uri} has no {wanted}",
        one_of(operation_ids(description.source.value)),
    )


def _described(document: Document) -> list[str]:
    """The sources that may have operations."""
    return [one.name for one in document.arazzo.source_descriptions if one.type is not SourceType.ARAZZO]


def _unescaped(token: str) -> str:
    return unquote(token).replace("~1", "/").replace("~0", "~")
