"""`arazzo check`: all that is wrong or odd in a document before it runs, as a table, as JSON or as SARIF."""

from argparse import Namespace
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from pydantic import JsonValue
from rich.console import RenderableType
from rich.text import Text

from arazzo.compiling import compile_plans
from arazzo.problems import Problem, Problems, Severity
from cli.arazzo_documents import DocumentRefused, bundle_of, file_of
from cli.context import Context
from cli.exits import Exit
from cli.flow_screen import verbatim
from cli.sarif import sarif
from cli.tables import table
from cli.wording import plain
from runtime.document_locks import findings_of_lock
from runtime.documents import Bundle, NotRead

LONG = 80
"""Of a path that is shown to people; machines have all of it."""
STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def check(options: Namespace, context: Context) -> Exit:
    bundle, found = _found(options)
    output = context.output
    match "json" if output.json and options.format == "table" else options.format:
        case "sarif":
            output.answer(sarif(found))
        case "json":
            output.answer(_for_machines(options.document, found))
        case _:
            output.show_verbatim(*_for_people(options.document, bundle, found))
    failing = (Severity.ERROR, *((Severity.WARNING,) if options.warnings_as_errors else ()))
    return Exit.FAILED if any(one.severity in failing for one in found) else Exit.DONE


def _found(options: Namespace) -> tuple[Bundle | None, list[Problem]]:
    """No bundle where the document itself does not load. Raises DocumentRefused if there is no document."""
    try:
        bundle = bundle_of(options)
    except NotRead as refused:
        raise DocumentRefused(options.document, refused.problems) from None
    except Problems as refused:
        return None, list(refused.problems)
    found = bundle.findings()
    if not any(one.severity is Severity.ERROR for one in found):
        try:
            compile_plans(bundle.documents, bundle.root)
            found += findings_of_lock(Path(options.document))
        except Problems as refused:
            found += refused.problems
    return bundle, found


def _for_machines(document: str, found: Sequence[Problem]) -> JsonValue:
    return {
        "document": document,
        **{f"{severity}s": number for severity, number in _counts(found).items()},
        "findings": [{**one.model_dump(mode="json"), "file": file_of(one.file)} for one in found],
    }


def _for_people(document: str, bundle: Bundle | None, found: Sequence[Problem]) -> Iterable[RenderableType]:
    for file, problems in groupby(found, key=lambda one: one.file):
        yield verbatim(plain(file_of(file)), style="bold")
        headings = ("line", "", "rule", "what")
        yield table(headings, map(_row, problems), whole=headings[:2], right=("line",))
        yield ""
    counts = _counts(found)
    said = ", ".join(
        f"{number} {severity}{'' if number == 1 else 's'}" for severity, number in counts.items()
    )
    worst = next((severity for severity in Severity if counts[severity]), None)
    mark, style = ("✔", "green") if worst in {None, Severity.NOTE} else ("✖", "red")
    if worst is Severity.WARNING:
        mark, style = "▲", "yellow"
    yield verbatim(
        f"{mark} {plain(document)}: {_size(bundle)}{said if worst else 'nothing to say'}", style=style
    )


def _row(problem: Problem) -> tuple[str, Text, str, Text]:
    what = Text(plain(problem.message))
    if problem.expected:
        what.append(f"; expected {plain(problem.expected)}")
    around = ", ".join(filter(None, (_short(plain(problem.path)), plain(problem.clause))))
    if around:
        what.append(f"\n{around}", style="dim")
    return (
        str(problem.line or ""),
        Text(problem.severity, style=STYLES[problem.severity]),
        problem.rule,
        what,
    )


def _short(path: str) -> str:
    """A path into what is nested without end is as long."""
    return path if len(path) <= LONG else f"{path[: LONG // 2]}…{path[-LONG // 2 :]}"


def _counts(found: Iterable[Problem]) -> dict[Severity, int]:
    severities = [one.severity for one in found]
    return {severity: severities.count(severity) for severity in Severity}


def _size(bundle: Bundle | None) -> str:
    if bundle is None:
        return ""
    workflows = bundle.root.arazzo.workflows
    steps = sum(len(one.steps) for one in workflows)
    return f"{_number(len(workflows), 'workflow')}, {_number(steps, 'step')}: "


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
