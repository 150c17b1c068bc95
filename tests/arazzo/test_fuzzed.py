"""Documents that were damaged at random: whatever comes of them, it is a plan or problems."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from arazzo.compiling import compile_plans
from arazzo.identity import DocumentSet
from arazzo.lint import lint
from arazzo.loading import load
from arazzo.plan import Plan
from arazzo.problems import Problem, Problems
from arazzo.reading import Mode
from arazzo.source import read
from tests.arazzo.corpora import OWN, description
from tests.arazzo.whole import ALL_OF_IT

DESCRIPTIONS = [source for path in sorted(OWN.glob("*api.yaml")) if (source := description(path)) is not None]
COMPILED = [
    read(path.read_bytes(), uri=path.name).value
    for path in sorted(OWN.glob("*.arazzo.*"))
    if not path.name.startswith("nowhere")
]
WHOLE: list[JsonValue] = [ALL_OF_IT, *COMPILED]
PIECES: list[Any] = [
    None,
    True,
    0,
    -1,
    1e300,
    "",
    "$",
    "$inputs",
    "$steps.order.outputs.id#/~2",
    "$sourceDescriptions..",
    "{$",
    "$.[",
    "#/components/inputs/one",
    "order",
    "é\u0000",
    [],
    {},
    [[]],
    {"$ref": "#"},
    {"reference": "$components.parameters.page"},
    {"context": "$inputs", "selector": "/", "type": "jsonpointer"},
]

Place = tuple[str | int, ...]


def places(value: JsonValue, path: Place = ()) -> Iterator[Place]:
    if path:
        yield path
    if isinstance(value, list):
        for index, one in enumerate(value):
            yield from places(one, (*path, index))
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from places(one, (*path, name))


def damaged(whole: Any, path: Place, piece: Any) -> Any:  # noqa: ANN401
    copy = deepcopy(whole)
    inside = copy
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = piece
    return copy


damages = st.sampled_from(WHOLE).flatmap(
    lambda whole: st.lists(
        st.tuples(st.sampled_from(list(places(whole))), st.sampled_from(PIECES)), min_size=1, max_size=3
    ).map(lambda changes: (whole, changes))
)


@pytest.mark.arazzo("A5", "D22")
@pytest.mark.parametrize("mode", Mode)
@settings(max_examples=200)
@given(damages)
def test_a_damaged_document_gives_problems_or_a_plan(
    mode: Mode, damage: tuple[Any, list[tuple[Place, Any]]]
) -> None:
    """Nothing else is raised, each problem has its place, and each plan comes back from JSON as it was."""
    whole, changes = damage
    for path, piece in changes:
        try:
            whole = damaged(whole, path, piece)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change has taken this place away
    plans, problems = outcome(json.dumps(whole), mode)

    assert all(problem.rule and problem.message and problem.line for problem in problems)
    assert all(plan == Plan.model_validate_json(plan.model_dump_json()) for plan in plans)


def outcome(text: str, mode: Mode) -> tuple[list[Plan], list[Problem]]:
    try:
        document = load(text, uri=(OWN / "damaged.json").as_uri(), mode=mode)
        documents = DocumentSet([document], DESCRIPTIONS)
        return list(compile_plans(documents, document).values()), list(lint(documents))
    except Problems as refused:
        return [], list(refused.problems)


@pytest.mark.parametrize("whole", COMPILED)
def test_what_is_damaged_was_whole(whole: Any) -> None:  # noqa: ANN401
    """Or nothing would be seen of the damage."""
    assert outcome(json.dumps(whole), Mode.COMPAT)[0]
