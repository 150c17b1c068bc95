"""The documents in examples/arazzo: strict, without anything to remark, and of what the stand-ins really offer."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from arazzo.compiling import compile_plans
from arazzo.identity import DocumentSet
from arazzo.limits import DESCRIPTION_LIMITS
from arazzo.lint import lint
from arazzo.loading import load
from arazzo.source import read
from examples.arazzo.describe import excerpts
from tests.standins import ROOT

FOLDER = ROOT / "examples" / "arazzo"
NAMES = sorted(path.name.removesuffix(".arazzo.yaml") for path in FOLDER.glob("*.arazzo.yaml"))
REMARKS = {
    "place-order": [
        ("no-compensation", "when authorizePayment fails, nothing takes reserveStock back"),
        ("no-compensation", "when createShipment fails, nothing takes authorizePayment back"),
    ]
}
"""It is there for them: `place-order-saga` is the same without."""


def everything() -> DocumentSet:
    descriptions = [*FOLDER.glob("*.openapi.json"), *FOLDER.glob("*.asyncapi.yaml")]
    return DocumentSet(
        [load(path.read_text(), uri=path.as_uri()) for path in map(_document, NAMES)],
        [read(path.read_text(), uri=path.as_uri(), limits=DESCRIPTION_LIMITS) for path in descriptions],
    )


def _document(name: str) -> Path:
    return FOLDER / f"{name}.arazzo.yaml"


EVERYTHING = everything()


def test_the_descriptions_are_those_of_the_stand_ins() -> None:
    """What `python -m examples.arazzo.describe` writes is what stands there."""
    assert excerpts() == {path.name: path.read_text() for path in FOLDER.glob("*.openapi.json")}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_to_be_remarked(name: str) -> None:
    """The check finds nothing, be it an error, a warning or a note, but for what it is shown with."""
    (document,) = (one for one in EVERYTHING.documents if one.uri == _document(name).as_uri())

    assert REMARKS.get(name, []) == [(one.rule, one.message) for one in lint(EVERYTHING, [document])]


@pytest.mark.parametrize("name", NAMES)
def test_each_workflow_has_a_plan_that_lacks_nothing(name: str) -> None:
    """All that it names is at hand."""
    (document,) = (one for one in EVERYTHING.documents if one.uri == _document(name).as_uri())

    plans = compile_plans(EVERYTHING, document)

    assert [()] * len(plans) == [plan.missing for plan in plans.values()]
    assert plans


@pytest.mark.parametrize("name", NAMES)
def test_the_input_beside_it_fits(name: str) -> None:
    """`NAME.json` is an input of the document's first workflow."""
    (document,) = (one for one in EVERYTHING.documents if one.uri == _document(name).as_uri())
    first = next(iter(compile_plans(EVERYTHING, document).values()))
    schema = first.workflows[first.root].inputs

    assert isinstance(schema, dict)
    assert [] == [
        error.message
        for error in Draft202012Validator(schema).iter_errors(
            json.loads((FOLDER / f"{name}.json").read_text())
        )
    ]
