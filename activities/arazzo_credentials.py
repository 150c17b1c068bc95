"""What calls of documents identify themselves with: documents name a security scheme, and a file of ours has the rest.

```toml
[[credential]]
scheme = "bearerAuth"        # as the OpenAPI description calls it
source = "payments"          # the source description
host = "api.example.com"     # the only host that it is sent to; with a port unless it is that of https
token_file = "/run/secrets/payments_token"   # or token_env = "PAYMENTS_TOKEN"; HTTP Basic: user:password
```
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NamedTuple, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from activities.credential import Credential, CredentialUnreadable, checked_token, read_token
from activities.typed_file import FileInvalid, read_typed
from arazzo.hosts import NAME, canonical, literal, shown
from models.sealing import veiled

PORTS = {"http": 80, "https": 443}


class CredentialRefused(Exception):
    """A credential is not sent there; the text never contains it."""


class Authority(NamedTuple):
    """A host with its port."""

    host: str
    port: int

    @classmethod
    def of(cls, text: str) -> Self:
        """Of a URL, or of `host` or `host:port`, where the port is that of https unless given. Raises ValueError."""
        parts = urlsplit(text if "://" in text else f"https://{text}")
        return cls(canonical(parts.hostname or ""), parts.port or PORTS.get(parts.scheme, 0))

    def __str__(self) -> str:
        return shown(self.host, None if self.port == PORTS["https"] else self.port)


def _authority(value: object) -> object:
    if not isinstance(value, str):
        return value
    authority = Authority.of(value)
    known = NAME.fullmatch(authority.host) or literal(authority.host)
    if not known or set("/@?#*") & set(value):
        raise ValueError("expected host or host:port, without a scheme or a path")
    return authority


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    scheme: Annotated[str, Field(min_length=1)]
    source: Annotated[str, Field(min_length=1)]
    host: Annotated[Authority, BeforeValidator(_authority)]
    token_file: Path | None = None
    token_env: str | None = None

    @model_validator(mode="after")
    def _has_one_token(self) -> Self:
        if (self.token_file is None) is (self.token_env is None):
            raise ValueError("one of token_file and token_env has to be given")
        return self

    @property
    def title(self) -> str:
        return f"{self.scheme} of {self.source} for {self.host}"

    def open(self) -> Credential:
        """Raises CredentialUnreadable."""
        if self.token_file is not None:
            read_token(self.token_file)
            return Credential(file=self.token_file)
        token = os.environ.get(self.token_env or "", "")
        if not token:
            raise CredentialUnreadable(f"the variable {self.token_env} is not set")
        return Credential(checked_token(SecretStr(token)))


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    credential: tuple[_Entry, ...] = ()


class Credentials:
    """All of them. Files with tokens are looked at before each call, so that rotated ones serve without a restart."""

    def __init__(self, path: Path | None = None) -> None:
        """Raises FileInvalid, also for a token that is not there."""
        entries: Sequence[_Entry] = read_typed(path, _File).credential if path else ()
        self._found: dict[tuple[str, str, Authority], Credential] = {}
        for entry in entries:
            key = (entry.source, entry.scheme, entry.host)
            if key in self._found:
                raise FileInvalid(f"{path}: {entry.title} is given twice")
            try:
                self._found[key] = entry.open()
            except CredentialUnreadable as error:
                raise FileInvalid(f"{path}: {entry.title}: {error}") from None

    def available(self, source: str, host: str) -> set[str]:
        """The schemes whose credentials may be sent to `host`, a URL or `host:port`, in calls of that source."""
        to = Authority.of(host)
        return {scheme for of, scheme, belongs in self._found if (of, belongs) == (source, to)}

    def elsewhere(self, source: str, host: str) -> dict[str, str]:
        """The schemes that have credentials, but none for `host`: where they belong."""
        to, there = Authority.of(host), self.available(source, host)
        return {
            scheme: str(belongs)
            for of, scheme, belongs in self._found
            if of == source and belongs != to and scheme not in there
        }

    def read(self, scheme: str, source: str, host: str) -> SecretStr:
        """Raises CredentialRefused when it does not belong to `host`, and CredentialUnreadable."""
        found = self._found.get((source, scheme, Authority.of(host)))
        if found is None:
            raise CredentialRefused(self._refusal(scheme, source, Authority.of(host)))
        token = found.token()
        if token is None:
            raise CredentialUnreadable(f"the credential {scheme} of {source} is not there")
        return token

    def known(self) -> frozenset[str]:
        """All that were read, which a service may say back."""
        return frozenset[str]().union(*(credential.known() for credential in self._found.values()))

    def hidden_in(self, text: str) -> str:
        """The text without any of them."""
        return veiled(text, self.known())

    def _refusal(self, scheme: str, source: str, to: Authority) -> str:
        hosts = sorted({str(belongs) for of, one, belongs in self._found if (of, one) == (source, scheme)})
        if not hosts:
            return f"there is no credential {scheme} of {source}: ARAZZO_CREDENTIALS_FILE names them"
        return (
            f"the credential {scheme} of {source} belongs to {' and '.join(hosts)}, and is not sent to {to}"
        )
