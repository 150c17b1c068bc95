"""Operations are found, with all that path and document say for them."""

import pytest

from arazzo.openapi.errors import DescriptionRefused, OperationNotFound
from arazzo.openapi.operations import Operations
from tests.arazzo.openapi.descriptions import (
    FOUND_AT,
    Fields,
    operation,
    operations,
    parameter,
)

ORDERS: Fields = {
    "/orders": {"post": {"operationId": "placeOrder"}, "get": {"operationId": "listOrders"}},
    "/orders/{orderId}": {"get": {"operationId": "getOrder"}},
    "/orders/{orderId}/lines~x": {"additionalOperations": {"COPY": {"operationId": "copyLines"}}},
    "/found": {"query": {}},
    "x-own": {"get": {"operationId": "none"}},
}


@pytest.mark.parametrize("version", ["3.0.0", "3.0.4", "3.1.1", "3.2.0"])
def test_an_operation_is_found_by_its_id(version: str) -> None:
    """In each version of OpenAPI that there is."""
    found = operations(ORDERS, version=version).by_id("getOrder")
    assert ("api", "getOrder", "GET", "/orders/{orderId}") == (
        found.source,
        found.operation_id,
        found.method,
        found.path,
    )


@pytest.mark.arazzo("C3")
@pytest.mark.parametrize(
    ("pointer", "method"),
    [
        ("#/paths/~1orders/post", "POST"),
        ("/paths/~1orders/get", "GET"),
        ("https://docs.example.com/apis/api.json#/paths/~1orders~1{orderId}/get", "GET"),
        ("#/paths/~1orders~1%7BorderId%7D/get", "GET"),
        ("#/paths/~1orders~1{orderId}", "GET"),
        ("#/paths/~1orders~1{orderId}~1lines~0x/additionalOperations/COPY", "COPY"),
        ("#/paths/~1found/query", "QUERY"),
    ],
)
def test_an_operation_is_found_by_a_pointer(pointer: str, method: str) -> None:
    """As it is, in a reference, percent-encoded, or to a path that has one operation."""
    assert method == operations(ORDERS).by_pointer(pointer).method


@pytest.mark.arazzo("C3")
@pytest.mark.parametrize(
    "pointer",
    [
        "#/paths/orders/post",
        "#/paths/~1orders",
        "#/paths/~1orders/delete",
        "#/paths//orders/post",
        "#/info",
        "",
        "#/paths/~1orders/parameters",
    ],
)
def test_a_pointer_to_no_operation_is_refused(pointer: str) -> None:
    """With what would be one."""
    with pytest.raises(OperationNotFound) as refused:
        operations(ORDERS).by_pointer(pointer)
    assert refused.value.expected


def test_a_path_without_a_method_is_its_only_operation() -> None:
    """With two of them, the method has to be said."""
    api = operations(ORDERS)
    assert "getOrder" == api.by_path("/orders/{orderId}").operation_id
    with pytest.raises(OperationNotFound, match="expected one of GET, POST"):
        api.by_path("/orders")


def test_an_unknown_id_is_refused_with_those_that_are_near() -> None:
    """Ids are case sensitive, and what differs in case alone is near."""
    with pytest.raises(
        OperationNotFound, match=r"api has no operation GetOrder; expected one such as getOrder"
    ):
        operations(ORDERS).by_id("GetOrder")


def test_an_id_of_two_operations_is_refused() -> None:
    """It would be a guess which of them is meant."""
    twice = operations({"/a": {"get": {"operationId": "one"}}, "/b": {"get": {"operationId": "one"}}})
    with pytest.raises(OperationNotFound, match="the id of 2 operations"):
        twice.by_id("one")


@pytest.mark.parametrize("document", [{}, {"swagger": "2.0"}, {"openapi": "4.0.0"}, {"openapi": 3.1}])
def test_what_is_no_description_is_refused(document: Fields) -> None:
    """With the versions that are known."""
    with pytest.raises(DescriptionRefused, match=r"expected 3\.0, 3\.1 or 3\.2"):
        Operations.of(document, source="api", base_uri=FOUND_AT)


def test_parameters_of_the_operation_replace_those_of_the_path() -> None:
    """By name and location, header names in any case."""
    item = {
        "parameters": [
            parameter("id", "query"),
            parameter("id", "header"),
            parameter("X-One", "header", required=True),
        ],
        "get": {"parameters": [parameter("id", "query", required=True), parameter("x-one", "header")]},
    }
    found = operations({"/things": item}).by_path("/things").parameters
    assert [("id", "query", True), ("id", "header", False), ("x-one", "header", False)] == [
        (one.name, one.location, one.required) for one in found
    ]


@pytest.mark.parametrize(
    ("location", "style", "explode"),
    [
        ("query", "form", True),
        ("cookie", "form", True),
        ("path", "simple", False),
        ("header", "simple", False),
    ],
)
def test_styles_have_their_defaults(location: str, style: str, *, explode: bool) -> None:
    """By the location."""
    found = operation("/things/{id}", parameters=[parameter("id", location)]).parameters[0]
    assert (style, explode) == (found.style, found.explode)


def test_headers_that_are_said_elsewhere_are_no_parameters() -> None:
    """Their declarations SHALL be ignored."""
    names = ["Accept", "content-type", "AUTHORIZATION", "X-Other"]
    found = operation(parameters=[parameter(name, "header", required=True) for name in names])
    assert ["X-Other"] == [one.name for one in found.parameters]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "x"}, "Parameter Object"),
        ({"in": "query"}, "Parameter Object"),
        ({"name": "x", "in": "body"}, "Parameter Object"),
        ({"name": "x", "in": "query", "style": "tabs"}, "Style Values"),
    ],
)
def test_a_parameter_that_is_none_is_refused(fields: Fields, said: str) -> None:
    """When its operation is asked for, with the clause."""
    api = operations({"/things": {"get": {"parameters": [fields]}}, "/well": {"get": {}}})
    assert "/well" == api.by_path("/well").path
    with pytest.raises(DescriptionRefused) as refused:
        api.by_path("/things")
    assert said == refused.value.clause


@pytest.mark.parametrize(
    ("name", "location", "declares"),
    [
        ("Idempotency-Key", "header", True),
        ("X-Idempotency-Key", "header", True),
        ("idempotencykey", "header", True),
        ("Idempotency-Key", "query", False),
        ("X-Request-ID", "header", False),
        ("Idempotency-Key-Expires", "header", False),
    ],
)
def test_the_header_of_an_idempotency_key_is_known(name: str, location: str, *, declares: bool) -> None:
    """By its name, where the operation declares one."""
    found = operation(parameters=[parameter(name, location)])
    assert (name if declares else None) == found.declares_key


def test_servers_of_the_operation_replace_those_around_it() -> None:
    """Of the operation, else of the path, else of the document."""
    paths: Fields = {
        "/a": {
            "servers": [{"url": "https://path.example.com"}],
            "get": {"servers": [{"url": "https://op.example.com"}]},
        },
        "/b": {"servers": [{"url": "https://path.example.com"}], "get": {}},
        "/c": {"get": {"servers": []}},
    }
    api = operations(paths)
    assert [("https://op.example.com",), ("https://path.example.com",), ("https://api.example.com",)] == [
        api.by_path(path).servers for path in paths
    ]


@pytest.mark.arazzo("A8")
def test_a_server_is_relative_to_where_the_description_was_found() -> None:
    """And not to what the description calls itself."""
    servers = [{"url": "/v1"}, {"url": "v2/"}, {"url": "//other.example.com"}]
    found = operations({"/a": {"get": {}}}, servers=servers, **{"$self": "https://self.example.com/x"})
    assert (
        "https://docs.example.com/v1",
        "https://docs.example.com/apis/v2/",
        "https://other.example.com",
    ) == found.by_path("/a").servers


def test_without_servers_it_is_the_host_of_the_description() -> None:
    """A single slash is the default."""
    assert ("https://docs.example.com/",) == operations({"/a": {"get": {}}}, servers=[]).by_path("/a").servers


def test_variables_of_servers_have_their_defaults() -> None:
    """Then the first of their values; one that has neither stays."""
    servers = [
        {
            "url": "https://{region}.example.com:{port}/{base}/{none}",
            "variables": {
                "region": {"default": "eu"},
                "port": {"default": 8443},
                "base": {"enum": ["v2", "v1"]},
            },
        }
    ]
    found = operations({"/a": {"get": {}}}, servers=servers).by_path("/a").servers
    assert ("https://eu.example.com:8443/v2/{none}",) == found


def test_security_of_the_operation_replaces_that_of_the_document() -> None:
    """Also where it is none at all; an alternative may be of several schemes, or of none."""
    schemes = {
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "token": {"type": "http", "scheme": "Bearer"},
    }
    paths: Fields = {
        "/document": {"get": {}},
        "/open": {"get": {"security": []}},
        "/both": {"get": {"security": [{"key": [], "token": []}, {}, {"absent": []}]}},
    }
    api = operations(paths, security=[{"token": ["read"]}], components={"securitySchemes": schemes})
    told = {path: [[scheme.name for scheme in one] for one in api.by_path(path).security] for path in paths}
    assert {"/document": [["token"]], "/open": [], "/both": [["key", "token"], [], ["absent"]]} == told
    (key, token), _, (absent,) = api.by_path("/both").security
    assert ("header", "X-Key", "bearer", "unknown") == (key.location, key.key, token.scheme, absent.type)
