"""One flow on one screen: its state, its steps, what it waits for, and what a person can type next."""

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.approval_lines import approval_lines, approving
from cli.incident_lines import needs, reminders, resolving
from cli.sla_lines import announcement_lines, sla_at_end, sla_now
from cli.wording import duration, flow_state, moment, plain, step_state
from runtime.status import FlowView
from saga.status import ApprovalState, IncidentStatus, StepStatus

PROGRAM = "python starter.py"


def flow_screen(view: FlowView, *, url: str = "", program: str = PROGRAM) -> RenderableType:
    """Legible at 80 columns."""
    return Group(*_parts(view, url, program))


def _parts(view: FlowView, url: str, program: str) -> Iterable[RenderableType]:
    yield _headline(view)
    yield Text(_dates(view), style="dim")
    yield from _sla(view)
    if view.trouble:
        yield Text(plain(view.trouble), style="bold red" if view.trouble.startswith("stuck") else "yellow")
    if view.error:
        yield Text(plain(view.error), style="red")
    if view.steps:
        yield Text()
        yield steps_table(view.steps)
        yield from step_remarks(view)
    waits = [*_approvals(view, program), *_incidents(view, program), *_remarks(view)]
    if waits:
        yield Text()
        yield from waits
    if view.announcements:
        yield Text()
        yield from announcement_lines(view.announcements)
    if url:
        yield Text()
        yield verbatim(url, style="dim")


def verbatim(text: str, *, style: str = "") -> Text:
    """For copying: never broken into lines by us. Print it with `crop=False`."""
    return Text(text, style=style, no_wrap=True, overflow="ignore")


def _headline(view: FlowView) -> Text:
    name = Text(plain(view.id), style="bold")
    version = f"  {plain(view.flow)} {plain(view.version)}  ".rstrip() + "  "
    return Text.assemble(name, (version, "dim"), flow_state(view.status))


def _dates(view: FlowView) -> str:
    by = f" by {plain(str(view.started_by))}" if view.started_by else ""
    started = f"started {moment(view.created_at)}{by}"
    if view.completed_at is None:
        return started
    took = duration((view.completed_at - view.created_at).total_seconds())
    return f"{started}, ended {moment(view.completed_at)} after {took}"


def _sla(view: FlowView) -> Iterable[Text]:
    if view.sla and view.completed_at is None:
        yield sla_now(view.sla)
    elif view.sla and view.completed_at and (line := sla_at_end(view.sla, view.status, view.completed_at)):
        yield line


def steps_table(steps: Sequence[StepStatus]) -> Table:
    """A row for each step reached."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("step", "state", "tries", "began", "took"):
        right = heading in {"tries", "took"}
        table.add_column(heading, no_wrap=True, justify="right" if right else "left")
    for step in steps:
        tries = "" if step.attempts is None else str(step.attempts)
        took = duration(step.duration_s)
        table.add_row(plain(step.name), step_state(step.status), tries, moment(step.started_at), took)
    return table


def step_remarks(view: FlowView) -> Iterable[Text]:
    """Failures that neither the flow's own error nor an open incident tells, and retries."""
    told = {view.error, *(incident.cause for incident in view.incidents)}
    for step in view.steps:
        if step.error and step.error not in told:
            yield Text(f"  {plain(step.name)}: {plain(step.error)}", style="red")
    for progress in view.progress:
        done = ", ".join(map(plain, progress.done))
        yield Text(
            f"  {plain(progress.step)}: {len(progress.done)} of {progress.of} done: {done}", style="dim"
        )
    for retry in view.retrying:
        again = f", next try {moment(retry.next_attempt_at)}" if retry.next_attempt_at else ", trying again"
        yield Text(f"  {plain(retry.step)}: {plain(retry.last_failure)}{again}", style="yellow")


def _approvals(view: FlowView, program: str) -> Iterable[Text]:
    for approval in view.approvals:
        yield from approval_lines(approval, ended=view.ended)
        if approval.status is ApprovalState.WAITING and not view.ended:
            yield verbatim(f"  {program} {approving(view.id, approval.name, approval)}", style="yellow")


def _incidents(view: FlowView, program: str) -> Iterable[Text]:
    for incident in view.incidents:
        yield Text.assemble(
            (f"incident {plain(incident.id)}", "bold red"), f": {plain(incident.cause)}", _since(incident)
        )
        if view.ended:
            continue
        if asks := needs(incident):
            yield Text(f"  {asks}", style="dim")
        typed = resolving(view.id, incident.id, incident.options)
        yield verbatim(f"  {program} {typed}", style="yellow")
    for incident in view.settled_incidents:
        yield Text.assemble((f"incident {plain(incident.id)} settled", "dim"), _settled(incident))


def _since(incident: IncidentStatus) -> tuple[str, str]:
    tried = f"{incident.attempts} times" if incident.attempts > 1 else "once"
    return (f" (since {moment(incident.since)}, tried {tried}{reminders(incident.reminded)})", "dim")


def _settled(incident: IncidentStatus) -> str:
    if incident.resolution is None:
        return ": a later try succeeded"
    said = incident.resolution
    return f": {said.decision} by {plain(said.by)} {moment(said.at)}, {plain(said.reason)}"


def _remarks(view: FlowView) -> Iterable[Text]:
    if view.cancel_requested is not None:
        yield Text(f"a cancel came too late to change anything: {plain(view.cancel_requested)}", style="dim")
    if view.refused_messages:
        yield Text(f"{view.refused_messages} message(s) came by signal and were refused", style="yellow")
    for refusal in view.refusals:
        by = f" of {plain(refusal.by)}" if refusal.by else ""
        yield Text(f"  {refusal.message}{by} {moment(refusal.at)}: {plain(refusal.why)}", style="yellow")
    if view.waiting_for and not view.approvals and not view.incidents:
        yield Text(f"waits for {plain(view.waiting_for)}", style="yellow")
