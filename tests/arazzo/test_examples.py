"""The documents in examples/arazzo: strict, without anything to remark, and of what the stand-ins really offer."""

import pytest
from jsonschema import Draft202012Validator

from arazzo.compiling import compile_plans
from arazzo.lint import lint
from examples.arazzo.describe import excerpts
from tests.arazzo.examples import EVERYTHING, FOLDER, NAMES, document_of, input_of, plan_of

REMARKS = {
    "place-order": [
        ("no-compensation", "when authorizePayment fails, nothing takes reserveStock back"),
        ("no-compensation", "when createShipment fails, nothing takes authorizePayment back"),
    ]
}
"""It is there for them: `place-order-saga` is the same without."""


def test_the_descriptions_are_those_of_the_stand_ins() -> None:
    """What `python -m examples.arazzo.describe` writes is what stands there."""
    assert excerpts() == {path.name: path.read_text() for path in FOLDER.glob("*.openapi.json")}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_to_be_remarked(name: str) -> None:
    """The check finds nothing, be it an error, a warning or a note, but for what it is shown with."""
    found = lint(EVERYTHING, [document_of(name)])

    assert REMARKS.get(name, []) == [(one.rule, one.message) for one in found]


@pytest.mark.parametrize("name", NAMES)
def test_each_workflow_has_a_plan_that_lacks_nothing(name: str) -> None:
    """All that it names is at hand."""
    plans = compile_plans(EVERYTHING, document_of(name))

    assert [()] * len(plans) == [plan.missing for plan in plans.values()]
    assert plans


@pytest.mark.parametrize("name", NAMES)
def test_the_input_beside_it_fits(name: str) -> None:
    """`NAME.json` is an input of the document's first workflow."""
    plan = plan_of(name)
    schema = plan.workflows[plan.root].inputs

    assert isinstance(schema, dict)
    assert [] == [error.message for error in Draft202012Validator(schema).iter_errors(input_of(name))]
