"""Workflows of steps with any actions run as the text says it, which is said here once more, in short."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arazzo.driving import MOST_CALLS
from tests.arazzo.documents import Fields
from tests.arazzo.linted import reading, steps
from tests.arazzo.planning import planned
from tests.arazzo.rehearsed import rehearsed

NAMES = ("a", "b", "c", "d")
STATUSES = (200, 404, 503)
BOUND = 25
"""Calls of a run, so that loops end."""


@dataclass(frozen=True)
class Action:
    """One of a list."""

    name: str
    type: str
    when: int | None
    """The status with which it matches; none: any."""
    step: str | None = None
    limit: int | None = None

    def written(self) -> Fields:
        given: Fields = {"name": self.name, "type": self.type}
        if self.step is not None:
            given["stepId"] = self.step
        if self.limit is not None:
            given["retryLimit"] = self.limit
        if self.when is not None:
            given["criteria"] = [{"condition": f"$statusCode == {self.when}"}]
        return given


@dataclass(frozen=True)
class Flow:
    """Steps with their actions, and what the service answers to each, the last again and again."""

    success: dict[str, list[Action]]
    failure: dict[str, list[Action]]
    answers: dict[str, list[int]]

    def document(self) -> Fields:
        return steps(
            *(
                reading(
                    name,
                    successCriteria=[{"condition": "$statusCode < 300"}],
                    onSuccess=[one.written() for one in self.success[name]],
                    onFailure=[one.written() for one in self.failure[name]],
                )
                for name in NAMES
            )
        )


def _actions(types: tuple[str, ...]) -> st.SearchStrategy[list[Action]]:
    def made(number: int, drawn: tuple[str, int | None, str, bool, int | None]) -> Action:
        kind, when, step, repairs, limit = drawn
        leads = kind == "goto" or (kind == "retry" and repairs)
        return Action(f"n{number}", kind, when, step if leads else None, limit if kind == "retry" else None)

    drawn = st.tuples(
        st.sampled_from(types),
        st.sampled_from((None, *STATUSES)),
        st.sampled_from(NAMES),
        st.booleans(),
        st.sampled_from((None, 0, 1, 2)),
    )
    return st.lists(drawn, max_size=3).map(lambda all_: [made(*one) for one in enumerate(all_)])


FLOWS = st.builds(
    Flow,
    success=st.fixed_dictionaries(dict.fromkeys(NAMES, _actions(("end", "goto")))),
    failure=st.fixed_dictionaries(dict.fromkeys(NAMES, _actions(("end", "goto", "retry")))),
    answers=st.fixed_dictionaries(
        dict.fromkeys(NAMES, st.lists(st.sampled_from(STATUSES), min_size=1, max_size=4))
    ),
)


def told(flow: Flow) -> tuple[list[str], bool]:
    """The steps that are called, in order, and whether the workflow succeeds: E1 to E7 word for word."""
    coming = {name: chain(given, repeat(given[-1])) for name, given in flow.answers.items()}
    calls: list[str] = []
    at = 0
    while at < len(NAMES):
        name, repeated = NAMES[at], Counter[str]()
        while True:
            if len(calls) >= BOUND:
                return calls, False
            status = _call(name, calls, coming)
            success = status < 300
            action = _first(flow.success[name] if success else flow.failure[name], status, repeated)
            if action is None or action.type != "retry":
                break
            repeated[action.name] += 1
            if action.step not in (None, name):
                _call(str(action.step), calls, coming)
        if action is None and not success:
            return calls, False
        if action is not None and action.type == "end":
            return calls, success
        at = at + 1 if action is None else NAMES.index(str(action.step))
    return calls, True


def _call(name: str, calls: list[str], coming: Mapping[str, Iterator[int]]) -> int:
    calls.append(name)
    return next(coming[name])


def _first(actions: list[Action], status: int, repeated: Counter[str]) -> Action | None:
    for action in actions:
        left = action.type != "retry" or repeated[action.name] < (1 if action.limit is None else action.limit)
        if action.when in (None, status) and left:
            return action
    return None


@pytest.mark.arazzo("E1", "E2", "E3", "E4", "E5", "E7", "C13")
@given(FLOWS)
async def test_any_workflow_runs_as_the_text_says(flow: Flow) -> None:
    """These steps in this order, and this end."""
    run = await rehearsed(planned(flow.document()), flow.answers, done=MOST_CALLS - BOUND)

    assert told(flow) == (run.calls, run.outcome.success)
