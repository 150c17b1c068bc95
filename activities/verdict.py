"""The one classification of what came back from a call: what is known of its effect, and whether to try again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Generic, NamedTuple, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from activities.backoff import retry_after
from activities.credential import CredentialUnreadable
from activities.problems import Problem, clean
from saga.headers import CREDENTIALS_REFUSED, Outcome

Answer = TypeVar("Answer", bound=BaseModel)


@dataclass(frozen=True)
class Reply:
    """What a downstream answered; no content where it was too long or could not be decoded."""

    status: int
    headers: Mapping[str, str]
    content: bytes | None


@dataclass(frozen=True)
class Confirmed(Generic[Answer]):
    """The effect took place, and this is its answer."""

    answer: Answer


@dataclass(frozen=True)
class Failed:
    """What is known of the effect after this attempt alone."""

    outcome: Outcome
    type: str
    message: str
    retry: bool
    wait: timedelta | None = None
    """Before the next attempt, as the downstream asks."""


class Row(NamedTuple):
    outcome: Outcome
    retry: bool
    type: str


PROBLEMS = {
    (409, "KeyInProgress"): Row(Outcome.UNKNOWN, retry=True, type="KeyInProgress"),
    # An earlier request with another body had this key, and what it did may stand.
    (422, "KeyReused"): Row(Outcome.UNKNOWN, retry=False, type="KeyReused"),
}
STATUSES = {
    401: Row(Outcome.REFUSED, retry=False, type=CREDENTIALS_REFUSED),
    403: Row(Outcome.REFUSED, retry=False, type=CREDENTIALS_REFUSED),
    408: Row(Outcome.REFUSED, retry=True, type="RequestTimedOut"),
    425: Row(Outcome.REFUSED, retry=True, type="RequestTooEarly"),
    429: Row(Outcome.REFUSED, retry=True, type="RequestThrottled"),
    503: Row(Outcome.REFUSED, retry=True, type="ServiceUnavailable"),
}
NOT_SENT: Mapping[type[Exception], Row] = {
    CredentialUnreadable: Row(Outcome.REFUSED, retry=True, type="CredentialUnreadable"),
    httpx.ConnectError: Row(Outcome.REFUSED, retry=True, type="ConnectionFailed"),
    httpx.ConnectTimeout: Row(Outcome.REFUSED, retry=True, type="ConnectTimedOut"),
    httpx.PoolTimeout: Row(Outcome.REFUSED, retry=True, type="PoolTimedOut"),
}
MAYBE_SENT: Mapping[type[Exception], Row] = {
    httpx.WriteTimeout: Row(Outcome.UNKNOWN, retry=True, type="RequestTimedOut"),
    httpx.ReadTimeout: Row(Outcome.UNKNOWN, retry=True, type="ResponseTimedOut"),
    TimeoutError: Row(Outcome.UNKNOWN, retry=True, type="ResponseTimedOut"),
    Exception: Row(Outcome.UNKNOWN, retry=True, type="ConnectionLost"),
}
SERVER_FAILED = Row(Outcome.UNKNOWN, retry=True, type="ServerFailed")
RESPONSE_INVALID = Row(Outcome.UNKNOWN, retry=False, type="ResponseInvalid")


def classify(came_back: Reply | Exception, returns: type[Answer]) -> Confirmed[Answer] | Failed:
    """The verdict on one attempt. Refused is certainly without effect; so what is not listed is unknown."""
    if isinstance(came_back, Exception):
        return failed(came_back)
    if HTTPStatus.OK <= came_back.status < HTTPStatus.MULTIPLE_CHOICES:
        return _validated(came_back, returns)
    return failed(came_back)


def failed(came_back: Reply | Exception) -> Failed:
    """The verdict on an attempt that is no success, whatever a success would be."""
    if isinstance(came_back, Exception):
        return _without_reply(came_back)
    problem = Problem.read(came_back.content or b"")
    outcome, retry, kind = _row(came_back.status, problem)
    message = f"answered {came_back.status}" + (f" ({problem.text})" if problem.text else "")
    return Failed(outcome, kind, message, retry, retry_after(came_back.headers))


def _without_reply(error: Exception) -> Failed:
    outcome, retry, kind = next(
        row for kind, row in {**NOT_SENT, **MAYBE_SENT}.items() if isinstance(error, kind)
    )
    return Failed(outcome, kind, f"gave no answer ({clean(str(error)) or type(error).__name__})", retry)


def _row(status: int, problem: Problem) -> Row:
    listed = PROBLEMS.get((status, problem.failure_type or "")) or STATUSES.get(status)
    if listed:
        return listed
    match status // 100:
        case 4:
            return Row(Outcome.REFUSED, retry=False, type=problem.failure_type or "RequestRefused")
        case 5:
            return SERVER_FAILED
        case _:  # a redirect, which is never followed, or no HTTP status at all
            return RESPONSE_INVALID


def _validated(reply: Reply, returns: type[Answer]) -> Confirmed[Answer] | Failed:
    if reply.content is None:
        return _invalid(reply, "a body that is too long, or cannot be decoded")
    try:
        return Confirmed(returns.model_validate_json(reply.content))
    except ValidationError as error:
        return _invalid(reply, f"a body that is not as promised: {wrong_fields(error, whole='body')}")


def _invalid(reply: Reply, what: str) -> Failed:
    outcome, retry, kind = RESPONSE_INVALID
    return Failed(outcome, kind, f"answered {reply.status} with {what}", retry)


def wrong_fields(error: ValidationError, *, whole: str) -> str:
    """Which fields, and what is wrong with each; never a value of theirs. `whole`: what all of it is called."""
    found = error.errors(include_input=False, include_url=False, include_context=False)
    return clean("; ".join(f"{'.'.join(map(str, field['loc'])) or whole} {field['type']}" for field in found))
