"""Selector Objects and payload replacements: what is taken out of values, and what is put into them."""

import copy

import pytest
from pydantic import JsonValue

from arazzo.elements import ExpressionKind, ExpressionType, Replacement
from arazzo.expression_error import ExpressionError
from arazzo.replacements import replace
from arazzo.selectors import select
from tests.arazzo.evaluating import CONTEXT, answered, selector

XML = '<o xmlns="urn:o" xmlns:t="urn:t"><t:id n="7">A&amp;B</t:id><t:i>1</t:i><t:i>2</t:i></o>'


@pytest.mark.arazzo("F8")
@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("/items/0/id", "jsonpointer", 1),
        ("#/items/0/id", "jsonpointer", 1),
        ("", "jsonpointer", {"items": [{"id": 1}, {"id": 2}], "one": [3]}),
        ("/missing", "jsonpointer", None),
        ("$.items[0].id", "jsonpath", 1),
        ("$.missing", "jsonpath", None),
        ("$.items[*].id", "jsonpath", [1, 2]),
        ("$.one[*]", "jsonpath", [3]),
        ("$..missing", "jsonpath", []),
        ("$.items[?@.id == {$response.body#/items/1/id}].id", "jsonpath", [2]),
    ],
)
def test_a_selector_takes_values_out_of_json(text: str, kind: str, expected: JsonValue) -> None:
    """A pointer or a singular JSONPath gives a value, any other JSONPath a list, whatever it finds."""
    context = answered({"items": [{"id": 1}, {"id": 2}], "one": [3]})

    assert expected == select(selector("$response.body", text, kind), context)


@pytest.mark.arazzo("F8", "F7")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("//t:id", "A&B"),
        ("//t:id/@n", "7"),
        ("//t:i", ["1", "2"]),
        ("//t:missing", None),
        ("count(//t:i)", 2),
        ("sum(//t:i) div 2", 1.5),
        ("string(//t:i[1])", "1"),
        ("exists(//t:i)", True),
        ("//t:i/text()", ["1", "2"]),
        ("/*", XML.replace("<o ", "<o ")),
    ],
)
def test_a_selector_takes_values_out_of_xml(text: str, expected: JsonValue) -> None:
    """Elements give their text, or XML where they hold others; one item is a value, several are a list."""
    value = select(selector("$response.body", text, "xpath"), answered(XML))

    assert expected == value
    assert type(expected) is type(value)


@pytest.mark.arazzo("F8")
@pytest.mark.parametrize(
    ("text", "kind", "body"),
    [
        ("no slash", "jsonpointer", {}),
        ("$[", "jsonpath", {}),
        ("//a", "xpath", {}),
        ("//a", "xpath", "no xml"),
        ("1 div 0e0", "xpath", "<a/>"),
        ("function($x) {$x}", "xpath", "<a/>"),
        ("a", "regex", "a"),
    ],
)
def test_a_selector_that_cannot_be_evaluated_is_the_one_error(text: str, kind: str, body: JsonValue) -> None:
    """Unlike criteria, selectors say so: the step would go on with a wrong value."""
    with pytest.raises(ExpressionError):
        select(selector("$response.body", text, kind), answered(body))


@pytest.mark.arazzo("F8", "D16")
def test_a_selector_of_nothing_is_null() -> None:
    """Where its context is null, so is what it selects."""
    assert select(selector("$response.body#/missing", "$.a", "jsonpath"), answered({})) is None


def _replacement(target: str, value: JsonValue, kind: str = "") -> Replacement:
    form = ExpressionType(type=ExpressionKind(kind)) if kind else None
    return Replacement(target=target, value=value, type=form)


@pytest.mark.arazzo("C10")
@pytest.mark.parametrize(
    ("target", "kind", "expected"),
    [
        ("/a", "", {"a": 3, "l": [{"x": 0}]}),
        ("/l/0/x", "", {"a": 1, "l": [{"x": 3}]}),
        ("/l/-", "", {"a": 1, "l": [{"x": 0}, 3]}),
        ("/l/1/y", "", {"a": 1, "l": [{"x": 0}, {"y": 3}]}),
        ("/new/deep", "", {"a": 1, "l": [{"x": 0}], "new": {"deep": 3}}),
        ("/new/-", "", {"a": 1, "l": [{"x": 0}], "new": [3]}),
        ("", "", 3),
        ("$.a", "jsonpath", {"a": 3, "l": [{"x": 0}]}),
        ("$.l[*].x", "jsonpath", {"a": 1, "l": [{"x": 3}]}),
        ("$.l[?@.x == 0].x", "jsonpath", {"a": 1, "l": [{"x": 3}]}),
        ("$.b['c d']", "jsonpath", {"a": 1, "l": [{"x": 0}], "b": {"c d": 3}}),
        ("/a", "jsonpointer", {"a": 3, "l": [{"x": 0}]}),
    ],
)
def test_a_replacement_sets_a_value_in_json(target: str, kind: str, expected: JsonValue) -> None:
    """What is there is replaced, what a pointer or a singular JSONPath names is made; the payload given stays."""
    payload: JsonValue = {"a": 1, "l": [{"x": 0}]}
    before = copy.deepcopy(payload)

    assert expected == replace(payload, [_replacement(target, "$inputs.count", kind)], CONTEXT)
    assert before == payload


@pytest.mark.arazzo("C10", "F8")
def test_replacements_take_any_value_in_their_order() -> None:
    """A constant, a template, a selector, and later ones see what earlier ones did."""
    replacements = [
        _replacement("/a", {"b": "x-{$inputs.count}"}),
        _replacement("/a/b", 10),
        Replacement(target="/c", value=selector("$response.body", "$.items[*].id", "jsonpath")),
    ]

    assert {"a": {"b": 10}, "c": [1, 2]} == replace({}, replacements, CONTEXT)


@pytest.mark.arazzo("C10")
@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/o/b/@x", '<o><b x="&lt;3"></b><c>1</c></o>'),
        ("/o/c", '<o><b x="1"></b><c>&lt;3</c></o>'),
        ("/o/d/e", '<o><b x="1"></b><c>1</c><d><e>&lt;3</e></d></o>'),
        ("/o/c/@n", '<o><b x="1"></b><c n="&lt;3">1</c></o>'),
        ("//c", '<o><b x="1"></b><c>&lt;3</c></o>'),
        ("/o", "<o>&lt;3</o>"),
    ],
)
def test_a_replacement_in_xml_is_an_xpath(target: str, expected: str) -> None:
    """XML payloads take XPath unless told otherwise; a plain path is made; values are texts, never markup."""
    payload = '<o><b x="1"/><c>1</c></o>'

    assert expected == replace(
        payload, [_replacement(target, "<{$inputs.count}")], CONTEXT, content_type="text/xml"
    )


@pytest.mark.arazzo("C10")
def test_xml_keeps_its_prefixes_and_declaration() -> None:
    """An envelope comes out with the names that it went in with."""
    payload = '<?xml version="1.0" encoding="UTF-8"?>\n<s:E xmlns:s="urn:s" xmlns:t="urn:t"><s:B><t:id>1</t:id></s:B></s:E>'

    replaced = replace(
        payload, [_replacement("//t:id", 2)], CONTEXT, content_type="application/soap+xml; charset=utf-8"
    )

    assert payload.replace(">1<", ">2<") == replaced


@pytest.mark.arazzo("C10", "C9")
def test_a_json_template_is_parsed_before_values_are_put_into_it() -> None:
    """A payload that is a text of JSON becomes what it says."""
    assert {"a": 3} == replace('{"a": 1}', [_replacement("/a", "$inputs.count")], CONTEXT)


@pytest.mark.arazzo("C10")
@pytest.mark.parametrize(
    ("payload", "target", "kind"),
    [
        ({"a": 1}, "/a/b", ""),
        ({"a": []}, "/a/2", ""),
        ({"a": []}, "/a/x", ""),
        ({"a": 1}, "no pointer", ""),
        ({"a": 1}, "$.l[?@.x == 1].y", "jsonpath"),
        ({"a": 1}, "$..b", "jsonpath"),
        ({"a": 1}, "//b", "xpath"),
        ("<a/>", "//b", "xpath"),
        ("<a/>", "/a/text()", "xpath"),
        ("<a/>", "/b/c", "xpath"),
        ("<a/>", "/a/x:b", "xpath"),
        ("<a/>", "count(/a)", "xpath"),
        ({"a": 1}, "a", "regex"),
    ],
)
def test_a_target_that_nothing_says_how_to_make_is_refused(
    payload: JsonValue, target: str, kind: str
) -> None:
    """Nothing is left out in silence: the request is not sent without what the document puts into it."""
    with pytest.raises(ExpressionError):
        replace(payload, [_replacement(target, 1, kind)], CONTEXT, content_type="text/plain")


def test_a_payload_that_should_be_json_and_is_not_is_refused() -> None:
    """A template that came out as no JSON is said, not sent."""
    with pytest.raises(ExpressionError, match="no JSON"):
        replace("{", [_replacement("/a", 1)], CONTEXT)
    assert "{" == replace("{", [], CONTEXT)
