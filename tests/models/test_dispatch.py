"""Which dispatches are plans, and who waits for whom in them."""

from typing import Any

import pytest
from pydantic import ValidationError

from models.dispatch import Dispatch, Mode


def dispatch(*targets: dict[str, Any], mode: Mode) -> Dispatch:
    return Dispatch.model_validate({"dispatch_id": "D-1", "body": "news", "targets": targets, "mode": mode})


def names(*wanted: str) -> list[dict[str, Any]]:
    return [{"name": name} for name in wanted]


def test_independent_targets_need_nobody() -> None:
    """Each can be reached at once."""
    assert {"a": (), "b": (), "c": ()} == dispatch(*names("a", "b", "c"), mode="independent").needs


def test_dependent_targets_are_a_chain() -> None:
    """Each needs the one before it, in the order given."""
    assert {"c": (), "a": ("c",), "b": ("a",)} == dispatch(*names("c", "a", "b"), mode="dependent").needs


def test_partly_dependent_targets_say_whom_they_need() -> None:
    """What they say counts, in whatever order they stand."""
    asked = dispatch({"name": "c", "after": ["a", "b"]}, *names("a", "b"), mode="partly_dependent")

    assert {"c": ("a", "b"), "a": (), "b": ()} == asked.needs


REFUSALS: dict[str, tuple[Mode, list[dict[str, Any]], str, str]] = {
    "none": ("independent", [], "targets", "at least 1 item"),
    "twice": ("independent", names("crm", "billing", "crm"), "targets", "crm is there more than once"),
    "unknown": (
        "partly_dependent",
        [{"name": "crm", "after": ["nobody"]}],
        "targets",
        "crm needs nobody, which is not a target",
    ),
    "itself": (
        "partly_dependent",
        [{"name": "crm", "after": ["crm"]}],
        "targets",
        "they need each other in a circle: crm before crm",
    ),
    "circle": (
        "partly_dependent",
        [
            {"name": "a", "after": ["c"]},
            {"name": "b", "after": ["a"]},
            {"name": "c", "after": ["b"]},
            {"name": "d", "after": []},
        ],
        "targets",
        "they need each other in a circle: a before b before c before a",
    ),
    "after while independent": (
        "independent",
        [{"name": "crm"}, {"name": "billing", "after": ["crm"]}],
        "mode",
        "independent takes no `after`, and billing has one",
    ),
    "after in a chain": (
        "dependent",
        [{"name": "crm"}, {"name": "billing", "after": ["crm"]}],
        "mode",
        "dependent takes no `after`, and billing has one",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_is_no_plan_is_refused(case: str) -> None:
    """The error names the field, and which targets are meant."""
    mode, targets, field, words = REFUSALS[case]
    with pytest.raises(ValidationError) as refused:
        dispatch(*targets, mode=mode)

    (error,) = refused.value.errors()
    assert ((field,), True) == (error["loc"], words in error["msg"])
