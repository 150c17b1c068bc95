"""Every error of every service as problem details, `application/problem+json` (RFC 9457)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class ProblemType:
    """A kind of problem that a caller can tell by its `type`, whatever the words around it."""

    name: str
    status: int
    title: str

    @property
    def uri(self) -> str:
        """The problem's `type` (RFC 9457 section 3.1.1), e.g. `urn:problem:out-of-stock`."""
        return f"urn:problem:{self.name}"


INVALID_REQUEST = ProblemType("invalid-request", 422, "The request does not keep to its description")
KEY_MISSING = ProblemType("key-missing", 400, "Idempotency-Key is missing")
KEY_REUSED = ProblemType("key-reused", 422, "Idempotency-Key was used for another request")
KEY_IN_PROGRESS = ProblemType("key-in-progress", 409, "A request with this Idempotency-Key is still running")
COMPENSATES_MISSING = ProblemType("compensates-missing", 400, "X-Compensates is missing")
COMPENSATES_OTHER = ProblemType("compensates-other", 422, "X-Compensates names the key of another operation")
ALREADY_COMPENSATED = ProblemType("already-compensated", 409, "This request has been compensated already")
NOT_FOUND = ProblemType("not-found", 404, "Not found")
UNAUTHORIZED = ProblemType("unauthorized", 401, "The credentials are missing or not valid")
THROTTLED = ProblemType("throttled", 429, "Too many requests")
UNAVAILABLE = ProblemType("unavailable", 503, "The service is not available at the moment")
INTERNAL_ERROR = ProblemType("internal-error", 500, "The service has failed")


class FieldError(BaseModel):
    """One member of `errors` (as in the example of RFC 9457 section 3); one of the three places is set."""

    model_config = ConfigDict(frozen=True)

    detail: str
    pointer: str | None = Field(
        default=None, description="where in the body, a JSON pointer as URI fragment (RFC 6901 section 6)"
    )
    parameter: str | None = Field(default=None, description="which query or path parameter")
    header: str | None = Field(default=None, description="which header")


class Problem(BaseModel):
    """Problem details (RFC 9457 section 3)."""

    model_config = ConfigDict(frozen=True)

    type: str
    title: str
    status: int
    detail: str
    errors: tuple[FieldError, ...] | None = None


class Refused(Exception):
    """The request is answered with a problem, and has had no effect."""

    def __init__(
        self,
        problem_type: ProblemType,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.problem = Problem(
            type=problem_type.uri,
            title=problem_type.title,
            status=problem_type.status,
            detail=detail,
            errors=tuple(errors) or None,
        )
        self.headers = headers

    def response(self) -> Response:
        return Response(
            self.problem.model_dump_json(exclude_none=True),
            status_code=self.problem.status,
            headers=self.headers,
            media_type=MEDIA_TYPE,
        )


def invalid_request(*errors: FieldError) -> Refused:
    return Refused(INVALID_REQUEST, "; ".join(error.detail for error in errors), errors=errors)


def internal_error(bug: Exception) -> Refused:
    """A bug of ours, of which the caller learns only the type; its traceback goes to standard error."""
    return Refused(INTERNAL_ERROR, f"unexpected {type(bug).__name__}")


def from_validation(failure: RequestValidationError) -> Refused:
    """The refusal that names each wrong field, without repeating what was sent."""
    return invalid_request(*(_field_error(e["loc"], e["msg"]) for e in failure.errors()))


def _field_error(location: tuple[str | int, ...], message: str) -> FieldError:
    place, *path = location
    where = "".join(f"/{_escaped(part)}" for part in path)
    if place == "body":
        return FieldError(detail=f"body{where}: {message}", pointer=f"#{where}")
    return FieldError(detail=f"{place} parameter {where[1:]}: {message}", parameter=where[1:])


def _escaped(part: str | int) -> str:
    """A reference token of a JSON pointer (RFC 6901 section 3)."""
    return str(part).replace("~", "~0").replace("/", "~1")


async def answer_refused(_: Request, refused: Refused) -> Response:
    return refused.response()


async def answer_validation(_: Request, failure: RequestValidationError) -> Response:
    return from_validation(failure).response()


async def answer_http_exception(_: Request, failure: HTTPException) -> Response:
    """The framework's own refusals: no such path, method not allowed, an unreadable body."""
    phrase = HTTPStatus(failure.status_code).phrase
    kind = ProblemType(phrase.lower().replace(" ", "-"), failure.status_code, phrase)
    return Refused(kind, str(failure.detail), headers=failure.headers).response()


async def answer_bug(_: Request, failure: Exception) -> Response:
    return internal_error(failure).response()
