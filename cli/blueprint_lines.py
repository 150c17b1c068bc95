"""The plan of a document in the catalogue: its steps in their order, and which of them feeds which."""

from collections.abc import Iterable, Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from arazzo.blueprint import Blueprint, BlueprintStep, blueprints_of
from arazzo.handoffs import INPUTS
from arazzo.plan import Plan
from arazzo.sites import Moment
from arazzo.wording import expression, listed
from cli.tables import table
from cli.wording import plain

OUTPUTS = "its outputs"


def blueprint_lines(plan: Plan) -> Iterable[RenderableType]:
    """The root first; each other workflow that it leads to has a heading."""
    for blueprint in blueprints_of(plan):
        if blueprint.workflow != plan.root:
            yield Text(plain(blueprint.workflow), style="bold")
        if blueprint.after:
            yield Text(f"after {plain(listed(blueprint.after))}")
        yield _steps(blueprint)
        yield Text()
        if handed := list(_handed(blueprint)):
            yield table(("of step", "goes", "to"), handed, whole=("of step",))
            yield Text()


def _steps(blueprint: Blueprint) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(justify="right", no_wrap=True, style="dim")
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for number, step in enumerate(blueprint.steps, start=1):
        lines = [
            Text(plain(line), style="" if place == 0 else "dim") for place, line in enumerate(_said(step))
        ]
        grid.add_row(str(number), plain(step.name), Text("\n").join(lines))
        if step.point_of_no_return:
            grid.add_row("", "", Text("── the point of no return ──", style="yellow"))
    return grid


def _said(step: BlueprintStep) -> Iterator[str]:
    yield next((called.said for called in step.calls if called.role == "step"), step.what)
    if step.beside:
        yield f"at the same time as {listed(step.beside)}"
    if inputs := _names(step):
        yield f"takes {listed(inputs)}"
    if step.gives:
        yield f"gives {listed(step.gives)}"
    for decision in step.decisions:
        yield f"on {decision.on}{f', {decision.when}' if decision.when else ''} → {decision.to}"
    for called in step.calls:
        match called.role:
            case "compensation":
                yield f"undone by {called.said}"
            case "probe":
                yield f"asked about by {called.said}"
            case "step":
                pass
    if step.notes:
        yield "; ".join(step.notes)


def _names(step: BlueprintStep) -> list[str]:
    """Of the run's inputs that it reads to make its call."""
    values = (
        one.value for one in step.reads if one.source == INPUTS and one.moment is not Moment.COMPENSATION
    )
    return list(dict.fromkeys(one.removeprefix("$inputs.").removeprefix("$") for one in values))


def _handed(blueprint: Blueprint) -> Iterator[tuple[str, str, str]]:
    """What steps hand to others, and to the workflow's outputs: a row for each value."""
    readers: dict[tuple[str, str], dict[str, None]] = {}
    for one in (*(read for step in blueprint.steps for read in step.reads), *blueprint.gives):
        if one.source == INPUTS:
            continue
        undo = " (to undo it)" if one.moment is Moment.COMPENSATION else ""
        readers.setdefault((one.source, one.value), {})[f"{one.reader}{undo}" if one.reader else OUTPUTS] = (
            None
        )
    order = {step.name: place for place, step in enumerate(blueprint.steps)}
    for (source, value), names in sorted(readers.items(), key=lambda row: order.get(row[0][0], len(order))):
        yield plain(source), plain(expression(value).removesuffix(f" of {source}")), plain(listed(names))
