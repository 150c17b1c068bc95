"""What a step's expressions read of its run, so that nothing else has to go with its activity."""

from dataclasses import replace

from arazzo.expressions import Expression, Source
from arazzo.loading import Document
from arazzo.model import Step
from arazzo.sites import sites_of_step
from arazzo.uses import readable_at

OF_THE_RUN = frozenset({Source.INPUTS, Source.STEPS, Source.WORKFLOWS})


def needs_of(document: Document, step: Step) -> tuple[str, ...]:
    """Of a merged step: each value once, as an expression without its pointer, in the order of their names."""
    found = {
        str(replace(one, pointer=()))
        for site in sites_of_step(step, ())
        for one in readable_at(document, site)
        if is_of_the_run(one)
    }
    return tuple(sorted(found))


def is_of_the_run(expression: Expression) -> bool:
    """Whether it is known before the step is called, by what was given or what went before."""
    return expression.source in OF_THE_RUN
