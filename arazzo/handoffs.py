"""What feeds what: which values of a run each step of a plan reads, where they come from, and where they go."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from arazzo.expression_error import ExpressionError
from arazzo.expressions import Expression, Source
from arazzo.needs import is_of_the_run
from arazzo.plan import PlannedWorkflow
from arazzo.problems import pointer
from arazzo.sites import Form, Moment, Site, sites_of_outputs, sites_of_step
from arazzo.uses import expressions_of

INPUTS = "inputs"


@dataclass(frozen=True, slots=True)
class Handoff:
    """One value that a step, or the workflow's own outputs, read at one place."""

    value: str
    """As an expression without its pointer, such as `$steps.reserve.outputs.id`."""
    source: str
    """Id of the step, or of the workflow, that gave it; `inputs` for what the run was started with."""
    reader: str
    """Id of the step; empty for the workflow's outputs."""
    at: str
    """A JSON Pointer into the reader."""
    moment: Moment
    written: str
    """What stands there: the expression, or the text or condition around it, which says what is made of the value."""


def handoffs_of(workflow: PlannedWorkflow) -> tuple[Handoff, ...]:
    """In the order of the steps, the workflow's outputs last."""
    found = [
        one
        for planned in workflow.steps
        for one in _read(workflow, planned.step.step_id, sites_of_step(planned.step, ()))
    ]
    return (*found, *_read(workflow, "", sites_of_outputs(workflow.outputs, ())))


def _read(workflow: PlannedWorkflow, reader: str, sites: Iterable[Site]) -> Iterator[Handoff]:
    for site in (leaf for one in sites for leaf in _leaves(one)):
        for expression in _expressions(workflow, site):
            yield Handoff(
                value=str(replace(expression, pointer=())),
                source=INPUTS if expression.source is Source.INPUTS else expression.owner,
                reader=reader,
                at=pointer(site.path),
                moment=site.moment,
                written=str(site.value),
            )


def _leaves(site: Site) -> Iterator[Site]:
    """The texts within a value, each with its own path."""
    match site.value:
        case dict() as members if site.form is Form.VALUE:
            for name, value in members.items():
                yield from _leaves(replace(site, path=(*site.path, name), value=value))
        case list() as items if site.form is Form.VALUE:
            for index, value in enumerate(items):
                yield from _leaves(replace(site, path=(*site.path, index), value=value))
        case str():
            yield site
        case _:
            pass


def _expressions(workflow: PlannedWorkflow, site: Site) -> list[Expression]:
    """What cannot be read is never evaluated either."""
    try:
        found = list(expressions_of(site, lenient=workflow.lenient, version=workflow.spec))
    except ExpressionError:
        return []
    return list(dict.fromkeys(one for one in found if is_of_the_run(one)))
