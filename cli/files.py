"""Reads the files that options name; `-` is standard input."""

import json
import sys
from pathlib import Path

from pydantic import JsonValue

from runtime.refusals import FieldProblem, InvalidInput


def read_text(name: str) -> str:
    """Raises InvalidInput where it cannot be read or is not UTF-8."""
    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return content.decode("utf-8-sig")
    except OSError as error:
        raise InvalidInput(
            name, [FieldProblem("", f"it cannot be read: {error.strerror or error}")]
        ) from None
    except UnicodeDecodeError as error:
        raise InvalidInput(name, [FieldProblem("", f"not UTF-8 at byte {error.start + 1}")]) from None


def read_json(name: str) -> JsonValue:
    """Raises InvalidInput."""
    try:
        content: JsonValue = json.loads(read_text(name))
    except json.JSONDecodeError as error:
        where = f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}"
        raise InvalidInput(called(name), [FieldProblem("", where)]) from None
    except RecursionError:
        raise InvalidInput(called(name), [FieldProblem("", "nested too deeply")]) from None
    return content


def read_object(name: str) -> dict[str, JsonValue]:
    """Raises InvalidInput."""
    content = read_json(name)
    if not isinstance(content, dict):
        raise InvalidInput(called(name), [FieldProblem("", "it is no JSON object")])
    return content


def called(name: str) -> str:
    return "standard input" if name == "-" else name
