"""`arazzo test`: a case for each branch and each failure of a document, rehearsed."""

from argparse import Namespace
from collections.abc import Iterator, Sequence
from itertools import groupby

from pydantic import JsonValue
from rich.console import RenderableType
from rich.text import Text

from arazzo.dry_runs.dry_run import DryRuns
from arazzo.dry_runs.report import End
from arazzo.dry_runs.suite import Judged, Result, Suite, suite_of
from arazzo.wording import listed
from cli.arazzo_documents import opened
from cli.arazzo_trying import inputs_of, plan_of
from cli.context import Context
from cli.exits import Exit
from cli.tables import table
from cli.wording import plain

MARKS = {
    Judged.AS_EXPECTED: ("✔", "green"),
    Judged.OTHERWISE: ("✖", "red"),
    Judged.NOT_REACHED: ("▲", "yellow"),
}
ENDS = {
    End.COMPLETED: "completes",
    End.FAILED: "fails",
    End.HELD: "waits for a person",
    End.STOPPED: "goes no further",
}


def test(options: Namespace, context: Context) -> Exit:
    bundle = opened(options)
    names = [one.workflow_id for one in bundle.root.arazzo.workflows]
    suites: list[Suite] = []
    for name in [options.workflow] if options.workflow else names:
        plan = plan_of(bundle, options, name)
        runs = DryRuns(bundle.documents, plan)
        suites.append(suite_of(plan, runs, inputs_of(runs, options).values))
    if context.output.json:
        context.output.answer(
            {"document": options.document, "workflows": [_for_machines(one) for one in suites]}
        )
    else:
        context.output.show(*(line for one in suites for line in _for_people(one)), *_summary(suites))
    return Exit.FAILED if any(one.count(Judged.OTHERWISE) for one in suites) else Exit.DONE


def _for_machines(suite: Suite) -> dict[str, JsonValue]:
    cases: list[JsonValue] = [_case(one) for one in suite.results]
    return {
        "workflow": suite.workflow,
        **{judged.replace(" ", "_"): suite.count(judged) for judged in Judged},
        "actions": list(suite.actions),
        "actions_taken": list(suite.taken),
        "cases": cases,
    }


def _case(result: Result) -> dict[str, JsonValue]:
    report = result.report
    return {
        "case": result.case.name,
        "judged": result.judged,
        "why": result.why,
        "expected": [str(one) for one in result.case.route],
        "expected_ends": [str(one) for one in End if one in result.case.ends],
        "seen": list(result.seen),
        "end": None if report is None else report.end,
        "undone": [] if report is None else list(report.undone),
    }


def _for_people(suite: Suite) -> Iterator[RenderableType]:
    yield Text(plain(suite.workflow), style="bold")
    headings = ("", "case", "route, as it was seen")
    yield table(headings, map(_row, suite.results), whole=("",))
    untaken = [one for one in suite.actions if one not in suite.taken]
    if suite.actions:
        said = f"{len(suite.taken)} of {len(suite.actions)} actions were taken"
        yield Text(said + (f"; never {plain(listed(untaken))}" if untaken else ""), style="dim")
    yield ""


def _row(result: Result) -> tuple[Text, Text, Text]:
    mark, style = MARKS[result.judged]
    route = Text(plain(_route(result.seen)) or "—")
    report = result.report
    if report is not None and report.end is not End.STOPPED:
        undone = f", undone: {listed(report.undone)}" if report.undone else ""
        route.append(f"\n{ENDS[report.end]}{plain(undone)}", style="dim")
    if result.judged is Judged.OTHERWISE and result.case.route:
        expected = [str(one) for one in result.case.route]
        route.append(f"\nexpected: {plain(_route(expected))}", style="dim")
    if result.why:
        route.append(f"\n{plain(result.why)}", style=style)
    return Text(mark, style=style), Text(plain(result.case.name)), route


def _route(steps: Sequence[str]) -> str:
    """What is repeated only once, with how often."""
    runs = [(name, len(list(group))) for name, group in groupby(steps)]
    return " → ".join(name if times == 1 else f"{name} ×{times}" for name, times in runs)


def _summary(suites: Sequence[Suite]) -> Iterator[RenderableType]:
    counts = {judged: sum(one.count(judged) for one in suites) for judged in Judged}
    worst = next(
        one
        for one in (Judged.OTHERWISE, Judged.NOT_REACHED, Judged.AS_EXPECTED)
        if counts[one] or one is Judged.AS_EXPECTED
    )
    mark, style = MARKS[worst]
    total = sum(counts.values())
    said = ", ".join(f"{count} {judged}" for judged, count in counts.items() if count)
    yield Text(f"{mark} {total} case{'' if total == 1 else 's'}: {said}", style=style)
