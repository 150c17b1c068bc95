"""Parameters are written as the tables of the OpenAPI specification have it."""

from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from arazzo.openapi.requests import build_request
from tests.arazzo.openapi.descriptions import ADDRESS, Field, Fields, operation, parameter, some

EMPTY = ""
TEXT = "blue"
LIST = ["blue", "black", "brown"]
OBJECT: Fields = {"R": 100, "G": 200, "B": 150}

STYLE_EXAMPLES: list[tuple[str, str, bool, list[str | None]]] = [
    (
        "path",
        "matrix",
        False,
        [";color", ";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"],
    ),
    (
        "path",
        "matrix",
        True,
        [";color", ";color=blue", ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"],
    ),
    ("path", "label", False, [None, ".blue", ".blue,black,brown", ".R,100,G,200,B,150"]),
    ("path", "label", True, [None, ".blue", ".blue.black.brown", ".R=100.G=200.B=150"]),
    ("path", "simple", False, [None, "blue", "blue,black,brown", "R,100,G,200,B,150"]),
    ("path", "simple", True, [None, "blue", "blue,black,brown", "R=100,G=200,B=150"]),
    ("header", "simple", False, ["", "blue", "blue,black,brown", "R,100,G,200,B,150"]),
    ("header", "simple", True, ["", "blue", "blue,black,brown", "R=100,G=200,B=150"]),
    ("query", "form", False, ["color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"]),
    (
        "query",
        "form",
        True,
        ["color=", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"],
    ),
    (
        "query",
        "spaceDelimited",
        False,
        [None, None, "color=blue%20black%20brown", "color=R%20100%20G%20200%20B%20150"],
    ),
    (
        "query",
        "pipeDelimited",
        False,
        [None, None, "color=blue%7Cblack%7Cbrown", "color=R%7C100%7CG%7C200%7CB%7C150"],
    ),
    ("query", "deepObject", True, [None, None, None, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"]),
    (
        "cookie",
        "form",
        True,
        ["color=", "color=blue", "color=blue; color=black; color=brown", "R=100; G=200; B=150"],
    ),
    (
        "cookie",
        "cookie",
        True,
        ["color=", "color=blue", "color=blue; color=black; color=brown", "R=100; G=200; B=150"],
    ),
    ("cookie", "cookie", False, ["color=", "color=blue", None, None]),
]
"""Location, style, explode; then the empty text, a text, a list, an object. None: not defined, or nowhere to go."""

VALUES: Fields = {"empty": EMPTY, "text": TEXT, "list": LIST, "object": OBJECT}
CASES = [
    pytest.param(location, style, explode, value, text, id=f"{location}-{style}-{explode}-{kind}")
    for location, style, explode, texts in STYLE_EXAMPLES
    for (kind, value), text in zip(VALUES.items(), texts, strict=True)
    if text is not None
]


def written(location: str, value: Field, name: str = "color", **fields: Field) -> str | None:
    """What stands in a request for a parameter."""
    path = "/things/{color}" if location == "path" else "/things"
    request = build_request(
        operation(path, parameters=[parameter(name, location, **fields)]),
        parameters=[(name, location, value)],
    )
    match location:
        case "path":
            return request.url.removeprefix(f"{ADDRESS}/things/")
        case "header":
            return request.header(name)
        case "cookie":
            return request.header("Cookie")
        case _:
            return request.url.partition("?")[2]


@pytest.mark.parametrize(("location", "style", "explode", "value", "text"), CASES)
def test_the_style_examples(location: str, style: str, value: Field, text: str, *, explode: bool) -> None:
    """Each that is defined, in the form of the newest version."""
    assert text == written(location, value, style=style, explode=explode)


@pytest.mark.parametrize(
    ("location", "value", "text"),
    [
        ("path", "diṅnāga", "di%E1%B9%85n%C4%81ga"),
        ("path", "a/b?c#d", "a%2Fb%3Fc%23d"),
        ("path", "50% off;~.-_", "50%25%20off%3B~.-_"),
        ("query", "one thing&more=+", "color=one%20thing%26more%3D%2B"),
        ("query", ["one thing", "another thing"], "color=one%20thing&color=another%20thing"),
        ("header", "50% off, or so", "50% off, or so"),
        ("cookie", "Hello, world!", "color=Hello%2C%20world%21"),
        ("query", [True, 1.5, {"a": [1]}], "color=true&color=1.5&color=%7B%22a%22%3A%5B1%5D%7D"),
        ("query", {"a b": "c&d"}, "a%20b=c%26d"),
        ("query", [None, "x", None], "color=x"),
        ("query", False, "color=false"),
        ("query", 0, "color=0"),
    ],
)
def test_values_are_encoded_for_their_place(location: str, value: Field, text: str) -> None:
    """Percent-encoded in URLs and cookies, as they are in headers; what is no text is JSON; null is left out of lists."""
    assert text == written(location, value)


@pytest.mark.parametrize(
    ("location", "value", "text"),
    [
        ("query", "a/b?c:d", "color=a/b?c:d"),
        ("query", "100%", "color=100%25"),
        ("query", "%2Fdone", "color=%2Fdone"),
        ("query", "a&b=c#d[e]+f", "color=a%26b%3Dc%23d%5Be%5D%2Bf"),
        ("path", "a:b@c;d", "a:b@c;d"),
        ("path", "a/b?c#d", "a%2Fb%3Fc%23d"),
    ],
)
def test_reserved_characters_may_be_allowed(location: str, value: str, text: str) -> None:
    """Except for those that would end the value."""
    assert text == written(location, value, allowReserved=True)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": {"b": 1, "c": {"d": 2}}}, "color%5Ba%5D%5Bb%5D=1&color%5Ba%5D%5Bc%5D%5Bd%5D=2"),
        ({"a": [1, 2]}, "color%5Ba%5D=1&color%5Ba%5D=2"),
        ("blue", "color=blue"),
        ([1, 2], "color=1&color=2"),
    ],
)
def test_what_deep_objects_leave_open(value: Field, text: str) -> None:
    """Is written as most servers read it."""
    assert text == written("query", value, style="deepObject")


@pytest.mark.parametrize("style", ["spaceDelimited", "pipeDelimited"])
def test_delimiters_of_an_exploded_list_are_not_defined(style: str) -> None:
    """So it is written as a form."""
    assert "color=blue&color=black&color=brown" == written("query", LIST, style=style, explode=True)


def test_a_style_of_another_location_is_the_default_of_its_own() -> None:
    """The combination is not permitted, and there are descriptions that have it."""
    assert "color=blue&color=black&color=brown" == written("query", LIST, style="simple")


@pytest.mark.parametrize(
    ("location", "content_type", "value", "text"),
    [
        (
            "query",
            "application/json",
            {"lat": 40.6, "long": -73.9},
            "color=%7B%22lat%22%3A40.6%2C%22long%22%3A-73.9%7D",
        ),
        ("query", "application/json", '{"a": 1}', "color=%7B%22a%22%3A%201%7D"),
        ("query", "application/json", "blue", "color=%22blue%22"),
        ("query", "text/plain", "a b", "color=a%20b"),
        ("header", "application/json", [1, "a"], '[1,"a"]'),
        ("cookie", "application/json", [1], "color=%5B1%5D"),
        ("path", "application/json", {"a": "/"}, "%7B%22a%22%3A%22%2F%22%7D"),
        ("query", "application/x-www-form-urlencoded", {"a": "b c"}, "color=a%3Db%2Bc"),
        (
            "querystring",
            "application/x-www-form-urlencoded",
            {"foo": "a + b", "bar": True},
            "foo=a+%2B+b&bar=true",
        ),
        ("querystring", "application/x-www-form-urlencoded", "?a=b c&d=%20[1]", "a=b%20c&d=%20%5B1%5D"),
        (
            "querystring",
            "application/json",
            {"numbers": [1, 2], "flag": None},
            "%7B%22numbers%22%3A%5B1%2C2%5D%2C%22flag%22%3Anull%7D",
        ),
        ("querystring", "application/jsonpath", "$.a.b[1:1]", "$.a.b%5B1:1%5D"),
    ],
)
def test_parameters_with_content(location: str, content_type: str, value: Field, text: str) -> None:
    """Are written by their media type, then as a text."""
    assert text == written(location, value, content={content_type: {}})


@some
@given(
    st.text(min_size=1).filter(lambda one: one not in {".", ".."}), st.text(), st.lists(st.text(), min_size=1)
)
def test_what_is_sent_can_be_read_again(segment: str, single: str, many: list[str]) -> None:
    """Whatever the texts: nothing ends early, and nothing becomes something else."""
    given_many: list[JsonValue] = [*many]
    asked = operation(
        "/things/{id}/end",
        parameters=[parameter("id", "path"), parameter("q", "query"), parameter("m", "query")],
    )
    request = build_request(
        asked, parameters=[("id", "path", segment), ("q", "query", single), ("m", "query", given_many)]
    )
    parts = urlsplit(request.url)
    path = parts.path.split("/")
    assert ["", "things", segment, "end"] == [unquote(one) for one in path]
    assert [("q", single), *(("m", one) for one in many)] == parse_qsl(parts.query, keep_blank_values=True)
    assert ("api.example.com", "") == (parts.netloc, parts.fragment)
