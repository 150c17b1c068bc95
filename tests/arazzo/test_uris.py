"""References are resolved as RFC 3986 has it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arazzo.uris import Uri, is_absolute, join, same

BASE = "http://a/b/c/d;p?q"

RFC_5_4 = {
    "g:h": "g:h",
    "g": "http://a/b/c/g",
    "./g": "http://a/b/c/g",
    "g/": "http://a/b/c/g/",
    "/g": "http://a/g",
    "//g": "http://g",
    "?y": "http://a/b/c/d;p?y",
    "g?y": "http://a/b/c/g?y",
    "#s": "http://a/b/c/d;p?q#s",
    "g#s": "http://a/b/c/g#s",
    ";x": "http://a/b/c/;x",
    "": "http://a/b/c/d;p?q",
    ".": "http://a/b/c/",
    "./": "http://a/b/c/",
    "..": "http://a/b/",
    "../g": "http://a/b/g",
    "../..": "http://a/",
    "../../g": "http://a/g",
    "../../../g": "http://a/g",
    "/./g": "http://a/g",
    "/../g": "http://a/g",
    "g.": "http://a/b/c/g.",
    "..g": "http://a/b/c/..g",
    "./../g": "http://a/b/g",
    "./g/.": "http://a/b/c/g/",
    "g/../h": "http://a/b/c/h",
    "g;x=1/./y": "http://a/b/c/g;x=1/y",
    "g?y/../x": "http://a/b/c/g?y/../x",
    "g#s/../x": "http://a/b/c/g#s/../x",
    "http:g": "http:g",
}


@pytest.mark.arazzo("A4")
@pytest.mark.parametrize("reference", RFC_5_4)
def test_the_examples_of_the_rfc(reference: str) -> None:
    """Section 5.4, normal and abnormal ones."""
    assert RFC_5_4[reference] == join(BASE, reference)


@pytest.mark.parametrize(
    ("base", "reference", "meant"),
    [
        ("a/b.yaml", "../c.yaml", "c.yaml"),
        ("a/b.yaml", "../../c.yaml", "../c.yaml"),
        ("b.yaml", "c.yaml", "c.yaml"),
        ("http://host", "c", "http://host/c"),
        ("urn:one", "c", "urn:c"),
    ],
)
def test_a_base_need_not_be_absolute(base: str, reference: str, meant: str) -> None:
    """What an application calls its documents may be anything."""
    assert meant == join(base, reference)


@given(st.text(max_size=40))
def test_every_text_is_put_together_again(text: str) -> None:
    """Taking a reference apart loses nothing, and spelling alike is stable."""
    assert text == str(Uri.parse(text))
    assert same(text) == same(same(text))


def test_a_scheme_makes_it_absolute() -> None:
    """A host alone does not."""
    assert [True, False, False] == [is_absolute(uri) for uri in ("urn:a", "//host/a", "a/b")]
