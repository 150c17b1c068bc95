"""Requests are built from operations, or refused with what was expected."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from arazzo.openapi.errors import RequestRefused
from arazzo.openapi.given import Given
from arazzo.openapi.requests import build_request
from tests.arazzo.openapi.descriptions import ADDRESS, Field, body, operation, parameter, some

JSON: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def test_all_locations_at_once() -> None:
    """Method, server, path, query, headers, cookies, body."""
    asked = operation(
        "/orders/{orderId}/lines",
        "post",
        parameters=[
            parameter("orderId", "path"),
            parameter("dry", "query"),
            parameter("X-Trace", "header"),
            parameter("session", "cookie"),
        ],
        requestBody=body("application/json"),
        responses={
            "400": {"content": {"text/plain": {}}},
            "200": {"content": {"application/json": {}, "image/*": {}}},
        },
    )
    request = build_request(
        asked,
        parameters=[
            ("session", "cookie", "s1"),
            ("x-trace", "header", "t1"),
            ("dry", "query", True),
            ("orderId", "path", "o 1"),
        ],
        body={"sku": "a"},
    )
    assert ("POST", f"{ADDRESS}/orders/o%201/lines?dry=true", b'{"sku":"a"}') == (
        request.method,
        request.url,
        request.content,
    )
    assert (
        ("Accept", "application/json, text/plain"),
        ("X-Trace", "t1"),
        ("Content-Type", "application/json"),
        ("Cookie", "session=s1"),
    ) == request.headers


@pytest.mark.arazzo("C5")
def test_names_are_case_sensitive_but_for_headers() -> None:
    """A header is the declared one in any case, a query parameter is not."""
    asked = operation(
        parameters=[parameter("X-One", "header", required=True), parameter("one", "query", required=True)]
    )
    assert "1" == build_request(asked, parameters=[("x-ONE", "header", 1), ("one", "query", 1)]).header(
        "X-One"
    )
    with pytest.raises(RequestRefused, match="the parameter one in query is missing"):
        build_request(asked, parameters=[("X-One", "header", 1), ("ONE", "query", 1)])


@pytest.mark.parametrize("location", ["query", "header", "cookie", "path", "querystring"])
@pytest.mark.parametrize("given_null", [True, False])
def test_a_required_parameter_that_is_missing_is_refused(location: str, *, given_null: bool) -> None:
    """Null is a value that is missing: no request says `None`."""
    path = "/things/{id}" if location == "path" else "/things"
    asked = operation(path, parameters=[parameter("id", location, required=True)])
    with pytest.raises(RequestRefused, match=f"the parameter id in {location} is missing; expected a value"):
        build_request(asked, parameters=[("id", location, None)] if given_null else [])


def test_an_optional_parameter_that_is_null_or_empty_is_left_out() -> None:
    """So are empty lists and objects; a required one that is empty says so."""
    asked = operation(
        parameters=[*(parameter(name, "query") for name in "abc"), parameter("d", "query", required=True)]
    )
    request = build_request(
        asked, parameters=[("a", "query", None), ("b", "query", []), ("c", "query", {}), ("d", "query", [])]
    )
    assert f"{ADDRESS}/things?d=" == request.url


def test_of_two_values_of_one_parameter_the_last_is_sent() -> None:
    """Also when it is null."""
    twice = [("a", "query", 1), ("b", "query", 1), ("a", "query", 2), ("b", "query", None)]
    assert f"{ADDRESS}/things?a=2" == build_request(operation(), parameters=twice).url


@pytest.mark.parametrize("location", ["query", "header", "cookie"])
def test_what_is_not_declared_is_sent_as_it_is_given(location: str) -> None:
    """Unless it is to be strict."""
    request = build_request(operation(), parameters=[("X-Own", location, "a=b")])
    assert [f"{ADDRESS}/things?X-Own=a%3Db", "a=b", "X-Own=a=b"][
        ["query", "header", "cookie"].index(location)
    ] in {
        request.url,
        request.header("X-Own"),
        request.header("Cookie"),
    }
    with pytest.raises(RequestRefused, match=f"no parameter X-Own in {location}; expected none at all"):
        build_request(operation(), parameters=[("X-Own", location, "a=b")], strict=True)


@pytest.mark.parametrize("name", ["Authorization", "accept", "Content-Type"])
def test_headers_that_are_said_elsewhere(name: str) -> None:
    """Are sent where documents give them, and ignored where it is to be strict."""
    asked = operation(parameters=[parameter(name, "header", required=True)])
    given_value = [(name, "header", "text/html")]
    assert "text/html" == build_request(asked, parameters=given_value).header(name)
    assert None is build_request(asked, parameters=given_value, strict=True).header(name)


def test_a_header_content_type_is_the_type_of_the_body() -> None:
    """Unless the body says its own."""
    asked = operation(method="post")
    form = [("Content-Type", "header", "application/x-www-form-urlencoded")]
    assert b"a=1" == build_request(asked, parameters=form, body={"a": 1}).content
    both = build_request(asked, parameters=form, body={"a": 1}, content_type="application/json")
    assert (b'{"a":1}', "application/json") == (both.content, both.header("content-type"))


def test_a_parameter_without_a_location_goes_where_it_is_declared() -> None:
    """If that is one place."""
    asked = operation(parameters=[parameter("a", "query"), parameter("b", "query"), parameter("b", "header")])
    assert f"{ADDRESS}/things?a=1" == build_request(asked, parameters=[("a", None, 1)]).url
    with pytest.raises(RequestRefused, match="it is not said where the parameter b goes"):
        build_request(asked, parameters=[("b", None, 1)])
    with pytest.raises(RequestRefused, match="the parameter c is in 'body'"):
        build_request(asked, parameters=[("c", "body", 1)])


def test_a_path_parameter_of_another_name_is_refused() -> None:
    """With those of the template; no template is sent as it is."""
    asked = operation("/pets/{petId}", parameters=[parameter("petId", "path")])
    with pytest.raises(RequestRefused, match=r"has no place for pet_id; expected petId"):
        build_request(asked, parameters=[("pet_id", "path", 1)])


def test_a_path_parameter_need_not_be_declared() -> None:
    """Its template says where it goes."""
    assert f"{ADDRESS}/pets/1" == build_request(operation("/pets/{id}"), parameters=[("id", "path", 1)]).url


@pytest.mark.parametrize("value", ["", ".", "..", [], "%2e", "%2E."])
def test_a_path_leads_nowhere_else(value: Field) -> None:
    """An order without an id is not all orders, and `..` is not what is above."""
    asked = operation("/orders/{id}", "delete", parameters=[parameter("id", "path", allowReserved=True)])
    with pytest.raises(RequestRefused):
        build_request(asked, parameters=[("id", "path", value)])


@pytest.mark.arazzo("C7")
def test_a_query_string_stands_alone() -> None:
    """With another parameter of the query it is refused."""
    whole = ("q", "querystring", "a=1&b=2")
    assert f"{ADDRESS}/things?a=1&b=2" == build_request(operation(), parameters=[whole]).url
    for other in (("r", "querystring", "c=3"), ("c", "query", 3)):
        with pytest.raises(RequestRefused, match="is the whole query"):
            build_request(operation(), parameters=[whole, other])


@pytest.mark.parametrize("name", ["Host", "content-length", "Transfer-Encoding", "X:Y", "", "X\r\nY"])
def test_a_header_is_no_other_request(name: str) -> None:
    """Nor for another host."""
    with pytest.raises(RequestRefused, match="is no header of an operation"):
        build_request(operation(), parameters=[(name, "header", "1")])


@pytest.mark.parametrize("value", ["a\r\nX-Other: b", "a\nb", "a\x00"])
def test_a_header_is_one_line(value: str) -> None:
    """What is in it does not become another header."""
    with pytest.raises(RequestRefused, match="control characters"):
        build_request(operation(), parameters=[("X-One", "header", value)])


def test_a_cookie_is_one_cookie() -> None:
    """What is in it does not become another."""
    with pytest.raises(RequestRefused, match="semicolon"):
        build_request(operation(), parameters=[("a", "cookie", "1; admin=1")])


def test_cookies_come_after_those_of_a_header() -> None:
    """Both are one header."""
    both: list[tuple[str, str, JsonValue]] = [("Cookie", "header", "a=1"), ("b", "cookie", 2)]
    assert "a=1; b=2" == build_request(operation(), parameters=both).header("cookie")


def test_a_server_may_be_given() -> None:
    """In the place of those of the description, with or without a slash at its end."""
    for server in ("http://127.0.0.1:8090/orders", "http://127.0.0.1:8090/orders/"):
        assert "http://127.0.0.1:8090/orders/things" == build_request(operation(), server=server).url


@pytest.mark.parametrize(
    "server",
    [
        "/v1",
        "ftp://example.com",
        "file:///tmp",
        "https://",
        "https://{region}.example.com",
        "https://ada:secret@example.com",
        "https://example.com\\@other.example.com",
        "https://example.com?x=",
        "https://example.com#",
        "https://exa mple.com",
        "https://example.com:99999",
        "https://[::1",
    ],
)
def test_an_address_that_is_none_is_refused(server: str) -> None:
    """Or could be read in two ways; no message has a password."""
    with pytest.raises(RequestRefused, match="address of api") as refused:
        build_request(operation(), server=server)
    assert "secret" not in str(refused.value)


def test_without_any_server_it_is_refused() -> None:
    """Nobody guesses a host."""
    with pytest.raises(RequestRefused, match="there is no server"):
        build_request(operation().model_copy(update={"servers": ()}))


def test_half_a_character_is_refused() -> None:
    """In a path, a query, a body."""
    with pytest.raises(RequestRefused, match="half a surrogate pair"):
        build_request(operation(), parameters=[("a", "query", "\ud800")])
    with pytest.raises(RequestRefused):
        build_request(operation(), body={"a": "\udfff"})


def test_what_is_sent_is_not_shown() -> None:
    """Addresses, headers and bodies may hold credentials."""
    request = build_request(
        operation(), parameters=[("k", "query", "hidden"), ("h", "header", "hidden")], body="hidden"
    )
    assert "hidden" not in repr(request)


@some
@given(
    st.lists(
        st.tuples(
            st.text(), st.sampled_from(["path", "query", "header", "cookie", "querystring", None]), JSON
        )
    ),
    JSON,
    st.sampled_from(
        [None, "application/json", "multipart/form-data", "application/x-www-form-urlencoded", "text/xml"]
    ),
)
def test_anything_is_built_or_refused(
    parameters: list[tuple[str, str | None, JsonValue]], value: JsonValue, content_type: str | None
) -> None:
    """With the one error; and what is built goes to the server, with headers of one line."""
    asked = operation("/things/{id}", "post", parameters=[parameter("id", "path"), parameter("q", "query")])
    try:
        request = build_request(
            asked, parameters=[Given("id", "path", 1), *parameters], body=value, content_type=content_type
        )
    except RequestRefused:
        return
    assert request.url.startswith(f"{ADDRESS}/things/")
    assert not any(mark in f"{name}{text}" for name, text in request.headers for mark in "\r\n\0")
