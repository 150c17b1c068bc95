"""Values with expressions in them: parameters, payloads and outputs as a document has them."""

import json

import pytest
from pydantic import JsonValue

from arazzo.context import Context, Response
from arazzo.expression_error import ExpressionError
from arazzo.limits import Limits
from arazzo.rendering import render
from arazzo.templates import expressions_in, render_text
from tests.arazzo.evaluating import BODY, CONTEXT, selector


@pytest.mark.arazzo("F11", "C7")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$inputs.count", 3),
        ("$inputs.list", [10, 20]),
        ("$response.body#/nothing", None),
        ("{$inputs.count}", "3"),
        ("id-{$inputs.count}", "id-3"),
        ("{$inputs.user}{$inputs.user}", "adaada"),
        ("{$response.body#/flag}/{$response.body#/nothing}", "true/null"),
        ("{$outputs.total}", "9.5"),
        ("list={$inputs.list}", "list=[10, 20]"),
        ("{$response.body#/items/1}", '{"id": 2}'),
        ("https://{$inputs.user}.example/{$steps.find.outputs.pets#/0/name}", "https://ada.example/Rex"),
        ("plain", "plain"),
        ("", ""),
        ("$5", "$5"),
        ("{}", "{}"),
        ("{$unknown}", "{$unknown}"),
        ('{"count": {$inputs.count}, "o": {"p": "{$inputs.user}"}}', '{"count": 3, "o": {"p": "ada"}}'),
        ("costs $inputs.count", "costs $inputs.count"),
    ],
)
def test_a_whole_expression_keeps_its_type_and_embedded_ones_become_text(
    text: str, expected: JsonValue
) -> None:
    """Scalars become their text, structures JSON, texts stay as they are, and other braces are left alone."""
    value = render_text(text, CONTEXT)

    assert expected == value
    assert type(expected) is type(value)


@pytest.mark.arazzo("F11")
def test_a_text_that_holds_xml_is_embedded_as_it_is() -> None:
    """A body that is kept as text is not serialised again."""
    context = Context(response=Response(200, body='<a b="c"/>'))

    assert 'x<a b="c"/>' == render_text("x{$response.body}", context)


@pytest.mark.arazzo("C9", "F11")
def test_a_payload_is_rendered_all_through() -> None:
    """Expressions at any depth are evaluated; names of members are not."""
    payload: JsonValue = {
        "n": "$inputs.count",
        "$inputs.user": ["id-{$inputs.count}", {"o": "$inputs.env"}],
        "x": 1.5,
    }

    assert {"n": 3, "$inputs.user": ["id-3", {"o": {"TOKEN": "t"}}], "x": 1.5} == render(payload, CONTEXT)


@pytest.mark.arazzo("F8", "C9")
def test_selectors_inside_a_payload_are_evaluated_from_1_1_on() -> None:
    """An object that looks like a selector is one, where the document's version has selectors."""
    within: dict[str, JsonValue] = {
        "context": "$response.body",
        "selector": "$.items[0].id",
        "type": "jsonpath",
    }

    assert {"id": 1} == render({"id": within}, CONTEXT, selectors=True)
    assert {"context": BODY, "selector": "$.items[0].id", "type": "jsonpath"} == render(within, CONTEXT)


@pytest.mark.arazzo("F8", "F7")
@pytest.mark.parametrize("kind", [{"type": "jsonpath", "version": "rfc9535"}, {"type": "jsonpath"}])
def test_a_selector_inside_a_payload_may_name_its_version(kind: JsonValue) -> None:
    """The type of such a selector is a word or an Expression Type Object."""
    within: JsonValue = {"context": "$response.body", "selector": "$.status", "type": kind}

    assert ["available"] == render([within], CONTEXT, selectors=True)


@pytest.mark.parametrize(
    "within",
    [
        {"context": "c", "selector": "s"},
        {"context": "c", "selector": "s", "type": "colour"},
        {"context": 1, "selector": "s", "type": "jsonpath"},
        {"context": "c", "selector": "s", "type": {"type": "jsonpath", "version": 1}},
        {"context": "c", "selector": "s", "type": "jsonpath", "more": 1},
    ],
)
def test_an_object_with_some_of_the_fields_is_data(within: dict[str, JsonValue]) -> None:
    """Only what is a Selector Object by all its fields is taken for one."""
    assert within == render(within, CONTEXT, selectors=True)


@pytest.mark.parametrize("text", ["{$inputs.a", "{$inputs.}", "$inputs.", "{$steps.x}", "{$inputs.a || 'b'}"])
def test_an_expression_that_is_not_well_formed_is_not_taken_for_text(text: str) -> None:
    """A slip in an expression is said, and not sent to a service."""
    with pytest.raises(ExpressionError):
        render_text(text, CONTEXT)


def test_a_number_that_json_has_not_is_refused() -> None:
    """Infinity does not become text."""
    with pytest.raises(ExpressionError):
        render_text("{$inputs.x}", Context(inputs={"x": float("inf")}))


def test_templates_do_not_grow_without_bound() -> None:
    """A large value that is embedded many times, or asked for many times, is refused."""
    numbers: list[JsonValue] = [1] * 1000
    often: list[JsonValue] = ["$inputs.l"] * 6
    limits = Limits(result_bytes=50_000, result_nodes=5000)
    context = Context(inputs={"x": "a" * 10_000, "l": numbers}, limits=limits)

    assert 40_000 == len(str(render("{$inputs.x}" * 4, context)))
    with pytest.raises(ExpressionError, match="more than 50000"):
        render("{$inputs.x}" * 6, context)
    with pytest.raises(ExpressionError, match="too large"):
        render(often, context)


def test_values_have_a_depth() -> None:
    """A payload that is nested deeper than the limit is refused."""
    deep = json.loads("[" * 100 + "]" * 100)

    with pytest.raises(ExpressionError, match="too deep"):
        render(deep, CONTEXT)


def test_all_expressions_of_a_value_are_found() -> None:
    """For what looks before it runs: those of texts, of structures in order, and of selectors."""
    value: JsonValue = {"a": ["$inputs.x", "y-{$inputs.z}{$url}"], "b": {"c": "$outputs.o"}, "d": "$5"}

    assert ["$inputs.x", "$inputs.z", "$url", "$outputs.o"] == [str(found) for found in expressions_in(value)]
    assert ["$inputs.x", "$inputs.y"] == sorted(
        str(found) for found in expressions_in(selector("$inputs.x", "/{$inputs.y}", "jsonpointer"))
    )
