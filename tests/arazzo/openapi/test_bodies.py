"""Bodies are written by their content type."""

from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arazzo.openapi.errors import RequestRefused
from arazzo.openapi.http_request import HttpRequest
from arazzo.openapi.requests import build_request
from tests.arazzo.openapi.descriptions import Field, Fields, body, operation, operations, some

FORM = "application/x-www-form-urlencoded"
FORM_DATA = "multipart/form-data"
ADDRESS = {"streetAddress": "123 Example Dr.", "city": "Somewhere", "state": "CA", "zip": "99999+1234"}


def sent(value: Field, content_type: str | None = None, **declared: Field) -> HttpRequest:
    """The request with a body, for an operation with that request body."""
    asked = operation(method="post", requestBody=declared)
    return build_request(asked, body=value, content_type=content_type)


def parts(request: HttpRequest) -> list[tuple[Field, str | None, str, Field]]:
    """Name, file name, content type and content of each part, as a reader of MIME sees them."""
    head = f"Content-Type: {request.header('Content-Type')}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + request.content)
    return [
        (
            one.get_param("name", header="content-disposition"),
            one.get_filename(),
            one.get_content_type(),
            one.get_payload(decode=True),
        )
        for one in message.iter_parts()
    ]


@pytest.mark.parametrize(
    ("value", "content_type", "text"),
    [
        ({"a": [1, None, "ä"]}, "application/json", '{"a":[1,null,"ä"]}'),
        ({"a": 1}, "application/vnd.own+json; v=1", '{"a":1}'),
        (None, "application/json", "null"),
        ('{"a": 1}', "application/json", '{"a": 1}'),
        ("blue", "application/json", '"blue"'),
        ("<a>ä</a>", "application/xml", "<a>ä</a>"),
        ("blue", "text/plain", "blue"),
        (12, "text/plain; charset=utf-8", "12"),
        ({"a": 1}, "text/plain", '{"a":1}'),
        ("raw", "application/octet-stream", "raw"),
        ("a=1&b=2", FORM, "a=1&b=2"),
        ({"a b": "c&d~*", "e": [1, 2], "f": None, "g": True}, FORM, "a+b=c%26d%7E*&e=1&e=2&g=true"),
    ],
)
@pytest.mark.arazzo("C9")
def test_a_value_is_written_by_its_content_type(value: Field, content_type: str, text: str) -> None:
    """JSON, texts, forms; a text that is one of these already stays as it is."""
    request = sent(value, content_type)
    assert (text, content_type) == (request.content.decode(), request.header("Content-Type"))


def test_a_text_is_written_in_its_character_set() -> None:
    """As the content type says it; what has no place there is refused."""
    assert "ä".encode("latin-1") == sent("ä", "text/plain; charset=ISO-8859-1").content
    for value, charset in (("€", "iso-8859-1"), ("a", "none-such")):
        with pytest.raises(RequestRefused, match=f"cannot be written in {charset}"):
            sent(value, f"text/plain; charset={charset}")


def test_bytes_are_sent_as_they_are() -> None:
    """Whatever the content type."""
    assert b"\x00\xff" == sent(b"\x00\xff", "image/png").content


def test_xml_is_not_made_from_objects() -> None:
    """What its elements and attributes are, is not said."""
    with pytest.raises(RequestRefused, match="expected the XML as a text"):
        sent({"a": 1}, "application/soap+xml")


@pytest.mark.parametrize("content_type", ["json", "text/plain\r\nX-Other: 1", "a b/c", ""])
def test_a_content_type_that_is_none_is_refused(content_type: str) -> None:
    """It would be sent in a header; an empty one is none at all."""
    if not content_type:
        assert "application/json" == sent({}, content_type).header("Content-Type")
        return
    with pytest.raises(RequestRefused, match="no content type"):
        sent({}, content_type)


@pytest.mark.arazzo("C9")
@pytest.mark.parametrize(
    ("declared", "value", "content_type"),
    [
        ([FORM], {"a": 1}, FORM),
        ([FORM, "application/json"], {"a": 1}, "application/json"),
        (["application/xml", FORM], {"a": 1}, FORM),
        (["application/json", "text/plain"], "blue", "application/json"),
        (["application/xml", "application/json"], "<a/>", "application/xml"),
        (["application/xml", "application/json"], '{"a":1}', "application/json"),
        (["*/*"], {"a": 1}, "application/json"),
        (["text/*"], "blue", "text/plain"),
        (["image/png"], b"1", "image/png"),
        ([], {"a": 1}, "application/json"),
        ([], "blue", "text/plain"),
        ([], '{"a": 1}', "application/json"),
        ([], b"1", "application/octet-stream"),
    ],
)
def test_without_a_content_type_it_is_the_operations(
    declared: list[str], value: Field, content_type: str
) -> None:
    """The first that suits the value; where the operation leaves it open, by the value alone."""
    content: Fields = {one: {} for one in declared}
    assert content_type == sent(value, content=content).header("Content-Type")


def test_a_required_body_that_is_missing_is_refused() -> None:
    """With the content types; null is a body."""
    asked = operation(method="post", requestBody={"required": True, **body("application/json")})
    with pytest.raises(RequestRefused, match="needs a body; expected one of application/json"):
        build_request(asked)
    assert b"null" == build_request(asked, body=None).content
    assert b"" == build_request(operation(method="post", requestBody=body("application/json"))).content


@pytest.mark.parametrize(("schema", "text"), [({"$ref": "#/components/schemas/Text"}, b'"12"'), ({}, b"12")])
def test_a_text_under_a_schema_of_texts_is_a_json_text(schema: Fields, text: bytes) -> None:
    """Although it could be JSON itself; a schema that says nothing leaves it as it is."""
    schemas = {"Text": {"type": ["null", "string"]}}
    paths = {"/things": {"post": {"requestBody": body("application/json", schema)}}}
    asked = operations(paths, components={"schemas": schemas}).by_path("/things")
    assert text == build_request(asked, body="12").content


def test_the_form_example_of_the_specification() -> None:
    """An object in a form is JSON; all but unreserved characters are encoded."""
    identity = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
    request = sent({"id": identity, "address": ADDRESS}, **body(FORM, {"type": "object"}))
    assert (
        f"id={identity}&address=%7B%22streetAddress%22%3A%22123+Example+Dr.%22%2C%22city%22%3A%22Somewhere%22"
        "%2C%22state%22%3A%22CA%22%2C%22zip%22%3A%2299999%2B1234%22%7D"
    ) == request.content.decode()
    encoded = sent({"id": identity}, **body(FORM, encoding={"id": {"contentType": "application/json"}}))
    assert f"id=%22{identity}%22" == encoded.content.decode()


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ({"style": "form", "explode": False}, "f=R,100,G,a%2Fb"),
        ({"style": "form"}, "R=100&G=a%2Fb"),
        ({"style": "deepObject"}, "f%5BR%5D=100&f%5BG%5D=a%2Fb"),
        ({"style": "spaceDelimited"}, "f=R+100+G+a%2Fb"),
        ({"style": "pipeDelimited"}, "f=R%7C100%7CG%7Ca%2Fb"),
        ({"allowReserved": True, "explode": False}, "f=R,100,G,a/b"),
    ],
)
def test_fields_of_a_form_have_styles(encoding: Fields, text: str) -> None:
    """Where their encoding says one of style, explode and allowReserved."""
    assert (
        text == sent({"f": {"R": 100, "G": "a/b"}}, **body(FORM, encoding={"f": encoding})).content.decode()
    )


@pytest.mark.parametrize("value", [[1], 12, None, True])
def test_a_form_is_an_object(value: Field) -> None:
    """Or a text."""
    with pytest.raises(RequestRefused, match="expected an object or a text"):
        sent(value, FORM)


def test_the_parts_of_form_data() -> None:
    """By their values, by what the schema says of texts, and by their encoding; lists are several parts of one name."""
    schema = {
        "properties": {
            "file": {"type": "string", "format": "binary"},
            "photo": {"type": "string", "contentEncoding": "base64", "contentMediaType": "image/png"},
            "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
        }
    }
    encoding = {
        "page": {"contentType": "text/html, text/plain"},
        "any": {"contentType": "image/*"},
        "meta": {"contentType": "application/vnd.own+json"},
    }
    value = {
        "id": 7,
        "address": {"zip": "1"},
        "children": ["a", "b"],
        "none": None,
        "file": "raw",
        "photo": "AAAA",
        "files": ["x", "y"],
        "page": "<p>ä",
        "any": "i",
        "meta": {"a": 1},
    }
    octets = "application/octet-stream"
    assert [
        ("id", None, "text/plain", b"7"),
        ("address", None, "application/json", b'{"zip":"1"}'),
        ("children", None, "text/plain", b"a"),
        ("children", None, "text/plain", b"b"),
        ("file", "file", octets, b"raw"),
        ("photo", "photo", octets, b"AAAA"),
        ("files", "files", octets, b"x"),
        ("files", "files", octets, b"y"),
        ("page", "page", "text/html", "<p>ä".encode()),
        ("any", None, "text/plain", b"i"),
        ("meta", None, "application/vnd.own+json", b'{"a":1}'),
    ] == parts(sent(value, **body(FORM_DATA, schema, encoding=encoding)))


def test_a_plan_writes_the_same_parts() -> None:
    """What it is spared is not needed for them, in 3.0 either."""
    asked = operation(
        method="post",
        requestBody=body(FORM_DATA, {"properties": {"file": {"type": "string", "format": "binary"}}}),
    )
    assert build_request(asked, body={"file": "x"}) == build_request(asked.for_plan(), body={"file": "x"})


def test_a_list_is_parts_without_names() -> None:
    """As `multipart/mixed` has it."""
    assert [(None, None, "application/json", b'{"a":1}'), (None, None, "text/plain", b"b")] == parts(
        sent([{"a": 1}, "b"], "multipart/mixed")
    )


def test_a_boundary_may_be_given() -> None:
    """If it stands in no part; a text has to have one."""
    assert b"--xyz--\r\n" == sent({"a": 1}, f"{FORM_DATA}; boundary=xyz").content[-9:]
    assert b"--x\r\n\r\n1\r\n--x--" == sent("--x\r\n\r\n1\r\n--x--", f'{FORM_DATA}; boundary="x"').content
    with pytest.raises(RequestRefused, match="stands in the body"):
        sent({"a": "--xyz"}, f"{FORM_DATA}; boundary=xyz")
    with pytest.raises(RequestRefused, match="has no boundary"):
        sent("a", FORM_DATA)
    with pytest.raises(RequestRefused, match="not empty"):
        sent({}, FORM_DATA)


@some
@given(st.dictionaries(st.text(st.characters(exclude_categories=["C"]), min_size=1), st.text(), min_size=1))
def test_parts_can_be_read_again(value: dict[str, str]) -> None:
    """Whatever is in them, and the same each time."""
    request = sent(value, FORM_DATA)
    assert [one.encode() for one in value.values()] == [content for *_, content in parts(request)]
    assert request == sent(value, FORM_DATA)


@some
@given(st.dictionaries(st.text(), st.lists(st.text(), min_size=1)))
def test_forms_can_be_read_again(value: dict[str, list[str]]) -> None:
    """Whatever is in them."""
    flat = [(name, text) for name, texts in value.items() for text in texts]
    assert flat == parse_qsl(sent(value, FORM).content.decode(), keep_blank_values=True)
