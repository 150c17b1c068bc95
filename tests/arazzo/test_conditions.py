"""Simple conditions: literals, operators, comparisons."""

from dataclasses import replace

import pytest
from pydantic import JsonValue

from arazzo.comparing import before, equal
from arazzo.condition_grammar import parse_condition
from arazzo.expression_error import ExpressionError
from arazzo.limits import Limits
from tests.arazzo.evaluating import COMPAT, CONTEXT, holds


@pytest.mark.arazzo("F2", "F3")
@pytest.mark.parametrize(
    "condition",
    [
        "$statusCode == 200",
        "$statusCode==200",
        " $statusCode  ==\n200 ",
        "$statusCode != 404",
        "$statusCode >= 200 && $statusCode < 300",
        "200 <= $statusCode",
        "$response.body#/status == 'AVAILABLE'",
        "'it''s' == 'IT''S'",
        "$inputs.quoted == 'IT''S'",
        "$response.body#/flag",
        "$response.body#/flag == true",
        "!$response.body#/nothing",
        "!!$response.body#/flag",
        "!($statusCode == 404)",
        "! false",
        "($statusCode == 200 || $statusCode == 201) && !($response.body#/status == 'bad')",
        "false && false || true",
        "true || false && false",
        "(true || false) && true",
        "$statusCode == 404 || $inputs.count == 3",
        "1.5 < 2",
        "-1 < 0",
        "1e3 == 1000",
        "true == true",
        "null == null",
        "'a' < 'B'",
        "$response.body#/amount >= 10",
        "$response.body#/amount == 15",
        "'9' < '10'",
        "'9' != '9.0'",
        "$inputs.list == $inputs.list",
    ],
)
def test_conditions_that_pass(condition: str) -> None:
    """Literals of four types, six comparisons, three logical operators and parentheses."""
    assert holds(condition)


@pytest.mark.arazzo("F3")
@pytest.mark.parametrize(
    "condition",
    [
        "$statusCode == 404",
        "$response.body#/nothing",
        "$response.body#/missing",
        "null",
        "false",
        "0",
        "''",
        "'a' == 'b'",
        "true == 'true'",
        "true == 1",
        "'x' < 1",
        "$inputs.list < 3",
        "$inputs.list == $inputs.env",
        "!true",
        "true && null",
    ],
)
def test_conditions_that_fail(condition: str) -> None:
    """What is null, false, zero or empty fails, and types that have no order fail whichever way they are compared."""
    assert not holds(condition)


@pytest.mark.arazzo("F3", "D16")
@pytest.mark.parametrize(
    ("condition", "passes"),
    [
        ("$response.body#/missing == null", True),
        ("$response.body#/missing != null", False),
        ("$response.body#/status != null", True),
        ("$response.body#/status == null", False),
        ("null == 0", False),
        ("null == ''", False),
        ("null == false", False),
        ("null < 1", False),
        ("null >= 1", False),
        ("null <= null", False),
        ("null != 0", True),
    ],
)
def test_null_equals_only_null(condition: str, passes: bool) -> None:  # noqa: FBT001
    """Null equals null; `!=` is the negation of `==`, as the text's own example needs it; null has no order."""
    assert passes is holds(condition)


@pytest.mark.arazzo("F2")
@pytest.mark.parametrize(
    "condition",
    [
        "$response.body.status == 'available'",
        "$response.body.items[0].id == 1",
        "$response.body.items[0].tags[1] == 'y'",
        "$response.body.items[$response.body.items[0].id].id == 2",
        "$response.body.items[1]['id'] == 2",
        "$response.body['a/b']['m~n'] == 8",
        "$message.payload.orderId == 'o-1'",
        "$inputs.list[1] == 20",
        "$inputs.env.TOKEN == 't'",
        "$inputs.a.b == 'dotted'",
        "$steps.find.outputs.pets[0].name == 'Rex'",
        "($response.body).status == 'available'",
        "$response.body.items[9] == null",
        "$response.body.status.x == null",
    ],
)
def test_dots_and_indices_dereference_in_both_modes(condition: str) -> None:
    """In simple conditions `.` and `[]` are operators of the text, and nothing to report."""
    assert holds(condition)
    assert () == parse_condition(condition).departures


@pytest.mark.arazzo("D21")
@pytest.mark.parametrize(
    "condition",
    [
        '$response.body#/status == "available"',
        "$response.header.Content-Type == application/json",
        "$response.body#/status == AVAILABLE",
        "{$inputs.count} == 3",
        '$inputs.user == "{$inputs.user}"',
        "$body.status == 'available'",
        "$steps.find.pets[0].name == 'Rex'",
    ],
)
def test_other_forms_are_judged_in_compat_and_reported(condition: str) -> None:
    """Double quotes, words without quotes, braces: real documents have them, the strict mode has not."""
    assert not holds(condition, CONTEXT)
    assert holds(condition, COMPAT)
    assert parse_condition(condition, lenient=True).departures


@pytest.mark.arazzo("F2", "F6")
@pytest.mark.parametrize(
    "condition",
    [
        "",
        "$statusCode = 200",
        "$statusCode ==",
        "== 200",
        "$statusCode == 200 &&",
        "($statusCode == 200",
        "$statusCode == 200)",
        "1 < 2 < 3",
        "$a == 1",
        "'open",
        "$inputs.list[",
        "$inputs.list[]",
        "1 2",
        "$statusCode == 500%s",
        "__import__('os')",
        "1e999 == 1",
        "$response.body .status",
    ],
)
def test_what_is_no_condition_is_refused_in_both_modes(condition: str) -> None:
    """A slip is an error where it is read, and fails where it is judged."""
    for lenient in (False, True):
        with pytest.raises(ExpressionError):
            parse_condition(condition, lenient=lenient)
    assert not holds(condition, COMPAT)


def test_conditions_are_bounded() -> None:
    """Length and depth have limits; what is long but flat is fine."""
    assert holds("!" * 4000 + "true")
    assert holds(" && ".join(["true"] * 1000))
    with pytest.raises(ExpressionError, match="too deep"):
        parse_condition("(" * 65 + "true" + ")" * 65)
    with pytest.raises(ExpressionError, match="too long"):
        parse_condition("true", limits=Limits(expression_length=3))


def test_logical_operators_stop_when_they_know() -> None:
    """What cannot be evaluated is not, once the rest decides."""
    context = replace(CONTEXT, inputs={"x": float("inf")})
    broken = "$inputs.list[$inputs.x] == 1"

    assert holds(f"true || {broken}", context)
    assert not holds(f"true && {broken}", context)


def test_all_expressions_of_a_condition_are_found() -> None:
    """For what looks before it runs."""
    condition = parse_condition("($inputs.a == '{$inputs.b}' || !$url) && $response.body.x[$inputs.i] < 3")

    assert ["$inputs.a", "$inputs.b", "$url", "$response.body#/x", "$inputs.i"] == [
        str(found) for found in condition.expressions()
    ]


@pytest.mark.arazzo("F3")
@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ([1, "A"], [1, "A"], True),
        ([1], [True], False),
        ({"a": [None]}, {"a": [None]}, True),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ([1], [1, 2], False),
        (1, 1.0, True),
        ("1_000", 1000, False),
        ("+7", 7, True),
        (".5", 0.5, True),
        ("Straße", "STRASSE", True),
        ("9" * 500, 9, False),
    ],
)
def test_what_is_equal(left: JsonValue, right: JsonValue, same: bool) -> None:  # noqa: FBT001
    """Structures compare as JSON does; a text is a number only where it writes one."""
    assert same is equal(left, right)
    assert same is equal(right, left)


@pytest.mark.arazzo("F3")
def test_order_is_of_numbers_or_of_texts() -> None:
    """Texts that are both numbers are ordered as numbers, other texts without case, anything else not at all."""
    assert (True, True, False) == (before("9", "10"), before("a", "B"), before(2, "1"))
    assert [None] * 3 == [before(True, 1), before([1], [2]), before("a", 1)]  # noqa: FBT003
