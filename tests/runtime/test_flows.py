"""What the catalogue makes of an input that somebody has written."""

import json
from pathlib import Path
from typing import Any

import pytest

from catalogue import CATALOGUE
from runtime.flows import Flow, digest_of
from runtime.refusals import InvalidInput, UnknownFlow

ROOT = Path(__file__).parents[2]
EXAMPLE = json.loads((ROOT / "examples/order.json").read_text())
ORDER = CATALOGUE["order"]
SECRET = "tok with a blank"


@pytest.mark.parametrize(
    ("changes", "field", "expected"),
    [
        ({"order_id": "no spaces"}, "order_id", "should be letters, digits"),
        ({"items": []}, "items", "at least 1"),
        ({"items": [{"sku": "a", "quantity": 0, "unit_price": "1"}]}, "items[0].quantity", "greater than 0"),
        ({"customer": {"name": "Ada"}}, "customer.email", "is required: name@domain"),
        ({"colour": "red"}, "colour", "is not a field of this input"),
        ({"payment_method": SECRET}, "payment_method", "pattern"),
        ({"currency": 1}, "currency", "should be a valid string: ISO 4217"),
    ],
)
def test_invalid_input_names_the_field(changes: dict[str, object], field: str, expected: str) -> None:
    """Each field that is wrong is named once, with what was expected there, and never with its value."""
    with pytest.raises(InvalidInput) as refused:
        ORDER.read(json.dumps(EXAMPLE | changes))

    (problem,) = refused.value.problems
    assert field == problem.field
    assert expected in problem.expected
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{\n  "order_id": "A-1",\n}', "not JSON at line 3, column 1"),
        ("", "not JSON at line 1, column 1"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "should be an object"),
    ],
    ids=["comma", "empty", "deep", "list"],
)
def test_what_is_no_object_is_told(text: str, told: str) -> None:
    """What is no JSON object is refused with the place, or with what it is."""
    with pytest.raises(InvalidInput, match=told):
        ORDER.read(text)


def test_the_digest_is_of_what_is_asked_for() -> None:
    """Two inputs have the same digest exactly when they ask for the same, however they are written."""
    reordered = json.dumps(dict(reversed(EXAMPLE.items())), indent=4)
    other = json.dumps(EXAMPLE | {"currency": "USD"})
    plain, rewritten, different = (
        digest_of(ORDER.read(text)) for text in (json.dumps(EXAMPLE), reordered, other)
    )

    assert plain == rewritten
    assert plain != different


@pytest.mark.parametrize("flow", list(CATALOGUE), ids=lambda flow: flow.name)
def test_the_example_of_a_flow_is_an_input(flow: Flow[Any]) -> None:
    """The file that a flow's example command names is there, and is valid."""
    flow.read((ROOT / flow.example).read_text())


def test_a_flow_that_is_not_there() -> None:
    """An unknown flow is refused with the names that are known."""
    with pytest.raises(UnknownFlow, match="Known: order"):
        CATALOGUE["orders"]
