"""An operation of an OpenAPI description, with all that a request for it needs and no reference left."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, JsonValue

from arazzo.elements import Fixed
from arazzo.openapi.contract import Contract

Style = Literal[
    "matrix", "label", "simple", "form", "spaceDelimited", "pipeDelimited", "deepObject", "cookie"
]

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "QUERY"})
IDEMPOTENT = SAFE | {"PUT", "DELETE"}


class DeclaredParameter(Fixed):
    """Parameter Object of OpenAPI, defaults filled in."""

    name: str
    location: Literal["path", "query", "querystring", "header", "cookie"]
    required: bool = False
    style: Style = "simple"
    explode: bool = False
    allow_reserved: bool = False
    content_type: str | None = None
    """Where the parameter has a `content`: how its value is written."""
    schema_: JsonValue = None
    """With no reference out of itself, as all schemas here: what it refers to is in its `$defs`."""


class SecurityScheme(Fixed):
    """How a credential goes into a request. The credential itself is known by `name` alone."""

    name: str
    type: str
    """apiKey, http, oauth2, openIdConnect or mutualTLS; unknown, where the description does not say."""
    location: Literal["query", "header", "cookie"] | None = None
    key: str | None = None
    """Name of the header, query parameter or cookie of an apiKey."""
    scheme: str | None = None
    """Of http, in small letters: bearer, basic."""


class DeclaredBody(Fixed):
    """Media Type Object of a request body."""

    content_type: str
    schema_: JsonValue = None
    encoding: JsonValue = None

    def for_plan(self) -> DeclaredBody:
        """The same; only the parts of a multipart body are written by their schemas."""
        return (
            self if self.content_type.startswith("multipart/") else self.model_copy(update={"schema_": None})
        )


class Operation(Fixed):
    """Operation Object, with what its path and document say for it."""

    source: str
    """Name of the source description."""
    operation_id: str | None = None
    method: str
    """In capitals."""
    path: str
    """Template, such as `/orders/{orderId}`."""
    servers: tuple[str, ...] = ()
    """URLs, most special first, variables replaced by their defaults, absolute."""
    parameters: tuple[DeclaredParameter, ...] = ()
    bodies: tuple[DeclaredBody, ...] = ()
    body_required: bool = False
    security: tuple[tuple[SecurityScheme, ...], ...] = ()
    """Alternatives, each of schemes that are all needed; an empty one allows a call without credentials."""
    declares_key: str | None = None
    """The header parameter that carries an idempotency key, where the operation declares one."""
    responses: dict[str, JsonValue] = Field(default={})
    """By status: the schema of the JSON answer, for dry runs. Not part of what is compiled into a plan."""
    response_headers: dict[str, JsonValue] = Field(default={})
    """By status: the schema of an object with the answer's headers. Not part of a plan either."""
    json_answers: tuple[str, ...] = ()
    """The statuses of `responses` whose schema is of JSON. Not part of a plan either."""
    accepts: tuple[str, ...] = ()
    """Content types of its answers, JSON first."""
    contract: Contract | None = None
    """What its calls are held against: part of a plan alone."""

    @property
    def called(self) -> str:
        """What people call it."""
        return self.operation_id or f"{self.method} {self.path}"

    @property
    def is_idempotent(self) -> bool:
        """Whether asking twice is as good as asking once, by what HTTP says of the method."""
        return self.method in IDEMPOTENT

    def for_plan(self, contract: Contract | None = None) -> Operation:
        """The same for calls: in place of all schemas but those that shape a request, what it is held against."""
        return self.model_copy(
            update={
                "responses": {},
                "response_headers": {},
                "json_answers": (),
                "parameters": tuple(one.model_copy(update={"schema_": None}) for one in self.parameters),
                "bodies": tuple(one.for_plan() for one in self.bodies),
                "contract": contract,
            }
        )
