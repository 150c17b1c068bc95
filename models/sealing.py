"""Values that nobody may read in a history: sealed where they come in, and opened where they are used.

The same value under the same key has the same seal (AES-SIV, RFC 5297), so that an input that is given again is known
to be the same. What a seal says is that two values are equal, and nothing else.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import cast
from urllib.parse import quote

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from pydantic import JsonValue, SecretStr

from models.seals import MARK, MASK, Sealed, is_sealed, sealed_in

KEY_BYTES = 64
KEY_ID_LENGTH = 8
SHORT = 4
"""A secret that is shorter is hidden only where it stands as a word: it may be found anywhere by chance."""

_BOUND_TO = b"durable-sagas sealed value 1"


class KeyInvalid(ValueError):
    """A text is no key for seals; it is not repeated."""


class SealUnknown(ValueError):
    """A seal cannot be opened: another key made it, or somebody has changed it."""


def new_key() -> str:
    """A line for SEAL_KEY."""
    return base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()


class Sealer:
    """Seals with the first of its keys, and opens what any of them has sealed."""

    def __init__(self, keys: Sequence[SecretStr]) -> None:
        """Raises KeyInvalid."""
        if not keys:
            raise KeyInvalid("there is no key")
        raw = [_decoded(key.get_secret_value()) for key in keys]
        self._keys = {_id_of(one): AESSIV(one) for one in raw}
        self._first = _id_of(raw[0])

    def seal(self, value: JsonValue) -> Sealed:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        closed = self._keys[self._first].encrypt(text.encode(errors="surrogatepass"), [_BOUND_TO])
        return {MARK: f"{self._first}.{base64.urlsafe_b64encode(closed).decode()}"}

    def unseal(self, sealed: Sealed) -> JsonValue:
        """Raises SealUnknown."""
        key, _, closed = str(sealed[MARK]).partition(".")
        if key not in self._keys:
            known = ", ".join(self._keys)
            raise SealUnknown(f"a value is sealed with the key {key[:KEY_ID_LENGTH]!r}, and there is {known}")
        try:
            text = self._keys[key].decrypt(
                base64.b64decode(closed, altchars=b"-_", validate=True), [_BOUND_TO]
            )
        except (InvalidTag, binascii.Error, ValueError):
            raise SealUnknown("a sealed value is damaged, and does not open") from None
        return cast("JsonValue", json.loads(text.decode(errors="surrogatepass")))

    def unseal_all(self, value: JsonValue) -> JsonValue:
        """With what each seal holds in its place. Raises SealUnknown."""
        if is_sealed(value):
            return self.unseal(value)
        if isinstance(value, dict):
            return {name: self.unseal_all(inner) for name, inner in value.items()}
        return [self.unseal_all(inner) for inner in value] if isinstance(value, list) else value

    def secrets_in(self, value: JsonValue) -> frozenset[str]:
        """The texts that its seals hold, as `veiled` and `sealed_where` need them. Raises SealUnknown."""
        return frozenset(text for sealed in sealed_in(value) for text in secret_texts(self.unseal(sealed)))

    def sealed_where(self, value: JsonValue, secrets: Collection[str]) -> JsonValue:
        """With a seal in place of each text that has one of `secrets` in it: what a service says back."""
        return _replaced_where(value, secrets, self.seal)


def masked_where(value: JsonValue, secrets: Collection[str]) -> JsonValue:
    """The same with `***`, where there is no key."""
    return _replaced_where(value, secrets, lambda _: MASK)


def _replaced_where(
    value: JsonValue, secrets: Collection[str], replace: Callable[[JsonValue], JsonValue]
) -> JsonValue:
    if not secrets or is_sealed(value):
        return value
    if isinstance(value, dict):
        return {name: _replaced_where(inner, secrets, replace) for name, inner in value.items()}
    if isinstance(value, list):
        return [_replaced_where(inner, secrets, replace) for inner in value]
    if isinstance(value, str):
        return replace(value) if veiled(value, secrets) != value else value
    return replace(value) if not secret_texts(value).isdisjoint(secrets) else value


def secret_texts(value: JsonValue) -> frozenset[str]:
    """All that would tell a value: its texts and numbers, at any depth."""
    return frozenset(text for text in _texts(value) if text)


def veiled(text: str, secrets: Collection[str]) -> str:
    """The text with `***` for each of the secrets, also as JSON and addresses write them."""
    if not secrets:
        return text
    forms = {form for secret in secrets if secret for form in _forms(secret)}
    for form in sorted(forms, key=lambda form: (-len(form), form)):
        text = re.sub(_pattern(form), MASK, text)
    return text


def _forms(secret: str) -> Iterator[str]:
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    raw = secret.encode(errors="surrogatepass")
    yield quote(raw, safe="")
    yield quote(raw)
    if len(secret) >= SHORT:
        yield base64.b64encode(raw).decode().rstrip("=")


def _pattern(form: str) -> str:
    return re.escape(form) if len(form) >= SHORT else rf"(?<!\w){re.escape(form)}(?!\w)"


def _texts(value: JsonValue) -> Iterator[str]:
    match value:
        case str():
            yield value
        case bool() | None:
            return
        case int() | float():
            yield json.dumps(value)
        case dict():
            for inner in value.values():
                yield from _texts(inner)
        case list():
            for inner in value:
                yield from _texts(inner)


def _decoded(key: str) -> bytes:
    try:
        raw = base64.b64decode(key.strip().encode("ascii"), altchars=b"-_", validate=True)
    except (ValueError, UnicodeEncodeError):
        raw = b""
    if len(raw) != KEY_BYTES:
        raise KeyInvalid("expected a line that `starter.py arazzo key` has made")
    return raw


def _id_of(key: bytes) -> str:
    return hashlib.sha256(b"durable-sagas key id" + key).hexdigest()[:KEY_ID_LENGTH]
