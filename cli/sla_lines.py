"""How a flow stands with its SLA, and who was told of what."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from rich.text import Text

from cli.wording import moment, plain, span
from saga.status import AnnouncementStatus, FlowState, SlaState, SlaStatus

KINDS = {
    "incident": "incident",
    "reminder": "reminder of",
    "sla_warning": "SLA warning",
    "sla_breach": "SLA breach",
    "escalation": "escalation",
    "undone": "undone because of",
    "approval": "asked to decide on",
    "approval_reminder": "reminder of",
    "approval_escalation": "escalation of",
}
STYLES = {
    SlaState.WITHIN: "dim",
    SlaState.WARNED: "yellow",
    SlaState.BREACHED: "bold red",
    SlaState.ESCALATED: "bold red",
}


def sla_now(sla: SlaStatus) -> Text:
    """Of a flow that runs."""
    return Text(f"{_named(sla)}: {_state(sla)}", style=STYLES[sla.state])


def sla_at_end(sla: SlaStatus, flow: FlowState, ended_at: datetime) -> Text | None:
    """Whether it was kept; nothing of a flow that has failed in time."""
    if ended_at > sla.due_at:
        return Text(f"{_named(sla)}: breached", style="red")
    return Text(f"{_named(sla)}: kept", style="dim") if flow is FlowState.COMPLETED else None


def _named(sla: SlaStatus) -> str:
    return f"SLA {span(timedelta(seconds=sla.limit_s))}"


def _state(sla: SlaStatus) -> str:
    match sla.state:
        case SlaState.WITHIN:
            warned = f", warning {moment(sla.warns_at)}" if sla.warns_at else ""
            return f"due {moment(sla.due_at)}{warned}"
        case SlaState.WARNED:
            return f"warned {moment(sla.warns_at)}, due {moment(sla.due_at)}"
        case SlaState.BREACHED:
            return f"breached {moment(sla.due_at)}"
        case SlaState.ESCALATED:
            return f"breached {moment(sla.due_at)}, escalated to {', '.join(map(plain, sla.escalated_to))}"


def announcement_lines(announcements: Sequence[AnnouncementStatus]) -> Iterable[Text]:
    """A line for each thing that somebody was told, however often."""
    for _, alike in groupby(announcements, key=_what):
        told = list(alike)
        newest = told[-1]
        often = f", {len(told)} times, last" if len(told) > 1 else ""
        yield Text.assemble(
            (f"told {plain(newest.to)} ", "dim"),
            _what(newest)[1],
            (f"{often} {moment(newest.at)}", "dim"),
            _doubt(newest),
        )


def announcement(told: AnnouncementStatus) -> str:
    return f"told {plain(told.to)}: {_what(told)[1]}"


def _what(told: AnnouncementStatus) -> tuple[str, str]:
    about = told.incident or told.approval or told.step
    if told.kind == "undone" and about is None:  # the flow itself has raised it, and no step
        return told.to, "undone"
    return told.to, f"{KINDS[told.kind]} {plain(about or '')}".strip()


def _doubt(told: AnnouncementStatus) -> tuple[str, str]:
    if told.delivered is False:
        return " — could not be told", "red"
    return ("", "") if told.delivered else (" — under way", "yellow")
