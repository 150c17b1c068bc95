"""How problem details are read: their type as a name, their text as one short line."""

import json

import pytest

from activities.problems import LONGEST_TEXT, Problem, clean


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("urn:problem:out-of-stock", "OutOfStock"),
        ("https://example.com/problems/out-of-stock", "OutOfStock"),
        ("https://example.com/problems/out-of-stock/", "OutOfStock"),
        ("https://example.com/problems#out_of_stock", "OutOfStock"),
        ("/problems/outOfStock", "OutOfStock"),
        ("out of stock", "OutOfStock"),
        ("urn:problem:payment-refused-3ds", "PaymentRefused3ds"),
        ("about:blank", None),
        ("", None),
        ("urn:problem:", None),
        ("urn:problem:404", None),
        ("urn:problem:retry-later", None),
        ("urn:problem:key-expired", None),
        ("urn:problem:größe", "GrE"),
        ("urn:problem:" + "x" * 65, None),
    ],
)
def test_the_type_is_a_name(uri: str, name: str | None) -> None:
    """The last segment of the type names the failure, where it can be a name."""
    assert name == Problem(type=uri).failure_type


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"null", b'"text"', b"{", b'{"type": 3, "title": []}']
)
def test_what_is_no_problem_says_nothing(body: bytes) -> None:
    """Any body can be read; a member of the wrong type is ignored (RFC 9457 section 3.1)."""
    assert Problem() == Problem.read(body)


def test_the_text_is_title_and_detail() -> None:
    """Both are shown, as far as they are there."""
    problem = Problem.read(json.dumps({"title": "No\tstock", "detail": "3 left"}).encode())

    assert "No stock: 3 left" == problem.text
    assert "3 left" == Problem(detail="3 left").text


def test_clean_text_is_one_short_line() -> None:
    """Control characters, line ends and invisible formatting become spaces, and the end of a long text is cut."""
    assert "a b c d" == clean("\x00a\r\nb\x1b\u2028c\u200b\ud800d\x9b ")
    assert LONGEST_TEXT == len(clean("x" * 1000))
