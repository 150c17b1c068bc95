"""Credentials put into requests. A credential is known by the name of its scheme; which one it is, is not said here."""

import base64
import re
from collections.abc import Collection

from arazzo.openapi.errors import CredentialMissing, RequestRefused
from arazzo.openapi.http_request import HttpRequest
from arazzo.openapi.operation import Operation, SecurityScheme
from arazzo.openapi.values import percent

CLAUSE = "Security Scheme Object"
TOKEN = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)
ONE_LINE = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f]*")
COOKIE_VALUE = re.compile(r"[^\x00-\x20\x7f;,\"\\]*")
OF_THE_TRANSPORT = "mutualTLS"


def choose(operation: Operation, available: Collection[str]) -> tuple[SecurityScheme, ...]:
    """The first alternative for which all credentials are at hand; none, where a call without any is allowed.

    Raises CredentialMissing.
    """
    alternatives = operation.security
    for one in alternatives:
        if one and all(scheme.name in available or scheme.type == OF_THE_TRANSPORT for scheme in one):
            return one
    if not alternatives or () in alternatives:
        return ()
    names = (" and ".join(scheme.name for scheme in one) for one in alternatives)
    raise CredentialMissing(
        f"{operation.method} {operation.path} of {operation.source} wants a credential, and none is at hand",
        expected=" or ".join(names),
        clause="Security Requirement Object",
    )


def apply(request: HttpRequest, scheme: SecurityScheme, credential: str) -> HttpRequest:
    """The same request with the credential, in the place of one that is there. `http` basic takes `user:password`.

    No message says the credential.
    """
    if not ONE_LINE.fullmatch(credential):
        raise RequestRefused(f"the credential of {scheme.name} has control characters", expected="one line")
    match scheme.type:
        case "apiKey":
            return _with_key(request, scheme, credential)
        case "http" if scheme.scheme == "basic":
            encoded = base64.b64encode(credential.encode()).decode()
            return request.with_header("Authorization", f"Basic {encoded}")
        case "http" if scheme.scheme is not None and TOKEN.fullmatch(scheme.scheme):
            word = "Bearer" if scheme.scheme == "bearer" else scheme.scheme
            return request.with_header("Authorization", f"{word} {credential}")
        case "oauth2" | "openIdConnect":
            return request.with_header("Authorization", f"Bearer {credential}")
        case "mutualTLS":
            return request
        case _:
            raise RequestRefused(
                f"the security scheme {scheme.name} is {scheme.type}, and not to be understood",
                expected="apiKey, http with a scheme, oauth2, openIdConnect or mutualTLS",
                clause=CLAUSE,
            )


def _with_key(request: HttpRequest, scheme: SecurityScheme, credential: str) -> HttpRequest:
    key = scheme.key or ""
    match scheme.location:
        case "header" if TOKEN.fullmatch(key):
            return request.with_header(key, credential)
        case "query" if key:
            return request.with_query(percent(key), percent(credential))
        case "cookie" if TOKEN.fullmatch(key) and COOKIE_VALUE.fullmatch(credential):
            return request.with_cookie(key, credential)
        case _:
            raise RequestRefused(
                f"the API key {scheme.name} cannot go into {scheme.location} as {key!r}",
                expected="in: header, query or cookie, a name, and for a cookie a value that one may hold",
                clause=CLAUSE,
            )
