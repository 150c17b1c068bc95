"""What is answered to a person or a program that asks for something that cannot be had.

Refused
├── InvalidInput          the input is wrong: which fields, what was expected
├── Misconfigured         a setting is wrong
├── UnknownFlow           the catalogue has no such flow
├── NoEarlyAnswer         the flow answers at its end only
├── NoEvents              the flow has no mailbox for events
├── UnknownId             the server knows no execution with this id
├── InputDiffers          the id runs, with another input
├── AlreadyDone           the id has completed, and completed ones are not run again
├── RunAgain              the id has ended without completing; running it again must be asked for
├── LeftHalfDone          the id was terminated; what it did is not undone
├── HasEnded              a message to an execution that has ended
├── NothingToDecide       no approval is open, or several are and none is named
├── NobodyAnswers         no worker answers
├── ScheduleExists        a schedule of that name is there already
├── UnknownSchedule       the server knows no schedule of that name
├── ScheduleInvalid       the server cannot read when it is to run
└── MessageRefused        the flow refused the message; its type is the flow's
Unreachable               there is no server
"""

from collections.abc import Sequence
from typing import NamedTuple


class FieldProblem(NamedTuple):
    """One field that is wrong: `items[0].quantity`, and what was expected there."""

    field: str
    expected: str

    def __str__(self) -> str:
        return f"{self.field}: {self.expected}" if self.field else self.expected


class Refused(Exception):
    """The message is one sentence for people; `type` is for programs."""

    @property
    def type(self) -> str:
        return type(self).__name__


class InvalidInput(Refused):
    def __init__(self, what: str, problems: Sequence[FieldProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{what} is not valid: {'; '.join(map(str, problems))}")
        self.what = what


class Misconfigured(Refused):
    """The text has a line for each wrong setting."""


class UnknownFlow(Refused):
    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no flow {name!r}. Known: {', '.join(known)}.")


class NoEarlyAnswer(Refused):
    def __init__(self, flow: str) -> None:
        super().__init__(
            f"The flow {flow!r} has no early answer, only a result. Nothing was started: say --wait instead."
        )


class NoEvents(Refused):
    def __init__(self, flow: str) -> None:
        super().__init__(f"The flow {flow!r} takes no events.")


class UnknownId(Refused):
    def __init__(self, workflow_id: str) -> None:
        super().__init__(f"There is no flow with id {workflow_id!r} on this server.")


class InputDiffers(Refused):
    def __init__(self, workflow_id: str) -> None:
        super().__init__(
            f"{workflow_id} is running already, with another input. Nothing was started: give this one another id."
        )


class AlreadyDone(Refused):
    def __init__(self, workflow_id: str) -> None:
        super().__init__(f"{workflow_id} has completed already, and a completed flow is not run again.")


class RunAgain(Refused):
    def __init__(self, workflow_id: str, state: str) -> None:
        super().__init__(f"{workflow_id} has run before and ended {state}. To run it again, say --again.")


class LeftHalfDone(Refused):
    def __init__(self, workflow_id: str) -> None:
        super().__init__(
            f"{workflow_id} was terminated, so what it had done is not undone. "
            "Settle that first, then start under another id."
        )


class HasEnded(Refused):
    def __init__(self, workflow_id: str, state: str) -> None:
        super().__init__(f"{workflow_id} has ended: {state}. Nothing can be decided any more.")


class NothingToDecide(Refused):
    pass


class NobodyAnswers(Refused):
    def __init__(self, workflow_id: str) -> None:
        super().__init__(
            f"No worker is answering for {workflow_id}; if none runs, start one with `python worker.py`. "
            "Then look at its status before you send this again: it may arrive late."
        )


class ScheduleExists(Refused):
    def __init__(self, name: str) -> None:
        super().__init__(f"There is a schedule {name!r} already. Delete it first, or choose another name.")


class UnknownSchedule(Refused):
    def __init__(self, name: str) -> None:
        super().__init__(f"There is no schedule {name!r} on this server.")


class ScheduleInvalid(Refused):
    def __init__(self, when: str, reason: str) -> None:
        super().__init__(f"{when!r} is not when a schedule can run: {reason}. Nothing was made.")


class MessageRefused(Refused):
    """`type` is the type of the flow's refusal, e.g. `AlreadyDecided`."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self._kind = kind

    @property
    def type(self) -> str:
        return self._kind


class Unreachable(Exception):
    """No Temporal server answers at the address."""

    def __init__(self, address: str, reason: str = "") -> None:
        self.address = address
        super().__init__(
            f"No Temporal server answers at {address}{f' ({reason})' if reason else ''}. "
            "Start one with `temporal server start-dev`, or name one: TEMPORAL_ADDRESS=HOST:PORT."
        )
