"""Reads a downstream's problem details (RFC 9457): text from outside, so it is shortened and cleaned."""

import re
import unicodedata
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from saga.headers import KEY_EXPIRED, RETRY_LATER

LONGEST_TEXT = 200
LONGEST_TYPE = 64
OWN_TYPES = {RETRY_LATER, KEY_EXPIRED}  # what a downstream must not be able to say


def clean(text: str) -> str:
    """One line without control or invisible formatting characters, at most LONGEST_TEXT long."""
    printable = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text[:4_000])
    line = " ".join(printable.split())
    return line if len(line) <= LONGEST_TEXT else line[: LONGEST_TEXT - 1] + "…"


def _text(value: object) -> str:
    """A member of the wrong type is ignored (RFC 9457 section 3.1)."""
    return value if isinstance(value, str) else ""


Text = Annotated[str, BeforeValidator(_text)]


class Problem(BaseModel):
    """What a refusal says of itself; empty where it says nothing."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: Text = ""
    title: Text = ""
    detail: Text = ""

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Takes any body: what is no problem document is an empty one."""
        try:
            return cls.model_validate_json(content)
        except ValidationError:
            return cls()

    @property
    def failure_type(self) -> str | None:
        """`OutOfStock` of `urn:problem:out-of-stock` or `https://example.com/problems/out-of-stock`."""
        segment = re.split(r"[/:#?]", self.type.rstrip("/"))[-1]
        words = re.findall(r"[A-Za-z0-9]+", segment)
        name = "".join(word[0].upper() + word[1:] for word in words)
        usable = name[:1].isalpha() and len(name) <= LONGEST_TYPE and name not in OWN_TYPES
        return name if usable and self.type != "about:blank" else None

    @property
    def text(self) -> str:
        """Title and detail, fit to be shown."""
        return ": ".join(filter(None, (clean(self.title), clean(self.detail))))
