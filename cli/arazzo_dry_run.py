"""`arazzo dry-run`: what a workflow would do, without anybody being called."""

import json
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import timedelta
from itertools import groupby

from pydantic import JsonValue
from rich.console import RenderableType
from rich.text import Text

from arazzo.dry_runs.directions import Onward
from arazzo.dry_runs.dry_run import DryRuns
from arazzo.dry_runs.faults import Fault, FaultRefused, read_fault
from arazzo.dry_runs.inputs import Inputs
from arazzo.dry_runs.report import End, Event, Kind, Report
from arazzo.plan import Plan
from arazzo.wording import length, listed
from cli.arazzo_documents import opened
from cli.arazzo_trying import inputs_of, plan_of
from cli.context import Context
from cli.exits import Exit
from cli.tables import table
from cli.wording import plain
from runtime.refusals import FieldProblem, InvalidInput

STYLES = {
    Kind.UNDO: "yellow",
    Kind.RETRY: "dim",
    Kind.ACTION: "cyan",
    Kind.FINAL: "bold",
    Kind.WORKFLOW: "bold",
}
ENDS = {
    End.COMPLETED: ("✔", "green", "it completes"),
    End.FAILED: ("✖", "red", "it fails"),
    End.HELD: ("▲", "yellow", "it waits for a person to decide"),
    End.STOPPED: ("▲", "yellow", "it cannot be rehearsed any further"),
}
ALIKE = 3
"""Repetitions that are shown one by one; of more only how many there are."""


def dry_run(options: Namespace, context: Context) -> Exit:
    bundle = opened(options)
    plan = plan_of(bundle, options, options.workflow)
    runs = DryRuns(bundle.documents, plan)
    inputs = inputs_of(runs, options)
    report = runs.run(inputs.values, Onward(_faults(plan, options)))
    if context.output.json:
        context.output.answer(for_machines(report, inputs))
    else:
        context.output.show(*_for_people(plan, report, inputs))
    return Exit.DONE if report.end is End.COMPLETED else Exit.FAILED


def for_machines(report: Report, inputs: Inputs) -> dict[str, JsonValue]:
    events: list[JsonValue] = [asdict(one) for one in report.events]
    return {
        "workflow": report.workflow,
        "end": report.end,
        "step": report.step,
        "why": report.why,
        "seconds": report.took.total_seconds(),
        "inputs": report.inputs,
        "made_up": list(inputs.made_up),
        "events": events,
        "undone": list(report.undone),
        "outputs": report.outputs,
    }


def _faults(plan: Plan, options: Namespace) -> list[Fault]:
    try:
        return [read_fault(one, plan) for one in options.fault]
    except FaultRefused as refused:
        raise InvalidInput("--fault", [FieldProblem("", str(refused))]) from None


def _for_people(plan: Plan, report: Report, inputs: Inputs) -> Iterator[RenderableType]:
    workflow = plan.workflows[plan.root]
    title = Text.assemble(
        (plain(plan.title), "bold"), f"  {plain(workflow.workflow_id)}, rehearsed: nothing is called"
    )
    yield title
    if inputs.made_up:
        yield Text(f"Made up: {plain(listed(inputs.made_up))}", style="dim")
    if inputs.wrong:
        yield Text(f"What is made up does not fit: {plain('; '.join(inputs.wrong))}", style="yellow")
    yield ""
    yield table(("after", "step", "what happens"), _rows(report.events), whole=("after",), right=("after",))
    yield ""
    yield from _outputs(report.outputs)
    yield _end(report)


def _end(report: Report) -> Text:
    mark, style, said = ENDS[report.end]
    where = f" at {report.step}" if report.step else ""
    why = f": {report.why}" if report.why else ""
    undone = f"; undone: {listed(report.undone)}" if report.undone else ""
    if report.end is End.FAILED and not report.undone:
        undone = "; there is nothing to undo"
    text = Text(plain(f"{mark} {said}{where}{why}{undone}"), style=style)
    if report.unfit:
        names = listed(dict.fromkeys(one.step for one in report.unfit))
        text.append(f"\n▲ with such values a run would not send what {plain(names)} asks for", style="yellow")
    return text


def _rows(events: Iterable[Event]) -> Iterator[tuple[Text, Text, Text]]:
    before = ""
    for one, more in _folded(list(events)):
        after = _after(one.seconds)
        name = f"{'  ' * one.depth}{plain(one.step)}"
        yield Text("" if after == before else after, style="dim"), Text(name), _what(one, more)
        before = after


def _what(event: Event, more: int) -> Text:
    style = "red" if event.problem else STYLES.get(event.kind, "")
    before = {
        Kind.UNDO: "undone by ",
        Kind.PROBE: "asked by ",
        Kind.PERSON: "a person: ",
        Kind.AGENT: "an agent: ",
    }
    text = Text(f"{before.get(event.kind, '')}{plain(event.what)}", style=style)
    if event.kind is Kind.WORKFLOW and not event.came:
        text = Text(f"workflow {plain(event.what)}", style=style)
    if event.came:
        arrow = " → " if text else ""
        text.append(f"{arrow}{plain(event.came)}", style="red" if event.fails else "green")
    if event.fault:
        text.append("  as asked", style="dim")
    if more:
        text.append(f"  and so on, {more} times more", style="dim")
    for misfit in event.misfits:
        text.append(f"\nnot as it is described: {plain(misfit)}", style="yellow")
    for note in (event.problem, *event.notes):
        if note:
            text.append(f"\n{plain(note)}", style="red" if note == event.problem else "dim")
    return text


def _folded(events: list[Event]) -> Iterator[tuple[Event, int]]:
    """Of repetitions that are all alike the first ones, and how many more there are."""
    places = [place for place, one in enumerate(events) if one.kind is Kind.RETRY]
    alike: dict[int, int] = {}
    for _, group in groupby(
        enumerate(places), key=lambda pair: (pair[1] - 2 * pair[0], events[pair[1]].step)
    ):
        rounds = [place for _, place in group]
        kinds = {
            (events[place + 1].what, events[place + 1].came) for place in rounds if place + 1 < len(events)
        }
        if len(rounds) > ALIKE and len(kinds) == 1:
            alike[rounds[1]] = rounds[-1] + 2
    place = 0
    while place < len(events):
        if place in alike:
            yield events[place], (alike[place] - place) // 2 - 1
            place = alike[place]
        else:
            yield events[place], 0
            place += 1


def _outputs(outputs: Mapping[str, JsonValue]) -> Iterator[RenderableType]:
    if outputs:
        rows = [
            (Text(plain(name), style="dim"), Text(plain(_shown(value)))) for name, value in outputs.items()
        ]
        yield table(("output", "as made up"), rows, whole=("output",))
        yield ""


def _shown(value: JsonValue) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _after(seconds: float) -> str:
    return "at once" if not seconds else length(timedelta(seconds=seconds))
