"""Operation Objects turned into operations: what path and document say for them filled in, references followed."""

import re
from collections.abc import Iterable
from typing import NamedTuple, get_args

from pydantic import JsonValue

from arazzo.openapi.content_types import covers, is_json, json_first
from arazzo.openapi.errors import DescriptionRefused
from arazzo.openapi.operation import DeclaredBody, DeclaredParameter, Operation, SecurityScheme, Style
from arazzo.openapi.references import Fields, Place, fields_of, items_of, text_of
from arazzo.openapi.schemas import Schemas, with_examples
from arazzo.uris import join

IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})
"""Declarations of them SHALL be ignored (Parameter Object, name)."""

PERMITTED: dict[str, tuple[Style, ...]] = {
    "path": ("simple", "matrix", "label"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "querystring": ("form",),
    "header": ("simple",),
    "cookie": ("form", "cookie"),
}
"""The styles of each location, the default first (Style Values)."""

IDEMPOTENCY_KEY = re.compile(r"(?:^|-)idempoten(?:cy|t)-?key$", re.IGNORECASE)
STATUS = re.compile(r"default|[1-5](?:XX|[0-9]{2})", re.IGNORECASE | re.ASCII)
VARIABLE = re.compile(r"\{([^{}]+)\}")


class Around(NamedTuple):
    """What is known outside an Operation Object."""

    source: str
    document: Place
    location: str
    """Where the document was found; server URLs are relative to it, whatever `$self` says (A8)."""
    schemas: Schemas


def operation(around: Around, path: str, method: str, item: Place, place: Place) -> Operation:
    """One operation of a path."""
    parameters = _parameters(around.schemas, item, place)
    body = place.at("requestBody")
    answers = {status: one for status, one in place.at("responses").each() if STATUS.fullmatch(status)}
    return Operation(
        source=around.source,
        operation_id=text_of(place.fields.get("operationId")),
        method=method,
        path=path,
        servers=_servers(around, item, place),
        parameters=parameters,
        bodies=tuple(_body(around.schemas, kind, media) for kind, media in body.at("content").each()),
        body_required=body.fields.get("required") is True,
        security=_security(around.document, place),
        declares_key=next(
            (one.name for one in parameters if one.location == "header" and IDEMPOTENCY_KEY.search(one.name)),
            None,
        ),
        responses={status: _answer(around.schemas, answer) for status, answer in answers.items()},
        json_answers=tuple(status for status, answer in answers.items() if _is_json(answer)),
        response_headers={status: _headers(around.schemas, answer) for status, answer in answers.items()},
        accepts=tuple(
            json_first(dict.fromkeys(kind for one in answers.values() for kind in one.at("content").fields))
        ),
    )


def _parameters(schemas: Schemas, item: Place, place: Place) -> tuple[DeclaredParameter, ...]:
    """Those of the operation in the place of those of the path; header names in any case are the same."""
    declared: dict[tuple[str, str], DeclaredParameter] = {}
    for level in (item, place):
        for one in level.at("parameters").items():
            parameter = _parameter(schemas, one)
            header = parameter.location == "header"
            name = parameter.name.lower() if header else parameter.name
            if not (header and name in IGNORED_HEADERS):
                declared[name, parameter.location] = parameter
    return tuple(declared.values())


def _parameter(schemas: Schemas, place: Place) -> DeclaredParameter:
    name, location = text_of(place.fields.get("name")), place.fields.get("in")
    if not name or not isinstance(location, str) or location not in PERMITTED:
        raise DescriptionRefused(
            f"a parameter has the name {name!r} and is in {location!r}",
            expected=f"a name, and one of {', '.join(PERMITTED)}",
            clause="Parameter Object",
        )
    content = dict(place.at("content").each())
    kind, media = next(iter(content.items()), (None, place))
    style, explode = place.fields.get("style", PERMITTED[location][0]), place.fields.get("explode")
    if style not in get_args(Style):
        raise DescriptionRefused(
            f"the parameter {name} has the style {style!r}",
            expected=f"one of {', '.join(PERMITTED[location])}",
            clause="Style Values",
        )
    if style not in PERMITTED[location]:
        style = PERMITTED[location][0]
    return DeclaredParameter.model_validate(
        {
            "name": name,
            "location": location,
            "required": location == "path" or place.fields.get("required") is True,
            "style": style,
            "explode": explode if isinstance(explode, bool) else style in {"form", "cookie"},
            "allow_reserved": place.fields.get("allowReserved") is True,
            "content_type": kind,
            "schema_": with_examples(_schema(schemas, media), place),
        }
    )


def _schema(schemas: Schemas, media: Place) -> JsonValue:
    return with_examples(schemas.bundled(media.beside(media.fields.get("schema"))), media)


def _servers(around: Around, item: Place, place: Place) -> tuple[str, ...]:
    """Of the operation, else of the path, else of the document, else the document's own address."""
    for level in (place, item, around.document):
        if items_of(level.fields.get("servers")):
            return tuple(join(around.location, _server(one)) for one in level.at("servers").items())
    return (join(around.location, "/"),)


def _server(place: Place) -> str:
    """Its URL with the defaults of its variables; a variable that has none stays, and is said when it is needed."""
    variables = dict(place.at("variables").each())

    def value(found: re.Match[str]) -> str:
        variable = variables.get(found[1])
        fields = {} if variable is None else variable.fields
        known = [fields.get("default"), *items_of(fields.get("enum"))]
        return next((str(one) for one in known if one is not None), found[0])

    return VARIABLE.sub(value, text_of(place.fields.get("url")) or "/")


def _body(schemas: Schemas, content_type: str, media: Place) -> DeclaredBody:
    encoding: Fields = {
        name: {
            field: one.fields[field]
            for field in ("contentType", "style", "explode", "allowReserved")
            if field in one.fields
        }
        for name, one in media.at("encoding").each()
    }
    return DeclaredBody(content_type=content_type, schema_=_schema(schemas, media), encoding=encoding or None)


def _security(document: Place, place: Place) -> tuple[tuple[SecurityScheme, ...], ...]:
    """Those of the operation, be it none at all, else those of the document."""
    level = place if "security" in place.fields else document
    schemes = document.at("components").at("securitySchemes")
    return tuple(
        tuple(_scheme(document, schemes, name) for name in fields_of(one))
        for one in items_of(level.fields.get("security"))
    )


def _scheme(document: Place, schemes: Place, name: str) -> SecurityScheme:
    found = schemes.at(name)
    if found.value is None and ("/" in name or "#" in name):
        found = document.lookup(name).followed()  # from 3.2 on the name may be a reference
    scheme, location = text_of(found.fields.get("scheme")), found.fields.get("in")
    return SecurityScheme.model_validate(
        {
            "name": name,
            "type": text_of(found.fields.get("type")) or "unknown",
            "location": location if location in {"query", "header", "cookie"} else None,
            "key": text_of(found.fields.get("name")),
            "scheme": None if scheme is None else scheme.lower(),
        }
    )


def _answer(schemas: Schemas, place: Place) -> JsonValue:
    """The schema of what is JSON, else of the first kind of content."""
    content = dict(place.at("content").each())
    chosen = _chosen(content)
    return None if chosen is None else _schema(schemas, content[chosen])


def _is_json(place: Place) -> bool:
    chosen = _chosen(place.at("content").fields)
    return chosen is not None and _may_be_json(chosen)


def _chosen(content: Iterable[str]) -> str | None:
    known = json_first(content)
    return next((one for one in known if _may_be_json(one)), next(iter(known), None))


def _may_be_json(content_type: str) -> bool:
    return is_json(content_type) or covers(content_type, "application/json")


def _headers(schemas: Schemas, place: Place) -> JsonValue:
    headers: Fields = {}
    for name, one in place.at("headers").each():
        media = next((media for _, media in one.at("content").each()), one)
        headers[name] = with_examples(_schema(schemas, media), one)
    return {"type": "object", "properties": headers, "required": [*headers]} if headers else None
