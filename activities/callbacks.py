"""Where a service may call back: an address of its own for each step, which only its holder can know."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import NamedTuple

from pydantic import SecretStr, TypeAdapter, ValidationError
from temporalio import activity

from saga.headers import current_step

PATH = "/callbacks"
HEADER = "Callback-Url"


class Caller(NamedTuple):
    """The step of a flow that an address stands for, by its name in the flow's status."""

    workflow_id: str
    step: str


class Callbacks:
    """Makes the addresses and knows them again. The same secret gives the same address for a step."""

    def __init__(self, base_url: str, secret: SecretStr) -> None:
        self._base_url = base_url.rstrip("/")
        self._secret = secret.get_secret_value().encode()

    def url(self, caller: Caller) -> str:
        said = _encoded(json.dumps(caller).encode())
        return f"{self._base_url}{PATH}/{said}.{self._signature(said)}"

    def headers(self) -> dict[str, str]:
        """For the call of the running activity."""
        step, workflow_id = current_step(), activity.info().workflow_id or ""
        name = step.step if step.occurrence == 1 else f"{step.step}-{step.occurrence}"
        return {HEADER: self.url(Caller(workflow_id, name))}

    def caller(self, token: str) -> Caller | None:
        """The step of the last part of an address; None if it is not from here."""
        said, _, signature = token.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(said).encode()):
            return None
        try:
            return TypeAdapter(Caller).validate_json(urlsafe_b64decode(f"{said}=="))
        except (ValueError, ValidationError):
            return None

    def _signature(self, said: str) -> str:
        return _encoded(hmac.digest(self._secret, said.encode(), sha256))


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
