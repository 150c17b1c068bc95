"""How documents find each other: base URIs, identities, and no network."""

import pytest

from arazzo.identity import DocumentSet, Found, base_uri
from arazzo.loading import Document
from arazzo.model import SourceType
from arazzo.problems import Problems
from arazzo.reading import Mode
from arazzo.source import Source, read
from tests.arazzo.documents import Fields, document, loaded


def api(uri: str, **fields: str) -> Source:
    return read(f"openapi: 3.2.0\n{''.join(f'{name}: {value}' for name, value in fields.items())}\n", uri=uri)


def referring(url: str, **fields: str) -> Fields:
    return document(sourceDescriptions=[{"name": "other", "url": url}], **fields)


def found(documents: DocumentSet, document: Document) -> Found:
    result = documents.find(document, "other")
    assert result is not None
    return result


@pytest.mark.arazzo("A3", "A4")
@pytest.mark.parametrize(
    ("own", "retrieved", "base", "petstore"),
    [
        (
            "https://api.example.com/workflows/purchase.yaml",
            "file:///projects/workflows/purchase.yaml",
            "https://api.example.com/workflows/purchase.yaml",
            "https://api.example.com/specs/petstore.yaml",
        ),
        (
            None,
            "file:///projects/workflows/purchase.yaml",
            "file:///projects/workflows/purchase.yaml",
            "file:///projects/specs/petstore.yaml",
        ),
        (
            "workflows/purchase.yaml",
            "https://api.example.com/v2/description.yaml",
            "https://api.example.com/v2/workflows/purchase.yaml",
            "https://api.example.com/v2/specs/petstore.yaml",
        ),
        (None, "app://flows/a7b3", "app://flows/a7b3", "app://flows/specs/petstore.yaml"),
        (None, "flows/purchase.yaml", "flows/purchase.yaml", "specs/petstore.yaml"),
    ],
)
def test_the_base_is_self_else_where_it_came_from(
    own: str | None, retrieved: str, base: str, petstore: str
) -> None:
    """An absolute `$self` is the base, a relative one is resolved first; sources are resolved against the base."""
    fields = {} if own is None else {"$self": own}
    read_one = loaded(referring("../specs/petstore.yaml", **fields), uri=retrieved)

    assert (base, petstore) == (base_uri(read_one), found(DocumentSet([read_one]), read_one).uri)


@pytest.mark.arazzo("A5", "A6")
def test_a_document_is_found_by_its_identity_wherever_it_came_from() -> None:
    """Whichever of the two is given first."""
    one = loaded(referring("https://example.com/b"), uri="file:///a.yaml")
    other = loaded(document(**{"$self": "https://example.com/b"}), uri="file:///cache/123.yaml")

    assert [other, other] == [found(DocumentSet(both), one).target for both in ([one, other], [other, one])]


@pytest.mark.arazzo("A6")
def test_where_it_came_from_is_no_name_of_a_document_that_has_one() -> None:
    """Compat takes it, and says so; strict does not."""

    def target(mode: Mode) -> Found:
        one = loaded(referring("b.yaml"), mode, uri="file:///a.yaml")
        other = loaded(document(**{"$self": "https://example.com/b"}), uri="file:///b.yaml")
        return found(DocumentSet([one, other]), one)

    assert target(Mode.STRICT).target is None
    assert target(Mode.COMPAT).target is not None
    assert "https://example.com/b" in target(Mode.COMPAT).departure


@pytest.mark.arazzo("A7")
def test_a_description_says_itself_what_it_is() -> None:
    """`type` is optional, and what is found there counts."""
    one = loaded(referring("api.yaml"), uri="file:///a.yaml")

    assert SourceType.OPENAPI is found(DocumentSet([one], [api("file:///api.yaml")]), one).type
    assert found(DocumentSet([one]), one) == Found("file:///api.yaml", None, None)
    assert DocumentSet([one]).find(one, "nobody") is None


@pytest.mark.arazzo("A6")
def test_an_openapi_description_has_an_identity_too() -> None:
    """From 3.2 on it may say `$self`."""
    one = loaded(referring("https://example.com/api"), uri="file:///a.yaml")
    source = api("file:///somewhere.yaml", **{"$self": "https://example.com/api"})

    assert DocumentSet([one], [source]).find(one, "other") is not None
    assert found(DocumentSet([one], [source]), one).target is not None


@pytest.mark.arazzo("A6")
def test_spelling_makes_no_other_identity() -> None:
    """Case of scheme and host, dots in the path and fragments do not count."""
    one = loaded(referring("HTTPS://Example.com/x/../b#part"), uri="file:///a.yaml")
    other = loaded(document(**{"$self": "https://example.com/b"}), uri="file:///b.yaml")

    assert other is found(DocumentSet([one, other]), one).target


@pytest.mark.arazzo("A6")
def test_two_documents_with_one_identity_are_refused() -> None:
    """Nobody could say which one is meant."""
    both = [loaded(document(**{"$self": "https://example.com/b"}), uri=f"file:///{name}") for name in "ab"]

    with pytest.raises(Problems) as refused:
        DocumentSet(both)

    assert ["duplicate-identity"] == [problem.rule for problem in refused.value.problems]


def test_what_describes_nothing_is_refused() -> None:
    """A description says openapi, swagger or asyncapi."""
    with pytest.raises(Problems) as refused:
        DocumentSet([], [read("title: A list", uri="list.yaml")])

    assert ["no-description"] == [problem.rule for problem in refused.value.problems]
