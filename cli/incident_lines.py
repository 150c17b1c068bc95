"""What is said of an incident wherever it is shown: what can be typed, and what has to come with it."""

from collections.abc import Sequence
from typing import Protocol

from cli.wording import command


class Terms(Protocol):
    """Of an incident, as the flow offers them."""

    @property
    def options(self) -> Sequence[str]: ...
    @property
    def accepts_input(self) -> bool: ...
    @property
    def needs_result(self) -> bool: ...


def resolving(workflow_id: str, incident: str, options: Sequence[str]) -> str:
    return f"{command('resolve', workflow_id, incident)} {'|'.join(options)} --by YOU --reason WHY"


def needs(terms: Terms) -> str:
    """Empty where a decision alone will do."""
    takes = ["retry takes corrected input (--input FILE)"] if terms.accepts_input else []
    if terms.needs_result:
        takes.append("skip needs the step's result (--result FILE)")
    return "; ".join(takes)


def reminders(number: int) -> str:
    if not number:
        return ""
    return f", reminded {'once' if number == 1 else f'{number} times'}"
