"""What a document says: every object and default, and what is wrong with one, in both modes."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arazzo.elements import (
    ExpressionKind,
    ExpressionType,
    FailureAction,
    Location,
    Parameter,
    Reusable,
    Selector,
    SuccessAction,
)
from arazzo.limits import Limits
from arazzo.loading import load
from arazzo.model import SourceType, Version
from arazzo.problems import Problem, Problems
from arazzo.reading import Mode
from tests.arazzo.documents import Fields, document, loaded, step, workflow, written
from tests.arazzo.whole import ALL_OF_IT


@pytest.mark.arazzo("A2", "A9", "B1", "B5", "C1")
def test_every_object_and_field_is_read() -> None:
    """What a document says stands in its model, extensions too."""
    arazzo = loaded(ALL_OF_IT).arazzo
    buy, order = arazzo.workflows[0], arazzo.workflows[0].steps[0]

    assert (Version.V1_1, "https://example.com/buy", "A test") == (
        arazzo.version,
        arazzo.self_uri,
        arazzo.info.title,
    )
    assert [("api", "api.yaml", SourceType.OPENAPI)] == [
        (s.name, s.url, s.type) for s in arazzo.source_descriptions
    ]
    assert (("refund",), "Buys.", {"type": "object"}) == (buy.depends_on, buy.summary, buy.inputs)
    assert ("Orders it.", timedelta(milliseconds=1500)) == (order.description, order.timeout)
    assert {"x-team": {"any": ["thing"]}} == order.extensions
    assert {"page"} == arazzo.components.parameters.keys()
    assert arazzo == type(arazzo).model_validate_json(arazzo.model_dump_json())


@pytest.mark.arazzo("C5", "C8", "C10")
def test_parameters_and_bodies_are_read() -> None:
    """Where a parameter goes, what a reference overrides, be it with null, and what is put into a payload."""
    order = loaded(ALL_OF_IT).arazzo.workflows[0].steps[0]

    assert order.parameters == (
        Parameter(name="q", location=Location.QUERY, value="$inputs.q"),
        Reusable(reference="$components.parameters.page", overrides=True, value=None),
    )
    assert order.request_body is not None
    assert ("application/json", {"a": "$inputs.a"}) == (
        order.request_body.content_type,
        order.request_body.payload,
    )
    assert [("/a", 10, None)] == [(r.target, r.value, r.type) for r in order.request_body.replacements]


@pytest.mark.arazzo("F1", "F7", "F8")
def test_criteria_and_selectors_know_their_language_and_version() -> None:
    """An omitted type is simple, and an omitted version the default one."""
    order = loaded(ALL_OF_IT).arazzo.workflows[0].steps[0]

    assert ["", "", "rfc9535", "xpath-10"] == [criterion.type.version for criterion in order.success_criteria]
    assert ["simple", "regex", "jsonpath", "xpath"] == [
        criterion.type.type for criterion in order.success_criteria
    ]
    assert order.outputs["some"] == Selector(
        kind="selector",
        context="$response.body",
        selector="$.a",
        type=ExpressionType(type=ExpressionKind.JSONPATH, version="rfc9535"),
    )


@pytest.mark.arazzo("E1", "E6", "E7", "E8", "D14")
def test_actions_have_their_defaults() -> None:
    """One retry and no delay where nothing is said; no list is not the same as an empty one."""
    order, heard = loaded(ALL_OF_IT).arazzo.workflows[0].steps

    assert order.on_failure is not None
    again, over, stop = order.on_failure
    assert again == FailureAction(
        name="again", type="retry", retry_after=timedelta(milliseconds=500), retry_limit=1
    )
    assert isinstance(over, FailureAction)
    assert over.parameters == (Parameter(name="i", value=1),)
    assert Reusable(reference="$components.failureActions.stop") == stop
    assert order.on_success == (SuccessAction(name="on", type="goto", step_id="heard"),)
    assert (None, ()) == (
        heard.on_failure,
        loaded(document(workflow(steps=[step(onFailure=[])]))).arazzo.workflows[0].steps[0].on_failure,
    )


@pytest.mark.arazzo("F8")
def test_an_object_that_looks_like_a_selector_is_one_from_1_1_on() -> None:
    """In 1.0 it is an object like any other."""
    value = {"context": "$inputs.a", "selector": "/b", "type": "jsonpointer"}
    parameter = {"name": "q", "in": "query", "value": value}

    def found(version: str) -> object:
        content = document(workflow(steps=[step(parameters=[parameter])]), version=version)
        read = loaded(content).arazzo.workflows[0].steps[0].parameters[0]
        assert isinstance(read, Parameter)
        return read.value

    assert value == found("1.0.1")
    assert isinstance(found("1.1.0"), Selector)


@pytest.mark.arazzo("D22")
def test_many_steps_and_workflows_are_refused() -> None:
    """A document of a stranger asks for no more than the limits say."""
    few = Limits(steps=2, workflows=2, problems=3)

    def rules(content: Fields) -> set[str]:
        with pytest.raises(Problems) as refused:
            load(written(content), uri="flow", limits=few)
        return {problem.rule for problem in refused.value.problems}

    assert {"too-many-steps"} == rules(document(workflow(steps=[step(f"s{n}") for n in range(3)])))
    within = document(workflow(steps=[step("a"), step("b")]), workflow("b"))
    assert within["info"]["title"] == load(written(within), uri="flow", limits=few).arazzo.info.title
    assert {"too-many-workflows"} == rules(document(*(workflow(f"w{n}") for n in range(3))))


@pytest.mark.arazzo("D22")
def test_not_everything_that_is_wrong_is_said() -> None:
    """Nor all that departs: a text that is no document at all has too much of it."""
    few = Limits(problems=3)
    text = written(
        document(
            workflow(steps=[step(f"s{n}", nobody=1, operationId="a", operationPath="a") for n in range(9)])
        )
    )
    departing = written(document(workflow(steps=[step(f"s{n}", nobody=1) for n in range(9)])))

    with pytest.raises(Problems) as refused:
        load(text, uri="flow", mode=Mode.COMPAT, limits=few)

    assert 3 == len(refused.value.problems)
    assert 3 == len(load(departing, uri="flow", mode=Mode.COMPAT, limits=few).departures)


@pytest.mark.parametrize("mode", Mode)
@given(
    content=st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.sampled_from(["1.1.0", "main", "end", "goto", "$inputs.a"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "arazzo",
                        "info",
                        "title",
                        "version",
                        "sourceDescriptions",
                        "workflows",
                        "workflowId",
                        "steps",
                        "stepId",
                        "operationId",
                        "parameters",
                        "name",
                        "in",
                        "value",
                        "outputs",
                        "onFailure",
                        "type",
                        "criteria",
                        "condition",
                        "context",
                        "selector",
                        "requestBody",
                        "payload",
                        "replacements",
                        "target",
                        "reference",
                        "components",
                        "x-compensate",
                        "x-sla",
                        "x-judge",
                        "x-interaction",
                        "timeout",
                        "dependsOn",
                        "retryLimit",
                        "action",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=30,
    )
)
def test_whatever_is_written_is_loaded_or_refused(mode: Mode, content: object) -> None:
    """Reading raises nothing but problems, each with its clause."""
    text = written({"arazzo": "1.1.0", "workflows": content, "components": content})
    found: Sequence[Problem] = ()
    try:
        load(text, uri="flow", mode=mode)
    except Problems as refused:
        found = refused.problems

    assert all(problem.clause for problem in found)
