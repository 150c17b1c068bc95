"""What we identify ourselves with at a downstream: a token, or a file that is read again when it changes."""

import os
import re
from collections import deque
from pathlib import Path

from pydantic import SecretStr

REMEMBERED = 8
"""Rotated tokens that an answer on its way may still quote."""

_TOKEN = re.compile(r"[\x21-\x7e]+")


class CredentialUnreadable(ValueError):
    """The file with the token cannot be read, or holds no token. The text never contains it."""


def checked_token(token: SecretStr) -> SecretStr:
    """Raises CredentialUnreadable for what could not stand in a header line."""
    if not _TOKEN.fullmatch(token.get_secret_value()):
        raise CredentialUnreadable("a token has to be visible ASCII characters without spaces")
    return token


def read_token(path: Path) -> SecretStr:
    """The token in the file, without the line end. Raises CredentialUnreadable."""
    try:
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not ASCII"
        raise CredentialUnreadable(f"{path} cannot be read: {reason}") from None
    return checked_token(SecretStr(text.strip()))


class Credential:
    """Bearer token of one downstream (RFC 6750), or none.

    A file is looked at before each call, so that a rotated token serves without a restart. While it is
    missing or half written, the last token goes on serving.
    """

    def __init__(self, token: SecretStr | None = None, file: Path | None = None) -> None:
        self._tokens = deque([token] if token else [], maxlen=REMEMBERED)
        self._file = file
        self._seen: tuple[int, int, int] | None = None

    def headers(self) -> dict[str, str]:
        """Raises CredentialUnreadable when there has to be a token and none was ever read."""
        token = self.token()
        return {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}

    def token(self) -> SecretStr | None:
        """As `headers`."""
        if self._file:
            self._reread(self._file)
        return self._tokens[-1] if self._tokens else None

    def known(self) -> frozenset[str]:
        """The tokens that an answer on its way may still quote."""
        return frozenset(token.get_secret_value() for token in self._tokens)

    def hidden_in(self, text: str) -> str:
        """The text without the token that was sent, which a downstream may have quoted."""
        for token in self._tokens:
            text = text.replace(token.get_secret_value(), "***")
        return text

    def _reread(self, file: Path) -> None:
        state = _state(file)
        if state is not None and state == self._seen:
            return
        try:
            self._tokens.append(read_token(file))
            self._seen = state
        except CredentialUnreadable:
            if not self._tokens:
                raise


def _state(file: Path) -> tuple[int, int, int] | None:
    try:
        found = os.stat(file)  # noqa: PTH116 - one call serves all three
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_ino, found.st_size)
