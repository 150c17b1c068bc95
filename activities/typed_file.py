"""Reads a TOML file that a person has written, and says in one line what is wrong with it."""

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

File = TypeVar("File", bound=BaseModel)


class FileInvalid(ValueError):
    """A file that the worker needs cannot be used; the text names the place and never shows a value."""


def read_typed(path: Path, kind: type[File]) -> File:
    """Raises FileInvalid."""
    try:
        return kind.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise FileInvalid(f"{path} cannot be read: {reason}") from None
    except tomllib.TOMLDecodeError as error:
        raise FileInvalid(f"{path} is no TOML: {error}") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise FileInvalid(f"{path}: {place}: {first['msg'].removeprefix('Value error, ')}") from None
