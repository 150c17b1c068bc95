"""Where a downstream is, how long each part of a call may take, and what we identify ourselves with."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION = re.compile(rf"(\d+(?:\.\d+)?)\s*({'|'.join(_UNITS)})?")


def _duration(value: object) -> object:
    """`0.5`, `500ms`, `5s`, `2m`, `1h`; a plain number counts seconds."""
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    return timedelta(seconds=float(match[1]) * _UNITS[match[2] or "s"]) if match else value


def _base_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("has to be like http://host:port/path")
    if parts.username or parts.password:
        raise ValueError("must not contain a user or password; the credential has a setting of its own")
    if parts.query or parts.fragment:
        raise ValueError("must not contain a query or fragment")
    _ = parts.port  # raises ValueError where it is no number
    return value.rstrip("/")


def _token(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[\x21-\x7e]+", value.get_secret_value()):
        raise ValueError("has to be visible ASCII characters without spaces")
    return value


Duration = Annotated[timedelta, BeforeValidator(_duration), Field(gt=timedelta(0), le=timedelta(hours=24))]
BaseUrl = Annotated[str, AfterValidator(_base_url)]


class Endpoint(BaseModel):
    """The settings of one downstream. A credential in a file is read again when the file changes."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    url: BaseUrl
    connect_timeout: Duration = timedelta(seconds=2)
    read_timeout: Duration = timedelta(seconds=5)
    write_timeout: Duration = timedelta(seconds=5)
    pool_timeout: Duration = timedelta(seconds=5)
    max_connections: Annotated[int, Field(gt=0, le=10_000)] = 100
    token: Annotated[SecretStr, AfterValidator(_token)] | None = None
    token_file: Path | None = None

    @model_validator(mode="after")
    def _one_credential(self) -> Self:
        if self.token and self.token_file:
            raise ValueError("give token or token_file, not both")
        return self
