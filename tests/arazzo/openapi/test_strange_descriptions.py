"""Whatever stands in a description, there is a request, or one error that is ours."""

from hypothesis import given, settings
from hypothesis import strategies as st

from arazzo.openapi.errors import OpenApiError
from arazzo.openapi.examples import sample_response
from arazzo.openapi.operations import Operations
from arazzo.openapi.requests import build_request
from tests.arazzo.openapi.descriptions import FOUND_AT, Field, Fields, description, some

WORDS = st.sampled_from(
    """
    paths /a /{id} get parameters in query path cookie name schema style explode content required servers url variables
    requestBody application/json multipart/form-data encoding responses 200 default headers example examples value security
    scheme type components securitySchemes schemas $ref #/components #/paths/~1a $id $anchor $defs properties allOf
    items enum $self object array integer minItems
    """.split()  # noqa: SIM905  (words, and no list of lines)
)
ANYTHING: st.SearchStrategy[Field] = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=5),
    max_leaves=20,
)
SOME_FIELDS = st.dictionaries(WORDS, ANYTHING)


@settings(some, max_examples=150)
@given(SOME_FIELDS, SOME_FIELDS, SOME_FIELDS)
def test_what_is_wrong_in_a_description_is_said(document: Fields, item: Fields, fields: Fields) -> None:
    """Nothing else is raised, and no request is without an address."""
    paths: Fields = {"/a": item, "/{id}": {"get": fields, "post": item}}
    try:
        api = Operations.of({**description(), **document, "paths": paths}, source="api", base_uri=FOUND_AT)
    except OpenApiError:
        return
    for path, method in (("/a", "get"), ("/{id}", "get"), ("/{id}", "post")):
        try:
            found = api.by_path(path, method)
            request = build_request(found, parameters=[("id", "path", 1)], body={"a": 1})
        except OpenApiError:
            continue
        assert request.url.startswith("http")
        assert sample_response(found).status
