"""Which step may follow which in a workflow, as far as the document alone tells."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from arazzo.elements import FailureAction, Reusable, SuccessAction
from arazzo.graphs import reaches
from arazzo.model import Step

Action = TypeVar("Action", SuccessAction, FailureAction)


@dataclass(frozen=True)
class Routes:
    """Of one workflow, whose steps are merged (arazzo.merging)."""

    steps: tuple[Step, ...]

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each step stands; of two with one id, the first."""
        return {step.step_id: place for place, step in reversed(list(enumerate(self.steps)))}

    @cached_property
    def follow(self) -> tuple[frozenset[int], ...]:
        """For each step, those that may be the next."""
        next_ones = [set(self._next(place)) for place in range(len(self.steps))]
        for place, step in enumerate(self.steps):
            for action in failures_of(step):
                # A repair step returns to what is tried again.
                for repair in self._place_of(action.step_id) if action.type == "retry" else ():
                    next_ones[repair].add(place)
        return tuple(map(frozenset, next_ones))

    @cached_property
    def _later(self) -> list[int]:
        return reaches(self.follow)

    def comes_after(self, later: int, place: int) -> bool:
        """Whether a step may come at any time after another; after itself, where there is a loop."""
        return bool(self._later[place] >> later & 1)

    def after(self, place: int) -> list[int]:
        """All steps that may come at any time after one."""
        return [later for later in range(len(self.steps)) if self.comes_after(later, place)]

    @cached_property
    def reached(self) -> frozenset[int]:
        """The steps that may run at all."""
        return frozenset({0, *self.after(0)}) if self.steps else frozenset()

    def may_fail(self, place: int) -> bool:
        """Whether the workflow may end as failed with this step; one that is held waits for a person instead."""
        step = self.steps[place]
        if step.own.on_failure == "hold":
            return False
        actions = unto_the_first_that_always_matches(_given(step.on_failure))
        return not (actions and actions[-1].type == "goto" and not actions[-1].criteria)

    def _next(self, place: int) -> Iterator[int]:
        step = self.steps[place]
        successes = unto_the_first_that_always_matches(successes_of(step))
        for success in successes:
            yield from self._place_of(success.step_id)
        if not (successes and not successes[-1].criteria) and place + 1 < len(self.steps):
            yield place + 1
        for given in (step.own.on_timeout, step.own.on_cancel, step.on_failure):
            for failure in unto_the_first_that_always_matches(_given(given)):
                yield from self._place_of(failure.step_id)

    def _place_of(self, step_id: str | None) -> Iterator[int]:
        if step_id is not None and step_id in self.places:
            yield self.places[step_id]


def unto_the_first_that_always_matches(actions: tuple[Action, ...]) -> tuple[Action, ...]:
    """Those that may ever be executed: one without criteria always matches (E2); a retry is exhausted some time (E7)."""
    found: list[Action] = []
    for action in actions:
        found.append(action)
        if not action.criteria and action.type != "retry":
            break
    return tuple(found)


def successes_of(step: Step) -> tuple[SuccessAction, ...]:
    """Its success actions; those of a merged step are all of them."""
    return tuple(action for action in step.on_success or () if isinstance(action, SuccessAction))


def failures_of(step: Step) -> tuple[FailureAction, ...]:
    """Its failure actions, those of its extensions first."""
    return (*_given(step.own.on_timeout), *_given(step.own.on_cancel), *_given(step.on_failure))


def _given(actions: tuple[FailureAction | Reusable, ...] | None) -> tuple[FailureAction, ...]:
    return tuple(action for action in actions or () if isinstance(action, FailureAction))
