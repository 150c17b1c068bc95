"""Where a downstream is, how long each part of a call may take, and what we identify ourselves with."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)

from activities.credential import checked_token, read_token

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION = re.compile(rf"(\d{{1,9}}(?:\.\d+)?)\s*({'|'.join(_UNITS)})?")
LONGEST = timedelta(hours=24)
LONGEST_RETENTION = timedelta(days=366)


def _duration(value: object) -> object:
    return _parsed(value, LONGEST, "500ms, 5s or 2m, above 0 and at most 24h")


def _retention(value: object) -> object:
    return _parsed(value, LONGEST_RETENTION, "24h, above 0 and at most 8784h")


def _parsed(value: object, longest: timedelta, expected: str) -> object:
    if not isinstance(value, str):
        return value
    match = _DURATION.fullmatch(value.strip())
    duration = timedelta(seconds=float(match[1]) * _UNITS[match[2] or "s"]) if match else timedelta(0)
    if not timedelta(0) < duration <= longest:
        raise ValueError(f"expected a duration such as {expected}")
    return duration


def _base_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("expected an address such as http://host:port/path")
    if parts.username or parts.password:
        raise ValueError("must not contain a user or password: the credential has a setting of its own")
    if parts.query or parts.fragment:
        raise ValueError("must not contain a query or fragment")
    _ = parts.port  # raises ValueError where it is none
    return value.rstrip("/")


Duration = Annotated[timedelta, BeforeValidator(_duration)]
"""In text a number and `ms`, `s`, `m` or `h`; a number alone counts seconds."""

Retention = Annotated[timedelta, BeforeValidator(_retention)]
"""A duration of up to a year."""

BaseUrl = Annotated[str, AfterValidator(_base_url)]


class Pool(BaseModel):
    """How long each part of a call may take, and how many connections there are."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    connect_timeout: Duration = timedelta(seconds=2)
    read_timeout: Duration = timedelta(seconds=5)
    write_timeout: Duration = timedelta(seconds=5)
    pool_timeout: Duration = timedelta(seconds=5)
    """For a connection to be free, or made: it includes `connect_timeout`."""
    max_connections: Annotated[int, Field(gt=0, le=10_000)] = 100
    keepalive_expiry: Duration = timedelta(seconds=4)
    """Shorter than the downstream's own (often 5 s), or now and then a request meets a closing connection."""


class Endpoint(Pool):
    """The settings of one downstream."""

    url: BaseUrl
    key_retention: Retention = timedelta(hours=24)
    """For how long the downstream is sure to know a key again: an older one is not sent a second time."""
    token: Annotated[SecretStr, AfterValidator(checked_token)] | None = None
    token_file: Path | None = None

    @field_validator("token_file")
    @classmethod
    def _holds_the_only_token(cls, file: Path | None, info: ValidationInfo) -> Path | None:
        if file and info.data.get("token"):
            raise ValueError("a token is given too: give one of the two")
        if file:
            read_token(file)
        return file


class AgentEndpoint(Endpoint):
    """One that speaks the OpenAI chat format, and takes its time."""

    read_timeout: Duration = timedelta(seconds=60)
    model: Annotated[str, Field(min_length=1, max_length=200)] = "stand-in"
    """Which of its models is asked."""
