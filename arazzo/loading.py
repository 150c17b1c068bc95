"""A text becomes a document: all of it is read before anything in it is followed (A5)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar
from urllib.parse import urlsplit

from arazzo.fields import Fields
from arazzo.limits import LIMITS, Limits
from arazzo.model import Arazzo, Components, Info, SourceDescription, SourceType, Version, Workflow
from arazzo.problems import Problem, Problems
from arazzo.read_actions import read_failure_action, read_success_action
from arazzo.read_requests import read_parameter
from arazzo.read_workflows import read_workflow
from arazzo.reading import Mode, Place, Reading
from arazzo.source import Source, read

VERSION = re.compile(r"1\.[01]\.[0-9]+(-.+)?")
SHORT_VERSION = re.compile(r"1\.[01]")
KEY = re.compile(r"[a-zA-Z0-9._-]+")
SOURCE_NAME = re.compile(r"[A-Za-z0-9_-]+")
NO_URI = re.compile(r"[\s<>\"\\^`|\x00-\x1f\x7f]")

Component = TypeVar("Component")


@dataclass(frozen=True, eq=False)
class Document:
    """An Arazzo document that was read."""

    uri: str
    """Where it came from, or what the application calls it."""
    mode: Mode
    arazzo: Arazzo
    source: Source
    departures: tuple[Problem, ...] = ()
    """Where it is not as the specification has it, in the order of its lines."""

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each workflow stands, by its id; of two with one id, the first."""
        ids = [workflow.workflow_id for workflow in self.arazzo.workflows]
        return {name: place for place, name in reversed(list(enumerate(ids)))}


def load(text: str | bytes, *, uri: str, mode: Mode = Mode.STRICT, limits: Limits = LIMITS) -> Document:
    """Read a document, JSON or YAML; raises Problems with all that was found."""
    source = read(text, uri=uri, limits=limits)
    reading = Reading(source, mode, Version.V1_1, limits)
    arazzo = _root(reading, Fields(reading, Place(source.root, ()), "Arazzo Specification Object"))
    if reading.problems:
        raise Problems(sorted(reading.problems, key=lambda found: found.line))
    return Document(
        uri, mode, arazzo, source, tuple(sorted(reading.departures, key=lambda found: found.line))
    )


def _root(reading: Reading, fields: Fields) -> Arazzo:
    version = _version(fields)
    reading.version = Version(version[:3])
    arazzo = Arazzo(
        arazzo=version,
        self_uri=_self_uri(fields),
        info=_info(fields),
        source_descriptions=tuple(
            _source(reading, place) for place in _required_list(fields, "sourceDescriptions")
        ),
        workflows=_workflows(fields),
        components=_components(fields),
    )
    return arazzo.model_copy(update={"extensions": fields.done()})


def _version(fields: Fields) -> str:
    """The feature set decides how the rest is read; the patch does not."""
    if not fields.fields:
        return "1.1.0"
    said = fields.required_text("arazzo")
    if VERSION.fullmatch(said):
        return said
    if SHORT_VERSION.fullmatch(said):
        fields.depart("version", f"arazzo is {said}", f"{said}.0", "arazzo")
        return f"{said}.0"
    if said:
        fields.error("version", f"arazzo is {said!r}", "1.0.x or 1.1.x", "arazzo")
    return "1.1.0"


def _self_uri(fields: Fields) -> str | None:
    found = fields.text("$self", since=Version.V1_1)
    if found is None:
        return None
    if "#" in found:
        fields.error("self-fragment", f"$self is {found}", "a URI-reference without fragment", "$self")
    _check_uri(fields, found, "$self")
    return found


def _info(fields: Fields) -> Info:
    inner = fields.object("info", "Info Object")
    if inner is None:
        fields.missing("info")
        return Info(title="", version="")
    return Info(
        title=inner.required_text("title"),
        summary=inner.text("summary"),
        description=inner.text("description"),
        version=inner.required_text("version"),
        extensions=inner.done(),
    )


def _required_list(fields: Fields, name: str) -> list[Place]:
    places = fields.items(name)
    if not places:
        said = f"{name} is missing" if places is None else f"{name} is empty"
        report = fields.error if name == "workflows" else fields.depart
        report("missing-field", said, "a list of at least one", name)
    return places or []


def _source(reading: Reading, place: Place) -> SourceDescription:
    fields = Fields(reading, place, "Source Description Object")
    name, url = fields.required_text("name"), fields.required_text("url")
    if name and not SOURCE_NAME.fullmatch(name):
        path = (*fields.path, "name")
        said = f"no expression can name the source {name!r}"
        reading.remark("source-name", path, said, SOURCE_NAME.pattern, fields.clause("name"))
    _check_uri(fields, url, "url")
    type_ = fields.choice("type", SourceType)
    if type_ is SourceType.ASYNCAPI and reading.version < Version.V1_1:
        fields.depart("later-version", "asyncapi is of 1.1", "arazzo: 1.1.0", "type")
    return SourceDescription(name=name, url=url, type=type_, extensions=fields.done())


def _check_uri(fields: Fields, uri: str, name: str) -> None:
    try:
        urlsplit(uri)
        wrong = NO_URI.search(uri) is not None
    except ValueError:
        wrong = True
    if wrong:
        fields.error("no-uri", f"{name} is {uri!r}", "a URI-reference (RFC 3986)", name)


def _workflows(fields: Fields) -> tuple[Workflow, ...]:
    places = _required_list(fields, "workflows")
    if len(places) > (most := fields.reading.limits.workflows):
        fields.error("too-many-workflows", f"{len(places)} workflows", f"at most {most}", "workflows")
        return ()
    return tuple(read_workflow(fields.reading, place) for place in places)


def _components(fields: Fields) -> Components:
    inner = fields.object("components", "Components Object")
    if inner is None:
        return Components()
    return Components(
        inputs=_named(inner, "inputs", lambda _, place: place.node.value),
        parameters=_named(inner, "parameters", read_parameter),
        success_actions=_named(inner, "successActions", read_success_action),
        failure_actions=_named(inner, "failureActions", read_failure_action),
        extensions=inner.done(),
    )


def _named(
    fields: Fields, name: str, read_one: Callable[[Reading, Place], Component]
) -> dict[str, Component]:
    found: dict[str, Component] = {}
    for key, place in fields.entries(name):
        if not KEY.fullmatch(key):
            said = f"no expression can name the component {key!r}"
            fields.reading.depart("component-key", place.path, said, KEY.pattern, "Components Object")
        found[key] = read_one(fields.reading, place)
    return found
