"""Credentials go where their scheme says, and nowhere else."""

import pytest

from arazzo.openapi.errors import CredentialMissing, RequestRefused
from arazzo.openapi.http_request import HttpRequest
from arazzo.openapi.operation import Operation, SecurityScheme
from arazzo.openapi.security import apply, choose
from tests.arazzo.openapi.descriptions import Fields, operations

REQUEST = HttpRequest("GET", "https://api.example.com/things", (("Accept", "text/plain"),))
SCHEMES: Fields = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "token": {"type": "http", "scheme": "Bearer"},
    "login": {"type": "http", "scheme": "basic"},
    "certificate": {"type": "mutualTLS"},
}


def secured(*alternatives: list[str]) -> Operation:
    """An operation with these security requirements."""
    security: list[Fields] = [{name: [] for name in one} for one in alternatives]
    components = {"securitySchemes": SCHEMES}
    return operations({"/things": {"get": {"security": security}}}, components=components).by_path("/things")


@pytest.mark.parametrize(
    ("scheme", "header", "value"),
    [
        (SecurityScheme(name="s", type="http", scheme="bearer"), "Authorization", "Bearer a:b"),
        (SecurityScheme(name="s", type="http", scheme="basic"), "Authorization", "Basic YTpi"),
        (SecurityScheme(name="s", type="http", scheme="negotiate"), "Authorization", "negotiate a:b"),
        (SecurityScheme(name="s", type="oauth2"), "Authorization", "Bearer a:b"),
        (SecurityScheme(name="s", type="openIdConnect"), "Authorization", "Bearer a:b"),
        (SecurityScheme(name="s", type="apiKey", location="header", key="X-Key"), "x-key", "a:b"),
        (SecurityScheme(name="s", type="apiKey", location="cookie", key="sid"), "Cookie", "sid=a:b"),
    ],
)
def test_a_credential_goes_into_its_header(scheme: SecurityScheme, header: str, value: str) -> None:
    """In the place of one that is there, beside the other headers."""
    once = apply(REQUEST, scheme, "a:b")
    assert (value, "text/plain") == (once.header(header), once.header("accept"))
    assert once == apply(apply(REQUEST, scheme, "other"), scheme, "a:b")


def test_a_key_goes_into_the_query() -> None:
    """Encoded, beside what is there, in the place of one of its name."""
    scheme = SecurityScheme(name="s", type="apiKey", location="query", key="api key")
    once = apply(REQUEST, scheme, "a&b=c")
    assert "https://api.example.com/things?api%20key=a%26b%3Dc" == once.url
    other = HttpRequest("GET", f"{once.url}&page=2")
    assert "https://api.example.com/things?page=2&api%20key=d" == apply(other, scheme, "d").url


def test_a_key_goes_beside_other_cookies() -> None:
    """One header has them all."""
    scheme = SecurityScheme(name="s", type="apiKey", location="cookie", key="sid")
    assert "a=1; sid=2" == apply(REQUEST.with_header("cookie", "a=1; sid=0"), scheme, "2").header("Cookie")


def test_a_certificate_is_the_transports() -> None:
    """The request is the same."""
    assert REQUEST == apply(REQUEST, SecurityScheme(name="s", type="mutualTLS"), "")


@pytest.mark.parametrize(
    ("scheme", "credential"),
    [
        (SecurityScheme(name="s", type="http", scheme="bearer"), "hidden\r\nX-Other: 1"),
        (SecurityScheme(name="s", type="apiKey", location="cookie", key="sid"), "hidden; admin=1"),
        (SecurityScheme(name="s", type="apiKey", location="cookie", key="a b"), "hidden"),
        (SecurityScheme(name="s", type="apiKey", location="header", key="X:Y"), "hidden"),
        (SecurityScheme(name="s", type="apiKey", location="query"), "hidden"),
        (SecurityScheme(name="s", type="apiKey", key="k"), "hidden"),
        (SecurityScheme(name="s", type="http"), "hidden"),
        (SecurityScheme(name="s", type="unknown"), "hidden"),
    ],
)
def test_a_credential_that_has_no_place_is_refused(scheme: SecurityScheme, credential: str) -> None:
    """And not said."""
    with pytest.raises(RequestRefused) as refused:
        apply(REQUEST, scheme, credential)
    assert "hidden" not in f"{refused.value!r}{refused.value.expected}"


@pytest.mark.parametrize(
    ("alternatives", "available", "chosen"),
    [
        ([], {"key"}, []),
        ([["key"], ["token"]], {"token", "key"}, ["key"]),
        ([["key"], ["token"]], {"token"}, ["token"]),
        ([["key", "token"], ["login"]], {"key", "login"}, ["login"]),
        ([["key", "token"], ["login"]], {"key", "token"}, ["key", "token"]),
        ([[], ["key"]], {"key"}, ["key"]),
        ([["key"], []], set[str](), []),
        ([["certificate"]], set[str](), ["certificate"]),
    ],
)
def test_the_first_alternative_that_can_be_met(
    alternatives: list[list[str]], available: set[str], chosen: list[str]
) -> None:
    """With all that it needs; without any only where that is allowed, and nothing else is at hand."""
    assert chosen == [one.name for one in choose(secured(*alternatives), available)]


def test_without_the_credential_there_is_no_call() -> None:
    """With what would do."""
    with pytest.raises(CredentialMissing, match="none is at hand; expected key and token or login"):
        choose(secured(["key", "token"], ["login"]), {"key"})
