"""What is said of an approval wherever it is shown: who may decide on what, who did, and what can be typed."""

from collections.abc import Iterable, Mapping

from pydantic import JsonValue
from rich.text import Text

from cli.form_lines import INPUT, form_lines
from cli.incident_lines import reminders
from cli.wording import command, moment, plain
from saga.status import ApprovalState, ApprovalStatus, DecisionStatus

PAST = {"approve": "approved", "reject": "rejected", "withdraw": "withdrawn", "delegate": "delegated"}


def approving(workflow_id: str, name: str, approval: ApprovalStatus | None = None, *, by: str = "YOU") -> str:
    """With the digest of what is shown beside it, where that matters, and an input, where one is asked for."""
    seen = () if approval is None or _is_plain(approval) else ("--digest", str(approval.digest))
    brings = INPUT if approval is not None and approval.takes is not None else ()
    return command("approve", workflow_id, name, "--by", by, *seen, *brings)


def approval_lines(approval: ApprovalStatus, *, ended: bool) -> Iterable[Text]:
    """One line for a plain approval, more where people are named."""
    about = f": {plain(approval.summary)}" if approval.summary else ""
    state = _state(approval, ended=ended)
    yield Text.assemble(("approval ", "dim"), plain(approval.name), about, *state)
    if _is_plain(approval):
        return
    yield from (Text(f"  {line}", style="dim") for line in shown_lines(approval.shown))
    if approval.status is ApprovalState.WAITING:
        yield from (Text(f"  {line}", style="dim") for line in form_lines(approval.takes))
    yield from (Text(f"  {line}", style="dim") for line in _terms(approval))
    for decision in approval.decisions:
        lapsed = decision.lapsed
        said = (
            f"  {PAST[decision.verdict]}{_by(decision)}{', lapsed: it has changed since' if lapsed else ''}"
        )
        yield Text(said, style="dim" if lapsed else "")
        if decision.input is not None:
            yield from (Text(f"    {line}", style="dim") for line in shown_lines(decision.input))
    for given in approval.delegations:
        yield Text(f"  delegated by {plain(given.by)} to {plain(given.to)} {moment(given.at)}")


def shown_lines(shown: JsonValue) -> Iterable[str]:
    """What people are shown, a line for each field."""
    if isinstance(shown, Mapping):
        width = max(map(len, shown), default=0)
        filled = ((name, value) for name, value in shown.items() if value not in (None, "", [], {}))
        yield from (f"{plain(name):{width}}  {_said(value)}" for name, value in filled)
    elif shown is not None:
        yield _said(shown)


def _said(value: JsonValue) -> str:
    return plain("; ".join(map(str, value)) if isinstance(value, list) else str(value))


def missing(approval: ApprovalStatus) -> str:
    """Empty where one decision is enough."""
    if approval.quorum == 1:
        return ""
    return f"{approval.quorum} have to approve, {approval.missing} missing"


def _is_plain(approval: ApprovalStatus) -> bool:
    return (
        approval.deciders is None
        and approval.shown is None
        and approval.takes is None
        and (approval.quorum, approval.version) == (1, 1)
        and not approval.excluded
    )


def _state(approval: ApprovalStatus, *, ended: bool) -> Iterable[str | tuple[str, str]]:
    if approval.status is ApprovalState.WAITING and ended:
        yield " — never decided"
        return
    if approval.status is ApprovalState.WAITING:
        yield (f" (asked {moment(approval.asked_at)}, until {moment(approval.deadline)})", "dim")
        return
    yield f" — {approval.status.replace('_', ' ')}"
    if _is_plain(approval):
        yield from map(_by, approval.decisions)


def _by(decision: DecisionStatus) -> str:
    declared = "" if decision.authenticated else " (self-declared)"
    comment = f": {plain(decision.comment)}" if decision.comment else ""
    return f" by {plain(decision.by)}{declared} {moment(decision.at)}{comment}"


def _terms(approval: ApprovalStatus) -> Iterable[str]:
    if approval.version > 1:
        yield f"changed: this is version {approval.version}"
    if approval.deciders is not None:
        groups = [f"{group.name}: {', '.join(group.members)}" for group in approval.groups]
        members = f" ({'; '.join(groups)})" if groups else ""
        yield plain(f"may decide: {', '.join(approval.deciders) or 'nobody yet'}{members}")
    if approval.excluded:
        yield plain(f"may not decide: {', '.join(approval.excluded)}")
    if approval.requester:
        yield plain(f"asked for by {approval.requester}")
    if how_many := missing(approval):
        yield how_many
    if approval.escalated:
        yield plain(f"escalated: {', '.join(approval.escalated)}")
    if approval.status is ApprovalState.WAITING and approval.next_due:
        yield f"next due {moment(approval.next_due)}{reminders(approval.reminded)}"
