"""What expressions refer to, and that nothing is made of what is missing."""

from dataclasses import replace

import pytest
from pydantic import JsonValue

from arazzo.context import Context, Request, Response
from arazzo.evaluate import evaluate
from arazzo.expression_error import ExpressionError
from tests.arazzo.evaluating import BODY, COMPAT, CONTEXT


@pytest.mark.arazzo("F9", "F11")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$url", "https://shop.example/pets/7"),
        ("$method", "POST"),
        ("$statusCode", 200),
        ("$self", "https://example.com/flow"),
        ("$request.query.q", "dog"),
        ("$request.path.id", 7),
        ("$request.body#/name", "Rex"),
        ("$response.body", BODY),
        ("$response.body#/flag", True),
        ("$response.body#/a~1b/m~0n", 8),
        ("$response.body#/items/0/tags/1", "y"),
        ("$message.header.key", "k"),
        ("$message.payload#/orderId", "o-1"),
        ("$inputs.user", "ada"),
        ("$inputs.count", 3),
        ("$inputs.env#/TOKEN", "t"),
        ("$outputs.total", 9.5),
        ("$steps.find.outputs.pets#/0/name", "Rex"),
        ("$steps.find.outputs.b.c", 1),
        ("$workflows.other.inputs.x", 1),
        ("$workflows.other.outputs.y#/z", 2),
        ("$components.parameters.page", {"name": "page", "value": 1}),
        ("$interaction.payload#/approved", True),
    ],
)
def test_each_source_gives_its_value_with_its_type(text: str, expected: JsonValue) -> None:
    """Every source of the table is reached, and types are kept."""
    value = evaluate(text, CONTEXT)

    assert expected == value
    assert type(expected) is type(value)


@pytest.mark.arazzo("D16", "F5")
@pytest.mark.parametrize(
    "text",
    [
        "$inputs.nothing",
        "$inputs.user#/x",
        "$inputs.list#/2",
        "$inputs.list#/-",
        "$inputs.list#/01",
        "$inputs.list#/x",
        "$outputs.nothing",
        "$steps.never.outputs.x",
        "$steps.find.outputs.x",
        "$workflows.never.outputs.x",
        "$sourceDescriptions.never.x",
        "$components.successActions.x",
        "$response.body#/missing/deeper",
        "$response.body#/nothing",
        "$response.header.Missing",
        "$response.query.q",
        "$message.query.q",
    ],
)
def test_what_is_missing_is_null(text: str) -> None:
    """A missing pointer, an output of a step that has not run, an absent header: null, never an error."""
    assert evaluate(text, CONTEXT) is None


@pytest.mark.arazzo("D16", "D17")
@pytest.mark.parametrize(
    "text", ["$url", "$method", "$statusCode", "$request.body", "$response.body", "$message.payload"]
)
def test_without_an_exchange_everything_of_it_is_null(text: str) -> None:
    """Where no answer came, the status code is null, and so is all else."""
    assert evaluate(text, Context()) is None


@pytest.mark.arazzo("C5", "F9")
@pytest.mark.parametrize("name", ["Content-Type", "content-type", "CONTENT-TYPE"])
def test_header_names_know_no_case(name: str) -> None:
    """Header names are found whatever their case; all other names need theirs."""
    assert "application/json" == evaluate(f"$response.header.{name}", CONTEXT)
    assert evaluate("$inputs.USER", CONTEXT) is None


@pytest.mark.arazzo("F12")
@pytest.mark.parametrize(("name", "expected"), [("getPet", "getPet"), ("url", "shop.yaml"), ("type", "type")])
def test_an_operation_comes_before_a_field_of_the_source(name: str, expected: str) -> None:
    """`$sourceDescriptions.n.x` is first an operation or workflow, and only else a field."""
    assert expected == evaluate(f"$sourceDescriptions.shop.{name}", CONTEXT)


@pytest.mark.arazzo("F13")
def test_parameters_that_were_not_declared_are_null() -> None:
    """The request knows the declared parameters only, so that others are null."""
    context = Context(request=Request("GET", "https://a/?q=1&undeclared=2", query={"q": 1}))

    assert (1, None) == (
        evaluate("$request.query.q", context),
        evaluate("$request.query.undeclared", context),
    )


@pytest.mark.arazzo("F10", "D21")
def test_a_dotted_name_is_first_a_name() -> None:
    """`a.b` is the input of that name; that it is b of a is tried in compat, and only where there is no such name."""
    assert "dotted" == evaluate("$inputs.a.b", COMPAT)
    assert "t" == evaluate("$inputs.env.TOKEN", COMPAT)
    assert evaluate("$inputs.env.TOKEN", CONTEXT) is None


@pytest.mark.arazzo("D21")
def test_the_compat_forms_mean_what_they_look_like() -> None:
    """Dots, indices, left-out `outputs` and whole maps are evaluated in compat."""
    assert 2 == evaluate("$response.body.items[1].id", COMPAT)
    assert "Rex" == evaluate("$steps.find.pets#/0/name", COMPAT)
    assert CONTEXT.outputs == evaluate("$outputs", COMPAT)
    assert "/pets/7" == evaluate("$response.headers.location", COMPAT)


def test_a_text_body_has_nothing_inside() -> None:
    """A pointer into a body that is a text is null: texts are not parsed on the side."""
    context = replace(CONTEXT, response=Response(200, body='{"a": 1}'))

    assert evaluate("$response.body#/a", context) is None


def test_what_is_no_expression_is_the_one_error() -> None:
    """Evaluating raises `ExpressionError`, and says which text."""
    with pytest.raises(ExpressionError, match="nope"):
        evaluate("$nope", CONTEXT)
