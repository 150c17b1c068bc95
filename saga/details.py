"""The workflow's current details: the step table as Markdown, which Temporal's Web UI renders."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from saga.journal import Journal, StepRecord

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
    lines += [
        f"- approval **{escaped(a.name)}**: {a.status}, until {a.deadline:%Y-%m-%d %H:%M} UTC. {escaped(a.summary)}"
        for a in journal.approvals.values()
    ]
    lines += [
        f"- incident **{escaped(i.id)}** ({i.kind}): {escaped(i.cause)}. A person may: {', '.join(i.options)}"
        for i in journal.incidents.values()
    ]
    return "\n".join(lines)


def _waiting(journal: Journal) -> str:
    waits = journal.waits()
    return f", waits for {escaped(waits)}" if waits else ""


def _row(step: StepRecord) -> str:
    return f"| {escaped(step.name)} | {_MARKS[step.state]} {step.state} | {escaped(step.error or '')} |"


def escaped(text: str) -> str:
    """`text` on one line, with nothing that Markdown or HTML would take for a command."""
    # By a function, since for a template `re` imports when it is called, which is slow in the sandbox.
    return _SPECIAL.sub(lambda special: f"\\{special[0]}", " ".join(text.split()))
