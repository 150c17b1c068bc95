"""The workflow's current details: the step table as Markdown, which Temporal's Web UI renders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from saga.voting import voters

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import JsonValue

    from saga.journal import Journal, StepRecord
    from saga.status import ApprovalStatus

_MARKS = {
    "pending": "⏳",
    "running": "▶",
    "completed": "✔",
    "failed": "✖",
    "skipped": "⤼",
    "compensating": "↩",
    "compensated": "↩",
    "compensation_failed": "⚠",
}
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#|!~])")


def render(journal: Journal) -> str:
    """Markdown of the flow's state, its steps, approvals and open incidents. Names and texts are escaped."""
    lines = [f"**{journal.flow}** is **{journal.current_state()}**" + _waiting(journal), ""]
    if journal.steps:
        lines += ["| step | status | error |", "| --- | --- | --- |", *map(_row, journal.steps), ""]
    lines += [line for approval in journal.approvals.values() for line in _approval(approval)]
    lines += [
        f"- incident **{escaped(i.id)}** ({i.kind}): {escaped(i.cause)}. A person may: {', '.join(i.options)}"
        for i in journal.incidents.values()
    ]
    return "\n".join(lines)


def _approval(approval: ApprovalStatus) -> Iterator[str]:
    """By when, on what, who may decide, and who has."""
    name, until = escaped(approval.name), f"{approval.deadline:%Y-%m-%d %H:%M} UTC"
    yield f"- approval **{name}**: {approval.status}, until {until}. {escaped(approval.summary)}"
    for field, value in approval.shown.items() if isinstance(approval.shown, dict) else ():
        yield f"  - {escaped(field)}: {escaped(str(value))}"
    if approval.takes is not None:
        yield f"  - asks for an input: {escaped(', '.join(_fields(approval.takes)) or 'see the status')}"
    if approval.deciders is not None:
        people = escaped(", ".join(voters(approval) or ()))
        yield f"  - {approval.quorum} of these: {people}; {approval.missing} missing"
    if approval.version > 1:
        yield f"  - version {approval.version}, digest {approval.digest}"
    for said in approval.decisions:
        lapsed = " (lapsed)" if said.lapsed else ""
        by, comment = escaped(said.by), escaped(said.comment)
        yield f"  - {said.verdict} by {by}, {said.at:%Y-%m-%d %H:%M} UTC{lapsed}. {comment}"
    for given in approval.delegations:
        yield f"  - {escaped(given.by)} has delegated to {escaped(given.to)}"


def _fields(takes: JsonValue) -> Iterable[str]:
    fields = takes.get("properties") if isinstance(takes, dict) else None
    return fields if isinstance(fields, dict) else ()


def _waiting(journal: Journal) -> str:
    waits = journal.waits()
    return f", waits for {escaped(waits)}" if waits else ""


def _row(step: StepRecord) -> str:
    return f"| {escaped(step.name)} | {_MARKS[step.state]} {step.state} | {escaped(step.error or '')} |"


def escaped(text: str) -> str:
    """`text` on one line, with nothing that Markdown or HTML would take for a command."""
    # By a function, since for a template `re` imports when it is called, which is slow in the sandbox.
    return _SPECIAL.sub(lambda special: f"\\{special[0]}", " ".join(text.split()))
