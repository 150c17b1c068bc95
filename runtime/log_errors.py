"""How exceptions are told in logs: where they arose, and never with a value that may be a payload."""

import logging
import traceback
from collections.abc import Iterator
from typing import NamedTuple

from pydantic import ValidationError
from temporalio.exceptions import ApplicationError, FailureError

LONGEST_MESSAGE = 500


class Told(NamedTuple):
    """One exception of a chain: the outermost first, each caused by the next."""

    type: str
    message: str
    frames: tuple[str, ...]


def told(error: BaseException) -> list[Told]:
    return [Told(_kind(link), _message(link), tuple(_frames(link))) for link in _chain(error)]


class Deliberate(logging.Filter):
    """Tells a failure that was raised on purpose in one line, without its traceback: it is an outcome, not a crash."""

    def __init__(self, level: int) -> None:
        super().__init__()
        self._level = level

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, FailureError):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.msg, record.args, record.exc_info = f"{_kind(error)}: {_message(error)}", None, None
        return record.levelno >= self._level


def _kind(error: BaseException) -> str:
    return error.type if isinstance(error, ApplicationError) and error.type else type(error).__name__


def _message(error: BaseException) -> str:
    if isinstance(error, ValidationError):
        wrong = error.errors(include_input=False, include_url=False, include_context=False)
        text = "; ".join(f"{'.'.join(map(str, found['loc']))} {found['type']}" for found in wrong)
    elif isinstance(error, FailureError):
        text = error.message
    else:
        text = str(error)
    return " ".join(text.split())[:LONGEST_MESSAGE]


def _frames(error: BaseException) -> Iterator[str]:
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"{frame.filename}:{frame.lineno} in {frame.name}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
