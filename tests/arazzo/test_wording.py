"""How a plan's conditions, times and values are said."""

from datetime import timedelta

import pytest

from arazzo.elements import Criterion, ExpressionKind, ExpressionType, FailureAction
from arazzo.wording import condition, length, listed, retried, template, value


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("$statusCode == 200", "the status is 200"),
        ("$statusCode == null || $statusCode >= 500", "there is no answer or the status is at least 500"),
        ("$statusCode != null && $statusCode < 500", "there is an answer and the status is below 500"),
        ("$response.body#/a/b == 'a == b'", "a b of the answer is 'a == b'"),
        (
            "!($inputs.quick) && $steps.one.outputs.id != 'it''s'",
            "not (the input quick) and id of one is not 'it''s'",
        ),
        ("$message.payload#/amount > $inputs.amount", "amount of the message is above the input amount"),
        (
            "$response.header.ETag == $workflows.a.outputs.tag",
            "header ETag of the answer is tag of workflow a",
        ),
        ("odd text", "odd text"),
    ],
)
def test_a_simple_condition_is_a_clause(given: str, said: str) -> None:
    """Operators and expressions are words; texts in quotes stay as they stand."""
    assert said == condition(Criterion(condition=given))


def test_other_conditions_keep_their_words() -> None:
    """Regular expressions and paths are not translated, only what they are held against."""
    regex = Criterion(condition="^2", context="$statusCode", type=ExpressionType(type=ExpressionKind.REGEX))
    path = Criterion(
        condition="$[?@.a]", context="$response.body", type=ExpressionType(type=ExpressionKind.JSONPATH)
    )

    assert ("the status matches ^2", "$[?@.a] holds in the answer") == (condition(regex), condition(path))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.25, "0.25 seconds"),
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (3725, "1 hour 2 minutes"),
        (2 * 86400 + 1, "2 days 1 second"),
    ],
)
def test_a_length_of_time_has_two_units_at_most(seconds: float, said: str) -> None:
    """The largest units come first."""
    assert said == length(timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("after", "limit", "said"),
    [
        (0, 1, "once, at once"),
        (2, 1, "once, after 2 seconds"),
        (60, 5, "up to 5 times, every minute"),
        (90, 2, "up to 2 times, every 1 minute 30 seconds"),
    ],
)
def test_how_often_is_said_with_how_soon(after: float, limit: int, said: str) -> None:
    """A retry says its limit and its pause."""
    action = FailureAction(
        name="again", type="retry", retry_after=timedelta(seconds=after), retry_limit=limit
    )

    assert said == retried(action)


def test_texts_show_what_will_be_put_in() -> None:
    """An expression inside a text is named in short; one alone is said in words."""
    assert "Order ‹orderId› of ‹name›" == template(
        "Order {$inputs.orderId}\n of {$response.body#/customer/name}"
    )
    assert "id of the input order" == value("$inputs.order#/id")
    assert "a constant" == value({"a": 1})


def test_names_are_listed_as_one_says_them() -> None:
    """With commas, and an `and` before the last."""
    assert ["", "a", "a and b", "a, b and c"] == [listed("abc"[:size]) for size in range(4)]
