"""How states, times and texts of others are written for people."""

import shlex
import unicodedata
from datetime import UTC, datetime, timedelta

from rich.text import Text

from saga.status import FlowState, StepState

MARKS = {
    FlowState.RUNNING: ("▶", "cyan"),
    FlowState.WAITING_FOR_APPROVAL: ("●", "yellow"),
    FlowState.NEEDS_ATTENTION: ("▲", "bold red"),
    FlowState.COMPENSATING: ("↩", "magenta"),
    FlowState.COMPLETED: ("✔", "green"),
    FlowState.COMPENSATED: ("↩", "magenta"),
    FlowState.FAILED: ("✖", "red"),
    FlowState.CANCELLED: ("✖", "magenta"),
    FlowState.TERMINATED: ("✖", "bold red"),
}
STEP_MARKS = {
    StepState.PENDING: ("…", "yellow"),
    StepState.RUNNING: ("▶", "cyan"),
    StepState.COMPLETED: ("✔", "green"),
    StepState.FAILED: ("✖", "red"),
    StepState.SKIPPED: ("–", "dim"),
    StepState.COMPENSATING: ("↩", "magenta"),
    StepState.COMPENSATED: ("↩", "magenta"),
    StepState.COMPENSATION_FAILED: ("▲", "bold red"),
}
UNDONE = {
    StepState.COMPENSATING: "undoing",
    StepState.COMPENSATED: "undone",
    StepState.COMPENSATION_FAILED: "undo failed",
}


def flow_state(state: FlowState) -> Text:
    mark, style = MARKS[state]
    return Text(f"{mark} {state.replace('_', ' ')}", style=style)


def step_state(state: StepState) -> Text:
    mark, style = STEP_MARKS[state]
    return Text(f"{mark} {UNDONE.get(state, state)}", style=style)


def plain(text: str) -> str:
    """What others have written, on one line and without control characters, which a terminal would obey."""
    return "".join(" " if unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"} else c for c in text).strip()


def command(*words: str) -> str:
    """What can be pasted into a shell, whatever others have put into a name."""
    return shlex.join(plain(word) for word in words)


def moment(at: datetime | None) -> str:
    """Local time: `11:03:07`, and with its day where that is not today."""
    if at is None:
        return ""
    local = at.astimezone()
    today = datetime.now(UTC).astimezone().date()
    if local.date() == today:
        return f"{local:%H:%M:%S}"
    return f"{local:%d %b %H:%M}" if local.year == today.year else f"{local:%d %b %Y}"


def duration(seconds: float | None) -> str:
    """`35 ms`, `2.4 s`, `3 min 05 s`, `2 h 10 min`, `3 d 4 h`."""
    if seconds is None:
        return ""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.1f} s"
    return _long(timedelta(seconds=round(seconds)))


def span(length: timedelta) -> str:
    """A length that somebody has declared, exactly: `45 min`, `1 d 6 h`, `2 min 30 s`."""
    hours, rest = divmod(length.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = ((length.days, "d"), (hours, "h"), (minutes, "min"), (seconds, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"


def _long(length: timedelta) -> str:
    minutes, seconds = divmod(length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if length.days:
        return f"{length.days} d {hours} h"
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {seconds:02} s"
